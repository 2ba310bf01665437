import CCMedia
import Testing

@Suite("G.711")
struct G711Tests {
    @Test("every octet decodes to a sample that encodes to the same octet", arguments: [G711.Law.mu, .a])
    func roundTrip(law: G711.Law) {
        for octet in UInt8.min...UInt8.max {
            let again = G711.encode(G711.decode(octet, law: law), law: law)
            // µ-law has two zeros; the negative one is never produced.
            #expect(again == octet || (law == .mu && octet == 0x7F && again == 0xFF))
        }
    }

    @Test(
        "known values of the tables of G.711",
        arguments: [
            (G711.Law.mu, UInt8(0x00), Int16(-32124)), (.mu, 0x80, 32124), (.mu, 0xFF, 0), (.mu, 0xFE, 8),
            (.mu, 0xF0, 120), (.mu, 0xEF, 132), (.mu, 0x7E, -8), (.a, 0xD5, 8), (.a, 0x55, -8), (.a, 0xAA, 32256),
            (.a, 0x2A, -32256), (.a, 0xD4, 24), (.a, 0xC5, 264), (.a, 0xF5, 528),
        ])
    func knownValues(law: G711.Law, octet: UInt8, sample: Int16) {
        #expect(G711.decode(octet, law: law) == sample)
        #expect(G711.encode(sample, law: law) == octet)
    }

    @Test("coding is monotonic and clips at full scale", arguments: [G711.Law.mu, .a])
    func monotonic(law: G711.Law) {
        var last = Int16.min
        for value in stride(from: -32768, through: 32767, by: 1) {
            let coded = G711.decode(G711.encode(Int16(value), law: law), law: law)
            #expect(coded >= last)
            last = coded
        }
    }

    @Test("a sine at -13 dBm0 keeps 36 dB of signal to noise, speech 33 dB", arguments: [G711.Law.mu, .a])
    func quality(law: G711.Law) {
        let sine = Signals.sine(1020, seconds: 1, sampleRate: 8000)
        let speech = AudioClip.speechLike(seed: 5, seconds: 5).samples
        for (signal, least) in [(sine, 36.0), (speech, 33)] {
            var octets: [UInt8] = []
            var decoded: [Int16] = []
            G711.encode(signal.span, law: law, appendingTo: &octets)
            G711.decode(octets.span, law: law, appendingTo: &decoded)
            #expect(octets.count == signal.count)
            #expect(Signals.signalToNoise(signal[...], decoded[...]) > least)
        }
    }
}
