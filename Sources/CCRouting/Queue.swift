import CCCore

/// Where contacts of one kind wait, and the rules for them.
public struct Queue: Hashable, Sendable, Codable, Identifiable {
    public let id: QueueID
    /// An agent needs all of them to get a contact from this queue; none: every agent will do.
    public var requiredSkills: Set<SkillID>
    /// For how long an agent's phone rings before the offer is taken back.
    @Seconds public var ringTimeout: Duration
    /// For how long an agent is left alone after a contact; zero: not at all.
    @Seconds public var wrapUp: Duration
    /// How many contacts may wait without an offer, 0 or more. A contact that an agent can have at once is taken anyway,
    /// and a contact that comes back after a refusal is never turned away.
    public var waitingMax: Int
    /// Contacts answered after at most this wait are in time (the 20 s of "80/20").
    @Seconds public var serviceLevelThreshold: Duration
    public var refusals: RefusalPolicy
    /// Which of several idle agents gets a contact.
    public var selection: AgentSelection

    public init(
        _ id: QueueID, requiredSkills: Set<SkillID> = [], ringTimeout: Duration = .seconds(20),
        wrapUp: Duration = .seconds(10), waitingMax: Int = 10_000, serviceLevelThreshold: Duration = .seconds(20),
        refusals: RefusalPolicy = RefusalPolicy(), selection: AgentSelection = .longestIdle
    ) {
        self.id = id
        self.requiredSkills = requiredSkills
        self.ringTimeout = ringTimeout
        self.wrapUp = wrapUp
        self.waitingMax = waitingMax
        self.serviceLevelThreshold = serviceLevelThreshold
        self.refusals = refusals
        self.selection = selection
    }
}

/// Which of several idle agents who fulfil a queue's requirement gets its next contact.
public enum AgentSelection: String, Hashable, Sendable, Codable, CaseIterable {
    /// The one who has been idle longest.
    case longestIdle
    /// One of the group that has most idle agents who could take it; of several such groups, of the one whose first
    /// agent was added first. Within the group the one who has been idle longest. Agents without a group are one group.
    case mostIdleGroup
}

/// What becomes of an agent who did not take an offer.
public struct RefusalPolicy: Hashable, Sendable, Codable {
    public enum Consequence: Hashable, Sendable, Codable {
        /// Not ready, until the agent resumes.
        case notReady
        /// Not ready for a while, then idle again. It keeps a phone that refuses everything from being offered contacts
        /// without a break, so do not make it much shorter than a second.
        case pause(Duration)
    }

    /// After an offer that rang until its timeout (RONA).
    public var noAnswer: Consequence
    public var busy: Consequence
    public var declined: Consequence
    public var unreachable: Consequence

    public init(
        noAnswer: Consequence = .notReady, busy: Consequence = .pause(.seconds(5)),
        declined: Consequence = .pause(.seconds(5)), unreachable: Consequence = .pause(.seconds(10))
    ) {
        self.noAnswer = noAnswer
        self.busy = busy
        self.declined = declined
        self.unreachable = unreachable
    }

    func consequence(of refusal: RefusalReason) -> Consequence {
        switch refusal {
        case .noAnswer: noAnswer
        case .busy: busy
        case .declined: declined
        case .unreachable: unreachable
        }
    }
}

extension RefusalReason {
    var notReadyReason: NotReadyReason {
        switch self {
        case .noAnswer: .redirectedOnNoAnswer
        case .busy: .phoneBusy
        case .declined: .declined
        case .unreachable: .unreachable
        }
    }
}
