import CCMedia
import CCTestKit
import Testing

@Suite("Audio correlation")
struct AudioCorrelationTests {
    private let speech = AudioClip.speechLike(seed: 61, seconds: 3).samples

    @Test("audio is found where it is, louder, softer and in noise", arguments: [0, 1, 777, 12_345])
    func found(lag: Int) {
        var dice = Dice(UInt64(lag))
        let recording =
            [Int16](repeating: 0, count: lag) + speech.map { $0 / 3 } + [Int16](repeating: 0, count: 5000)
        let noisy = recording.map { $0 + Int16(dice.below(200)) - 100 }
        let match = AudioCorrelation.best(of: speech, in: noisy)
        #expect(match.lag == lag)
        #expect(match.coefficient > 0.95)
    }

    @Test("a recording that begins late has a negative lag")
    func late() {
        let match = AudioCorrelation.best(of: speech, in: Array(speech.dropFirst(1000)))
        #expect(match.lag == -1000)
        #expect(match.coefficient > 0.999)
    }

    @Test("other audio, silence and nothing are not found")
    func notFound() {
        let other = AudioClip.speechLike(seed: 62, seconds: 3).samples
        #expect(AudioCorrelation.best(of: speech, in: other).coefficient < 0.4)
        #expect(AudioCorrelation.best(of: speech, in: [Int16](repeating: 0, count: 9000)).coefficient == 0)
        #expect(AudioCorrelation.best(of: speech, in: []).coefficient == 0)
        #expect(AudioCorrelation.best(of: [], in: speech).coefficient == 0)
        #expect(AudioCorrelation.best(of: [1], in: [1]).coefficient > 0.99)
    }

    @Test("pieces are followed when the timing drifts")
    func drift() {
        var recording = [Int16](repeating: 0, count: 500)
        for start in stride(from: 0, to: speech.count, by: 4000) {
            recording += speech[start..<(start + 4000)]
            recording += [Int16](repeating: 0, count: 60)
        }
        let pieces = AudioCorrelation.track(of: speech, in: recording, window: 2000, slack: 400)
        #expect(pieces.count > 6)
        #expect(pieces.allSatisfy { $0.coefficient > 0.95 })
        #expect((pieces.last?.lag ?? 0) - (pieces.first?.lag ?? 0) >= 240)
    }
}
