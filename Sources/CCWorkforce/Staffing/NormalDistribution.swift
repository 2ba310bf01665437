import Foundation

/// The normal distribution with mean 0 and standard deviation 1.
enum NormalDistribution {
    /// The probability of a value up to this one.
    static func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// The value that this share of all stays below, exact to rounding: one step of E. Halley's method from ``normalQuantile(_:)``.
    ///
    /// - Parameter share: above 0, below 1.
    static func quantile(_ share: Double) -> Double {
        if share > 0.5 { return -quantile(1 - share) }
        let near = normalQuantile(share)
        let step = (below(near) - share) * (2 * Double.pi).squareRoot() * exp(near * near / 2)
        return step.isFinite ? near - step / (1 + near * step / 2) : near
    }

    /// Within so many standard deviations of the mean are 95 %.
    static let reach95 = quantile(0.975)
}
