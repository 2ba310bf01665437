import CCCore

/// One offer of one contact to one agent, until its deadline.
public struct Reservation: Sendable, Identifiable {
    public let contact: ContactID
    public let agent: AgentID
    public let queue: QueueID
    public let offeredAt: Instant
    /// When the offer is taken back if it is not answered.
    public let deadline: Instant
    /// The router's own number of it; 0 when it was not made by a router.
    let number: UInt64
    /// What its id begins with, before the number; without a number the whole id.
    private let text: String
    /// The agent's place among the router's agents, in the order in which they were added; -1 when it was not made by a
    /// router.
    package let agentSlot: Int

    /// Put together when it is asked for.
    public var id: ReservationID { ReservationID(number == 0 ? text : text + String(number)) }

    public init(
        id: ReservationID, contact: ContactID, agent: AgentID, queue: QueueID, offeredAt: Instant, deadline: Instant
    ) {
        self.init(
            number: 0, text: id.rawValue, contact: contact, agent: agent, queue: queue, offeredAt: offeredAt,
            deadline: deadline, agentSlot: -1)
    }

    /// - Parameter text: what the id begins with; without a number the whole id.
    init(
        number: UInt64, text: String, contact: ContactID, agent: AgentID, queue: QueueID, offeredAt: Instant,
        deadline: Instant, agentSlot: Int
    ) {
        self.number = number
        self.text = text
        self.contact = contact
        self.agent = agent
        self.queue = queue
        self.offeredAt = offeredAt
        self.deadline = deadline
        self.agentSlot = agentSlot
    }
}

/// Two reservations are equal when they say the same; the router's private marks do not count.
extension Reservation: Hashable {
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.contact == rhs.contact && lhs.agent == rhs.agent && lhs.queue == rhs.queue
            && lhs.offeredAt == rhs.offeredAt && lhs.deadline == rhs.deadline && lhs.id == rhs.id
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(contact)
    }
}

extension Reservation: CustomStringConvertible {
    public var description: String { "\(id): \(contact) of \(queue) to \(agent) until \(deadline.nanoseconds)" }
}
