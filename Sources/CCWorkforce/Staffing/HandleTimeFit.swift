import CCCore
import Foundation

/// What handle times are like: a mixture of one to four log-normal distributions, by maximum likelihood.
///
/// Handle times of many centres are nearly log-normal (L. Brown et al., 2005), with a few kinds of contacts among them, such as
/// very short ones. How many kinds is decided by the Bayesian information criterion (G. Schwarz, 1978).
///
/// A heap, such as one contact in twenty at exactly 60 s, becomes a kind of its own with the least spread that there is, a thousandth:
/// that is what is likeliest, but ``logLikelihood``, ``criterion`` and ``density(_:)`` there then hang on that thousandth.
public struct HandleTimeFit: Hashable, Sendable {
    /// One kind of contacts. The logarithm of its seconds is normal.
    public struct Component: Hashable, Sendable {
        /// Its share of the contacts.
        public let weight: Double
        /// Mean and standard deviation of the logarithm.
        public let mu: Double
        public let sigma: Double

        /// Seconds.
        public var median: Double { exp(mu) }
        /// Seconds.
        public var mean: Double { exp(mu + sigma * sigma / 2) }
    }

    /// The shortest first.
    public let components: [Component]
    public let count: Int
    public let logLikelihood: Double
    /// -2 log-likelihood + parameters × ln(count): less is better.
    public let criterion: Double
    /// Mean and squared coefficient of variation of the times themselves.
    public let observedMean: Double
    public let observedVariation: Double
    private let points: [EMPoint]

    /// - Parameters:
    ///   - seconds: at least two, each above 0, to 10⁹.
    ///   - componentsMax: 1 to 4.
    /// - Throws: `WorkforceError`: `tooShort`; a bad value at `seconds[17]` or `componentsMax`.
    public init(_ seconds: [Double], componentsMax: Int = 4) throws {
        guard seconds.count >= 2 else {
            throw WorkforceError(.tooShort, at: "seconds", "expected at least two handle times, not \(seconds.count)")
        }
        for (index, value) in seconds.enumerated() {
            try Checked.number(value, in: Workload.seconds, at: "seconds[\(index)]")
        }
        let most = try Checked.count(componentsMax, in: 1...4, at: "componentsMax")
        let points = LogNormalMixture.points(seconds)
        let fits = LogNormalMixture.fits(points, count: seconds.count, most: most)
        let best = fits.min { $0.criterion < $1.criterion } ?? fits[0]
        components = best.components.sorted { ($0.mu, $0.sigma) < ($1.mu, $1.sigma) }
        logLikelihood = best.logLikelihood
        criterion = best.criterion
        count = seconds.count
        self.points = points
        let mean = seconds.reduce(0, +) / Double(seconds.count)
        observedMean = mean
        observedVariation =
            seconds.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) } / Double(seconds.count - 1)
    }

    /// From contacts that an agent answered.
    ///
    /// - Throws: as the other one.
    public init(_ records: [ContactRecord], queue: QueueID? = nil, componentsMax: Int = 4) throws {
        try self.init(
            records.compactMap { record in
                guard record.answeredAt != nil, queue == nil || record.queue == queue else { return nil }
                let seconds = Double(record.handleTime / .milliseconds(1)) / 1000
                return seconds > 0 ? seconds : nil
            }, componentsMax: componentsMax)
    }

    /// Of the fit. Seconds.
    public var mean: Double { components.reduce(0) { $0 + $1.weight * $1.mean } }

    /// The squared coefficient of variation of the fit: what ``GeneralServiceFigures`` takes.
    public var variation: Double {
        let second = components.reduce(0) { $0 + $1.weight * exp(2 * $1.mu + 2 * $1.sigma * $1.sigma) }
        return max(0, second / (mean * mean) - 1)
    }

    /// The share of contacts that take at most this long.
    public func distribution(_ seconds: Double) -> Double {
        guard seconds > 0 else { return 0 }
        return components.reduce(0) { sum, one in
            sum + one.weight * NormalDistribution.below((log(seconds) - one.mu) / one.sigma)
        }
    }

    /// The density per second.
    public func density(_ seconds: Double) -> Double {
        guard seconds > 0 else { return 0 }
        return components.reduce(0) { sum, one in
            let z = (log(seconds) - one.mu) / one.sigma
            return sum + one.weight * exp(-z * z / 2) / (one.sigma * (2 * Double.pi).squareRoot() * seconds)
        }
    }

    /// The time that this share of contacts stays below. Seconds.
    ///
    /// - Parameter share: above 0, below 1; others count as the nearest such.
    public func quantile(_ share: Double) -> Double {
        let share = min(max(share, 1e-12), 1 - 1e-12)
        var low = (components.map { $0.mu - 9 * $0.sigma }.min() ?? 0)
        var high = (components.map { $0.mu + 9 * $0.sigma }.max() ?? 0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if distribution(exp(middle)) < share { low = middle } else { high = middle }
        }
        return exp((low + high) / 2)
    }

    /// The times as bars, with the fit above.
    public func chart(_ title: String = "How long contacts take") -> Chart {
        var chart = Chart(
            title, x: Chart.Axis("handle time", scale: .seconds), y: Chart.Axis("share of contacts", scale: .share))
        let bars = 60
        let end = max(quantile(0.99), Double.leastNormalMagnitude)
        let width = end / Double(bars)
        var shares = [Double](repeating: 0, count: bars)
        for point in points {
            let place = exp(point.logarithm) / width
            if place < Double(bars) { shares[Int(place)] += point.weight / Double(count) }
        }
        let edges = (0..<bars).map { Double($0) * width }
        chart.add(.bars(shares), x: edges, as: "observed", ink: .grey)
        let grid = (0...240).map { end * Double($0) / 240 }
        chart.add(
            .line(grid.map { distribution($0 + width / 2) - distribution($0 - width / 2) }), x: grid,
            as: "fit, \(components.count) log-normal", ink: .orange)
        return chart
    }
}
