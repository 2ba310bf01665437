import Foundation

/// Waiting where handle times are not exponential and nobody gives up (M/G/n): approximations from the mean and the squared
/// coefficient of variation, variance ÷ mean², of handle times.
///
/// For one agent both are exact (F. Pollaczek, A. Khinchine), for a coefficient of 1 both are Erlang C. The probability of
/// waiting is that of Erlang C, and waits of those who wait are taken as exponential.
public struct GeneralServiceFigures: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable, CaseIterable {
        /// (1 + c²) / 2 times the wait of Erlang C (A. O. Allen and J. Cunneen).
        case allenCunneen
        /// Between M/M/n and M/D/n, the latter by G. P. Cosmetatos (1975): harmonic in c² up to 1 (T. Kimura, 1986), linear above
        /// (E. Page, 1982). The better one with few agents or low loads.
        case kimura
    }

    public let waitingProbability: Double
    /// Seconds.
    public let averageWait: Double
    /// Answered within the threshold ÷ offered.
    public let serviceLevel: Double

    /// - Parameters:
    ///   - workload: its patience is taken as endless.
    ///   - variation: the squared coefficient of variation of handle times, 0 (all alike) to 10⁴.
    /// - Throws: `WorkforceError` at `agents`, `threshold` or `variation`; `infeasible` at `load` where it is not below the
    ///   agents.
    public init(
        _ workload: Workload, agents: Int, threshold: Double = 20, variation: Double, method: Method = .kimura
    ) throws {
        let variation = try Checked.number(variation, in: 0...1e4, at: "variation")
        let erlang = try WaitingFigures(
            Workload(unchecked: workload.load, workload.handleTime, .infinity), agents: agents, threshold: threshold)
        guard erlang.isStable else {
            throw WorkforceError(.infeasible, at: "load", "expected below the number of agents, \(agents)")
        }
        waitingProbability = erlang.waitingProbability
        guard erlang.averageWait > 0 else {
            (averageWait, serviceLevel) = (0, 1)
            return
        }
        averageWait = erlang.averageWait * Self.factor(workload.load, Double(agents), variation, method)
        let mean = averageWait / waitingProbability
        serviceLevel = 1 - waitingProbability * (mean > 0 ? exp(-threshold / mean) : 0)
    }

    /// How much longer the mean wait is than with exponential handle times.
    private static func factor(_ load: Double, _ agents: Double, _ variation: Double, _ method: Method) -> Double {
        guard method == .kimura else { return (1 + variation) / 2 }
        let idle = (1 - load / agents) * (agents - 1) * ((4 + 5 * agents).squareRoot() - 2)
        // By the approximation for constant handle times, which at low loads goes astray: never longer than exponential ones.
        let constant = min(1, (1 + idle / (16 * load)) / 2)
        if variation > 1 { return variation + (1 - variation) * constant }
        return (1 + variation) / (2 * variation + (1 - variation) / constant)
    }
}
