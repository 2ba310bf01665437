import Foundation

/// How handle times spread.
public enum HandleTimeShape: Hashable, Sendable {
    case exponential
    case constant
    /// With this squared coefficient of variation, variance ÷ mean²; above 0, to 10⁴.
    case logNormal(variation: Double)

    /// E[min(S, t)] for the mean handle time `mean`: the seconds of a contact that fall into its first t.
    func begun(_ t: Double, mean: Double) -> Double {
        guard t > 0 else { return 0 }
        switch self {
        case .exponential: return -mean * expm1(-t / mean)
        case .constant: return min(t, mean)
        case .logNormal(let variation):
            let square = log1p(variation)
            let sigma = square.squareRoot()
            let z = (log(t / mean) + square / 2) / sigma
            func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
            return mean * below(z - sigma) + t * below(-z)
        }
    }

    /// Variance ÷ mean².
    public var variation: Double {
        switch self {
        case .exponential: 1
        case .constant: 0
        case .logNormal(let variation): variation
        }
    }
}

/// The work at hand when contacts come at rates that change, per interval in Erlangs: what then goes into Erlang's models.
///
/// A contact still works on its agent after its interval is over, so the load trails behind the arrivals, and its peak is lower.
public enum OfferedLoad {
    /// What came before the first interval.
    public enum Past: Hashable, Sendable {
        /// Always as much as in the first interval.
        case steady
        /// Nothing: the centre opens.
        case empty
    }

    /// The mean number of contacts at hand if nobody had to wait (M_t/G/∞), averaged over each interval: the modified offered
    /// load (O. Jennings, A. Mandelbaum, W. Massey and W. Whitt, 1996). Exact for arrivals that are even within an interval.
    ///
    /// - Parameters:
    ///   - contacts: how many come in each interval.
    ///   - interval: seconds, 1 to 10⁶.
    ///   - handleTime: the mean in seconds.
    /// - Throws: `WorkforceError` at `contacts[3]`, `interval`, `handleTime` or `shape`.
    public static func modified(
        contacts: [Double], interval: Double, handleTime: Double, shape: HandleTimeShape = .exponential,
        past: Past = .steady
    ) throws -> [Double] {
        try check(contacts, interval, handleTime, shape)
        guard let first = contacts.first else { return [] }
        // The arrivals are steps; each step goes on for good. The first one began long ago or now.
        let (points, weights) = ([0.0, 0.25, 0.5, 0.75, 1], [7.0, 32, 12, 32, 7])
        /// The mean over an interval of E[min(S, t)], which begins `steps` intervals after a step. Boole's rule on eight parts.
        func response(_ steps: Int) -> Double {
            let parts = 8
            var sum = 0.0
            for part in 0..<parts {
                for (point, weight) in zip(points, weights) {
                    let place = Double(steps) + (Double(part) + point) / Double(parts)
                    sum += weight * shape.begun(place * interval, mean: handleTime)
                }
            }
            return sum / Double(90 * parts)
        }
        var responses: [Double] = []
        while responses.count < contacts.count, (responses.last ?? 0) < handleTime * (1 - 1e-13) {
            responses.append(response(responses.count))
        }
        // Of steps long ago all is settled: they are the arrivals of that time.
        let early = past == .steady ? first : 0
        func count(_ index: Int) -> Double { index < 0 ? early : contacts[index] }
        return contacts.indices.map { index in
            var load = count(index - responses.count) * handleTime
            for (age, response) in responses.enumerated() {
                load += (count(index - age) - count(index - age - 1)) * response
            }
            return max(0, load / interval)
        }
    }

    /// The arrivals, shifted by the mean age of a contact at hand, E[S²] / 2E[S], times the mean handle time (L. Green, P. Kolesar and
    /// J. Soares, 2001).
    ///
    /// - Throws: as ``modified(contacts:interval:handleTime:shape:past:)``.
    public static func lagged(
        contacts: [Double], interval: Double, handleTime: Double, shape: HandleTimeShape = .exponential,
        past: Past = .steady
    ) throws -> [Double] {
        try check(contacts, interval, handleTime, shape)
        let shift = handleTime * (1 + shape.variation) / 2 / interval
        let early = past == .steady ? contacts.first ?? 0 : 0
        func count(_ place: Double) -> Double { place < 0 ? early : contacts[min(Int(place), contacts.count - 1)] }
        return contacts.indices.map { index in
            let place = Double(index) - shift
            guard place > -1 else { return early / interval * handleTime }
            let share = place - place.rounded(.down)
            let mixed = (1 - share) * count(place.rounded(.down)) + share * count(place.rounded(.down) + 1)
            return mixed / interval * handleTime
        }
    }

    private static func check(
        _ contacts: [Double], _ interval: Double, _ handleTime: Double, _ shape: HandleTimeShape
    ) throws {
        for (index, count) in contacts.enumerated() {
            _ = try Checked.number(count, in: 0...1e12, at: "contacts[\(index)]")
        }
        _ = try Checked.number(interval, in: 1...1e6, at: "interval")
        _ = try Checked.number(handleTime, in: Workload.seconds, at: "handleTime")
        if case .logNormal(let variation) = shape { _ = try Checked.number(variation, in: 1e-6...1e4, at: "shape") }
    }
}
