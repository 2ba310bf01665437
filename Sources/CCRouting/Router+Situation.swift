import CCCore

/// What goes on in a queue at an instant.
public struct QueueSituation: Hashable, Sendable, Codable {
    /// Contacts without an offer.
    public var waiting: Int
    /// How long the first in line has waited; zero when nobody waits.
    @Seconds public var longestWait: Duration
    /// Agents who could take a contact of this queue and are checked in, paused ones too.
    public var agentsCheckedIn: Int
    /// Of those, who are not in a lasting pause.
    public var agentsReady: Int
    /// Of those, who are free.
    public var agentsIdle: Int
    /// What a contact that came now would have to wait; zero when somebody is free.
    @Seconds public var estimatedWait: Duration
    /// The share of contacts that were answered in time of late, 0 to 1; nil before the first.
    public var serviceLevel: Double?
    public var isOpen: Bool
}

extension Router {
    /// What goes on in a queue, for calls; nil when there is no such queue.
    public mutating func situation(of id: QueueID, channel: Channel = .voice, now: Instant) -> QueueSituation? {
        begin(now)
        guard let queue = queueSlots[id] else { return nil }
        let pool = pool(queues[queue].queue.requires, channel)
        let estimate = pools[pool].idle > 0 && queues[queue].waiting == 0 ? 0 : Double(estimates(queue).combined)
        return QueueSituation(
            waiting: queues[queue].waiting, longestWait: .nanoseconds(longestWait(in: queue)),
            agentsCheckedIn: pools[pool].checkedIn, agentsReady: pools[pool].available, agentsIdle: pools[pool].idle,
            estimatedWait: .milliseconds(Int64(max(0, min(estimate, 1e9)) * 1000)),
            serviceLevel: queues[queue].served.serviceLevel, isOpen: isOpen(queue))
    }

    /// A contact's place in its queue, 1 for the first; nil when it does not wait.
    public func place(of id: ContactID) -> Int? {
        guard let slot = contactSlots[id], contacts[slot].isWaiting else { return nil }
        return countBefore(slot) + 1
    }

    /// What a waiting contact still has to expect; nil when it does not wait.
    public func estimatedWait(of id: ContactID, now: Instant) -> WaitEstimates? {
        guard let slot = contactSlots[id], contacts[slot].isWaiting else { return nil }
        let queue = contacts[slot].queue
        return queues[queue].estimators.estimates(ahead: countBefore(slot), head: head(of: queue), now: max(now, clock))
    }

    /// How far a queue's estimates were from what came.
    public func estimateErrors(of queue: QueueID) -> EstimateErrors? {
        queueSlots[queue].map { queues[$0].estimators.errors }
    }

    /// How many of its queue stand before a contact.
    func countBefore(_ contact: Int) -> Int {
        let queue = contacts[contact].queue
        let entry = contacts[contact].entry
        return queues[queue].lines.reduce(queues[queue].direct.countBefore(entry)) {
            $0 + pools[$1.pool].waiting[$1.line].contacts.countBefore(entry)
        }
    }

    /// The contacts of a queue in line, in order.
    func entries(of queue: Int) -> [OrderedLine.Entry] {
        (queues[queue].lines.flatMap { pools[$0.pool].waiting[$0.line].contacts.entries } + queues[queue].direct.entries)
            .sorted()
    }

    /// Since when the first in line waits.
    private func head(of queue: Int) -> Instant? {
        var first = queues[queue].direct.first.map { contacts[Int($0.slot)].queuedAt }
        for place in queues[queue].lines {
            guard let entry = pools[place.pool].waiting[place.line].contacts.first else { continue }
            let since = contacts[Int(entry.slot)].queuedAt
            first = min(first ?? since, since)
        }
        return first.map { Instant(nanoseconds: $0) }
    }

    func longestWait(in queue: Int) -> Int64 { head(of: queue).map { clock.nanoseconds - $0.nanoseconds } ?? 0 }

    /// What a contact at the end of the line has to expect.
    func estimates(_ queue: Int) -> WaitEstimates {
        queues[queue].estimators.estimates(ahead: queues[queue].waiting, head: head(of: queue), now: clock)
    }

    /// Notes what is expected of the wait that begins.
    mutating func estimate(_ contact: Int) {
        let queue = contacts[contact].queue
        contacts[contact].estimates = queues[queue].estimators.entered(
            ahead: countBefore(contact), head: head(of: queue), now: clock)
    }
}
