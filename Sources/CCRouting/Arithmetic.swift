import CCCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The natural logarithm.
func logarithm(_ value: Double) -> Double { log(value) }

/// 2 to the power of a number.
func powerOfTwo(_ exponent: Double) -> Double { exp2(exponent) }

/// A number from 0 to the power of another.
func raised(_ base: Double, to exponent: Double) -> Double { pow(base, exponent) }

extension SplitMix64 {
    /// Uniform, above 0 and up to 1.
    mutating func unit() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

    /// Exponential with mean 1.
    mutating func exponential() -> Double { -log(unit()) }
}
