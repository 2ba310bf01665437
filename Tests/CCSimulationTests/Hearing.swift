import CCTestKit
import ContactCenterKit
import Synchronization

/// What one party of a simulated call hears, from the first frame on.
final class Hearing: Sendable {
    private let heard = Mutex<[Int16]>([])

    /// Listens while `body` runs. The call must speak G.711: 8,000 samples a second.
    func listening<Result>(to call: Call, _ body: () async throws -> Result) async throws -> Result {
        try await call.withAudio { audio in
            self.heard.withLock { $0 += audio.party }
        } _: {
            try await body()
        }
    }

    var samples: [Int16] { heard.withLock { $0 } }

    /// A stretch in seconds since the beginning.
    func samples(_ seconds: Range<Double>) -> [Int16] {
        let all = samples
        let first = min(all.count, Int(seconds.lowerBound * 8_000))
        return Array(all[first..<min(all.count, max(first, Int(seconds.upperBound * 8_000)))])
    }

    /// How clearly a clip of 8,000 samples a second is heard, 1 as it is, and at which second it begins.
    func match(of clip: [Int16], in seconds: Range<Double> = 0..<100_000) -> (clarity: Double, at: Double) {
        let best = AudioCorrelation.best(of: clip, in: samples(seconds))
        return (best.coefficient, seconds.lowerBound + Double(best.lag) / 8_000)
    }

    func clarity(of phrase: SpokenPhrase, _ language: SpokenLanguage, in seconds: Range<Double> = 0..<100_000) throws
        -> Double
    {
        let clip = try SpokenPrompts.included(language).audio(of: phrase, sampleRate: 8_000)
        return match(of: clip.samples, in: seconds).clarity
    }
}
