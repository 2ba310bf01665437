#if canImport(Glibc)
import Glibc
#else
import Foundation
#endif

func sine(_ x: Double) -> Double { sin(x) }
func cosine(_ x: Double) -> Double { cos(x) }
func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }

/// The value below which a share of the values lies, linear between them; 0 without any.
func quantile(_ sorted: [Double], _ level: Double) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let place = level * Double(sorted.count - 1)
    let low = max(0, min(sorted.count - 1, Int(place)))
    let high = min(sorted.count - 1, low + 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
}

func median(_ values: [Double]) -> Double { quantile(values.sorted(), 0.5) }
