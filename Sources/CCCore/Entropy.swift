import Synchronization

/// Where all chance in a centre comes from: tags, branches, SSRCs, nonces and identifiers.
///
/// The default draws from the system's secure generator. With a seed, the same calls return the same values, which
/// is what simulations and tests need and what a server must never use.
public final class Entropy: Sendable {
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    /// The system's cryptographically secure generator.
    public init() { generator = Mutex(SystemRandomNumberGenerator()) }

    /// A repeatable stream (SplitMix64). Not secure.
    public init(seed: UInt64) { generator = Mutex(SplitMix64(state: seed)) }

    public func next() -> UInt64 { generator.withLock { $0.next() } }

    public func uint32() -> UInt32 { UInt32(truncatingIfNeeded: next() >> 32) }

    public func uint16() -> UInt16 { UInt16(truncatingIfNeeded: next() >> 48) }

    /// Uniform in `0 ..< 1`.
    public func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// `bytes` random bytes (1 to 64) as lower-case hexadecimal, twice as many characters: a tag, branch or identifier.
    public func token(bytes: Int = 8) -> String {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        let count = min(max(bytes, 1), 64)
        return String(unsafeUninitializedCapacity: count * 2) { text in
            var written = 0
            while written < count * 2 {
                var word = next()
                for _ in 0..<min(16, count * 2 - written) {
                    text[written] = digits[Int(word & 15)]
                    word >>= 4
                    written += 1
                }
            }
            return written
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): small, fast and equidistributed; good enough for simulations.
/// Not secure.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    public var state: UInt64

    public init(state: UInt64) { self.state = state }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
