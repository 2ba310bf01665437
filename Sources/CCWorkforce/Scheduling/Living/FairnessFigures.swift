/// How a schedule treats each agent.
public struct FairnessFigures: Hashable, Sendable {
    public struct Agent: Hashable, Sendable {
        public var agent: Int
        public var shifts: Int
        public var paidSlots: Int
        /// Shifts on a Saturday or Sunday; day 0 is a Monday.
        public var weekendShifts: Int
        /// Shifts that begin before the early limit, and that end after the late one.
        public var early: Int
        public var late: Int
        /// Shifts that are among the agent's cheapest of their day with their pay: as wished, as far as costs tell.
        public var preferred: Int
    }

    public var agents: [Agent]

    /// - Parameters:
    ///   - earlyBefore: The slot of the day before which a start is early.
    ///   - lateAfter: The slot of the day, past midnight too, after which an end is late.
    public init(
        _ problem: ScheduleProblem, _ assignments: [ScheduleSolution.Assignment], earlyBefore: Int, lateAfter: Int
    ) {
        agents = []
        guard case .roster(let roster) = problem.work else { return }
        struct Day: Hashable {
            var agent: Int
            var day: Int
            var paid: Int
        }
        var cheapest: [Day: Int] = [:]
        var costs: [ScheduleSolution.Assignment: Int] = [:]
        for option in roster.options {
            let key = Day(agent: option.agent, day: option.day, paid: problem.patterns[option.pattern].paid)
            cheapest[key] = min(cheapest[key] ?? .max, option.cost)
            costs[.init(agent: option.agent, day: option.day, pattern: option.pattern)] = option.cost
        }
        let lines = Dictionary(
            grouping: assignments.filter { problem.patterns.indices.contains($0.pattern) }, by: \.agent)
        agents = roster.agents.map { agent in
            let line = lines[agent.id] ?? []
            func count(_ test: (ScheduleSolution.Assignment, ShiftPattern) -> Bool) -> Int {
                line.count { test($0, problem.patterns[$0.pattern]) }
            }
            return Agent(
                agent: agent.id, shifts: line.count,
                paidSlots: line.reduce(0) { $0 + problem.patterns[$1.pattern].paid },
                weekendShifts: count { shift, _ in shift.day % 7 >= 5 },
                early: count { $1.start < earlyBefore }, late: count { $1.end > lateAfter },
                preferred: count { shift, pattern in
                    costs[shift] == cheapest[Day(agent: agent.id, day: shift.day, paid: pattern.paid)]
                })
        }
    }

    /// Most − fewest weekend shifts of an agent.
    public var weekendSpread: Int {
        (agents.map(\.weekendShifts).max() ?? 0) - (agents.map(\.weekendShifts).min() ?? 0)
    }

    /// Shifts as wished ÷ all shifts; nil without shifts.
    public var preferredShare: Double? {
        let all = agents.reduce(0) { $0 + $1.shifts }
        return all > 0 ? Double(agents.reduce(0) { $0 + $1.preferred }) / Double(all) : nil
    }
}
