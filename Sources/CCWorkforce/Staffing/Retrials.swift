extension Workload {
    /// The load when a share of those who give up calls again: the fixed point at which what comes is what is new and what
    /// comes back.
    ///
    /// It holds where callers come back long after, compared with a handle time, so that repeated calls are as random as new
    /// ones; calls that come back at once meet the same full queue, and are worse off than this says.
    ///
    /// - Parameters:
    ///   - probability: the share of those who give up who call again, each time, 0 to 1.
    ///   - agents: who serve.
    /// - Throws: `WorkforceError` at `probability` or `agents`; `infeasible` where what comes back grows without end.
    public func withRetrials(probability: Double, agents: Int) throws -> Workload {
        let share = try Checked.number(probability, in: 0...1, at: "probability")
        let agents = try Checked.count(agents, in: 0...WaitingFigures.agentsMax, at: "agents")
        guard share > 0, load > 0, patience.isFinite else { return self }
        /// What is new when so much comes in all: grows with it, as more are served and more give up for good.
        func new(_ total: Double) -> Double {
            let figures = WaitingFigures(with(load: total), count: agents, threshold: 0)
            return total * (figures.answerRate + (1 - share) * figures.abandonRate)
        }
        var (low, high) = (load, load)
        while new(high) < load {
            (low, high) = (high, high * 2)
            guard high <= Self.loadMax else {
                throw WorkforceError(
                    .infeasible, at: "load", "so many call again that \(agents) agents never catch up with them")
            }
        }
        while high - low > 1e-14 * high, low + (high - low) / 2 > low {
            let middle = low + (high - low) / 2
            if new(middle) < load { low = middle } else { high = middle }
        }
        return with(load: low + (high - low) / 2)
    }

    /// The fewest agents with whom the targets are met when a share of those who give up calls again.
    ///
    /// - Throws: `WorkforceError` as ``withRetrials(probability:agents:)`` and ``agents(for:)``.
    public func agents(for targets: StaffingTargets, retrials probability: Double) throws -> Int {
        try targets.check()
        let share = try Checked.number(probability, in: 0...1, at: "probability")
        guard share > 0, load > 0, patience.isFinite else { return try agents(checked: targets) }
        // With more agents fewer come back, so what is enough stays enough.
        return try Self.fewest(near: load, step: Int(load.squareRoot() / 4)) { count in
            guard let all = try? withRetrials(probability: share, agents: count) else { return false }
            return targets.met(by: WaitingFigures(all, count: count, threshold: targets.threshold))
        }
    }
}
