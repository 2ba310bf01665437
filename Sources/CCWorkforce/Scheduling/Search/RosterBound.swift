/// A cost that no roster can undercut: the largest sum of `RosterPrices` that is found.
public enum RosterBound {
    /// - Parameters:
    ///   - target: The cost of a schedule, which steers the length of the steps.
    ///   - budget: A move is one plan for all agents.
    /// - Returns: nil for a problem without names, when no line keeps some agent's rules, and when costs are too large to be
    ///   counted in thousandths.
    public static func bound(_ problem: ScheduleProblem, target: Int, budget: ScheduleBudget) -> Int? {
        guard case .roster(let roster) = problem.work else { return nil }
        let tables = RosterTables(problem, roster)
        guard var prices = RosterPrices(problem, tables, LinePlanner.all(tables)),
            let best = prices.rise(target: target, while: { budget.share($0) < 1 })
        else { return nil }
        return max(0, Int((Double(best) / 1_000 - 1e-9).rounded(.up)))
    }
}
