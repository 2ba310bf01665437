import CCCore

/// One offer of one contact to one agent, until its deadline.
public struct Reservation: Sendable, Identifiable {
    public let id: ReservationID
    public let contact: ContactID
    public let agent: AgentID
    public let queue: QueueID
    public let offeredAt: Instant
    /// When the offer is taken back if it is not answered.
    public let deadline: Instant
    /// The router's own number of it; 0 when it was not made by a router.
    let number: UInt64
    /// The agent's place among the router's agents, in the order in which they were added; -1 when it was not made by a
    /// router.
    package let agentSlot: Int

    public init(
        id: ReservationID, contact: ContactID, agent: AgentID, queue: QueueID, offeredAt: Instant, deadline: Instant
    ) {
        self.init(
            id: id, contact: contact, agent: agent, queue: queue, offeredAt: offeredAt, deadline: deadline, number: 0,
            agentSlot: -1)
    }

    init(
        id: ReservationID, contact: ContactID, agent: AgentID, queue: QueueID, offeredAt: Instant, deadline: Instant,
        number: UInt64, agentSlot: Int
    ) {
        self.id = id
        self.contact = contact
        self.agent = agent
        self.queue = queue
        self.offeredAt = offeredAt
        self.deadline = deadline
        self.number = number
        self.agentSlot = agentSlot
    }
}

/// Two reservations are equal when they say the same; the router's private marks do not count.
extension Reservation: Hashable {
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.id == rhs.id && lhs.contact == rhs.contact && lhs.agent == rhs.agent && lhs.queue == rhs.queue
            && lhs.offeredAt == rhs.offeredAt && lhs.deadline == rhs.deadline
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(contact)
    }
}
