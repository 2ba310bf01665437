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
        let begin = try start.map(checked) ?? constructed()
        let first = await search.phases(
            { number, _, _ in
                if number > 0 { return nil }
                return start == nil ? (Self.measuringShare, 4, 0.17) : (0.5, 0.6, 0.16)
            }, begin, fall(tables, budget))
        guard let first else { throw WorkforceError(.infeasible, at: "", "there is no schedule") }
        let core = start == nil ? core(first, budget) : nil
        let (narrow, wide) = (fall(core ?? tables, budget), fall(tables, budget))
        let found = await search.phases(
            first: first,
            after: max(budget.share(first.moves / search.workers), start == nil ? Self.measuringShare : 0.5),
            { number, from, moves in
                if from >= 1 { return nil }
                return start == nil ? phase(number, from, moves) : (1, 0.6, 0.16)
            }, begin
        ) { leg, schedule, done in leg.to < 1 ? narrow(leg, schedule, done) : wide(leg, schedule, done) }
        let best = found ?? first
        return ScheduleResult(
            solution: .roster(tables.assignments(best.schedule)), cost: best.cost, moves: best.moves)
    }

    private func fall(_ narrow: RosterTables, _ budget: ScheduleBudget)
        -> @Sendable (
            LocalSearch.Leg, [Int32]?, Int
        ) -> LocalSearch.Found<[Int32]>
    {
        { leg, schedule, done in
            let annealer = RosterAnnealer(problem, narrow, seed: leg.seed)
            if let schedule { annealer.load(tables.renumbered(schedule, for: narrow)) }
            annealer.moves = done
            annealer.anneal(hot: leg.hot * unit, cold: leg.cold * unit, from: leg.from, to: leg.to) {
                budget.share($0)
            }
            return LocalSearch.Found(
                worker: leg.worker, schedule: narrow.renumbered(annealer.best, for: tables), cost: annealer.bestCost,
                moves: annealer.moves)
        }
    }

    /// As many falls of the temperature as have `movesPerFall`, two from so hot that the past is forgotten and one from
    /// where the best schedule so far is loosened only, and so on; and a last one over all shifts.
    private func phase(_ number: Int, _ from: Double, _ moves: Int) -> LocalSearch.Phase {
        if from >= Self.narrowShare { return (1, 0.5, 0.15) }
        let budget = Double(moves) / max(from, 0.001)
        let share = Self.movesPerFall * Double(tables.agents * tables.days) / max(budget, 1)
        var to = from + min(max(share, 0.02), 0.65)
        if Self.narrowShare - to < 0.5 * (to - from) { to = Self.narrowShare }
        return number % 3 < 2 ? (to, 1, 0.25) : (to, 0.6, 0.17)
    }

    /// The share of a first, short fall, which tells how many moves the budget is for and about what is possible.
    private static let measuringShare = 0.03
    /// The share of the budget that is spent on the core.
    private static let narrowShare = 0.9
    /// For each day of each agent.
    private static let movesPerFall = 2e5

    // MARK: Where it begins

    /// The tables with only those shifts that cost little more than others when slots have prices, and those of a
    /// schedule; nil when there is no time for prices.
    ///
    /// A schedule costs more than the prices' sum by what is paid for dear shifts, or more. So a share of that gap, for
    /// each agent, is what dear may mean, and half of what a slot costs where there is hardly a gap.
    func core(_ found: LocalSearch.Found<[Int32]>, _ budget: ScheduleBudget) -> RosterTables? {
        guard var prices = RosterPrices(problem, tables, planners) else { return nil }
        // A plan for an agent takes as long as some hundred moves.
        let (moves, before) = (found.moves / search.workers, budget.share(found.moves / search.workers))
        var rounds = 0
        let sum = prices.rise(target: found.cost) {
            rounds = $0
            return budget.share(moves + $0 * tables.agents * 100) < min(before + 0.1, Self.narrowShare)
        }
        guard let sum, rounds >= 100, let premiums = prices.premiums() else { return nil }
        let gap = max(0, Double(found.cost) * 1_000 - Double(sum)) / Double(tables.agents)
        let limit = Int(max(gap / 6, 500 * min(unit, 1e9)))
        var isKept = premiums.map { $0 <= limit }
        for option in found.schedule where option >= 0 { isKept[Int(option)] = true }
        return tables.narrowed { isKept[$0] }
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

    private func checked(_ start: [ScheduleSolution.Assignment]) throws -> [Int32] {
        let report = ScheduleChecker(problem).check(.roster(start))
        if let broken = report.broken.first { throw WorkforceError(.mismatch, at: "start", broken.description) }
        guard let chosen = tables.chosen(start) else {
            throw WorkforceError(.mismatch, at: "start", "a shift in it is no option")
        }
        return chosen
    }
}
