/// How long something takes, by chance: patience, talk, wrap-up, an agent's answer delay. All values are seconds.
///
/// Make one with the static functions, which read like the field's words: `.exponential(mean: 180)`.
public enum Distribution: Hashable, Sendable {
    /// Always the same: `value` ≥ 0.
    case deterministic(Double)
    /// `mean` > 0.
    case exponential(mean: Double)
    /// The logarithm is normal with mean `mu` and standard deviation `sigma` ≥ 0.
    case logNormal(mu: Double, sigma: Double)
    /// Between `low` and `high`, 0 ≤ `low` ≤ `high`.
    case uniform(low: Double, high: Double)
    /// `shape` > 0, `scale` > 0; the mean is their product. A whole shape k is the Erlang-k distribution.
    case gamma(shape: Double, scale: Double)
    /// One of the values, each as likely as the others. Not empty.
    case empirical([Double])
    /// Exponential with one of several means. Not empty.
    case hyperexponential([Phase])

    /// A branch of a hyperexponential distribution. Weights are relative.
    public struct Phase: Hashable, Sendable {
        public var weight: Double
        public var mean: Double

        public init(weight: Double, mean: Double) {
            self.weight = weight
            self.mean = mean
        }
    }

    /// A log-normal distribution by its mean and its coefficient of variation (standard deviation ÷ mean).
    public static func logNormal(mean: Double, variation: Double) -> Self {
        let sigma = (1 + variation * variation).logarithm.squareRoot()
        return .logNormal(mu: mean.logarithm - sigma * sigma / 2, sigma: sigma)
    }

    /// The sum of `phases` exponential times that have this mean together.
    public static func erlang(phases: Int, mean: Double) -> Self {
        .gamma(shape: Double(phases), scale: mean / Double(phases))
    }
}
