/// Changes the sample rate of a stream, frame by frame: a polyphase FIR low-pass with a Kaiser window.
///
/// Pass band up to 0.42 of the lower rate (3.4 kHz of 8 kHz) within ±0.1 dB; aliases and images are at least 70 dB
/// down from 0.54 of it on. The delay is ``delay``.
public struct Resampler: Sendable {
    public let inputRate: Int
    public let outputRate: Int

    private let up: Int
    private let down: Int
    /// Taps of each phase: a multiple of eight.
    private let phaseLength: Int
    /// Phase after phase, the oldest sample's taps first, eight by eight.
    private let coefficients: [SIMD8<Float>]
    /// The last `phaseLength - 1` input samples, then the frame.
    private var input: [Float]
    /// Phase of the next output sample, in steps of 1/up of an input sample, from the frame's first sample.
    private var phase = 0

    /// - Parameters:
    ///   - inputRate: 4000 to 192000 Hz.
    ///   - outputRate: likewise. The two must have a ratio with numerator and denominator up to 640: all pairs of 8,
    ///     11.025, 16, 22.05, 24, 32, 44.1 and 48 kHz have.
    /// - Throws: ``MediaError/Code/codec`` for other rates.
    public init(from inputRate: Int, to outputRate: Int) throws(MediaError) {
        let legal = 4_000...192_000
        guard legal.contains(inputRate), legal.contains(outputRate) else {
            throw MediaError(.codec, "cannot resample from \(inputRate) to \(outputRate) Hz")
        }
        let divisor = Self.greatestCommonDivisor(inputRate, outputRate)
        guard inputRate / divisor <= 640, outputRate / divisor <= 640 else {
            throw MediaError(.codec, "cannot resample from \(inputRate) to \(outputRate) Hz")
        }
        self.inputRate = inputRate
        self.outputRate = outputRate
        up = outputRate / divisor
        down = inputRate / divisor
        let lower = min(inputRate, outputRate)
        // Kaiser: 70 dB over a transition of 0.12 of the lower rate takes about 37 of its samples to either side.
        phaseLength = ((38 * inputRate + lower - 1) / lower + 7) / 8 * 8
        coefficients = Self.design(up: up, phaseLength: phaseLength, cutoff: 0.48 * Double(lower) / Double(inputRate))
        input = [Float](repeating: 0, count: phaseLength - 1)
    }

    /// How much later a signal comes out than it went in, in seconds.
    public var delay: Double { Double(phaseLength) / 2 / Double(inputRate) }

    /// Replaces `output` by what comes out of `samples`. Every 20 ms in make exactly 20 ms out.
    public mutating func process(_ samples: Span<Int16>, into output: inout [Int16]) {
        output.removeAll(keepingCapacity: true)
        for index in samples.indices { input.append(Float(samples[index])) }
        let end = samples.count * up
        var next = phase
        while next < end {
            output.append(sample(input.span, at: next / up, phase: next % up))
            next += down
        }
        phase = next - end
        input.removeFirst(samples.count)
    }

    /// One output sample: the taps of a phase over the signal from `start` on.
    @inline(__always)
    private func sample(_ signal: Span<Float>, at start: Int, phase: Int) -> Int16 {
        let taps = coefficients.span
        let octets = signal.bytes
        let groups = phaseLength / 8
        let first = phase * groups
        var offset = start * 4
        var sums = SIMD8<Float>.zero
        for group in first..<(first + groups) {
            // Loads are checked against the end of the signal.
            sums += taps[group] * octets.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
        return Int16(max(-32768, min(32767, sums.sum().rounded())))
    }

    /// A whole clip at once, without the delay: the result begins and ends where `samples` do.
    mutating func whole(_ samples: [Int16]) -> [Int16] {
        let wanted = (samples.count * up + down - 1) / down
        var output: [Int16] = []
        phase = phaseLength * up / 2
        process((samples + [Int16](repeating: 0, count: phaseLength)).span, into: &output)
        return Array(output.prefix(wanted))
    }

    private static func design(up: Int, phaseLength: Int, cutoff: Double) -> [SIMD8<Float>] {
        let length = phaseLength * up
        let center = Double(length) / 2
        let beta = 6.76  // 70 dB
        var coefficients = [SIMD8<Float>](repeating: .zero, count: length / 8)
        for phase in 0..<up {
            var taps = [Double](repeating: 0, count: phaseLength)
            for tap in 0..<phaseLength {
                let time = (Double(tap * up + phase) - center) / Double(up)
                let angle = 2 * Double.pi * cutoff * time
                let sinc = abs(angle) < 1e-9 ? 1 : sine(angle) / angle
                let place = (Double(tap * up + phase) - center) / center
                taps[tap] = sinc * bessel(beta * max(0, 1 - place * place).squareRoot())
            }
            // Every phase passes a constant signal unchanged: no hum at the output rate. The newest sample comes last.
            let sum = taps.reduce(0, +)
            for tap in 0..<phaseLength {
                let place = phase * phaseLength + phaseLength - 1 - tap
                coefficients[place / 8][place % 8] = Float(taps[tap] / sum)
            }
        }
        return coefficients
    }

    /// Modified Bessel function of order zero, by its series.
    private static func bessel(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        for k in 1...30 {
            term *= (x / 2 / Double(k)) * (x / 2 / Double(k))
            sum += term
        }
        return sum
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
