/// `LocalSearch` for problems with names.
struct RosterSearch: Sendable {
    let problem: ScheduleProblem
    let tables: RosterTables
    let search: LocalSearch
    /// What a paid slot costs on average: the scale of temperatures.
    let unit: Double

    init(_ problem: ScheduleProblem, _ roster: Roster, _ search: LocalSearch) {
        self.problem = problem
        self.search = search
        tables = RosterTables(problem, roster)
        let paid = tables.options.reduce(0) { $0 + Int($1.paid) }
        let cost = tables.options.reduce(0) { $0 + Int($1.cost) }
        unit = cost > 0 && paid > 0 ? Double(cost) / Double(paid) : max(1, Double(problem.coverage.under[0]) / 3)
    }

    func run(_ start: [ScheduleSolution.Assignment]?, _ budget: ScheduleBudget) async throws -> ScheduleResult {
        let begin = try start.map(checked) ?? constructed()
        // A schedule that is handed in is improved where it stands, not melted down.
        let plan =
            start == nil
            ? [(to: 0.6, hot: 4.0, cold: 0.17), (to: 0.8, hot: 0.8, cold: 0.17), (to: 1.0, hot: 0.8, cold: 0.15)]
            : [(to: 0.5, hot: 0.6, cold: 0.17), (to: 1.0, hot: 0.6, cold: 0.15)]
        let places = tables.agents * tables.days
        let found = await search.phases(plan, begin) { leg, schedule, done in
            let annealer = RosterAnnealer(problem, tables, seed: leg.seed)
            annealer.load(schedule ?? begin)
            annealer.moves = done
            // After a long first fall of the temperature, little is left to find near by.
            let isLong = start == nil && leg.phase > 0 && done / places > 1_000_000
            annealer.anneal(hot: (isLong ? 2 : leg.hot) * unit, cold: leg.cold * unit, from: leg.from, to: leg.to) {
                budget.share($0)
            }
            return LocalSearch.Found(
                worker: leg.worker, schedule: annealer.best, cost: annealer.bestCost, moves: annealer.moves)
        }
        guard let found else { throw WorkforceError(.infeasible, at: "", "there is no schedule") }
        return ScheduleResult(
            solution: .roster(tables.assignments(found.schedule)), cost: found.cost, moves: found.moves)
    }

    /// Each agent's cheapest line.
    private func constructed() throws -> [Int32] {
        var schedule: [Int32] = []
        for agent in 0..<tables.agents {
            let planner = WeekPlanner(tables: tables, agent: agent)
            guard let line = planner.cheapest(planner.options.map { Int(tables.options[$0].cost) })?.line else {
                throw WorkforceError(
                    .infeasible, at: "agents[\(agent)]",
                    ScheduleConflict.find(problem, agent: tables.roster[agent].id)?.description
                        ?? "no line of shifts keeps this agent's rules")
            }
            schedule += line
        }
        return schedule
    }

    private func checked(_ start: [ScheduleSolution.Assignment]) throws -> [Int32] {
        let report = ScheduleChecker(problem).check(.roster(start))
        if let broken = report.broken.first { throw WorkforceError(.mismatch, at: "start", broken.description) }
        guard let chosen = tables.chosen(start) else {
            throw WorkforceError(.mismatch, at: "start", "a shift in it is no option")
        }
        return chosen
    }
}
