/// A scheduling problem as a centre knows it: shapes of shifts, and agents with their terms. From it come the patterns and
/// the options (agent, day, pattern, cost) that searches and solvers work on.
///
/// A shift that would end after the horizon is no option, so on the last day nobody begins a night shift: plan one day
/// more than is needed, and the last evening has its shifts.
public struct RosterRequest: Hashable, Sendable {
    public var name: String
    public var slotsPerDay: Int
    /// Day 0 is a Monday.
    public var days: Int
    public var demand: [[Int]]
    public var coverage: CoverageCost
    public var shapes: [ShiftShape]
    public var agents: [AgentTerms]
    public var wages: WageRules
    /// Slots between a shift and the next day's.
    public var rest: Int
    public var maxConsecutiveDays: Int
    /// What each recent weekend shift, beyond the fewest that an agent has, adds to a weekend shift's cost, so that
    /// weekends go round.
    public var weekendFairness: Int

    public init(
        name: String = "", slotsPerDay: Int = 48, days: Int = 7, demand: [[Int]],
        coverage: CoverageCost = CoverageCost(),
        shapes: [ShiftShape], agents: [AgentTerms], wages: WageRules = WageRules(), rest: Int = 22,
        maxConsecutiveDays: Int = 6, weekendFairness: Int = 0
    ) {
        self.name = name
        self.slotsPerDay = slotsPerDay
        self.days = days
        self.demand = demand
        self.coverage = coverage
        self.shapes = shapes
        self.agents = agents
        self.wages = wages
        self.rest = rest
        self.maxConsecutiveDays = maxConsecutiveDays
        self.weekendFairness = weekendFairness
    }

    /// - Throws: `WorkforceError` naming the place, as `ScheduleProblem` does, and `.mismatch` for an agent's availability
    ///   that has not one entry a day.
    public func problem() throws -> ScheduleProblem {
        try Checked.count(slotsPerDay, in: 1...1_440, at: "slotsPerDay")
        try Checked.count(days, in: 1...63, at: "days")
        try Checked.count(weekendFairness, in: 0...Limits.cost, at: "weekendFairness")
        try Checked.count(wages.slot, in: 0...Limits.cost, at: "wages.slot")
        try Checked.count(wages.extras.count, in: 0...100, at: "wages.extras.count")
        for (number, extra) in wages.extras.enumerated() {
            try Checked.count(extra.cost, in: 0...Limits.cost, at: "wages.extras[\(number)].cost")
        }
        var (patterns, unpaid): ([ShiftPattern], [Set<Int>]) = ([], [])
        for (number, shape) in shapes.enumerated() {
            // The patterns of a shape differ in where its unpaid breaks lie, which wages have to know.
            for pattern in try shape.patterns(at: "shapes[\(number)]") {
                try pattern.check(at: "shapes[\(number)]", slotsPerDay: slotsPerDay)
                var slots: Set<Int> = []
                var place = 0
                for rest in shape.breaks {
                    if !rest.isPaid { slots.formUnion(pattern.breaks[place..<(place + rest.length)]) }
                    place += rest.length
                }
                patterns.append(pattern)
                unpaid.append(slots)
            }
            guard patterns.count <= Limits.patterns else {
                throw WorkforceError(.outOfRange, at: "shapes", "more than \(Limits.patterns) patterns")
            }
        }
        for (number, agent) in agents.enumerated() { try check(agent, "agents[\(number)]") }
        // Wages of every pattern on every day.
        var costs = [[Int]](repeating: [], count: days)
        for day in 0..<days {
            costs[day] = zip(patterns, unpaid).map { pattern, unpaid in
                (0..<pattern.length).reduce(0) { sum, slot in
                    unpaid.contains(slot)
                        ? sum
                        : sum + wages.cost(day * slotsPerDay + pattern.start + slot, slotsPerDay: slotsPerDay)
                }
            }
        }
        let fewest = agents.map(\.recentWeekends).min() ?? 0
        var options: [RosterOption] = []
        for (number, agent) in agents.enumerated() {
            options += self.options(agent, patterns, costs, fewest)
            guard options.count <= Limits.options else {
                throw WorkforceError(.outOfRange, at: "agents[\(number)]", "more than \(Limits.options) options")
            }
        }
        return try ScheduleProblem(
            name: name, slotsPerDay: slotsPerDay, days: days, demand: demand, coverage: coverage, patterns: patterns,
            work: .roster(
                Roster(
                    rest: rest, maxConsecutiveDays: maxConsecutiveDays, agents: agents.map(\.contract), options: options
                )))
    }

    private func check(_ agent: AgentTerms, _ place: String) throws {
        guard agent.availability.count == days else {
            throw WorkforceError(.mismatch, at: "\(place).availability", "expected \(days) days")
        }
        try Checked.count(agent.recentWeekends, in: 0...1_000, at: "\(place).recentWeekends")
        try Checked.count(agent.wishes.count, in: 0...1_000, at: "\(place).wishes.count")
        for (number, wish) in agent.wishes.enumerated() {
            try Checked.count(wish.cost, in: 0...Limits.cost, at: "\(place).wishes[\(number)].cost")
        }
        try Checked.count(agent.lastEnd ?? 0, in: -Limits.slots...0, at: "\(place).lastEnd")
    }

    private func options(
        _ agent: AgentTerms, _ patterns: [ShiftPattern], _ costs: [[Int]], _ fewest: Int
    ) -> [RosterOption] {
        var options: [RosterOption] = []
        for day in 0..<days {
            let isWeekend = day % 7 >= 5
            if isWeekend, agent.weekendsOff.contains(day / 7) { continue }
            for (number, pattern) in patterns.enumerated() {
                let span = pattern.start..<pattern.end
                guard
                    agent.availability[day].contains(where: {
                        $0.lowerBound <= span.lowerBound && span.upperBound <= $0.upperBound
                    }),
                    agent.paidPerDay.contains(pattern.paid), (day * slotsPerDay) + pattern.end <= days * slotsPerDay,
                    agent.lastEnd.map({ day * slotsPerDay + pattern.start - $0 >= rest }) ?? true
                else { continue }
                var cost = costs[day][number]
                cost += agent.wishes.reduce(0) { $0 + $1.cost(day: day, start: pattern.start) }
                if isWeekend { cost += weekendFairness * (agent.recentWeekends - fewest) }
                options.append(
                    RosterOption(agent: agent.contract.id, day: day, pattern: number, cost: min(cost, Limits.cost)))
            }
        }
        return options
    }
}
