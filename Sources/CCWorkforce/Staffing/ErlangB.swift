/// Erlang B (M/G/n/n): nobody waits, and who finds all agents or lines busy is turned away (A. K. Erlang, 1917).
public enum ErlangB {
    /// The share that is turned away, 0 to 1, exact to rounding; 0 where it is below 10⁻³⁰⁸.
    ///
    /// - Parameters:
    ///   - load: Erlangs, 0 to 10⁹.
    ///   - servers: agents or lines, 0 to 10¹².
    /// - Throws: `WorkforceError` at `load` or `servers`.
    public static func blocking(load: Double, servers: Int) throws -> Double {
        let load = try Checked.number(load, in: 0...Workload.loadMax, at: "load")
        let servers = try Checked.count(servers, in: 0...WaitingFigures.agentsMax, at: "servers")
        return LossIntegral.blocking(load: load, agents: Double(servers))
    }

    /// The fewest servers that turn away at most this share.
    ///
    /// - Parameter blockingMax: above 0, to 1.
    /// - Throws: `WorkforceError` at `load` or `blockingMax`.
    public static func servers(load: Double, blockingMax: Double) throws -> Int {
        let load = try Checked.number(load, in: 0...Workload.loadMax, at: "load")
        let share = try Checked.number(blockingMax, in: Double.leastNormalMagnitude...1, at: "blockingMax")
        var (low, step) = (-1, 1)
        while LossIntegral.blocking(load: load, agents: Double(low + step)) > share {
            (low, step) = (low + step, step * 2)
        }
        var high = low + step
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if LossIntegral.blocking(load: load, agents: Double(middle)) > share { low = middle } else { high = middle }
        }
        return high
    }

    /// The highest load, in Erlangs, of which so many servers turn away at most this share.
    ///
    /// - Throws: `WorkforceError` at `servers` or `blockingMax`.
    public static func loadMax(servers: Int, blockingMax: Double) throws -> Double {
        let servers = try Checked.count(servers, in: 0...1_000_000_000, at: "servers")
        let share = try Checked.number(blockingMax, in: Double.leastNormalMagnitude...1, at: "blockingMax")
        let n = Double(servers)
        var (low, high) = (0.0, 1.0)
        while LossIntegral.blocking(load: high, agents: n) <= share {
            (low, high) = (high, high * 2)
            guard high <= Workload.loadMax else { return Workload.loadMax }
        }
        while high - low > 1e-15 * high, low + (high - low) / 2 > low {
            let middle = low + (high - low) / 2
            if LossIntegral.blocking(load: middle, agents: n) > share { high = middle } else { low = middle }
        }
        return low
    }
}
