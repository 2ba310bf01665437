import ContactCenterKit
import CCTestKit
import Synchronization

/// What the people in these tests say: audio like speech, the same each time.
enum Voice {
    static let customer = AudioClip.speechLike(seed: 1, seconds: 2)
    static let agent = AudioClip.speechLike(seed: 2, seconds: 2)
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

    /// Where `clip` was heard, and how clearly.
    func match(_ clip: AudioClip) -> AudioCorrelation.Match {
        let (samples, rate) = heard.withLock { $0 }
        return clip.match(in: samples, rate: rate)
    }
}

extension AudioClip {
    /// The best place of this clip's middle in other audio. The edges are left out: a call may begin or end in them.
    func match(in samples: [Int16], rate: Int) -> AudioCorrelation.Match {
        let reference = resampled(to: rate).samples
        let middle = Array(reference.dropFirst(reference.count / 4).prefix(reference.count / 2))
        return AudioCorrelation.best(of: middle, in: samples)
    }
}
