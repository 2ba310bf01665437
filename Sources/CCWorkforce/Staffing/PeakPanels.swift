import Foundation

/// Integrals over functions whose logarithm is concave, panel by panel away from the peak.
///
/// Every figure of Erlang's models is such an integral of a positive function, so nothing cancels, and the peak is as easy
/// at ten million Erlangs as at one. A panel is so long that the logarithm changes by about ``drop`` in it, for which
/// sixteen points (C. F. Gauß, 1814) are exact to rounding.
enum PeakPanels {
    /// The positive half of the sixteen points in -1...1.
    static let nodes = SIMD8<Double>(
        0.09501250983763744019, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
        0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326)
    static let weights = SIMD8<Double>(
        0.18945061045506849629, 0.18260341504492358887, 0.16915651939500253819, 0.14959598881657673208,
        0.12462897125553387205, 0.095158511682492784810, 0.062253523938647892863, 0.027152459411754094852)

    /// How much the logarithm falls within a panel.
    static let drop = 8.0
    /// Beyond this fall nothing counts any more: e⁻³⁹ is below the rounding.
    static let end = 39.0

    /// The length of a panel that begins with this slope and curvature of the logarithm, both positive downwards.
    @inline(__always)
    static func length(slope: Double, curvature: Double) -> Double {
        let root = (slope * slope + 2 * drop * curvature).squareRoot()
        return root > 0 ? 2 * drop / (slope + root) : .infinity
    }

    @inline(__always)
    static func exponentials(_ x: SIMD8<Double>) -> SIMD8<Double> {
        SIMD8(exp(x[0]), exp(x[1]), exp(x[2]), exp(x[3]), exp(x[4]), exp(x[5]), exp(x[6]), exp(x[7]))
    }

    /// e⁻ᵈ - 1 + d without cancellation.
    @inline(__always)
    static func exponentialRest(_ d: Double) -> Double {
        abs(d) > 0.1 ? expm1(-d) + d : d * d * exponentialSeries(d)
    }

    @inline(__always)
    static func exponentialRest(_ d: SIMD8<Double>, within bound: Double) -> SIMD8<Double> {
        if bound > 0.1 {
            return SIMD8(
                exponentialRest(d[0]), exponentialRest(d[1]), exponentialRest(d[2]), exponentialRest(d[3]),
                exponentialRest(d[4]), exponentialRest(d[5]), exponentialRest(d[6]), exponentialRest(d[7]))
        }
        var sum = SIMD8<Double>(repeating: 1 / 479_001_600.0)
        sum = 1 / 39_916_800.0 - d * sum
        sum = 1 / 3_628_800.0 - d * sum
        sum = 1 / 362_880.0 - d * sum
        sum = 1 / 40320.0 - d * sum
        sum = 1 / 5040.0 - d * sum
        sum = 1 / 720.0 - d * sum
        sum = 1 / 120.0 - d * sum
        sum = 1 / 24.0 - d * sum
        sum = 1 / 6.0 - d * sum
        return d * d * (0.5 - d * sum)
    }

    @inline(__always)
    private static func exponentialSeries(_ d: Double) -> Double {
        var sum = 1 / 479_001_600.0
        for factorial in [39_916_800.0, 3_628_800, 362_880, 40320, 5040, 720, 120, 24, 6, 2] {
            sum = 1 / factorial - d * sum
        }
        return sum
    }

    /// u - ln(1 + u) without cancellation, for u > -1.
    @inline(__always)
    static func logarithmRest(_ u: Double) -> Double {
        if abs(u) > 0.3 { return u - log1p(u) }
        // ln(1 + u) = 2 artanh r with r = u / (2 + u).
        let r = u / (2 + u)
        let square = r * r
        var sum = 1 / 21.0
        for odd in [19.0, 17, 15, 13, 11, 9, 7, 5, 3] { sum = 1 / odd + square * sum }
        return r * (u - 2 * square * sum)
    }
}
