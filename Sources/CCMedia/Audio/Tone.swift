/// A signal made of sines and a rhythm: ringback, busy, a beep, a key.
public struct Tone: Hashable, Sendable {
    /// One step of the rhythm.
    public struct Step: Hashable, Sendable {
        public var isOn: Bool
        public var duration: Duration

        public static func on(_ duration: Duration) -> Step { Step(isOn: true, duration: duration) }
        public static func off(_ duration: Duration) -> Step { Step(isOn: false, duration: duration) }
    }

    /// In hertz, sounding together; at most four.
    public var frequencies: [Double]
    /// Level of each frequency in dBm0 (0 dBm0 is 3.17 dB below the loudest sine), at most 0.
    public var level: Double
    /// The steps, one after another; empty: on for ever.
    public var cadence: [Step]
    /// Whether the rhythm begins anew at its end; otherwise silence follows.
    public var repeats: Bool

    public init(frequencies: [Double], level: Double = -13, cadence: [Step] = [], repeats: Bool = true) {
        self.frequencies = Array(frequencies.prefix(4))
        self.level = min(level, 0)
        self.cadence = cadence
        self.repeats = repeats
    }

    /// ETSI: 425 Hz, 1 s on, 4 s off.
    public static let ringbackEurope = Tone(
        frequencies: [425], level: -20, cadence: [.on(.seconds(1)), .off(.seconds(4))])
    /// North America: 440 and 480 Hz, 2 s on, 4 s off.
    public static let ringbackAmerica = Tone(
        frequencies: [440, 480], level: -19, cadence: [.on(.seconds(2)), .off(.seconds(4))])
    /// ETSI: 425 Hz, half a second on, half a second off.
    public static let busyEurope = Tone(
        frequencies: [425], level: -20, cadence: [.on(.milliseconds(500)), .off(.milliseconds(500))])
    /// North America: 480 and 620 Hz, half a second on, half a second off.
    public static let busyAmerica = Tone(
        frequencies: [480, 620], level: -24, cadence: [.on(.milliseconds(500)), .off(.milliseconds(500))])
    /// One second of 1000 Hz: please speak now.
    public static let beep = Tone(frequencies: [1000], cadence: [.on(.seconds(1))], repeats: false)
    /// One short, soft tone: this call is recorded.
    public static let recordingBeep = Tone(
        frequencies: [1400], level: -24, cadence: [.on(.milliseconds(200))], repeats: false)

    /// A key's two tones, without a rhythm.
    public static func key(_ digit: DtmfDigit, level: Double = -10) -> Tone {
        Tone(frequencies: [Double(digit.frequencies.low), Double(digit.frequencies.high)], level: level)
    }
}
