internal import CCCore

/// The beat of the media engine.
public enum MediaFrame {
    /// Length of one frame.
    public static let duration = Duration.milliseconds(20)

    /// Samples of one frame at a rate in hertz: 160 at 8000, 320 at 16000, 960 at 48000.
    public static func samples(at sampleRate: Int) -> Int { sampleRate / 50 }
}

extension Duration {
    /// Whole milliseconds, towards zero.
    var inMilliseconds: Int { Int(clamping: inNanoseconds / 1_000_000) }
}
