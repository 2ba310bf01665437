#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Student's t distribution.
enum StudentT {
    /// The value that is not exceeded with a probability between 0.5 and 1, by halving a bracket.
    static func quantile(_ probability: Double, degrees: Int) -> Double {
        let n = Double(max(1, degrees))
        // A bracket that holds the value, halved until nothing is left to halve.
        var low = 0.0
        var high = 1.0
        while probabilityBelow(high, degrees: n) < probability, high < 1e12 { high *= 2 }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if probabilityBelow(middle, degrees: n) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The distribution function at `t` ≥ 0.
    static func probabilityBelow(_ t: Double, degrees n: Double) -> Double {
        1 - incompleteBeta(n / (n + t * t), n / 2, 0.5) / 2
    }

    /// The regularised incomplete beta function, by its continued fraction (Lentz's method).
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
        return x < (a + 1) / (a + b + 2)
            ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(1 - x, b, a) / b
    }

    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var result = d
        for step in 1...10_000 {
            let m = Double(step)
            for factor in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + factor * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + factor / c
                if abs(c) < tiny { c = tiny }
                result *= d * c
                if factor <= 0, abs(d * c - 1) < 1e-15 { return result }
            }
        }
        return result
    }
}
