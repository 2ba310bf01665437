import ContactCenterKit
import Synchronization

/// An agent's phone: a user agent that does with each call what its behaviour says, and remembers how each ended.
final class AgentPhone: Sendable {
    typealias Behaviour = @Sendable (Call) async throws -> Void

    let name: String
    let agent: UserAgent
    private let behaviour: Behaviour
    private let handled = Mutex<[Call]>([])
    private let doubled = Mutex(false)
    private let registration = Mutex(OneShot<Void>())

    init(name: String, agent: UserAgent, behaviour: @escaping Behaviour) {
        self.name = name
        self.agent = agent
        self.behaviour = behaviour
    }

    var id: AgentID { AgentID(name) }
    /// Every call that rang here.
    var calls: [Call] { handled.withLock { $0 } }
    /// Whether a call ever came while another one was not over.
    var wasDoubled: Bool { doubled.withLock { $0 } }

    func handle(_ call: Call) async {
        let isDouble = handled.withLock { calls in
            defer { calls.append(call) }
            return calls.contains { $0.end == nil }
        }
        if isDouble { doubled.withLock { $0 = true } }
        try? await behaviour(call)
    }

    func newRegistration() -> OneShot<Void> {
        registration.withLock {
            $0 = OneShot()
            return $0
        }
    }

    /// Takes the phone out of the registrar.
    func unregister() { registration.withLock { $0 }.fulfil(()) }

    // MARK: Behaviours

    /// Answers, says something when `start` says so, and stays until the other side hangs up.
    static func talks(_ voice: Voice? = nil, at start: OneShot<Void>? = nil, heard ear: Ear? = nil) -> Behaviour {
        { call in
            try await call.answer()
            try await call.withAudio {
                ear?.listen($0)
            } _: {
                _ = await start?.value()
                if let voice { try await call.play(voice.prompt) }
                await call.waitForEnd()
            }
        }
    }

    /// Answers, and hangs up after a while.
    static func hangsUp(after time: Duration) -> Behaviour {
        { call in
            try await call.answer()
            try await Task.sleep(for: time)
        }
    }

    /// Rings until the caller gives up.
    static let rings: Behaviour = { call in
        try await call.ring()
        await call.waitForEnd()
    }

    static func refuses(_ status: SipStatus) -> Behaviour {
        { call in await call.reject(status) }
    }
}
