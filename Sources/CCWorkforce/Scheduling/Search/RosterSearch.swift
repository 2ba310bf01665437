/// `LocalSearch` for problems with names.
///
/// What a slot is worth is found first, by `RosterPrices`. Only shifts that make nobody's line much dearer at these prices
/// are searched, the core of the problem (as Balas & Zemel 1980 do for knapsacks); all join for the last part of the
/// budget.
struct RosterSearch: Sendable {
    let problem: ScheduleProblem
    let tables: RosterTables
    let search: LocalSearch
    /// What a paid slot costs on average: the scale of temperatures and premiums.
    let unit: Double
    private let planners: [LinePlanner]

    init(_ problem: ScheduleProblem, _ roster: Roster, _ search: LocalSearch) {
        self.problem = problem
        self.search = search
        tables = RosterTables(problem, roster)
        planners = LinePlanner.all(tables)
        let paid = tables.options.reduce(0) { $0 + Int($1.paid) }
        let cost = tables.options.reduce(0) { $0 + Int($1.cost) }
        unit = cost > 0 && paid > 0 ? Double(cost) / Double(paid) : max(1, Double(problem.coverage.under[0]) / 3)
    }

    func run(_ start: [ScheduleSolution.Assignment]?, _ budget: ScheduleBudget) async throws -> ScheduleResult {
        var begin = try start.map(checked) ?? constructed()
        let core = start == nil ? core(target: cost(begin), budget) : nil
        if let core { begin = core.lines }
        let found = await search.phases(
            after: budget.share(0),
            { number, from, moves in
                start == nil ? phase(number, from, moves) : (number == 0 ? 0.5 : 1, 0.6, 0.16)
            }, begin
        ) { [begin] leg, schedule, done in
            let narrow = leg.to < 1 ? core?.tables ?? tables : tables
            let annealer = RosterAnnealer(problem, narrow, seed: leg.seed)
            annealer.load(tables.renumbered(schedule ?? begin, for: narrow))
            annealer.moves = done
            annealer.anneal(hot: leg.hot * unit, cold: leg.cold * unit, from: leg.from, to: leg.to) {
                budget.share($0)
            }
            return LocalSearch.Found(
                worker: leg.worker, schedule: narrow.renumbered(annealer.best, for: tables), cost: annealer.bestCost,
                moves: annealer.moves)
        }
        guard let found else { throw WorkforceError(.infeasible, at: "", "there is no schedule") }
        return ScheduleResult(
            solution: .roster(tables.assignments(found.schedule)), cost: found.cost, moves: found.moves)
    }

    /// One short fall of the temperature tells how many moves the budget is for. Then as many falls as have
    /// `movesPerFall`, in turn from so hot that the past is forgotten and from where the best schedule so far is loosened
    /// only; and a last one over all shifts.
    private func phase(_ number: Int, _ from: Double, _ moves: Int) -> LocalSearch.Phase {
        if number == 0 { return (from + 0.02, 4, 0.17) }
        if from >= Self.narrowShare { return (1, 0.5, 0.15) }
        let budget = Double(moves) / max(from, 0.001)
        let share = Self.movesPerFall * Double(tables.agents * tables.days) / max(budget, 1)
        var to = from + min(max(share, 0.02), 0.65)
        if Self.narrowShare - to < 0.5 * (to - from) { to = Self.narrowShare }
        return number % 2 == 1 ? (to, 1, 0.25) : (to, 0.6, 0.17)
    }

    /// The share of the budget that is spent on the core.
    private static let narrowShare = 0.9
    /// For each day of each agent.
    private static let movesPerFall = 2e5

    // MARK: Where it begins

    struct Core: Sendable {
        var tables: RosterTables
        /// Everybody's cheapest line at the prices, by the numbers of all options.
        var lines: [Int32]
    }

    /// Nil when there is no time for prices.
    func core(target: Int, _ budget: ScheduleBudget) -> Core? {
        guard var prices = RosterPrices(problem, tables, planners) else { return nil }
        // A plan for an agent takes as long as some hundred moves.
        let rounds = tables.agents * 100
        var done = 0
        _ = prices.rise(target: target) {
            done = $0
            return budget.share($0 * rounds) < 0.1
        }
        guard done >= 100, let premiums = prices.premiums(), let lines = prices.evaluate()?.lines else { return nil }
        let limit = Int(500 * min(unit, 1e9))
        return Core(tables: tables.narrowed { premiums[$0] <= limit }, lines: lines)
    }

    /// Each agent's cheapest line.
    private func constructed() throws -> [Int32] {
        var schedule: [Int32] = []
        for (agent, planner) in planners.enumerated() {
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

    private func cost(_ schedule: [Int32]) -> Int {
        let annealer = RosterAnnealer(problem, tables, seed: 0)
        annealer.load(schedule)
        return annealer.cost
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
