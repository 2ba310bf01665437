import Foundation

/// The normal distribution with mean 0 and standard deviation 1.
enum NormalDistribution {
    /// The probability of a value up to this one.
    static func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// The value that this share of all stays below, exact to rounding; for shares that none or all are below, 40 standard deviations away.
    static func quantile(_ share: Double) -> Double {
        guard share > 0 else { return -40 }
        guard share < 1 else { return 40 }
        if share > 0.5 { return -quantile(1 - share) }
        // One step of E. Halley's method.
        let near = approximateQuantile(share)
        let step = (below(near) - share) * (2 * Double.pi).squareRoot() * exp(near * near / 2)
        return step.isFinite ? near - step / (1 + near * step / 2) : near
    }

    /// Within so many standard deviations of the mean are 95 %.
    static let reach95 = quantile(0.975)

    /// P. Acklam's rational approximation (2003) up to a half, relative error below 1.2·10⁻⁹.
    private static func approximateQuantile(_ share: Double) -> Double {
        func polynomial(_ coefficients: [Double], _ x: Double) -> Double { coefficients.reduce(0) { $0 * x + $1 } }
        if share < 0.02425 {
            let x = (-2 * log(share)).squareRoot()
            return polynomial(
                [
                    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
                    4.374664141464968, 2.938163982698783,
                ], x)
                / polynomial(
                    [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1], x)
        }
        let x = share - 0.5
        let square = x * x
        return x
            * polynomial(
                [
                    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.383577518672690e2,
                    -3.066479806614716e1, 2.506628277459239,
                ], square)
            / polynomial(
                [
                    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
                    -1.328068155288572e1, 1,
                ], square)
    }
}
