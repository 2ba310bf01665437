import CCMedia
import CCTestKit
import Testing

@Suite("Built-in audio")
struct AudioClipTests {
    @Test("the same seed is the same speech, another seed is other speech")
    func seeds() {
        let first = AudioClip.speechLike(seed: 1, seconds: 5)
        #expect(first == AudioClip.speechLike(seed: 1, seconds: 5))
        #expect(first.samples.count == 40_000)
        for seed in 2...4 as ClosedRange<UInt64> {
            let other = AudioClip.speechLike(seed: seed, seconds: 5)
            #expect(AudioCorrelation.best(of: first.samples, in: other.samples).coefficient < 0.4)
        }
    }

    @Test(
        "speech is about as loud as speech, has pauses, and its correlation has one sharp peak",
        arguments: [8000, 16_000, 48_000])
    func speech(rate: Int) {
        let clip = AudioClip.speechLike(seed: 6, seconds: 6, sampleRate: rate)
        #expect(clip.level > -27 && clip.level < -20, "\(clip.level) dB")
        let frames = stride(from: 0, to: clip.samples.count, by: rate / 50).map { start in
            AudioClip(samples: Array(clip.samples[start..<(start + rate / 50)]), sampleRate: rate).level
        }
        let quiet = frames.count { $0 < -60 }
        #expect(quiet * 100 / frames.count > 5 && quiet * 100 / frames.count < 50)
        #expect(clip.samples.allSatisfy { $0.magnitude < 32_500 })
        let shift = rate / 4
        let shifted = [Int16](repeating: 0, count: shift) + clip.samples
        let best = AudioCorrelation.best(of: clip.samples, in: shifted)
        #expect(best.lag == shift && best.coefficient > 0.999)
        let besides = AudioCorrelation.best(
            of: clip.samples, in: shifted, lags: (shift + rate / 400)...(shift + rate / 2))
        #expect(besides.coefficient < 0.7, "\(besides)")
    }

    @Test("music on hold is soft, long, and loops without a click", arguments: [8000, 16_000])
    func music(rate: Int) {
        let clip = AudioClip.holdMusic(sampleRate: rate)
        #expect(clip.duration > .seconds(16) && clip.duration < .seconds(30))
        #expect(clip.level > -28 && clip.level < -24)
        let steps = zip(clip.samples, clip.samples.dropFirst()).map { abs(Int($0) - Int($1)) }
        let seam = abs(Int(clip.samples[0]) - Int(clip.samples[clip.samples.count - 1]))
        #expect(seam <= (steps.max() ?? 0) / 2)
        // It never falls silent, least of all at the seam.
        for start in stride(from: 0, to: clip.samples.count - rate / 2, by: rate / 2) {
            let piece = AudioClip(samples: Array(clip.samples[start..<(start + rate / 2)]), sampleRate: rate)
            #expect(piece.level > -45)
        }
    }

    @Test("tones have their frequency, level and rhythm")
    func tones() {
        let ringback = AudioClip.ringback()
        #expect(ringback.duration == .seconds(5))
        #expect(abs(Signals.level(of: 425, in: ringback.samples[0..<8000], sampleRate: 8000) + 23.17) < 0.2)
        #expect(ringback.samples[8001...].allSatisfy { $0 == 0 })
        let busy = AudioClip.busy()
        #expect(busy.duration == .seconds(1))
        let beep = AudioClip.beep(sampleRate: 16_000)
        #expect(beep.duration == .seconds(1))
        #expect(abs(Signals.level(of: 1000, in: beep.samples[...], sampleRate: 16_000) + 16.17) < 0.2)
        #expect(AudioClip.silence(duration: .milliseconds(50)).samples == [Int16](repeating: 0, count: 400))
    }

    @Test("a tone that does not repeat ends; an hour of a sine stays a sine of its level")
    func endOfTone() {
        var generator = ToneGenerator(.recordingBeep, sampleRate: 8000)
        var frame = [Int16](repeating: 1, count: 160)
        for _ in 0..<10 { generator.fill(&frame) }
        #expect(generator.isFinished)
        generator.fill(&frame)
        #expect(frame.allSatisfy { $0 == 0 })
        var steady = ToneGenerator(Tone(frequencies: [440]), sampleRate: 8000)
        var long = [Int16](repeating: 0, count: 80_000)
        for _ in 0..<10 { steady.fill(&long) }
        #expect(abs(Signals.level(of: 440, in: long[...], sampleRate: 8000) + 16.17) < 0.1)
    }

    @Test("a player plays once, or round and round, from anywhere")
    func player() {
        let clip = AudioClip(samples: [1, 2, 3, 4, 5], sampleRate: 8000)
        var frame = [Int16](repeating: 9, count: 4)
        var once = AudioClip.Player(clip)
        once.fill(&frame)
        #expect(frame == [1, 2, 3, 4] && !once.isFinished)
        once.fill(&frame)
        #expect(frame == [5, 0, 0, 0] && once.isFinished)
        var loop = AudioClip.Player(clip, loops: true, from: 3)
        loop.fill(&frame)
        #expect(frame == [4, 5, 1, 2] && !loop.isFinished)
        var empty = AudioClip.Player(AudioClip(samples: [], sampleRate: 8000), loops: true)
        #expect(empty.isFinished)
        empty.fill(&frame)
        #expect(frame == [0, 0, 0, 0])
    }

    @Test("a clip is there at each leg's rate")
    func rates() {
        let rates = AudioClip.Rates(.beep(sampleRate: 16_000))
        for rate in [8000, 16_000, 48_000] {
            #expect(rates[rate].sampleRate == rate)
            #expect(rates[rate].samples.count == rate)
        }
    }
}
