import CCCore

extension Router {
    struct AgentEntry: Versioned, Sendable {
        var agent: Agent {
            didSet { room = Room(agent.capacity) }
        }
        private(set) var room: Room
        /// The pools that the agent belongs to, by level: the lowest first.
        var pools: [Membership] = []
        var group: Int
        /// The channels for which the agent stands in line, a bit each; 0: in none.
        var standsFor: UInt8 = 0
        /// Changes whenever the agent enters or leaves lines.
        var version: UInt32 = 0
        /// The place among the idle: lower has been idle longer.
        var turn: Int64 = 0
        var idleSince: Int64 = 0
        var presence = Presence.out
        /// Counts pauses, so that an old one's end means nothing.
        var pauseMark: UInt64 = 0
        /// Offers, conversations and wrap-ups, in the order in which they began.
        var work: [Work] = []
        var counts = ChannelCounts()
        /// What the agent does in all: follows from presence and work.
        var state = AgentState.checkedOut
        var since = Instant.zero
        var until: Instant?
        /// Contacts that wait for this agent before anybody else.
        var direct = OrderedLine()
        var times = StateTimes()
        var answered = 0
        var talkNanoseconds: Int64 = 0
        /// Leaves the router when nothing is left to do.
        var isRemoved = false

        /// Whether a contact may hope for this agent: now, or when what they do is done.
        var isAvailable: Bool {
            switch presence {
            case .out: false
            case .ready: true
            case .away(_, let until): until != nil
            }
        }

        init(agent: Agent, group: Int, since: Instant) {
            self.agent = agent
            self.group = group
            self.since = since
            room = Room(agent.capacity)
        }

        func fulfils(_ pool: Int) -> Bool { pools.contains { $0.pool == pool } }
        var isTalking: Bool { work.contains { $0.phase == .talking } }
    }

    /// Whether an agent takes contacts. Work that began earlier goes on in any case.
    enum Presence: Equatable, Sendable {
        case out
        case ready
        /// `until` is when it ends by itself.
        case away(NotReadyReason, until: Instant?)
    }

    /// A pool that an agent belongs to, and how much the agent prefers its contacts: lower is better.
    struct Membership: Sendable {
        let pool: Int
        let level: Int
        /// The mean of the agent's proficiencies in what the pool asks for.
        let proficiency: Double
    }

    /// One thing that an agent is busy with.
    struct Work: Sendable {
        enum Phase: Sendable { case offered, talking, wrapUp }

        var phase: Phase
        /// The contact's slot; -1 in wrap-up, when the contact may be gone.
        var contact: Int
        /// Set in wrap-up.
        var id: ContactID?
        let queue: Int
        let channel: Channel
        var since: Int64
        /// When the offer or the wrap-up ends by itself.
        var until: Int64
        /// An offer's number, or that of a wrap-up.
        var mark: UInt64
        var dispositions: [DispositionCode] = []
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
}
