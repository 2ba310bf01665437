import ContactCenterKit
import CCTestKit
import Synchronization

/// What the people in these tests say: audio like speech, the same each time.
struct Voice: Sendable {
    static let customer = Voice(.speechLike(seed: 1, seconds: 2))
    static let agent = Voice(.speechLike(seed: 2, seconds: 2))
    /// The first second of what waiting callers hear.
    static let music = Voice(
        AudioClip(samples: Array(AudioClip.holdMusic().resampled(to: 8_000).samples.prefix(8_000)), sampleRate: 8_000))

    let prompt: Prompt
    private let rates: AudioClip.Rates

    init(_ clip: AudioClip) {
        prompt = Prompt(clip)
        rates = AudioClip.Rates(clip)
    }

    var duration: Duration { prompt.duration }

    /// How clearly the voice is in other audio (1 as it is, 0 not at all), and at which second. It is sought piece by
    /// piece, since a jitter buffer stretches and shrinks what it plays, and the median of the pieces counts.
    func match(in samples: [Int16], rate: Int) -> (clarity: Double, seconds: Double) {
        let pieces = AudioCorrelation.track(
            of: rates[rate].samples, in: samples, window: rate / 5, slack: rate / 8)
        guard pieces.count >= 3 else { return (0, 0) }
        let clarity = pieces.map(\.coefficient).sorted()[pieces.count / 2]
        return (clarity, Double(pieces.map(\.lag).sorted()[pieces.count / 2]) / Double(rate))
    }
}

/// Collects what one party of a call hears.
final class Ear: Sendable {
    private let heard = Mutex<(samples: [Int16], rate: Int)>(([], 8_000))

    func listen(_ audio: RecordedAudio) {
        heard.withLock {
            $0.samples += audio.party
            $0.rate = audio.sampleRate
        }
    }

    /// How much was heard so far.
    var duration: Duration {
        heard.withLock { .milliseconds($0.samples.count * 1_000 / $0.rate) }
    }

    /// How clearly a voice was heard: 1 as it is, 0 not at all. It costs a moment: not to be asked again and again.
    func clarity(of voice: Voice) -> Double {
        let (samples, rate) = heard.withLock { $0 }
        return voice.match(in: samples, rate: rate).clarity
    }

    /// Waits until so much was heard.
    func listens(for time: Duration) async throws {
        guard try await eventually({ self.duration > time }) else { throw Surprise("heard only \(duration)") }
    }
}
