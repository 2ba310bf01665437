import CCCore

extension Router {
    struct QueueEntry: Sendable {
        var queue: Queue {
            didSet { prepare() }
        }
        /// The pool of its own requirement, by channel.
        var pools: [Channel: Int] = [:]
        private(set) var ringNanoseconds: Int64 = 0
        private(set) var wrapUpNanoseconds: Int64 = 0
        /// When leaving rules are to be asked, in nanoseconds of wait, in order.
        private(set) var thresholds: [Int64] = []
        private(set) var asksAboutAgents = false
        /// Whether rules of leaving ask for figures that change at any time.
        private(set) var asksAgain = false
        private(set) var hasSteps = false
        /// The lines in which contacts of this queue have waited.
        var lines: [LinePlace] = []
        /// Contacts that wait for one agent.
        var direct = OrderedLine()
        /// Contacts in line.
        var waiting = 0
        var isClosedByHand = false
        /// What the hours say, until when.
        var isOpen = true
        var hoursChangeAt: Int64 = .max
        var estimators = WaitEstimators()
        var served = RecentService()
        var isRemoved = false
        /// Places of customers who left, for as long as the queue keeps them.
        var kept: [String: (queuedAt: Int64, until: Int64)] = [:]

        init(queue: Queue) {
            self.queue = queue
            prepare()
        }

        /// Whether a contact of the queue could be offered to the agent now: of any channel that it has had, or a call.
        func couldUse(_ agent: AgentEntry) -> Bool {
            let room = agent.room.channels(beside: agent.counts)
            let hasRoom = pools.isEmpty ? room & Channel.voice.bit != 0 : pools.keys.contains { room & $0.bit != 0 }
            return hasRoom && agent.presence == .ready && queue.requires.isFulfilled(by: agent.agent.skills)
        }

        struct LinePlace: Sendable {
            let pool: Int
            let line: Int
        }

        private mutating func prepare() {
            ringNanoseconds = queue.ringTimeout.inNanoseconds
            wrapUpNanoseconds = queue.wrapUp.inNanoseconds
            var waits: Set<Int64> = []
            asksAboutAgents = false
            asksAgain = false
            for rule in queue.leaving { rule.when.collect(&waits, &asksAboutAgents, &asksAgain) }
            thresholds = waits.sorted()
            hasSteps = !queue.relaxation.isEmpty
        }
    }

    /// How a queue was served of late: figures that fade.
    struct RecentService: Sendable {
        private var answered = 0.0
        private var inTime = 0.0
        private var lastAt: Int64 = 0
        private(set) var handleTime: Double?

        /// After this time an answer counts half.
        private static let halfLife = 900.0
        /// While nobody answers, what was counts half for other work after this time.
        private static let silenceHalfLife = 300.0

        private mutating func fade(_ now: Int64) {
            guard now > lastAt else { return }
            let factor = powerOfTwo(-Double(now - lastAt) / 1e9 / Self.halfLife)
            answered *= factor
            inTime *= factor
            lastAt = now
        }

        /// A contact was answered, or left after it should have been.
        mutating func count(inTime isInTime: Bool, now: Int64) {
            fade(now)
            answered += 1
            if isInTime { inTime += 1 }
        }

        mutating func handled(_ seconds: Double) {
            handleTime = handleTime.map { $0 + (seconds - $0) * 0.05 } ?? seconds
        }

        /// The share answered in time as far as it is a reason to hold other work back: with time, and without answers,
        /// it goes back to 1.
        func confidence(now: Int64) -> Double {
            let factor = now > lastAt ? powerOfTwo(-Double(now - lastAt) / 1e9 / Self.silenceHalfLife) : 1
            return (inTime * factor + 1) / (answered * factor + 1)
        }

        /// The share answered in time; nil before the first.
        var serviceLevel: Double? { answered > 0.001 ? inTime / answered : nil }
    }
}

extension QueueRule.Condition {
    /// Finds the waits at which an answer may change, and whether agents or figures of the queue matter.
    func collect(_ waits: inout Set<Int64>, _ asksAboutAgents: inout Bool, _ asksAgain: inout Bool) {
        switch self {
        case .waited(let wait): waits.insert(wait.inNanoseconds)
        case .noAgentsReady, .noAgentsCheckedIn: asksAboutAgents = true
        case .not(let inner): inner.collect(&waits, &asksAboutAgents, &asksAgain)
        case .all(let parts), .any(let parts): for part in parts { part.collect(&waits, &asksAboutAgents, &asksAgain) }
        case .waiting, .longestWait, .estimatedWait: asksAgain = true
        case .always, .closed, .emergencyClosed: break
        }
    }
}
