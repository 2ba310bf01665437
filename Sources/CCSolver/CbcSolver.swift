#if CBC
import CCCore
import CCWorkforce
import CCbc

/// Problems without names on COIN-OR CBC (Forrest & Lougee-Heimer 2005), a branch-and-cut solver: often the optimum,
/// always a bound. It is there when the package is built with the trait `CBC`.
///
/// `LocalSearch` spends the budget that `solve` is given; CBC then begins with its answer and has its own limit of time,
/// which it measures itself.
public struct CbcSolver: ScheduleSolver {
    /// What CBC may take after the search, in seconds.
    public var seconds: Double
    public var search: LocalSearch

    /// - Parameter seconds: 0 to 1,000,000; numbers beyond are taken as the nearest of them.
    public init(seconds: Double, search: LocalSearch = LocalSearch()) {
        self.seconds = seconds.isFinite ? min(max(seconds, 0), 1e6) : 0
        self.search = search
    }

    public func solve(
        _ problem: ScheduleProblem, from start: ScheduleSolution? = nil, budget: ScheduleBudget
    ) async throws -> ScheduleResult {
        guard case .cover(let shifts) = problem.work else {
            throw WorkforceError(.mismatch, at: "kind", "CBC is used for problems without names only")
        }
        var result = try await search.solve(problem, from: start, budget: budget)
        guard seconds > 0, case .cover(let counts) = result.solution else { return result }
        let model = CoverProgram(problem, shifts)
        let answer = model.solve(seconds: seconds, start: counts)
        if let bound = answer.bound { result.bound = max(result.bound ?? 0, min(bound, result.cost)) }
        if let counts = answer.counts {
            let report = ScheduleChecker(problem).check(.cover(counts))
            if report.broken.isEmpty, report.cost < result.cost {
                (result.solution, result.cost) = (.cover(counts), report.cost)
            }
        }
        return result
    }
}

/// The integer program: how often each shift is worked, and missing and idle people by what they cost.
private struct CoverProgram {
    private var starts: [CoinBigIndex] = [0]
    private var rows: [Int32] = []
    private var values: [Double] = []
    private var upper: [Double] = []
    private var costs: [Double] = []
    private let demand: [Double]
    private let shifts: Int

    init(_ problem: ScheduleProblem, _ shifts: [AnonymousShift]) {
        demand = problem.demand[0].map(Double.init)
        self.shifts = shifts.count
        let coverage = problem.coverage
        for shift in shifts {
            let cover = problem.patterns[shift.pattern].cover
            add(
                cover.map { (shift.day * problem.slotsPerDay + $0) % problem.slots }.sorted(), 1, .infinity,
                shift.cost)
        }
        for (slot, count) in problem.demand[0].enumerated() {
            let minimum = coverage.minimum.isEmpty ? 0 : coverage.minimum[0][slot]
            for (index, cost) in coverage.under.enumerated() where index < count - minimum {
                let last = index == coverage.under.count - 1
                add([slot], 1, last ? Double(count - minimum - index) : 1, cost)
            }
            if minimum > 0 { add([slot], 1, Double(minimum), coverage.belowMinimum) }
            let over = coverage.over.isEmpty ? [0] : coverage.over
            for (index, cost) in over.enumerated() {
                add([slot], -1, index == over.count - 1 ? .infinity : 1, cost)
            }
        }
    }

    private mutating func add(_ slots: [Int], _ value: Double, _ limit: Double, _ cost: Int) {
        rows += slots.map(Int32.init)
        values += slots.map { _ in value }
        starts.append(CoinBigIndex(rows.count))
        upper.append(limit == .infinity ? 1e30 : limit)
        costs.append(Double(cost))
    }

    func solve(seconds: Double, start: [Int]) -> (counts: [Int]?, bound: Int?) {
        guard let model = Cbc_newModel() else { return (nil, nil) }
        defer { Cbc_deleteModel(model) }
        Cbc_setLogLevel(model, 0)
        let lower = [Double](repeating: 0, count: costs.count)
        Cbc_loadProblem(
            model, Int32(costs.count), Int32(demand.count), starts, rows, values, lower, upper, costs, demand, demand)
        for column in 0..<shifts { Cbc_setInteger(model, Int32(column)) }
        Cbc_setParameter(model, "log", "0")
        Cbc_setParameter(model, "slog", "0")
        Cbc_setParameter(model, "timeM", "elapsed")
        Cbc_setParameter(model, "sec", "\(seconds)")
        let columns = (0..<shifts).map { Int32($0) }
        Cbc_setMIPStartI(model, Int32(shifts), columns, start.map(Double.init))
        Cbc_solve(model)
        let best = Cbc_getBestPossibleObjValue(model)
        let bound = best.isFinite && best > 0 && best < 1e17 ? Int((best - 1e-5).rounded(.up)) : nil
        guard let solution = Cbc_bestSolution(model) else { return (nil, bound) }
        let counts = (0..<shifts).map { Int(min(max(solution[$0].rounded(), 0), 1e6)) }
        return (counts, bound)
    }
}
#endif
