/// The keys that a scenario file may have, by place: what the reader accepts and what the schema lists.
enum ScenarioKeys {
    static let scenario = ["name", "start", "horizon", "warmUp", "replications", "policy", "queues", "agents"]
    static let queue = [
        "skills", "requires", "prefers", "relaxation", "priority", "aging", "order", "weight", "target", "ringTimeout",
        "waitingMax", "selection", "refusals", "arrivals", "patience", "talk",
        "wrapUp", "wrapUpMax", "redials",
    ]
    static let target = ["threshold", "percentage"]
    static let refusals = ["noAnswer", "busy", "declined", "unreachable"]
    static let redials = ["probability", "delay", "triesMax"]
    static let arrivals = ["rate", "rates", "per", "every", "intervals", "times", "recorded"]
    static let rateInterval = ["from", "rate"]
    static let recordedArrival = ["at", "patience", "waited", "talk", "wrapUp"]
    static let group = ["count", "skills", "proficiencies", "weight", "shifts", "breaks", "answerDelay", "mistakes"]
    static let relaxation = ["after", "to"]
    static let shift = ["start", "end"]
    static let pause = ["start", "duration", "stagger", "reason"]
    static let mistakes = ["noAnswer", "declines", "hangsUpEarly", "phoneDies", "returnsAfter"]
    static let distributions = [
        "deterministic", "exponential", "lognormal", "uniform", "gamma", "erlang", "empirical", "hyperexponential",
    ]
}
