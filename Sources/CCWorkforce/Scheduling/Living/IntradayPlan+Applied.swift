extension IntradayPlan {
    /// The schedule after the changes, and a problem of which it is a solution: changed shifts are new patterns there, and options of the
    /// agents who have them, with the wages of the changes added. So a `ScheduleChecker` checks the changes as it checks any schedule, and
    /// later changes can start from them.
    ///
    /// - Parameters:
    ///   - problem: of which the plan was made.
    ///   - assignments: as the plan was made of them.
    /// - Throws: `WorkforceError` as `ScheduleProblem`, `.mismatch` for a problem without names.
    public func applied(
        to assignments: [ScheduleSolution.Assignment], in problem: ScheduleProblem
    ) throws -> (problem: ScheduleProblem, assignments: [ScheduleSolution.Assignment]) {
        guard case .roster(var roster) = problem.work else {
            throw WorkforceError(.mismatch, at: "kind", "changes within a day need agents with names")
        }
        // Wages of the changes, and of the shift as it was.
        var costs: [Int: Int] = [:]
        for change in changes { costs[change.agent, default: 0] += change.wages }
        var (patterns, after) = (problem.patterns, assignments)
        let places = after.indices.filter { after[$0].day == day && costs[after[$0].agent] != nil }
        let old = Set(places.map { after[$0] })
        for option in roster.options
        where option.day == day && old.contains(.init(agent: option.agent, day: day, pattern: option.pattern)) {
            costs[option.agent, default: 0] += option.cost
        }
        for place in places {
            let agent = after[place].agent
            guard let cost = costs[agent], let shift = shifts[agent] else { continue }
            after[place].pattern = patterns.count
            roster.options.append(
                RosterOption(agent: agent, day: day, pattern: patterns.count, cost: max(0, min(cost, Limits.cost))))
            patterns.append(shift)
        }
        let changed = try ScheduleProblem(
            name: problem.name, slotsPerDay: problem.slotsPerDay, days: problem.days, demand: problem.demand,
            coverage: problem.coverage, patterns: patterns, work: .roster(roster))
        return (changed, after)
    }
}
