#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A date as RTCP writes it: seconds since 1900 and their fraction, 32 bits each (RFC 3550 §4).
public struct NtpTime: Hashable, Sendable {
    public var seconds: UInt32
    /// In units of 2⁻³² s.
    public var fraction: UInt32

    public init(seconds: UInt32, fraction: UInt32) {
        self.seconds = seconds
        self.fraction = fraction
    }

    /// Dates beyond 2036 wrap around, as the format has it.
    public init(_ date: Date) {
        let sinceEpoch = date.timeIntervalSince1970 + 2_208_988_800
        let whole = sinceEpoch.rounded(.down)
        seconds = UInt32(truncatingIfNeeded: Int64(max(-9e15, min(9e15, whole))))
        fraction = UInt32(min(4_294_967_295, max(0, (sinceEpoch - whole) * 4_294_967_296)))
    }

    /// The middle 32 bits: seconds and fraction with 16 bits each.
    public var middle: UInt32 { seconds << 16 | fraction >> 16 }
}
