import CCMedia
import Testing

@Suite("Keys heard in the audio")
struct GoertzelDtmfDetectorTests {
    private func pressed(_ pcm: [Int16], sampleRate: Int = 8000) -> String {
        var detector = GoertzelDtmfDetector(sampleRate: sampleRate)
        var events: [DtmfEvent] = []
        for start in stride(from: 0, to: pcm.count, by: sampleRate / 50) {
            let frame = Array(pcm[start..<min(pcm.count, start + sampleRate / 50)])
            detector.process(frame.span, into: &events)
        }
        return String(events.compactMap { if case .pressed(let digit) = $0 { digit.character } else { nil } })
    }

    private func tone(_ low: Double, _ high: Double, _ milliseconds: Int, level: Double = -10, sampleRate: Int = 8000)
        -> [Int16]
    {
        AudioClip.tone(
            Tone(frequencies: [low, high], level: level), duration: .milliseconds(milliseconds), sampleRate: sampleRate
        )
        .samples
    }

    @Test("all keys, at all rates and levels", arguments: [8000, 16_000, 48_000])
    func allKeys(sampleRate: Int) throws {
        for level in [-4.0, -10, -25] {
            var pcm: [Int16] = []
            for character in "0123456789*#ABCD" {
                let digit = try #require(DtmfDigit(character))
                pcm += tone(
                    Double(digit.frequencies.low), Double(digit.frequencies.high), 60, level: level,
                    sampleRate: sampleRate)
                pcm += [Int16](repeating: 0, count: sampleRate * 60 / 1000)
            }
            #expect(pressed(pcm, sampleRate: sampleRate) == "0123456789*#ABCD")
        }
    }

    @Test("45 ms are enough wherever they begin, 15 ms are too short")
    func durations() {
        for offset in 0..<20 {
            let lead = [Int16](repeating: 0, count: offset * 8)
            #expect(pressed(lead + tone(770, 1336, 45) + [Int16](repeating: 0, count: 400)) == "5")
            #expect(pressed(lead + tone(770, 1336, 15) + [Int16](repeating: 0, count: 400)) == "")
        }
    }

    @Test("frequencies 1.5 % off count")
    func tolerance() {
        for factor in [0.985, 1.015] {
            #expect(pressed(tone(941 * factor, 1477 * factor, 80) + [Int16](repeating: 0, count: 400)) == "#")
        }
    }

    @Test("how long a key was held is told to within a block")
    func held() {
        var detector = GoertzelDtmfDetector(sampleRate: 8000)
        var events: [DtmfEvent] = []
        let pcm = tone(697, 1209, 200) + [Int16](repeating: 0, count: 800)
        detector.process(pcm.span, into: &events)
        guard case .released(_, let held)? = events.last else {
            Issue.record("no release")
            return
        }
        #expect(held > .milliseconds(170) && held < .milliseconds(230))
    }

    @Test("single tones, ringback, music and noise are no keys")
    func noKeys() {
        var dice = Dice(9)
        #expect(pressed(Signals.sine(770, seconds: 1, sampleRate: 8000)) == "")
        #expect(pressed(AudioClip.ringback(.ringbackAmerica).samples) == "")
        #expect(pressed(AudioClip.holdMusic(sampleRate: 8000).samples) == "")
        #expect(pressed((0..<40_000).map { _ in Int16(truncatingIfNeeded: dice.next()) / 4 }) == "")
    }

    @Test("five minutes of speech hold no key")
    func talkOff() {
        for seed in 0..<5 as Range<UInt64> {
            #expect(pressed(AudioClip.speechLike(seed: 100 + seed, seconds: 60).samples) == "")
        }
    }
}
