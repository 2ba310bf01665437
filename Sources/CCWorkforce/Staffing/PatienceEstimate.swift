import CCCore
import Foundation

/// One wait, and whether it ended because the customer gave up.
public struct ObservedWait: Hashable, Sendable {
    /// 0 or more.
    public var seconds: Double
    /// False: an agent answered, and the customer would have waited longer than this.
    public var abandoned: Bool

    public init(_ seconds: Double, abandoned: Bool) {
        self.seconds = seconds
        self.abandoned = abandoned
    }
}

/// How long customers are ready to wait, from waits of which most were cut short by an answer.
///
/// Means over those who gave up are far too short, because the patient are answered. Here every wait counts for as long as it
/// lasted (E. L. Kaplan and P. Meier, 1958).
public struct PatienceEstimate: Hashable, Sendable {
    /// The curve at one time at which somebody gave up.
    public struct Point: Hashable, Sendable {
        public let seconds: Double
        /// Those who waited until then.
        public let waiting: Int
        /// Those of them who gave up then.
        public let abandoned: Int
        /// The share of customers who would wait longer.
        public let survival: Double
        /// The 95 % band, by M. Greenwood's variance (1926) of the logarithm of the logarithm, which keeps it within 0 and 1.
        public let low: Double
        public let high: Double
    }

    /// How many give up within a stretch of waiting, per second and customer waiting.
    public struct Hazard: Hashable, Sendable {
        /// Seconds.
        public let from: Double
        public let to: Double
        public let perSecond: Double
        public let abandoned: Int
        /// Seconds waited in the stretch by all together.
        public let exposure: Double
    }

    public let count: Int
    public let abandoned: Int
    /// Seconds waited by all together.
    public let exposure: Double
    /// Ascending.
    public let curve: [Point]
    private let waits: [ObservedWait]

    /// - Throws: `WorkforceError`: `empty`; a bad value at `waits[17].seconds`.
    public init(_ waits: [ObservedWait]) throws {
        guard !waits.isEmpty else { throw WorkforceError(.empty, at: "waits", "expected at least one wait") }
        for (index, wait) in waits.enumerated() {
            try Checked.number(wait.seconds, in: 0...1e9, at: "waits[\(index)].seconds")
        }
        let sorted = waits.sorted { ($0.seconds, $0.abandoned ? 0 : 1) < ($1.seconds, $1.abandoned ? 0 : 1) }
        self.waits = sorted
        count = sorted.count
        abandoned = sorted.count { $0.abandoned }
        exposure = sorted.reduce(0) { $0 + $1.seconds }
        curve = Self.curve(sorted)
    }

    /// From waits that customers of a queue really had: calls that were answered at once tell nothing of patience and are left out.
    ///
    /// - Throws: `WorkforceError`, `empty` where nobody waited.
    public init(_ records: [ContactRecord], queue: QueueID? = nil) throws {
        try self.init(
            records.compactMap { record in
                guard record.queuedAt != nil, queue == nil || record.queue == queue else { return nil }
                let abandoned = record.terminalReason.category == .abandoned
                let seconds = Double(record.queueWait / .milliseconds(1)) / 1000
                return seconds > 0 ? ObservedWait(seconds, abandoned: abandoned) : nil
            })
    }

    /// The mean if patience were exponential: what all waited, per customer who gave up (maximum likelihood); nil where nobody did.
    public var mean: Double? { abandoned > 0 ? exposure / Double(abandoned) : nil }

    /// The 95 % interval of ``mean``, on the scale of its logarithm; nil where nobody gave up.
    public var meanInterval: ClosedRange<Double>? {
        guard let mean, mean > 0 else { return nil }
        let factor = exp(NormalDistribution.reach95 / Double(abandoned).squareRoot())
        return mean / factor...mean * factor
    }

    /// How long half of the customers would wait; nil where fewer than half gave up in all that was seen.
    public var median: Double? { quantile(0.5) }

    /// The time by which this share of customers gives up when nobody answers; nil beyond what was seen.
    public func quantile(_ share: Double) -> Double? { curve.first { 1 - $0.survival >= share }?.seconds }

