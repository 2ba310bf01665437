import CCCore

/// What is asked of the router for one contact: where it waits, who may take it, and how urgent it is.
public struct RoutingRequest: Hashable, Sendable {
    public let contact: ContactID
    public var queue: QueueID
    public var channel: Channel
    /// What an agent must be able to do besides what the queue requires.
    public var requires: SkillExpression
    /// In the place of the queue's own.
    public var prefers: SkillExpression?
    /// In the place of the queue's own steps; each widens what is required by queue and contact together.
    public var relaxation: [Relaxation]?
    /// It is for this agent alone: it waits while they are busy, and is rejected when they are not available, become so,
    /// or refuse it.
    public var requiredAgent: AgentID?
    /// It waits for this agent first, for a stated time or until they are not available or refuse it, and then for
    /// everybody.
    public var preferredAgent: PreferredAgent?
    /// Agents who never get it.
    public var excluded: Set<AgentID>
    /// Added to the queue's ``Queue/priority``.
    public var priority: Int
    /// Comes before everything, is never turned away or treated by a rule, and interrupts wrap-ups and work on other
    /// channels.
    public var isEmergency: Bool
    /// Names the customer, for ``Queue/keepsPlace``: the caller's number.
    public var customer: String?
    /// When the work should be done, for ``Policy`` values that go by it.
    public var due: Instant?
    /// Since when it counts as waiting; nil: from now on. Not later than now.
    public var queuedAt: Instant?

    public init(
        _ contact: ContactID, queue: QueueID, channel: Channel = .voice, requires: SkillExpression = .anyone,
        prefers: SkillExpression? = nil, relaxation: [Relaxation]? = nil, requiredAgent: AgentID? = nil,
        preferredAgent: PreferredAgent? = nil, excluded: Set<AgentID> = [], priority: Int = 0,
        isEmergency: Bool = false, customer: String? = nil, due: Instant? = nil, queuedAt: Instant? = nil
    ) {
        self.contact = contact
        self.queue = queue
        self.channel = channel
        self.requires = requires
        self.prefers = prefers
        self.relaxation = relaxation
        self.requiredAgent = requiredAgent
        self.preferredAgent = preferredAgent
        self.excluded = excluded
        self.priority = priority
        self.isEmergency = isEmergency
        self.customer = customer
        self.due = due
        self.queuedAt = queuedAt
    }
}

/// An agent whom a contact waits for before it is anybody's: the last who served this customer, a relationship manager.
public struct PreferredAgent: Hashable, Sendable {
    public var agent: AgentID
    /// How long the contact waits for this agent alone.
    public var wait: Duration

    public init(_ agent: AgentID, for wait: Duration) {
        self.agent = agent
        self.wait = wait
    }
}
