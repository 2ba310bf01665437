/// How well one agent works on several chats at once.
public struct ChatConcurrency: Hashable, Sendable {
    /// What an agent with 1, 2, … chats gets done, relative to one chat alone: 1, and then never less than before.
    public let efficiency: [Double]

    /// The most chats at once.
    public var slots: Int { efficiency.count }

    /// - Parameter efficiency: 1 to 100 values: the first is 1, none is below the one before, the k-th is at most k.
    /// - Throws: `WorkforceError` at `efficiency[1]` and the like.
    public init(efficiency: [Double]) throws {
        try Checked.count(efficiency.count, in: 1...100, at: "efficiency.count")
        for (index, value) in efficiency.enumerated() {
            let least = index == 0 ? 1 : efficiency[index - 1]
            try Checked.number(value, in: least...max(least, Double(index + 1)), at: "efficiency[\(index)]")
        }
        self.efficiency = efficiency
    }

    /// Every further chat makes each chat take longer by this share of it.
    ///
    /// - Parameters:
    ///   - slots: 1 to 100.
    ///   - slowdown: 0 (none) to 1 (no gain at all).
    /// - Throws: `WorkforceError` at `slots` or `slowdown`.
    public init(slots: Int, slowdown: Double) throws {
        let slots = try Checked.count(slots, in: 1...100, at: "slots")
        let slowdown = try Checked.number(slowdown, in: 0...1, at: "slowdown")
        efficiency = (1...slots).map { Double($0) / (1 + slowdown * Double($0 - 1)) }
    }

    /// Chats that end per handle time when so many are spread evenly over the agents.
    func pace(chats: Int, agents: Int) -> Double {
        let (whole, more) = chats.quotientAndRemainder(dividingBy: agents)
        let low = whole > 0 ? efficiency[whole - 1] : 0
        let high = more > 0 ? efficiency[whole] : low
        return Double(agents - more) * low + Double(more) * high
    }
}

/// What a workload of chats meets: exact for exponential chats that are spread evenly (a birth and death chain on their number).
public struct ChatFigures: Hashable, Sendable {
    /// Waiting for a slot. Its occupancy is what is done relative to all slots taken all the time.
    public let waiting: WaitingFigures
    /// How many agents with one chat at a time would do as much as these with all slots taken.
    public let equivalentAgents: Double
    /// The mean number of chats with agents.
    public let chats: Double
    /// The share of agents' time with one chat or more.
    public let occupancy: Double
    /// How long a chat takes on average with others beside it. Seconds; 0 where none is served.
    public let averageDuration: Double

    /// - Parameters:
    ///   - workload: its handle time is that of a chat alone.
    ///   - agents: 0 to a million slots in all.
    /// - Throws: `WorkforceError` at `agents` or `threshold`.
    public init(_ workload: Workload, agents: Int, concurrency: ChatConcurrency, threshold: Double = 20) throws {
        let agents = try Checked.count(agents, in: 0...(1_000_000 / concurrency.slots), at: "agents")
        let threshold = try Checked.number(threshold, in: 0...1e9, at: "threshold")
        let places = agents * concurrency.slots
        let capacity = agents > 0 ? concurrency.pace(chats: places, agents: agents) : 0
        // From an empty centre up: sums over the states below the one with so many chats, relative to that one.
        var (odds, chatsBelow, busyBelow) = (0.0, 0.0, 0.0)
        for number in stride(from: 1, through: places, by: 1) where odds.isFinite {
            let step = workload.load > 0 ? concurrency.pace(chats: number, agents: agents) / workload.load : .infinity
            odds = step * (1 + odds)
            chatsBelow = step * (Double(number - 1) + chatsBelow)
            busyBelow = step * (Double(min(number - 1, agents)) + busyBelow)
        }
        if workload.load == 0 { odds = .infinity }
        waiting = WaitingFigures(
            workload, agents: agents, capacity: capacity, oddsOfIdle: odds, threshold: threshold)
        equivalentAgents = capacity
        guard waiting.isStable else {
            (chats, occupancy) = (Double(places), 1)
            averageDuration = capacity > 0 ? Double(places) / capacity * workload.handleTime : 0
            return
        }
        if odds.isFinite, chatsBelow.isFinite {
            let full = waiting.waitingProbability
            let partly = odds > 0 ? (1 - full) / odds : 0
            chats = full * Double(places) + partly * chatsBelow
            occupancy = agents > 0 ? min(1, full + partly * busyBelow / Double(agents)) : 1
        } else {
            // So little work that each chat is alone with its agent.
            chats = workload.load
            occupancy = agents > 0 ? min(1, workload.load / Double(agents)) : 0
        }
        let served = workload.load * waiting.answerRate
        averageDuration = served > 0 ? chats / served * workload.handleTime : 0
    }
}

extension Workload {
    /// The fewest agents with whom chats meet the targets; occupancy is that of ``ChatFigures/occupancy``.
    ///
    /// - Throws: `WorkforceError`: a bad target; `infeasible` where a million slots are too few.
    public func agents(for targets: StaffingTargets, concurrency: ChatConcurrency) throws -> Int {
        try targets.check()
        var service = targets
        service.occupancyMax = nil
        let most = 1_000_000 / concurrency.slots
        let guess = load / concurrency.efficiency[concurrency.slots - 1]
        guard guess <= Double(most) else {
            throw WorkforceError(.infeasible, at: "load", "more than a million chats at once")
        }
        let found = try Self.fewest(near: guess, step: 1) { count in
            guard load > 0, count <= most else { return true }
            guard
                let figures = try? ChatFigures(
                    self, agents: count, concurrency: concurrency, threshold: targets.threshold)
            else { return false }
            return service.met(by: figures.waiting) && figures.occupancy <= targets.occupancyMax ?? 1
        }
        guard found <= most else { throw WorkforceError(.infeasible, at: "targets", "a million slots are too few") }
        return found
    }
}
