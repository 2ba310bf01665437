/// The audio codecs that this module speaks.
public enum AudioCodecKind: String, Hashable, Sendable, CaseIterable {
    /// G.711 µ-law, 8 kHz.
    case pcmu
    /// G.711 A-law, 8 kHz.
    case pcma
    /// Opus (RFC 6716, RFC 7587), mono.
    case opus

    /// Ticks a second of the RTP timestamp: 8000, or 48000 for Opus whatever its sample rate (RFC 7587 §4.1).
    public var clockRate: Int { self == .opus ? 48_000 : 8_000 }

    /// The law of a G.711 codec.
    public var law: G711.Law? {
        switch self {
        case .pcmu: .mu
        case .pcma: .a
        case .opus: nil
        }
    }

    /// The rate of the PCM side for a wanted rate: always 8000 for G.711; 8000, 16000 or 48000 for Opus.
    public func sampleRate(wanted: Int) -> Int {
        guard self == .opus else { return 8_000 }
        return wanted <= 8_000 ? 8_000 : wanted <= 16_000 ? 16_000 : 48_000
    }
}
