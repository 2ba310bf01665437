import CCCore

extension Router {
    struct ContactEntry: Sendable {
        var id: ContactID
        var queue: Int
        /// The pool whose agents may take it.
        var pool: Int
        var channel: Channel
        /// Where it stands among those of its queue: lower is earlier.
        var key: Int64
        /// The order of arrival.
        var turn: Int64
        /// Since when it waits in all, in nanoseconds.
        var queuedAt: Int64
        var answeredAt: Int64 = 0
        var position = Place.waiting
        /// What few contacts have.
        var special: Special?
        /// Agents who refused it since everybody was tried last.
        var tried: [Int32] = []
        /// Whether it stands in its pool's list of refused contacts.
        var isListed = false
        /// Changes when its appointment in the agenda is void.
        var mark: UInt32 = 0
        /// Steps of relaxation that have been taken.
        var steps: UInt8 = 0
        /// Leaving rules that have been performed, a bit each.
        var rulesDone: UInt32 = 0
        /// When rules were asked last.
        var askedAt: Int64 = .min
        /// How often a rule has sent it to another queue.
        var moves = 0
        var estimates: WaitEstimates?

        var entry: OrderedLine.Entry { OrderedLine.Entry(key: key, turn: turn, slot: 0) }

        enum Place: Sendable {
            /// In the line of its pool, or in its agent's own.
            case waiting
            case offered(UInt64)
            /// Several phones ring.
            case ringing([UInt64])
            case talking(agent: Int)
            /// Out of every line until it is called back into it.
            case parked
            /// The slot is free.
            case gone
        }

        var isWaiting: Bool { if case .waiting = position { true } else { false } }
        var isEmergency: Bool { special?.isEmergency ?? false }

        /// Whether the contact may go to an agent who could take it.
        func accepts(_ agent: Int) -> Bool {
            if !tried.isEmpty, tried.contains(Int32(agent)) { return false }
            if let special, special.excluded.contains(Int32(agent)) { return false }
            return true
        }
    }

    /// What a contact asked for beyond its queue.
    struct Special: Sendable {
        /// The agent in whose own line it waits.
        var direct: Int?
        /// It is for that agent alone.
        var isRequired = false
        /// Until when it waits for the preferred agent.
        var preferredUntil: Int64 = .max
        var excluded: [Int32] = []
        var requires = SkillExpression.anyone
        var prefers: SkillExpression?
        var relaxation: [Relaxation]?
        /// What the queue's or its own requirement has been widened to by overflow.
        var widened: SkillExpression?
        var isEmergency = false
        /// Its customer has been promised to be called back.
        var isPromised = false
        var priority = 0
        var customer: String?
        var due: Int64?
        var parkedUntil: Int64 = .max
    }
}
