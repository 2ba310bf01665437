import CCCore

extension Router {
    struct AgentEntry: Versioned, Sendable {
        var agent: Agent
        /// The requirements that the agent's skills fulfil.
        var requirements: [Int] = []
        var state = AgentState.checkedOut
        var since = Instant.zero
        var until: Instant?
        var version: UInt32 = 0
        /// The place among the idle: lower has been idle longer.
        var turn: Int64 = 0
        /// The contact that is offered or talked with.
        var contact: Int?
        /// The contact that the wrap-up is for.
        var finishing: ContactID?
        var afterwards = Afterwards.idle
        /// Contacts that wait for this agent and nobody else.
        var direct = TurnIndex()
        var times: [AgentState: Duration] = [:]

        /// Whether a contact may hope for this agent: now, or when what they do is done.
        var isAvailable: Bool {
            switch state {
            case .checkedOut: false
            case .notReady: until != nil && afterwards == .idle
            case .idle, .reserved, .talking, .wrapUp: afterwards == .idle
            }
        }
    }

    /// What comes after the current contact.
    enum Afterwards: Equatable, Sendable {
        case idle
        case notReady(NotReadyReason)
        case checkedOut
    }

    struct QueueEntry: Sendable {
        var queue: Queue
        var requirement: Int
        /// Contacts without an offer.
        var waiting = 0
    }

    /// A distinct set of required skills, and all who stand in line on both sides of it.
    struct Requirement: Sendable {
        let skills: Set<SkillID>
        /// Agents who fulfil it and are idle.
        var idle = TurnIndex()
        /// Contacts that wait for anyone who fulfils it.
        var waiting = TurnIndex()
        /// Contacts that wait for someone who has not refused them: slots in the order of their turns.
        var refused: [Int] = []
        /// How many agents who fulfil it are available.
        var available = 0
    }

    struct ContactEntry: Versioned, Sendable {
        var id: ContactID
        var queue: Int
        /// The agent who was asked for.
        var required: Int?
        /// The order of arrival.
        var turn: Int64
        var version: UInt32
        var position = Place.waiting
        /// Agents who refused it since everybody was tried last.
        var tried: [Int] = []

        enum Place: Sendable {
            case waiting
            case reserved(Reservation, agent: Int)
            case talking(agent: Int)
        }
    }
}
