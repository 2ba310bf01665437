extension AudioClip {
    /// Audio that is like speech as far as machines care: syllables of voiced and unvoiced sounds in phrases with
    /// pauses, a gliding pitch, moving formants, at about -23 dB. Not to be understood.
    ///
    /// The same seed gives the same audio; different seeds give audio that does not correlate.
    /// - Parameters:
    ///   - seed: names the voice and what it says.
    ///   - seconds: 0 to 3600.
    ///   - sampleRate: 8000 to 48000 Hz. The contents lie below 3.6 kHz at all rates.
    public static func speechLike(seed: UInt64, seconds: Double, sampleRate: Int = 8_000) -> AudioClip {
        var voice = SpeechLikeVoice(seed: seed, sampleRate: min(max(sampleRate, 8_000), 48_000))
        return AudioClip(samples: voice.speak(seconds: min(max(seconds, 0), 3600)), sampleRate: voice.sampleRate)
    }
}

/// A very small formant synthesiser: a glottal pulse train or noise through three moving resonators.
struct SpeechLikeVoice {
    private struct Resonator {
        var y1 = 0.0
        var y2 = 0.0

        mutating func filter(_ x: Double, frequency: Double, bandwidth: Double, rate: Double) -> Double {
            let radius = exponential(-.pi * bandwidth / rate)
            let feedback = 2 * radius * cosine(2 * .pi * frequency / rate)
            let y = (1 - radius) * x + feedback * y1 - radius * radius * y2
            y2 = y1
            y1 = y
            return y
        }
    }

    private static let vowels: [[Double]] = [
        [730, 1090, 2440], [270, 2290, 3010], [300, 870, 2240], [530, 1840, 2480], [570, 840, 2410], [660, 1720, 2410],
        [490, 1350, 1690], [440, 1020, 2240],
    ]

    let sampleRate: Int
    private let rate: Double
    private var random: SplitMix
    private let basePitch: Double
    private var resonators = [Resonator(), Resonator(), Resonator()]
    private var phase = 0.0
    private var formants = [500.0, 1500, 2500]
    private var smooth = 0.0

    init(seed: UInt64, sampleRate: Int) {
        self.sampleRate = sampleRate
        rate = Double(sampleRate)
        random = SplitMix(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678)
        basePitch = 95 + 110 * random.unit()
    }

    mutating func speak(seconds: Double) -> [Int16] {
        let count = Int(seconds * rate)
        var signal: [Double] = []
        signal.reserveCapacity(count)
        while signal.count < count {
            phrase(into: &signal, limit: count)
            let pause = Int((0.15 + 0.45 * random.unit()) * rate)
            signal.append(contentsOf: repeatElement(0, count: min(pause, count - signal.count)))
        }
        return Self.levelled(signal)
    }

    private mutating func phrase(into signal: inout [Double], limit: Int) {
        let syllables = 3 + Int(random.unit() * 7)
        var pitch = basePitch * (1.0 + 0.25 * random.unit())
        for _ in 0..<syllables where signal.count < limit {
            if random.unit() < 0.55 { fricative(into: &signal, limit: limit) }
            let target = basePitch * (0.85 + 0.3 * random.unit())
            vowel(from: pitch, to: target, into: &signal, limit: limit)
            pitch = target
        }
    }

    private mutating func fricative(into signal: inout [Double], limit: Int) {
        let length = min(Int((0.04 + 0.07 * random.unit()) * rate), limit - signal.count)
        let centre = 1800 + 1500 * random.unit()
        for index in 0..<max(0, length) {
            let noise = (random.unit() - 0.5) * 0.9 * hump(index, length)
            signal.append(resonators[2].filter(noise, frequency: centre, bandwidth: 700, rate: rate))
        }
    }

    private mutating func vowel(from: Double, to: Double, into signal: inout [Double], limit: Int) {
        let length = min(Int((0.09 + 0.16 * random.unit()) * rate), limit - signal.count)
        let target = Self.vowels[Int(random.next() % UInt64(Self.vowels.count))]
        let loudness = 0.6 + 0.4 * random.unit()
        let glide = 1 / (0.03 * rate)
        for index in 0..<max(0, length) {
            let progress = Double(index) / Double(length)
            phase += (from + (to - from) * progress) / rate * (1 + 0.01 * (random.unit() - 0.5))
            // A pulse at each closing of the glottis, softened, and a little breath.
            var pulse = 0.0
            if phase >= 1 {
                phase -= 1
                pulse = 1
            }
            smooth += (pulse * 12 - smooth) * min(1, 9_000 / rate)
            let source = (smooth + 0.02 * (random.unit() - 0.5)) * loudness * hump(index, length)
            var sound = 0.0
            for formant in 0..<3 {
                formants[formant] += (target[formant] - formants[formant]) * glide
                let gain = [1.0, 0.6, 0.35][formant]
                sound +=
                    gain
                    * resonators[formant].filter(
                        source, frequency: formants[formant], bandwidth: 60 + 40 * Double(formant), rate: rate)
            }
            signal.append(sound)
        }
    }

    /// Rises within the first fifth, falls within the last third.
    private func hump(_ index: Int, _ length: Int) -> Double {
        let place = Double(index) / Double(max(1, length))
        return min(1, place * 5, (1 - place) * 3)
    }

    /// Scaled to -23 dB; single peaks are bent softly.
    private static func levelled(_ signal: [Double]) -> [Int16] {
        let energy = signal.reduce(0) { $0 + $1 * $1 } / Double(max(1, signal.count))
        guard energy > 0 else { return signal.map { _ in 0 } }
        let gain = 32768 * power(10, -23 / 20) / energy.squareRoot()
        return signal.map { value in
            let scaled = value * gain
            let bent = scaled / (1 + abs(scaled) / 60_000)
            return Int16(max(-32_000, min(32_000, bent)))
        }
    }
}

/// SplitMix64 for audio that must be the same on every machine.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
