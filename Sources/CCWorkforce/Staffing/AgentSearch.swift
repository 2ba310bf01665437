import Foundation

extension Workload {
    /// The fewest agents with whom the targets are met: with one fewer, they are not.
    ///
    /// The search begins at square-root staffing (S. Halfin and W. Whitt, 1981; O. Garnett, A. Mandelbaum and M. Reiman, 2002)
    /// and goes in steps that double until it has passed the answer, then halves.
    ///
    /// - Throws: `WorkforceError`: a target that its meaning does not allow; `infeasible` where no number of agents will do.
    public func agents(for targets: StaffingTargets) throws -> Int {
        try targets.check()
        return try agents(checked: targets)
    }

    /// - Parameter near: where the search begins, when there is a good guess.
    func agents(checked targets: StaffingTargets, near guess: Double? = nil) throws -> Int {
        let (root, threshold) = (load.squareRoot(), targets.threshold)
        return try Self.fewest(
            near: guess ?? load + (patience.isFinite ? 0.3 : 0.8) * root, step: guess == nil ? Int(root / 4) : 1
        ) { count in
            load == 0 || targets.met(by: WaitingFigures(self, count: count, threshold: threshold))
        }
    }

    /// The lowest number that is enough, 0 or more; above it all are.
    static func fewest(near guess: Double, step: Int, enough: (Int) -> Bool) throws -> Int {
        let start = Int(min(max(guess, 0), Double(WaitingFigures.agentsMax) / 2).rounded())
        var step = max(1, step)
        var (low, high) = (start, start)
        if enough(start) {
            // `high` is enough, `low` is to become too few.
            while true {
                low = max(-1, high - step)
                guard low >= 0, enough(low) else { break }
                (high, step) = (low, step * 2)
            }
        } else {
            while true {
                high = low + step
                guard high <= WaitingFigures.agentsMax else {
                    throw WorkforceError(.infeasible, at: "targets", "no number of agents meets them")
                }
                if enough(high) { break }
                (low, step) = (high, step * 2)
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if enough(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// The highest load, in Erlangs, at which so many agents meet the targets, with this handle time and patience; exact to
    /// about 10⁻¹⁴ of it.
    ///
    /// - Throws: `WorkforceError`: bad targets or agents; `infeasible` where even hardly any load misses the targets.
    public func loadMax(agents: Int, for targets: StaffingTargets) throws -> Double {
        try targets.check()
        try Checked.count(agents, in: 0...Self.servableMax, at: "agents")
        guard agents > 0 else { return 0 }
        func met(_ load: Double) -> Bool {
            targets.met(by: WaitingFigures(with(load: load), count: agents, threshold: targets.threshold))
        }
        var (low, high) = (0.0, Double(agents))
        while met(high) {
            (low, high) = (high, high * 2)
            guard high <= Self.loadMax else { return Self.loadMax }
        }
        while low < high {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high, high - low > 1e-15 * high else { break }
            if met(middle) { low = middle } else { high = middle }
            if high < 1e-12 {
                throw WorkforceError(.infeasible, at: "targets", "not even the smallest load meets them")
            }
        }
        return low
    }

    private static let servableMax = 1_000_000_000
}
