import CCMedia
import Testing

@Suite("Loss concealment")
struct ConcealmentTests {
    @Test("concealed speech is nearer to the original than silence in the gaps", arguments: [5, 10, 20])
    func againstSilence(percent: Int) throws {
        let speech = AudioClip.speechLike(seed: 31, seconds: 20).samples
        var dice = Dice(UInt64(percent))
        let lost = (0..<1000).map { index in index > 5 && dice.below(100) < percent }
        let concealed = try decode(speech, lost) { $0.conceal(samples: 160, appendingTo: &$1) }
        let silenced = try decode(speech, lost) { $1 += [Int16](repeating: 0, count: 160) }
        // Within the gaps silence has no likeness to the speech at all.
        let likenesses = lost.indices.filter { lost[$0] }.compactMap { index -> Double? in
            let range = (index * 160)..<(index * 160 + 160)
            guard speech[range].contains(where: { $0.magnitude > 1000 }) else { return nil }
            return likeness(speech[range], concealed[range])
        }
        let mean = likenesses.reduce(0, +) / Double(likenesses.count)
        #expect(mean > 0.3, "\(mean) over \(likenesses.count) gaps")
        #expect(levelDrop(speech, concealed) < levelDrop(speech, silenced) / 2)
    }

    @Test(
        "a voice that holds its note is concealed with better signal to noise than silence has", arguments: [5, 10, 20])
    func heldNote(percent: Int) throws {
        let note = Tone(frequencies: [131, 262, 655, 1179], level: -20)
        let voice = AudioClip.tone(note, duration: .seconds(20)).samples
        var dice = Dice(UInt64(percent))
        let lost = (0..<1000).map { index in index > 5 && dice.below(100) < percent }
        let concealed = try decode(voice, lost) { $0.conceal(samples: 160, appendingTo: &$1) }
        let gaps = lost.indices.filter { lost[$0] }.map { index in
            let range = (index * 160)..<(index * 160 + 160)
            return Signals.signalToNoise(voice[range], concealed[range])
        }
        // Silence has 0 dB.
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        #expect(mean > 5, "\(mean) dB")
    }

    @Test("a lost packet in a steady tone is hardly noticed: no click, no dip")
    func steadyTone() throws {
        let tone = Signals.sine(200, seconds: 1, sampleRate: 8000)
        let lost = (0..<50).map { $0 == 25 }
        let output = try decode(tone, lost) { $0.conceal(samples: 160, appendingTo: &$1) }
        let gap = 4000..<4160
        #expect(Signals.signalToNoise(tone[gap], output[gap]) > 12)
        let steepest = zip(tone, tone.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
        let clicks = zip(output[3900..<4400], output[3901..<4401]).map { abs(Int($0) - Int($1)) }.max() ?? 0
        #expect(clicks < steepest * 3 / 2)
    }

    @Test("a long loss fades and is silent from 60 ms on; the audio comes back softly")
    func longLoss() throws {
        let tone = Signals.sine(300, seconds: 1, sampleRate: 8000)
        let lost = (0..<50).map { (20..<30).contains($0) }
        let output = try decode(tone, lost) { $0.conceal(samples: 160, appendingTo: &$1) }
        #expect(level(output, 3200..<3280) > level(tone, 3200..<3280) - 2)
        #expect(level(output, 3520..<3680) < level(tone, 3520..<3680) - 5)
        #expect(output[3680..<4800].allSatisfy { $0 == 0 })
        #expect(level(output, 4960..<5120) > level(tone, 4960..<5120) - 1)
    }

    @Test("a loss before anything was heard is silence")
    func nothingHeard() throws {
        var decoder = try AudioDecoder(codec: .pcma, sampleRate: 8000)
        var pcm: [Int16] = []
        decoder.conceal(samples: 160, appendingTo: &pcm)
        #expect(pcm == [Int16](repeating: 0, count: 160))
    }

    @Test("concealment of any length gives just so many samples", arguments: [AudioCodecKind.pcmu, .opus])
    func anyLength(codec: AudioCodecKind) throws {
        var decoder = try AudioDecoder(codec: codec, sampleRate: 16_000)
        for samples in [0, 1, 7, 40, 160, 321, 960, 5000] {
            var pcm: [Int16] = [1, 2, 3]
            decoder.conceal(samples: samples, appendingTo: &pcm)
            #expect(pcm.count == samples + 3)
            decoder.recover(from: [1, 2, 3].span, samples: samples, appendingTo: &pcm)
            #expect(pcm.count == 2 * samples + 3)
        }
    }

    private func decode(
        _ pcm: [Int16], _ lost: [Bool], conceal: (inout AudioDecoder, inout [Int16]) -> Void
    ) throws -> [Int16] {
        var decoder = try AudioDecoder(codec: .pcmu, sampleRate: 8000)
        var output: [Int16] = []
        for (index, isLost) in lost.enumerated() {
            var octets: [UInt8] = []
            G711.encode(Array(pcm[(index * 160)..<(index * 160 + 160)]).span, law: .mu, appendingTo: &octets)
            if isLost { conceal(&decoder, &output) } else { decoder.decode(octets.span, appendingTo: &output) }
        }
        return output
    }

    private func likeness(_ first: ArraySlice<Int16>, _ second: ArraySlice<Int16>) -> Double {
        var sums = (0.0, 0.0, 0.0)
        for (a, b) in zip(first, second) {
            sums = (sums.0 + Double(a) * Double(b), sums.1 + Double(a) * Double(a), sums.2 + Double(b) * Double(b))
        }
        return sums.0 / max(1, (sums.1 * sums.2).squareRoot())
    }

    private func level(_ pcm: [Int16], _ range: Range<Int>) -> Double {
        AudioClip(samples: Array(pcm[range]), sampleRate: 8000).level
    }

    private func levelDrop(_ reference: [Int16], _ pcm: [Int16]) -> Double {
        level(reference, reference.indices) - level(pcm, pcm.indices)
    }
}
