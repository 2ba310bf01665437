import CCCore
import CCSip
import CCTelephony
import Synchronization

/// Who is on the line with a customer: the agent who has the contact, and what is being decided about a second one.
final class Stage: Sendable {
    private struct State {
        var talk: Talk?
        var decision: OneShot<Bool>?
    }

    private let state = Mutex(State())

    /// The agent who has the customer.
    var talk: Talk? { state.withLock { $0.talk } }

    /// An agent has the customer from now on. Returns the one who had them before.
    func enter(_ talk: Talk) -> Talk? {
        state.withLock { state in
            defer { state.talk = talk }
            return state.talk
        }
    }

    func leave(_ talk: Talk) { state.withLock { if $0.talk === talk { $0.talk = nil } } }

    /// A second agent talks with the first. Fulfilled with true when the second one is to get the customer.
    func beginConsultation() -> OneShot<Bool> {
        let decision = OneShot<Bool>()
        state.withLock { $0.decision = decision }
        return decision
    }

    func endConsultation() { state.withLock { $0.decision = nil } }

    /// False when there is no consultation.
    func decide(isHandedOver: Bool) -> Bool {
        state.withLock { $0.decision }?.fulfil(isHandedOver) ?? false
    }
}

/// An agent's phone in a conversation with a customer.
final class Talk: Sendable {
    let phone: Call
    let agent: AgentID
    /// Somebody else has the customer, or is to get them.
    let handedOver = OneShot<Void>()
    /// The two can hear each other.
    let up = OneShot<Void>()
    /// The phone's own wish to give the customer away; it is told that it was done.
    let referral = OneShot<Referral>()

    init(_ phone: Call, _ agent: AgentID) {
        self.phone = phone
        self.agent = agent
    }

    var isUp: Bool { up.current != nil }
    var isHandedOver: Bool { handedOver.current != nil }

    /// Waits until either side is gone, the customer is handed over, or the task is cancelled.
    func untilOver(with customer: Call) async {
        await withTaskGroup { group in
            group.addTask { await customer.waitForEnd(or: self.phone) }
            group.addTask { _ = await self.handedOver.value() }
            await group.next()
            group.cancelAll()
        }
    }
}
