/// Something that answers a `ScheduleProblem`. `LocalSearch` is the default; others wrap solvers that a machine has.
public protocol ScheduleSolver: Sendable {
    /// - Parameters:
    ///   - start: a schedule to begin with, which keeps the rules; nil: from nothing.
    ///   - budget: how long to go on; the answer is the best schedule found until then.
    /// - Returns: a schedule that keeps all rules.
    /// - Throws: `WorkforceError` `.infeasible` when there is none, with the rules in conflict in its message;
    ///   `.mismatch` when the solver does not answer this kind of problem, or the start is not for this problem.
    func solve(_ problem: ScheduleProblem, from start: ScheduleSolution?, budget: ScheduleBudget) async throws
        -> ScheduleResult
}

extension ScheduleSolver {
    public func solve(_ problem: ScheduleProblem, budget: ScheduleBudget) async throws -> ScheduleResult {
        try await solve(problem, from: nil, budget: budget)
    }
}

/// A schedule, what it costs, and what is known about how good it is.
public struct ScheduleResult: Hashable, Sendable {
    public var solution: ScheduleSolution
    /// As `ScheduleChecker` counts it.
    public var cost: Int
    /// No schedule costs less; nil: not known.
    public var bound: Int?
    /// Changes that were tried.
    public var moves: Int

    public init(solution: ScheduleSolution, cost: Int, bound: Int? = nil, moves: Int = 0) {
        self.solution = solution
        self.cost = cost
        self.bound = bound
        self.moves = moves
    }

    /// (cost − bound) ÷ cost; nil without a bound.
    public var gap: Double? {
        bound.map { cost > 0 ? Double(cost - $0) / Double(cost) : 0 }
    }
}
