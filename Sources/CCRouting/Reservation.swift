import CCCore

/// One offer of one contact to one agent, until its deadline.
public struct Reservation: Hashable, Sendable, Identifiable {
    public let id: ReservationID
    public let contact: ContactID
    public let agent: AgentID
    public let queue: QueueID
    public let offeredAt: Instant
    /// When the offer is taken back if it is not answered.
    public let deadline: Instant

    public init(
        id: ReservationID, contact: ContactID, agent: AgentID, queue: QueueID, offeredAt: Instant, deadline: Instant
    ) {
        self.id = id
        self.contact = contact
        self.agent = agent
        self.queue = queue
        self.offeredAt = offeredAt
        self.deadline = deadline
    }
}
