import CCCore
import Synchronization

/// What the two people of a conversation know of each other although no wire tells them: a caller hears that an agent has
/// answered, an agent hears when the caller is done. Found by the caller's number, which the agent's phone shows.
public final class Conversations: Sendable {
    /// What a caller hears.
    enum News: Sendable {
        case served(AgentID)
        /// The agent's phone broke off.
        case lost
    }

    /// One call of one customer.
    final class Conversation: Sendable {
        let caller: SimulatedCaller
        let news = Mailbox<News>(limit: 100)

        init(_ caller: SimulatedCaller) { self.caller = caller }
    }

    private let open = Mutex<[String: Conversation]>([:])

    public init() {}

    func begin(_ caller: SimulatedCaller) -> Conversation {
        let conversation = Conversation(caller)
        open.withLock { $0[caller.number] = conversation }
        return conversation
    }

    func end(_ number: String) { open.withLock { $0[number] = nil } }

    subscript(number: String) -> Conversation? { open.withLock { $0[number] } }
}
