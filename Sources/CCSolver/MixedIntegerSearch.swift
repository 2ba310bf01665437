import CCWorkforce

/// Schedules on a mixed-integer solver, which begins with what `LocalSearch` found: the better of both answers, with the
/// solver's bound.
///
/// ```swift
/// let solver = MixedIntegerSearch(try Highs(), seconds: 30)
/// let result = try await solver.solve(problem, budget: .moves(5_000_000))
/// ```
public struct MixedIntegerSearch: ScheduleSolver {
    public var solver: any MixedIntegerSolver
    /// How long the solver is waited for after the search.
    public var seconds: Double
    /// The search that the budget is for.
    public var search: LocalSearch

    /// - Parameter seconds: 0 to 1,000,000; numbers beyond are taken as the nearest of them.
    public init(_ solver: any MixedIntegerSolver, seconds: Double, search: LocalSearch = LocalSearch()) {
        self.solver = solver
        self.seconds = seconds.isFinite ? min(max(seconds, 0), 1e6) : 0
        self.search = search
    }

    /// A solver that fails or does not stop in time costs its bound and not the schedule, and what it says is counted
    /// again by `ScheduleChecker`. It works on a thread of its own.
    ///
    /// - Throws: as `LocalSearch` does, and `SolverError` `.tooLarge` before anything is searched.
    public func solve(
        _ problem: ScheduleProblem, from start: ScheduleSolution? = nil, budget: ScheduleBudget
    ) async throws -> ScheduleResult {
        let schedule = try ScheduleProgram(problem)
        var result = try await search.solve(problem, from: start, budget: budget)
        guard seconds > 0, result.bound ?? .min < result.cost else { return result }
        guard
            let answer = await TimedSolve.answer(
                solver, schedule.program, from: schedule.values(result.solution), seconds: seconds)
        else { return result }
        if let solution = answer.values.flatMap(schedule.solution) {
            let report = ScheduleChecker(problem).check(solution)
            if report.broken.isEmpty, report.cost < result.cost {
                (result.solution, result.cost) = (solution, report.cost)
            }
        }
        if let bound = answer.bound.flatMap(Self.whole) {
            result.bound = max(result.bound ?? 0, min(bound, result.cost))
        }
        return result
    }

    /// Costs are whole, so a bound may be rounded up; a hundredth, or a ten-millionth of it, is left to the tolerances of
    /// the solver. Nil when it is no number.
    private static func whole(_ bound: Double) -> Int? {
        bound.isFinite ? Int(min(max(bound - max(0.01, abs(bound) * 1e-7), 0), 1e17).rounded(.up)) : nil
    }
}
