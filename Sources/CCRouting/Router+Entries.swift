import CCCore

extension Router {
    struct AgentEntry: Versioned, Sendable {
        var agent: Agent
        /// The requirements that the agent's skills fulfil, by level: the lowest first.
        var requirements: [Fulfilled] = []
        var group: Int
        /// Stands among the idle of every requirement in ``requirements``.
        var isInLine = false
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
        var times = StateTimes()

        /// Books the time in the old state and goes into the new one.
        ///
        /// - Returns: Whether the agent was available before.
        mutating func enter(_ next: AgentState, until end: Instant?, _ then: Afterwards?, now: Instant) -> Bool {
            let wasAvailable = isAvailable
            times.book(now.nanoseconds - since.nanoseconds, in: state)
            state = next
            since = now
            until = end
            version &+= 1
            if let then { afterwards = then }
            return wasAvailable
        }

        func fulfils(_ requirement: Int) -> Bool { requirements.contains { $0.requirement == requirement } }

        /// Whether a contact may hope for this agent: now, or when what they do is done.
        var isAvailable: Bool {
            switch state {
            case .checkedOut: false
            case .notReady: until != nil && afterwards == .idle
            case .idle, .reserved, .talking, .wrapUp: afterwards == .idle
            }
        }
    }

    /// A requirement that an agent fulfils, and how much the agent prefers it: lower is better.
    struct Fulfilled: Sendable {
        let requirement: Int
        let level: Int
    }

    /// An agent's time in each state, in nanoseconds, without the time checked out.
    struct StateTimes: Sendable {
        private var idle: Int64 = 0
        private var reserved: Int64 = 0
        private var talking: Int64 = 0
        private var wrapUp: Int64 = 0
        private var notReady: [NotReadyReason: Int64] = [:]

        mutating func book(_ nanoseconds: Int64, in state: AgentState) {
            switch state {
            case .idle: idle += nanoseconds
            case .reserved: reserved += nanoseconds
            case .talking: talking += nanoseconds
            case .wrapUp: wrapUp += nanoseconds
            case .notReady(let reason): notReady[reason, default: 0] += nanoseconds
            case .checkedOut: break
            }
        }

        /// By state, without those that took no time.
        var durations: [AgentState: Duration] {
            var times: [AgentState: Duration] = [:]
            for (state, time) in [(.idle, idle), (.reserved, reserved), (.talking, talking), (.wrapUp, wrapUp)]
                as [(AgentState, Int64)]
            where time > 0 { times[state] = .nanoseconds(time) }
            for (reason, time) in notReady where time > 0 { times[.notReady(reason)] = .nanoseconds(time) }
            return times
        }
    }

    /// What comes after the current contact.
    enum Afterwards: Equatable, Sendable {
        case idle
        case notReady(NotReadyReason)
        case checkedOut
    }

    struct QueueEntry: Sendable {
        var queue: Queue {
            didSet {
                ringNanoseconds = queue.ringTimeout.inNanoseconds
                wrapUpNanoseconds = queue.wrapUp.inNanoseconds
            }
        }
        var requirement: Int
        private(set) var ringNanoseconds: Int64
        private(set) var wrapUpNanoseconds: Int64
        /// Contacts without an offer.
        var waiting = 0

        init(queue: Queue, requirement: Int) {
            self.queue = queue
            self.requirement = requirement
            ringNanoseconds = queue.ringTimeout.inNanoseconds
            wrapUpNanoseconds = queue.wrapUp.inNanoseconds
        }
    }

    /// A distinct set of required skills, and all who stand in line on both sides of it.
    struct Requirement: Sendable {
        let skills: SkillExpression
        /// Agents who fulfil it and are idle.
        var idle = TurnIndex()
        /// The same agents once more by group, when some queue chooses by group; else empty.
        var idleByGroup: [GroupLine] = []
        /// Contacts that wait for anyone who fulfils it.
        var waiting = TurnIndex()
        /// Contacts that wait for someone who has not refused them: slots in the order of their turns.
        var refused: [Int] = []
        /// How many agents who fulfil it are available.
        var available = 0
    }

    /// The idle agents of one group.
    struct GroupLine: Sendable {
        var idle = TurnIndex()
        /// How many stand in it.
        var count = 0
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
