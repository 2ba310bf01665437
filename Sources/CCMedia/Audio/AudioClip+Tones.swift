internal import CCCore

extension AudioClip {
    /// A tone, so many seconds of it.
    public static func tone(_ tone: Tone, duration: Duration, sampleRate: Int = 8_000) -> AudioClip {
        var generator = ToneGenerator(tone, sampleRate: sampleRate)
        var samples = [Int16](repeating: 0, count: Int(max(0, duration.inSeconds) * Double(generator.sampleRate)))
        generator.fill(&samples)
        return AudioClip(samples: samples, sampleRate: generator.sampleRate)
    }

    /// One period of ringback: play it in a loop.
    public static func ringback(_ tone: Tone = .ringbackEurope, sampleRate: Int = 8_000) -> AudioClip {
        onePeriod(tone, sampleRate)
    }

    /// One period of the busy tone: play it in a loop.
    public static func busy(_ tone: Tone = .busyEurope, sampleRate: Int = 8_000) -> AudioClip {
        onePeriod(tone, sampleRate)
    }

    /// A beep, without the silence after it.
    public static func beep(_ tone: Tone = .beep, sampleRate: Int = 8_000) -> AudioClip {
        onePeriod(tone, sampleRate)
    }

    public static func silence(duration: Duration, sampleRate: Int = 8_000) -> AudioClip {
        tone(Tone(frequencies: []), duration: duration, sampleRate: sampleRate)
    }

    /// Once through the rhythm; one second of a tone without a rhythm.
    private static func onePeriod(_ tone: Tone, _ sampleRate: Int) -> AudioClip {
        let period = tone.cadence.reduce(Duration.zero) { $0 + $1.duration }
        return .tone(tone, duration: period == .zero ? .seconds(1) : period, sampleRate: sampleRate)
    }
}
