import CCMedia

/// The keys that a configuration may have, by place: what the reader accepts and what the schema lists.
enum CenterKeys {
    static let tenant = ["legal", "routing", "queues", "agents", "numbers", "messages"]
    static let center = ["phones", "store", "recordings", "stopWithin"] + tenant + ["tenants"]
    static let phones = [
        "host", "sipPort", "rtpPorts", "advertised", "callsMax", "mediaLoops", "music", "silenceTimeout", "codecs",
        "realm", "digest",
    ]
    static let store = ["sqlite"]
    static let legal = ["profile", "queues"]
    static let routing = ["policy", "explains"]
    static let queue = [
        "requires", "prefers", "relaxation", "selection", "ringing", "ringTimeout", "refusals", "priority", "aging",
        "order", "weight", "hours", "waitingMax", "joining", "leaving", "blending", "keepsPlace", "wrapUp", "wrapUpMax",
        "dispositions", "target", "comfort",
    ]
    static let comfort = ["language", "music", "say"]
    static let say = ["say", "message", "after", "every", "atMost"]
    static let message = ["otherwise"] + SpokenLanguage.allCases.map(\.rawValue)
    static let relaxation = ["after", "to"]
    static let ringing = ["all"]
    static let refusals = ["noAnswer", "busy", "declined", "unreachable"]
    static let hours = ["timeZone", "week", "days"]
    static let day = ["day", "hours"]
    static let rule = ["when", "then"]
    static let conditions = ["always", "closed", "emergencyClosed", "noAgentsCheckedIn", "noAgentsReady"]
    static let conditionsWithValue = [
        "waiting", "longestWait", "estimatedWait", "waited", "not", "all", "any",
    ]
    static let treatments = ["offerCallback", "hangUp", "busy"]
    static let treatmentsWithValue = ["overflow", "move", "number", "message", "hangUp"]
    static let blending = ["after", "serviceLevelAtLeast", "idleReserve"]
    static let dispositions = ["codes", "required"]
    static let target = ["threshold", "percentage"]
    static let agent = ["skills", "levels", "group", "capacity", "weight", "leads", "password", "contact"]
    static let capacity = ["limits", "total", "exclusive", "interruptible"]
    static let secret = ["env", "file"]
    static let number = [
        "queue", "requires", "prefers", "relaxation", "priority", "emergency", "agent", "handler", "language",
    ]
    /// What only calls to a queue have.
    static let needs = ["requires", "prefers", "relaxation", "priority", "emergency"]
}
