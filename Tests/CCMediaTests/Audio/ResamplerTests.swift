import CCMedia
import CCTestKit
import Testing

@Suite("Resampler")
struct ResamplerTests {
    private static let pairs = [
        (8000, 16_000), (16_000, 8000), (8000, 48_000), (48_000, 8000), (16_000, 48_000), (48_000, 16_000),
        (44_100, 8000), (44_100, 16_000), (22_050, 16_000),
    ]

    private func run(_ pcm: [Int16], from: Int, to: Int) throws -> [Int16] {
        var resampler = try Resampler(from: from, to: to)
        var output: [Int16] = []
        var frame: [Int16] = []
        for start in stride(from: 0, through: pcm.count - from / 50, by: from / 50) {
            resampler.process(Array(pcm[start..<(start + from / 50)]).span, into: &frame)
            output += frame
        }
        return output
    }

    @Test("20 ms in are 20 ms out, always", arguments: pairs)
    func lengths(from: Int, to: Int) throws {
        var resampler = try Resampler(from: from, to: to)
        let frame = [Int16](repeating: 5, count: from / 50)
        var output: [Int16] = []
        for _ in 0..<100 {
            resampler.process(frame.span, into: &output)
            #expect(output.count == to / 50)
        }
        #expect(output.allSatisfy { $0 == 5 })
    }

    @Test("the telephone band passes within half a decibel", arguments: pairs)
    func passBand(from: Int, to: Int) throws {
        let top = Double(min(from, to)) * 0.42
        for frequency in [100.0, 300, 1000, 2000, 3000, top] where frequency <= top {
            let input = Signals.sine(frequency, seconds: 0.5, sampleRate: from)
            let output = try run(input, from: from, to: to)
            let before = Signals.level(of: frequency, in: input[(from / 10)...], sampleRate: from)
            let after = Signals.level(of: frequency, in: output[(to / 10)...], sampleRate: to)
            #expect(abs(after - before) < 0.5, "\(frequency) Hz: \(after - before) dB")
        }
    }

    @Test("what would alias is at least 60 dB down", arguments: pairs.filter { $0.0 > $0.1 })
    func aliases(from: Int, to: Int) throws {
        for factor in [0.56, 0.62, 0.75, 0.9] where factor * Double(to) < Double(from) * 0.45 {
            let input = Signals.sine(factor * Double(to), seconds: 0.3, sampleRate: from, level: -3)
            let output = try run(input, from: from, to: to).dropFirst(to / 10)
            let level = AudioClip(samples: Array(output), sampleRate: to).level
            #expect(level < -6 - 60, "\(factor): \(level) dB")
        }
    }

    @Test("images are at least 60 dB down", arguments: pairs.filter { $0.0 < $0.1 })
    func images(from: Int, to: Int) throws {
        for frequency in [500.0, 1700, 3300] {
            let input = Signals.sine(frequency, seconds: 0.3, sampleRate: from, level: -3)
            let output = try run(input, from: from, to: to).dropFirst(to / 10)
            let wanted = Signals.level(of: frequency, in: output, sampleRate: to)
            let image = Signals.level(of: Double(from) - frequency, in: output, sampleRate: to)
            #expect(image < wanted - 60, "\(frequency) Hz: \(image - wanted) dB")
        }
    }

    @Test("a clip keeps its length and its place", arguments: pairs)
    func clips(from: Int, to: Int) throws {
        let clip = AudioClip.speechLike(seed: 51, seconds: 1.5, sampleRate: from)
        let there = clip.resampled(to: to)
        #expect(abs(there.samples.count * from - clip.samples.count * to) <= from)
        let back = there.resampled(to: from)
        let match = AudioCorrelation.best(of: clip.samples, in: back.samples, lags: -200...200)
        #expect(match.coefficient > 0.99)
        #expect(match.lag == 0)
    }

    @Test("loud signals are clipped, not wrapped")
    func clipping() throws {
        let square = (0..<8000).map { ($0 / 40) % 2 == 0 ? Int16.max : Int16.min }
        let output = try run(square, from: 8000, to: 16_000)
        for (index, sample) in output.enumerated().dropFirst(200) where index % 80 == 40 + 38 {
            let level = abs(Int(sample))
            #expect(level > 20_000)
        }
    }

    @Test(
        "rates without a simple ratio are refused", arguments: [(8000, 7999), (0, 8000), (8000, 1_000_000), (-1, -1)])
    func refused(from: Int, to: Int) {
        #expect(throws: MediaError.self) { try Resampler(from: from, to: to) }
    }
}
