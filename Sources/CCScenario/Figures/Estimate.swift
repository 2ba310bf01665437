/// A figure with what chance may have done to it.
public struct Estimate: Hashable, Sendable, Codable {
    /// Absent when it would divide by zero.
    public var value: Double?
    /// Half the width of the 95 % confidence interval, by Student's t over replications, or over batches of time when
    /// there is one replication; absent when there are fewer than two.
    public var halfWidth: Double?

    public init(_ value: Double?, halfWidth: Double? = nil) {
        self.value = value
        self.halfWidth = halfWidth
    }

    /// A ratio of sums over independent samples. The half-width is that of the ratio estimator (W. G. Cochran, Sampling
    /// Techniques, §6.4).
    init(sum numerators: [Double], over denominators: [Double]) {
        let count = Double(numerators.count)
        let denominator = denominators.reduce(0, +)
        guard denominator > 0 else {
            self.init(nil)
            return
        }
        let ratio = numerators.reduce(0, +) / denominator
        guard count > 1 else {
            self.init(ratio)
            return
        }
        let squares = zip(numerators, denominators).reduce(0) { sum, pair in
            let rest = pair.0 - ratio * pair.1
            return sum + rest * rest
        }
        let deviation = (squares / (count * (count - 1))).squareRoot() / (denominator / count)
        self.init(ratio, halfWidth: StudentT.quantile(0.975, degrees: numerators.count - 1) * deviation)
    }

    /// A total per replication. With one replication the samples are its batches, and the total is their sum.
    init(totals samples: [Double], replications: Int) {
        let count = Double(samples.count)
        let sum = samples.reduce(0, +)
        let value = sum / Double(max(1, replications))
        guard samples.count > 1 else {
            self.init(value)
            return
        }
        let mean = sum / count
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviationOfMean = (squares / (count * (count - 1))).squareRoot()
        let deviation = deviationOfMean * count / Double(max(1, replications))
        self.init(value, halfWidth: StudentT.quantile(0.975, degrees: samples.count - 1) * deviation)
    }

    /// The interval scaled from 95 % to another level by Student's t with so many degrees of freedom.
    public func halfWidth(level: Double, degrees: Int) -> Double? {
        halfWidth.map {
            $0 / StudentT.quantile(0.975, degrees: degrees)
                * StudentT.quantile(1 - (1 - level) / 2, degrees: degrees)
        }
    }
}
