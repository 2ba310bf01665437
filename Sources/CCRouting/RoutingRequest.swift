import CCCore

/// What one contact asks for beyond its queue: who may take it, who should, and how urgent it is. It comes from the number
/// that was called, from what the caller has chosen, or from what is known of the customer.
public struct RoutingNeeds: Hashable, Sendable {
    /// What an agent must be able to do besides what the queue requires.
    public var requires: SkillExpression
    /// In the place of the queue's own; the first 64 free agents are looked at.
    public var prefers: SkillExpression?
    /// In the place of the queue's own steps; each widens what is required by queue and contact together.
    public var relaxation: [Relaxation]?
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

    public init(
        requires: SkillExpression = .anyone, prefers: SkillExpression? = nil, relaxation: [Relaxation]? = nil,
        preferredAgent: PreferredAgent? = nil, excluded: Set<AgentID> = [], priority: Int = 0,
        isEmergency: Bool = false
    ) {
        self.requires = requires
        self.prefers = prefers
        self.relaxation = relaxation
        self.preferredAgent = preferredAgent
        self.excluded = excluded
        self.priority = priority
        self.isEmergency = isEmergency
    }

    public static let none = RoutingNeeds()
}

/// What is asked of the router for one contact.
@dynamicMemberLookup
public struct RoutingRequest: Hashable, Sendable {
    public let contact: ContactID
    public var queue: QueueID
    public var channel: Channel
    public var needs: RoutingNeeds
    /// It is for this agent alone: it waits while they are busy, and is rejected when they are not available, become so,
    /// or refuse it.
    public var requiredAgent: AgentID?
    /// Names the customer, for ``Queue/keepsPlace``: the caller's number.
    public var customer: String?
    /// When the work should be done, for ``WaitingOrder/earliestDueFirst`` and for policies that go by it.
    public var due: Instant?
    /// Since when it counts as waiting; nil: from now on. Not later than now.
    public var queuedAt: Instant?

    public init(
        _ contact: ContactID, queue: QueueID, channel: Channel = .voice, needs: RoutingNeeds = .none,
        requiredAgent: AgentID? = nil, customer: String? = nil, due: Instant? = nil, queuedAt: Instant? = nil
    ) {
        self.contact = contact
        self.queue = queue
        self.channel = channel
        self.needs = needs
        self.requiredAgent = requiredAgent
        self.customer = customer
        self.due = due
        self.queuedAt = queuedAt
    }

    public subscript<Value>(dynamicMember path: WritableKeyPath<RoutingNeeds, Value>) -> Value {
        get { needs[keyPath: path] }
        set { needs[keyPath: path] = newValue }
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
