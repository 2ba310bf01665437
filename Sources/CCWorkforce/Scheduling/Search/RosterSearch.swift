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
        let found = await search.phases({ phase($0, moves: $1, melts: start == nil) }, begin) { leg, schedule, done in
            let annealer = RosterAnnealer(problem, tables, seed: leg.seed)
            annealer.load(schedule ?? begin)
            annealer.moves = done
            annealer.anneal(hot: leg.hot * unit, cold: leg.cold * unit, from: leg.from, to: leg.to) {
                budget.share($0)
            }
            return LocalSearch.Found(
                worker: leg.worker, schedule: annealer.best, cost: annealer.bestCost, moves: annealer.moves)
        }
        guard let found else { throw WorkforceError(.infeasible, at: "", "there is no schedule") }
        return ScheduleResult(
            solution: .roster(tables.assignments(found.schedule)), cost: found.cost, moves: found.moves)
    }

    /// The share of the budget in which nothing but its size is measured.
    private static let measuring = 0.02

    /// A schedule that is handed in is improved where it stands. Otherwise everything is melted, and how many moves that
    /// took tells how large the budget is for this problem: one long fall of the temperature uses a small one best; of a
    /// large one, many shorter falls from the best schedule so far do.
    private func phase(_ number: Int, moves: Int, melts: Bool) -> LocalSearch.Phase {
        if !melts { return (number == 0 ? 0.5 : 1, 0.6, 0.16) }
        if number == 0 { return (Self.measuring, 4, 4) }
        let perPlace = Double(moves) / Double(max(tables.agents * tables.days, 1))
        guard
            perPlace * (number == 1 ? 1 / Self.measuring : 1)
                > (number == 1 ? Self.largeBudget : 0.38 * Self.largeBudget)
        else { return [(0.6, 4, 0.17), (0.8, 0.8, 0.17), (1, 0.8, 0.15)][min(number, 3) - 1] }
        return number == 1 ? (0.4, 4, 0.17) : (0.4 + 0.05 * Double(number - 1), 2, 0.17)
    }

    /// Moves for each day of each agent.
    private static let largeBudget = 3.5e6

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
