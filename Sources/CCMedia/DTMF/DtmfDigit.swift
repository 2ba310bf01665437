/// A key of a telephone: `0` to `9`, `*`, `#`, `A` to `D` (RFC 4733 §3.2, event codes 0 to 15).
public struct DtmfDigit: Hashable, Sendable, CustomStringConvertible {
    /// The event code, 0 to 15.
    public let code: UInt8

    /// `nil` for codes that are no keys.
    public init?(code: UInt8) {
        guard code < 16 else { return nil }
        self.code = code
    }

    /// Upper and lower case letters are the same key; `nil` for other characters.
    public init?(_ character: Character) {
        guard let octet = character.asciiValue else { return nil }
        let upper = (97...100).contains(octet) ? octet - 32 : octet
        guard let index = Self.keys.firstIndex(of: upper) else { return nil }
        code = UInt8(index)
    }

    public var character: Character {
        code < 16 ? Character(UnicodeScalar(Self.keys[Int(code)])) : "?"
    }

    public var description: String { String(character) }

    /// The two tones in hertz, low group first (ITU-T Q.23).
    public var frequencies: (low: Int, high: Int) {
        let low = [941, 697, 697, 697, 770, 770, 770, 852, 852, 852, 941, 941, 697, 770, 852, 941]
        let high = [1336, 1209, 1336, 1477, 1209, 1336, 1477, 1209, 1336, 1477, 1209, 1477, 1633, 1633, 1633, 1633]
        return (low[Int(code & 15)], high[Int(code & 15)])
    }

    private static let keys: [UInt8] = Array("0123456789*#ABCD".utf8)
}

/// What a leg's receiving half says of keys. Each press is told once, and each is followed by its release.
public enum DtmfEvent: Hashable, Sendable {
    /// A key went down.
    case pressed(DtmfDigit)
    /// It came up again; how long it was held as far as is known.
    case released(DtmfDigit, held: Duration)
}

/// Where telephone events go in RTP: the negotiated `telephone-event` format (RFC 4733 §2.4).
public struct TelephoneEventFormat: Hashable, Sendable {
    public var payloadType: UInt8
    /// Ticks a second of the durations inside the payload: 1000 to 192000. What a peer says beyond that is cut.
    public var clockRate: Int { didSet { clockRate = Self.legal(clockRate) } }

    public init(payloadType: UInt8, clockRate: Int = 8_000) {
        self.payloadType = payloadType
        self.clockRate = Self.legal(clockRate)
    }

    private static func legal(_ clockRate: Int) -> Int { min(max(clockRate, 1_000), 192_000) }
}
