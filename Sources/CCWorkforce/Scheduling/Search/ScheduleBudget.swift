/// How long a search may go on. Searches know no clock: `spent` tells how much of the budget is gone.
public struct ScheduleBudget: Sendable {
    /// Moves tried by each thread; nil: no limit. With a limit and no `spent` the same seed gives the same answer.
    public var moves: Int?
    /// From 0 to 1, at which the search ends; asked every few thousand moves, from all threads.
    public var spent: (@Sendable () -> Double)?

    public init(moves: Int? = nil, spent: (@Sendable () -> Double)? = nil) {
        self.moves = moves
        self.spent = spent
    }

    /// By moves alone: the same seed gives the same answer.
    public static func moves(_ count: Int) -> ScheduleBudget { ScheduleBudget(moves: count) }

    /// The larger of both shares; 1: over. A budget without limits is taken as one of ten million moves.
    func share(_ done: Int) -> Double {
        let limit = spent == nil ? moves ?? 10_000_000 : moves
        let byMoves = limit.map { $0 <= 0 ? 1 : Double(done) / Double($0) } ?? 0
        let bySpent = spent.map { $0() } ?? 0
        return max(byMoves, bySpent.isFinite ? bySpent : 1)
    }
}
