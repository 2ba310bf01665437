import CCCore
import CCRouting
import CCTelephony
import Foundation

extension ContactCenter {
    // MARK: Queues

    /// What goes on in a queue at this instant; nil when there is no such queue.
    public func situation(of queue: QueueID, channel: Channel = .voice) async -> QueueSituation? {
        await desk.situation(of: queue, channel: channel)
    }

    /// A contact's place in its queue, 1 for the first; nil when it does not wait.
    public func place(of contact: ContactID) async -> Int? { await desk.position(of: contact) }

    /// What a waiting contact still has to expect; nil when it does not wait.
    public func estimatedWait(of contact: ContactID) async -> WaitEstimates? { await desk.estimates(of: contact) }

    /// How far a queue's estimates were from what came, since the centre began; nil when there is no such queue.
    public func estimateErrors(of queue: QueueID) async -> EstimateErrors? { await desk.estimateErrors(of: queue) }

    /// Closes a queue at once, or opens it again: its rules with the conditions `closed` and `emergencyClosed` say what
    /// becomes of who comes and who waits.
    ///
    /// - Returns: False when there is no such queue.
    @discardableResult
    public func close(_ queue: QueueID, _ isClosed: Bool = true) async -> Bool { await desk.close(queue, isClosed) }

    // MARK: Customers

    /// The contact of a call that is being handled; nil when it belongs to none.
    public func contact(of call: Call) async -> Contact? { await desk.contact(of: call.id) }

    /// The agent who has served a customer last: somebody for `RoutingNeeds.preferredAgent`.
    ///
    /// - Parameters:
    ///   - customer: The customer's number.
    ///   - duration: How far to look back.
    /// - Returns: Nil when nobody has, or the number is withheld.
    /// - Throws: The store's error.
    public func lastAgent(of customer: PhoneNumber, within duration: Duration = .seconds(7 * 86_400)) async throws
        -> AgentID?
    {
        guard !customer.rawValue.isEmpty else { return nil }
        let filter = ContactFilter(
            tenant: tenantID, customer: customer, from: time.date.addingTimeInterval(-duration.inSeconds), limit: 20)
        for record in try await contacts.records(filter).sorted(by: { $0.endedAt > $1.endedAt }) {
            if let agent = record.segments.last(where: { $0.outcome == .answered })?.agent { return agent }
        }
        return nil
    }
}

extension Desk {
    func situation(of queue: QueueID, channel: Channel) -> QueueSituation? {
        router.situation(of: queue, channel: channel, now: loop.now)
    }

    func position(of contact: ContactID) -> Int? { router.place(of: contact) }

    func estimates(of contact: ContactID) -> WaitEstimates? { router.estimatedWait(of: contact, now: loop.now) }

    func estimateErrors(of queue: QueueID) -> EstimateErrors? { router.estimateErrors(of: queue) }

    func close(_ queue: QueueID, _ isClosed: Bool) -> Bool {
        let isKnown = router.close(queue, isClosed, now: loop.now, into: &actions)
        settle()
        return isKnown
    }
}
