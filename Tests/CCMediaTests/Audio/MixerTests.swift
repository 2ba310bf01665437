import CCMedia
import Testing

@Suite("Mixer")
struct MixerTests {
    @Test("voices add up, and each hears the others")
    func minusSelf() {
        let (a, b, c): ([Int16], [Int16], [Int16]) = ([1, 2, 3], [10, 20, 30], [100, 200, 300])
        var mixer = Mixer(frameSamples: 3)
        for _ in 0..<2 {
            mixer.begin()
            for voice in [a, b, c] { mixer.add(voice.span) }
        }
        var output: [Int16] = []
        mixer.mix(into: &output)
        #expect(output == [111, 222, 333])
        mixer.mix(without: b.span, into: &output)
        #expect(output == [101, 202, 303])
    }

    @Test("too loud is clipped; without the loudest it is right again")
    func saturation() {
        let loud = [Int16.max, Int16.min]
        let other: [Int16] = [1000, -1000]
        var mixer = Mixer(frameSamples: 2)
        mixer.begin()
        for voice in [loud, loud, other] { mixer.add(voice.span) }
        var output: [Int16] = []
        mixer.mix(into: &output)
        #expect(output == [Int16.max, Int16.min])
        mixer.begin()
        mixer.add(loud.span)
        mixer.add(other.span)
        mixer.mix(without: loud.span, into: &output)
        #expect(output == other)
        var frame = loud
        Mixer.add(other.span, to: &frame)
        #expect(frame == loud)
    }

    @Test("frames of other lengths do no harm")
    func lengths() {
        var mixer = Mixer(frameSamples: 3)
        let (short, long): ([Int16], [Int16]) = ([1], [1, 1, 1, 1, 1])
        mixer.begin()
        mixer.add(short.span)
        mixer.add(long.span)
        var output: [Int16] = []
        mixer.mix(into: &output)
        #expect(output == [2, 1, 1])
        mixer.mix(without: short.span, into: &output)
        #expect(output == [1, 1, 1])
    }
}
