import CCCore
import CCMedia
import NIOCore

/// A repeatable source of chance for tests.
struct Dice {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0 ..< 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

enum Signals {
    static func sine(_ frequency: Double, seconds: Double, sampleRate: Int, level: Double = -13) -> [Int16] {
        AudioClip.tone(
            Tone(frequencies: [frequency], level: level), duration: .seconds(seconds), sampleRate: sampleRate
        )
        .samples
    }

    /// Signal to noise in dB, the best gain of `output` allowed for.
    static func signalToNoise(_ reference: ArraySlice<Int16>, _ output: ArraySlice<Int16>) -> Double {
        var signal = 0.0
        var noise = 0.0
        for (a, b) in zip(reference, output) {
            signal += Double(a) * Double(a)
            noise += (Double(a) - Double(b)) * (Double(a) - Double(b))
        }
        return 10 * log(max(signal, 1e-9) / max(noise, 1e-9))
    }

    /// Mean over 20 ms segments that hold speech of the signal-to-noise ratio, each within -10 to 35 dB.
    static func segmentalSignalToNoise(_ reference: [Int16], _ output: [Int16], segment: Int = 160) -> Double {
        var sum = 0.0
        var count = 0
        for start in stride(from: 0, to: min(reference.count, output.count) - segment, by: segment) {
            let piece = reference[start..<(start + segment)]
            guard piece.contains(where: { $0.magnitude > 300 }) else { continue }
            sum += min(35, max(-10, signalToNoise(piece, output[start..<(start + segment)])))
            count += 1
        }
        return sum / Double(max(1, count))
    }

    /// Decimal logarithm without Foundation.
    static func log(_ x: Double) -> Double {
        // log10(x) by the bits of x and a short series; exact to 1e-9.
        let exponent = Double(x.exponent)
        let significand = x.significand
        let ratio = (significand - 1) / (significand + 1)
        var term = ratio
        var sum = 0.0
        for k in 0..<20 {
            sum += term / Double(2 * k + 1)
            term *= ratio * ratio
        }
        return (2 * sum + exponent * 0.693_147_180_559_945_3) / 2.302_585_092_994_046
    }

    /// Amplitude of one frequency in dB relative to a full-scale sine.
    static func level(of frequency: Double, in pcm: ArraySlice<Int16>, sampleRate: Int) -> Double {
        var generator = Oscillator(frequency: frequency, sampleRate: sampleRate)
        var inPhase = 0.0
        var quadrature = 0.0
        for (index, sample) in pcm.enumerated() {
            let window = 1 - abs(2 * Double(index) / Double(pcm.count) - 1)
            let (c, s) = generator.next()
            inPhase += window * Double(sample) * c
            quadrature += window * Double(sample) * s
        }
        let amplitude = 4 * (inPhase * inPhase + quadrature * quadrature).squareRoot() / Double(pcm.count)
        return 20 * log(max(amplitude, 1e-6) / 32768)
    }

    struct Oscillator {
        private var c = 1.0
        private var s = 0.0
        private let stepC: Double
        private let stepS: Double

        init(frequency: Double, sampleRate: Int) {
            let clip = 2 * Double.pi * frequency / Double(sampleRate)
            // cos and sin by their series; the angle is at most π.
            var term = 1.0
            var cosine = 0.0
            var sine = 0.0
            for k in 0..<40 {
                if k % 2 == 0 { cosine += k % 4 == 0 ? term : -term } else { sine += k % 4 == 1 ? term : -term }
                term *= clip / Double(k + 1)
            }
            stepC = cosine
            stepS = sine
        }

        mutating func next() -> (Double, Double) {
            defer { (c, s) = (c * stepC - s * stepS, s * stepC + c * stepS) }
            return (c, s)
        }
    }
}

extension Instant {
    static func at(_ milliseconds: Double) -> Instant { Instant(nanoseconds: Int64(milliseconds * 1_000_000)) }
}

extension ByteBuffer {
    /// One RTP packet.
    static func rtp(
        _ payload: [UInt8], type: UInt8 = 0, sequence: Int, timestamp: Int, ssrc: UInt32 = 7, marker: Bool = false
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        RtpHeader(
            payloadType: type, marker: marker, sequence: UInt16(truncatingIfNeeded: sequence),
            timestamp: UInt32(truncatingIfNeeded: timestamp), ssrc: ssrc
        ).write(into: &buffer)
        buffer.writeBytes(payload)
        return buffer
    }
}
