/// How the samples of a WAV file are written.
public enum WavEncoding: Hashable, Sendable {
    /// Unsigned 8 bit.
    case pcm8
    /// Signed 16 bit.
    case pcm16
    /// Signed 24 bit.
    case pcm24
    /// Signed 32 bit.
    case pcm32
    /// 32-bit floating point, full scale ±1.
    case float32
    case muLaw
    case aLaw

    /// Octets of one sample.
    public var bytesPerSample: Int {
        switch self {
        case .pcm8, .muLaw, .aLaw: 1
        case .pcm16: 2
        case .pcm24: 3
        case .pcm32, .float32: 4
        }
    }

    /// By the numbers of the `fmt ` chunk.
    init?(tag: UInt16, bits: UInt16) {
        switch (tag, bits) {
        case (1, 8): self = .pcm8
        case (1, 16): self = .pcm16
        case (1, 24): self = .pcm24
        case (1, 32): self = .pcm32
        case (3, 32): self = .float32
        case (6, 8): self = .aLaw
        case (7, 8): self = .muLaw
        default: return nil
        }
    }
}
