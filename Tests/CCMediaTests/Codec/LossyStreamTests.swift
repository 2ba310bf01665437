import CCCore
import CCMedia
import CCTestKit
import Testing

@Suite("Streams with loss")
struct LossyStreamTests {
    @Test(
        "with packets lost the stream keeps its time, and most of the speech", arguments: [AudioCodecKind.pcmu, .opus])
    func loss(codec: AudioCodecKind) throws {
        for percent in [5, 10, 20] {
            var dice = Dice(UInt64(percent))
            let lost = (0..<1100).map { _ in dice.below(100) < percent }
            var trace = NetworkTrace(
                pcm: AudioClip.speechLike(seed: 41, seconds: 10, sampleRate: codec == .opus ? 16_000 : 8000).samples)
            trace.settings.codec = codec
            trace.settings.payloadType = codec == .opus ? 111 : 0
            trace.path = { lost[$0] ? [] : [10] }
            let result = try trace.run()
            let rate = codec == .opus ? 16_000 : 8000
            let pieces = AudioCorrelation.track(of: trace.pcm, in: result.pcm, window: rate / 2, slack: rate / 20)
            let good = pieces.count { $0.coefficient > (percent < 20 ? 0.75 : 0.6) }
            #expect(pieces.count > 10)
            #expect(good * 10 >= pieces.count * 8, "\(percent) %: \(pieces.map { Int($0.coefficient * 100) })")
            let lags = pieces.map { $0.lag * 1000 / rate }
            #expect((lags.max() ?? 0) - (lags.min() ?? 0) < 60, "\(lags)")
            #expect(abs(Int(result.lost) - lost.prefix(500).count { $0 }) <= 1)
        }
    }

    @Test("Opus at each leg rate survives the network", arguments: [8000, 16_000, 48_000])
    func opusRates(rate: Int) throws {
        var trace = NetworkTrace(pcm: AudioClip.speechLike(seed: 42, seconds: 5, sampleRate: rate).samples)
        trace.settings = .init(codec: .opus, payloadType: 107, sampleRate: rate)
        let result = try trace.run()
        #expect(AudioCorrelation.best(of: trace.pcm, in: result.pcm).coefficient > 0.85)
        #expect(result.concealedDuringAudio == 0)
    }

    @Test("Opus packets of 40 and 60 ms are played whole", arguments: [40, 60])
    func longOpusPackets(milliseconds: Int) throws {
        var trace = NetworkTrace(pcm: AudioClip.speechLike(seed: 43, seconds: 6, sampleRate: 16_000).samples)
        trace.settings = .init(codec: .opus, payloadType: 107)
        trace.packetMilliseconds = milliseconds
        let result = try trace.run()
        #expect(AudioCorrelation.best(of: trace.pcm, in: result.pcm).coefficient > 0.85)
        #expect(result.concealedDuringAudio == 0)
    }
}