    /// The share of customers who would wait longer than this.
    public func survival(_ seconds: Double) -> Double {
        var (low, high) = (0, curve.count)
        while low < high {
            let middle = (low + high) / 2
            if curve[middle].seconds <= seconds { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? curve[low - 1].survival : 1
    }

    /// The mean patience as far as it can be seen: the area below the curve up to the longest wait. Seconds.
    public var restrictedMean: Double {
        var (area, last, height) = (0.0, 0.0, 1.0)
        for point in curve {
            area += height * (point.seconds - last)
            (last, height) = (point.seconds, point.survival)
        }
        return area + height * max(0, (waits.last?.seconds ?? last) - last)
    }

    /// Hazards in stretches of equal length, up to the longest wait or 1000 stretches.
    ///
    /// - Throws: `WorkforceError` at `width`: it is 10⁻³ to 10⁹ seconds.
    public func hazards(width: Double) throws -> [Hazard] {
        let width = try Checked.number(width, in: 1e-3...1e9, at: "width")
        let longest = waits.last?.seconds ?? 0
        let stretches = min(1000, Int((longest / width).rounded(.up)))
        var (gone, exposures) = ([Int](repeating: 0, count: stretches), [Double](repeating: 0, count: stretches))
        // Those whose wait ends in a stretch, and how many go on beyond it.
        var (ending, next) = (0, waits.count)
        for stretch in 0..<stretches {
            let (from, to) = (Double(stretch) * width, Double(stretch + 1) * width)
            next = ending
            while next < waits.count, waits[next].seconds <= to {
                exposures[stretch] += waits[next].seconds - from
                if waits[next].abandoned { gone[stretch] += 1 }
                next += 1
            }
            exposures[stretch] += Double(waits.count - next) * width
            ending = next
        }
        return (0..<stretches).map { stretch in
            Hazard(
                from: Double(stretch) * width, to: Double(stretch + 1) * width,
                perSecond: exposures[stretch] > 0 ? Double(gone[stretch]) / exposures[stretch] : 0,
                abandoned: gone[stretch], exposure: exposures[stretch])
        }
    }

    private static func curve(_ sorted: [ObservedWait]) -> [Point] {
        var points: [Point] = []
        var (survival, greenwood, index) = (1.0, 0.0, 0)
        while index < sorted.count {
            let seconds = sorted[index].seconds
            let waiting = sorted.count - index
            var abandoned = 0
            while index < sorted.count, sorted[index].seconds == seconds {
                if sorted[index].abandoned { abandoned += 1 }
                index += 1
            }
            guard abandoned > 0 else { continue }
            survival *= Double(waiting - abandoned) / Double(waiting)
            greenwood += Double(abandoned) / (Double(waiting) * Double(waiting - abandoned))
            // S to the power of exp(±z √V / ln S).
            var (low, high) = (0.0, survival)
            if survival > 0 {
                let spread = exp(NormalDistribution.reach95 * greenwood.squareRoot() / abs(log(survival)))
                (low, high) = (pow(survival, spread), pow(survival, 1 / spread))
            }
            points.append(
                Point(
                    seconds: seconds, waiting: waiting, abandoned: abandoned, survival: survival, low: low, high: high))
        }
        return points
    }

    /// The curve with its band, and the exponential patience that fits best.
    public func chart(_ title: String = "How long customers would wait") -> Chart {
        var chart = Chart(
            title, x: Chart.Axis("wait", scale: .seconds), y: Chart.Axis("still waiting", scale: .share, range: 0...1))
        // The last customers are too few to show; the picture ends where a hundredth is left, or twenty.
        let least = max(20, count / 100)
        let shown = curve.prefix { $0.waiting >= least || count < 100 }
        let times = [0] + shown.map(\.seconds)
        chart.add(
            .band(lower: [1] + shown.map(\.low), upper: [1] + shown.map(\.high)), x: times, as: "95 % band", ink: .blue)
        chart.add(.step([1] + shown.map(\.survival)), x: times, as: "Kaplan–Meier", ink: .blue)
        if let mean, mean > 0 {
            let end = times.last ?? 0
            let grid = (0...100).map { end * Double($0) / 100 }
            chart.add(.line(grid.map { exp(-$0 / mean) }), x: grid, as: "exponential", ink: .orange)
        }
        return chart
    }
}
