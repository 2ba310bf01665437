import CCCore

/// Where contacts of one kind wait, and the rules for them.
public struct Queue: Hashable, Sendable, Codable, Identifiable {
    public let id: QueueID
    /// What an agent must be able to do to get a contact from this queue.
    public var requires: SkillExpression
    /// Among those who can, agents who fulfil this too come first, whatever ``selection`` says.
    public var prefers: SkillExpression?
    /// How the requirement widens for a contact that waits, in order of time.
    public var relaxation: [Relaxation]

    /// How many steps and how many rules of one kind are gone through; what stands behind them is never reached.
    public static let stepsMax = 32

    // MARK: Offers
    /// Which of several agents gets a contact.
    public var selection: Policy
    /// One phone after the other, or several at once.
    public var ringing: Ringing
    /// For how long an agent's phone rings before the offer is taken back.
    @Seconds public var ringTimeout: Duration
    public var refusals: RefusalPolicy

    // MARK: Order
    /// Contacts of a higher priority come first; 0 is usual, negative is allowed.
    public var priority: Int
    /// How long a contact must wait to come before one of the next higher priority that has just arrived; nil: never, so
    /// that contacts of low priority may wait without end.
    public var aging: Duration?
    public var order: WaitingOrder
    /// How much a second of waiting counts here, compared with other queues; more than 0. A heavier queue is served
    /// earlier, and never alone: waiting counts in every queue.
    public var weight: Double

    // MARK: A queue's life
    /// When the queue is open; nil: always. What happens to who comes, or waits, outside of them is said by rules with the
    /// condition `closed`.
    public var hours: OpeningHours?
    /// How many contacts may wait without an offer, 0 or more. A contact that an agent can have at once is taken anyway,
    /// and a contact that comes back after a refusal is never turned away.
    public var waitingMax: Int
    /// Asked in this order when a contact comes; the first whose condition holds is performed.
    public var joining: [QueueRule]
    /// Asked in this order while a contact waits; the first whose condition holds is performed.
    public var leaving: [QueueRule]
    /// When contacts of this queue are held back although agents are free; nil: never.
    public var blending: Blending?
    /// For how long a customer who left while waiting finds the old place on returning; zero: not at all.
    @Seconds public var keepsPlace: Duration

    // MARK: After the contact
    /// For how long an agent is left alone after a contact; zero: not at all.
    @Seconds public var wrapUp: Duration
    /// How long a wrap-up may become by extension, at most; not less than ``wrapUp``.
    @Seconds public var wrapUpMax: Duration
    /// What an agent says about a contact that is over; nil: nothing is asked.
    public var dispositions: Dispositions?

    // MARK: Targets
    /// Contacts answered after at most this wait are in time (the 20 s of "80/20").
    @Seconds public var serviceLevelThreshold: Duration
    /// The share of contacts that should be answered in time, 0 to 1 (the 80 % of "80/20").
    public var serviceLevelTarget: Double

    public init(
        _ id: QueueID, requires: SkillExpression = .anyone, prefers: SkillExpression? = nil,
        relaxation: [Relaxation] = [], ringTimeout: Duration = .seconds(20), wrapUp: Duration = .seconds(10),
        waitingMax: Int = 10_000, serviceLevelThreshold: Duration = .seconds(20), serviceLevelTarget: Double = 0.8,
        refusals: RefusalPolicy = RefusalPolicy(), selection: Policy = .longestIdle, ringing: Ringing = .one,
        priority: Int = 0, aging: Duration? = nil, order: WaitingOrder = .firstInFirstOut, weight: Double = 1,
        joining: [QueueRule] = [], leaving: [QueueRule] = [], blending: Blending? = nil,
        keepsPlace: Duration = .zero, hours: OpeningHours? = nil, wrapUpMax: Duration = .seconds(300),
        dispositions: Dispositions? = nil
    ) {
        self.id = id
        self.requires = requires
        self.prefers = prefers
        self.relaxation = relaxation
        self.selection = selection
        self.ringing = ringing
        self.ringTimeout = ringTimeout
        self.refusals = refusals
        self.priority = priority
        self.aging = aging
        self.order = order
        self.weight = weight
        self.waitingMax = waitingMax
        self.joining = joining
        self.leaving = leaving
        self.hours = hours
        self.blending = blending
        self.keepsPlace = keepsPlace
        self.wrapUp = wrapUp
        self.wrapUpMax = wrapUpMax
        self.dispositions = dispositions
        self.serviceLevelThreshold = serviceLevelThreshold
        self.serviceLevelTarget = serviceLevelTarget
    }
}

/// A step by which a requirement widens.
public struct Relaxation: Hashable, Sendable, Codable {
    /// How long the contact must have waited.
    @Seconds public var after: Duration
    /// Who may take the contact from then on, besides those who could before: a step never narrows.
    public var to: SkillExpression

    public init(after: Duration, to requirement: SkillExpression) {
        self.after = after
        to = requirement
    }
}

/// How many phones ring for one contact.
public enum Ringing: Hashable, Sendable, Codable {
    /// One agent at a time.
    case one
    /// All who are free, but at most so many; the first who answers has the contact.
    case all(max: Int)
}

/// Who of those with the same priority comes first.
public enum WaitingOrder: String, Hashable, Sendable, Codable, CaseIterable {
    case firstInFirstOut
    case lastInFirstOut
    /// The one whose ``RoutingRequest/due`` is earliest; who has none comes after all who have.
    case earliestDueFirst
}

/// What an agent says about a contact that is over.
public struct Dispositions: Hashable, Sendable, Codable {
    public var codes: [DispositionCode]
    /// Whether a wrap-up ends early only after a code was given. Its deadline ends it in any case.
    public var isRequired: Bool

    public init(_ codes: [DispositionCode], isRequired: Bool = false) {
        self.codes = codes
        self.isRequired = isRequired
    }
}

/// When contacts of a queue leave agents to others: for callbacks, outbound and back-office work beside inbound calls.
///
/// Only agents whom one of those queues could use at this moment are held back: who lacks what it requires, or has no room for its
/// contacts, is not.
public struct Blending: Hashable, Sendable, Codable {
    /// The queues that come first.
    public var after: [QueueID]
    /// Contacts are held back while one of those queues has a lower service level than this, 0 to 1; nil: by its own
    /// ``Queue/serviceLevelTarget``. It counts answers of late; while nothing comes, a bad level is forgotten, by half every
    /// five minutes. Levels above 99 % are taken as 99 %.
    public var serviceLevelAtLeast: Double?
    /// So many agents who could take the contact stay free for those queues.
    public var idleReserve: Int

    public init(after: [QueueID], serviceLevelAtLeast: Double? = nil, idleReserve: Int = 0) {
        self.after = after
        self.serviceLevelAtLeast = serviceLevelAtLeast
        self.idleReserve = idleReserve
    }
}
