import CCCore
import CCRouting

/// A router with a clock, to write stories with. Every step takes one second unless it says otherwise.
final class Desk {
    var router: Router
    private(set) var now = Instant.zero
    /// What the last step led to.
    private(set) var actions: [Router.Action] = []

    init(queues: [Queue] = [Queue("support")], agents: [Agent]) { router = Router(queues: queues, agents: agents) }

    convenience init(queues: [Queue] = [Queue("support")], agents: [AgentID]) {
        self.init(queues: queues, agents: agents.map { Agent($0) })
    }

    var offer: Reservation? {
        for case .offer(let reservation) in actions { return reservation }
        return nil
    }

    var rejections: [Router.Action] {
        actions.filter { if case .rejected = $0 { true } else { false } }
    }

    func pass(_ duration: Duration) { now = now.advanced(by: duration) }

    @discardableResult
    func perform(
        after wait: Duration = .seconds(1), _ step: (inout Router, Instant, inout [Router.Action]) -> Void
    ) -> Reservation? {
        pass(wait)
        actions = []
        step(&router, now, &actions)
        return offer
    }

    @discardableResult
    func arrive(
        _ id: ContactID, in queue: QueueID = "support", for agent: AgentID? = nil, after wait: Duration = .seconds(1)
    ) -> Reservation? {
        perform(after: wait) { $0.contactArrived(id, queue: queue, requiredAgent: agent, now: $1, into: &$2) }
    }

    @discardableResult
    func end(_ id: ContactID) -> Reservation? { perform { $0.contactEnded(id, now: $1, into: &$2) } }

    @discardableResult
    func accept(_ offer: Reservation) -> Bool {
        var accepted = false
        perform { accepted = $0.offerAccepted(offer.id, now: $1, into: &$2) }
        return accepted
    }

    @discardableResult
    func refuse(_ offer: Reservation, _ reason: RefusalReason) -> Reservation? {
        perform { $0.offerRefused(offer.id, reason, now: $1, into: &$2) }
    }

    @discardableResult
    func checkIn(_ id: AgentID, notReady: NotReadyReason? = nil) -> Reservation? {
        perform { $0.checkIn(id, notReady: notReady, now: $1, into: &$2) }
    }

    @discardableResult
    func checkOut(_ id: AgentID) -> Reservation? { perform { $0.checkOut(id, now: $1, into: &$2) } }

    @discardableResult
    func pause(_ id: AgentID, _ reason: NotReadyReason) -> Reservation? {
        perform { $0.pause(id, reason: reason, now: $1, into: &$2) }
    }

    @discardableResult
    func resume(_ id: AgentID) -> Reservation? { perform { $0.resume(id, now: $1, into: &$2) } }

    @discardableResult
    func wrapUpDone(_ id: AgentID) -> Reservation? { perform { $0.wrapUpDone(id, now: $1, into: &$2) } }

    @discardableResult
    func lose(_ id: AgentID) -> Reservation? { perform { $0.agentLost(id, now: $1, into: &$2) } }

    func advance(to instant: Instant) {
        now = max(now, instant)
        perform(after: .zero) { $0.advance(now: $1, into: &$2) }
    }
}
