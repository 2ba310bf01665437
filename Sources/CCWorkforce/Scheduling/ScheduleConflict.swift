/// Rules of one agent that cannot hold together, none of which could be left out: what to talk about when no schedule
/// exists.
public struct ScheduleConflict: Hashable, Sendable, CustomStringConvertible {
    public enum Rule: Hashable, Sendable, CustomStringConvertible {
        /// Paid slots of a week.
        case minHours(Int)
        case maxHours(Int)
        case maxDays(Int)
        case consecutiveDays(Int, before: Int)
        case rest(Int)
        case maxWeekends(Int)
        /// On this day only so many shifts can be worked, and not any.
        case availability(day: Int, options: Int)

        public var description: String {
            switch self {
            case .minHours(let slots): "at least \(slots) paid slots a week"
            case .maxHours(let slots): "at most \(slots) paid slots a week"
            case .maxDays(let days): "at most \(days) shifts a week"
            case .consecutiveDays(let days, let before):
                "at most \(days) days in a row" + (before > 0 ? ", after \(before) before the first day" : "")
            case .rest(let slots): "at least \(slots) slots of rest between shifts"
            case .maxWeekends(let count): "at most \(count) weekends with work"
            case .availability(let day, let options):
                options == 0 ? "no shift on day \(day)" : "only the \(options) shifts offered on day \(day)"
            }
        }
    }

    public var agent: Int
    public var rules: [Rule]

    /// `agent 7 cannot have at least 80 paid slots a week together with at most 4 shifts a week`
    public var description: String {
        let words = rules.map(\.description)
        guard let first = words.first else { return "agent \(agent): no line of shifts keeps the rules" }
        if words.count == 1 { return "agent \(agent) cannot have \(first)" }
        return "agent \(agent) cannot have \(first) together with " + words.dropFirst().joined(separator: " and ")
    }

    /// The conflicts of all agents for whom no line of shifts keeps the rules; empty: a schedule exists, since rules
    /// never bind two agents together.
    public static func all(in problem: ScheduleProblem) -> [ScheduleConflict] {
        guard case .roster(let roster) = problem.work else { return [] }
        return roster.agents.compactMap { find(problem, agent: $0.id) }
    }

    /// A smallest set by inclusion (deletion filter, Chinneck & Dravnieks 1991): rules are left out one by one, and stay
    /// out when the others alone are still in conflict. Availability comes first, so that what stays is as few days
    /// as possible.
    ///
    /// - Returns: nil when the agent's rules can be kept, or there is no such agent.
    public static func find(_ problem: ScheduleProblem, agent id: Int) -> ScheduleConflict? {
        guard case .roster(let roster) = problem.work, let agent = roster.agents.first(where: { $0.id == id }) else {
            return nil
        }
        var rules: [Rule] = (0..<problem.days).map { day in
            .availability(day: day, options: roster.options.count { $0.agent == id && $0.day == day })
        }
        if let limit = agent.maxWeekends { rules.append(.maxWeekends(limit)) }
        rules += [
            .rest(roster.rest), .consecutiveDays(roster.maxConsecutiveDays, before: agent.daysBefore),
            .maxDays(agent.maxDays), .maxHours(agent.maxSlots), .minHours(agent.minSlots),
        ]
        guard !possible(problem, roster, agent, rules) else { return nil }
        var kept = rules
        for rule in rules {
            let fewer = kept.filter { $0 != rule }
            if !possible(problem, roster, agent, fewer) { kept = fewer }
        }
        return ScheduleConflict(agent: id, rules: kept.reversed())
    }

    /// Whether a line exists that keeps these rules; a day whose availability is left out can have any pattern.
    private static func possible(
        _ problem: ScheduleProblem, _ roster: Roster, _ agent: RosterAgent, _ rules: [Rule]
    ) -> Bool {
        var agent = agent
        var roster = Roster(
            rest: 0, maxConsecutiveDays: 1_000, agents: [], options: roster.options.filter { $0.agent == agent.id })
        let before = agent.daysBefore
        (agent.minSlots, agent.maxSlots, agent.maxDays) = (0, 7 * problem.slotsPerDay, 7)
        (agent.daysBefore, agent.maxWeekends) = (0, nil)
        var bound: Set<Int> = []
        for rule in rules {
            switch rule {
            case .minHours(let slots): agent.minSlots = slots
            case .maxHours(let slots): agent.maxSlots = slots
            case .maxDays(let days): agent.maxDays = days
            case .consecutiveDays(let days, _): (roster.maxConsecutiveDays, agent.daysBefore) = (days, before)
            case .rest(let slots): roster.rest = slots
            case .maxWeekends(let count): agent.maxWeekends = count
            case .availability(let day, _): bound.insert(day)
            }
        }
        roster.options.removeAll { !bound.contains($0.day) }
        // One pattern of each start, end and pay is enough.
        var shapes: Set<[Int]> = []
        for (number, pattern) in problem.patterns.enumerated()
        where shapes.insert([pattern.start, pattern.end, pattern.paid]).inserted {
            for day in 0..<problem.days where !bound.contains(day) {
                roster.options.append(RosterOption(agent: agent.id, day: day, pattern: number, cost: 0))
            }
        }
        roster.agents = [agent]
        let planner = WeekPlanner(tables: RosterTables(problem, roster), agent: 0)
        return planner.cheapest([Int](repeating: 0, count: planner.options.count)) != nil
    }
}
