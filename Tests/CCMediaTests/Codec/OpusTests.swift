import CCMedia
import CCTestKit
import Testing

@Suite("Opus")
struct OpusTests {
    @Test("speech comes through at each rate", arguments: [8000, 16_000, 48_000])
    func roundTrip(rate: Int) throws {
        let speech = AudioClip.speechLike(seed: 21, seconds: 4, sampleRate: rate).samples
        let output = try code(speech, rate: rate) { _ in false }
        let match = AudioCorrelation.best(of: speech, in: output)
        #expect(match.coefficient > 0.85)
        #expect((0...(rate / 100)).contains(match.lag))
    }

    @Test("a packet of each length decodes to as much audio", arguments: [2.5, 5, 10, 20, 40, 60])
    func lengths(milliseconds: Double) throws {
        let encoder = try OpusEncoder(sampleRate: 48_000)
        let decoder = try OpusDecoder(sampleRate: 16_000)
        var packet: [UInt8] = []
        let tone = Signals.sine(440, seconds: 0.1, sampleRate: 48_000)
        try encoder.encode(Array(tone.prefix(Int(48 * milliseconds))).span, into: &packet)
        #expect(OpusDecoder.duration(of: packet.span) == Int(48 * milliseconds))
        var pcm: [Int16] = []
        #expect(try decoder.decode(packet.span, appendingTo: &pcm) == Int(16 * milliseconds))
        #expect(pcm.count == Int(16 * milliseconds))
    }

    @Test("a frame of a length that Opus has not is refused")
    func wrongLength() throws {
        let encoder = try OpusEncoder(sampleRate: 16_000)
        var packet: [UInt8] = []
        let pcm = [Int16](repeating: 0, count: 321)
        #expect(throws: MediaError.self) { try encoder.encode(pcm.span, into: &packet) }
        #expect(packet.isEmpty)
        #expect(throws: MediaError.self) { try OpusEncoder(sampleRate: 11_025) }
        #expect(throws: MediaError.self) { try OpusDecoder(sampleRate: 44_100) }
    }

    @Test("in-band error correction brings a lost packet back, much better than concealment does")
    func errorCorrection() throws {
        let speech = AudioClip.speechLike(seed: 22, seconds: 8, sampleRate: 16_000).samples
        let clean = try code(speech, rate: 16_000) { _ in false }
        let corrected = try code(speech, rate: 16_000, usesRecovery: true) { $0 % 5 == 4 }
        let concealed = try code(speech, rate: 16_000, usesRecovery: false) { $0 % 5 == 4 }
        let withCorrection = likeness(clean, corrected) { $0 % 5 == 4 }
        let withConcealment = likeness(clean, concealed) { $0 % 5 == 4 }
        #expect(withCorrection > 0.75, "\(withCorrection)")
        #expect(withCorrection > withConcealment + 0.1, "\(withCorrection) against \(withConcealment)")
    }

    @Test("silence with DTX is not sent")
    func discontinuous() throws {
        var encoder = try AudioEncoder(codec: .opus, sampleRate: 16_000, parameters: OpusParameters(usesDtx: true))
        let silence = [Int16](repeating: 0, count: 320)
        var payload: [UInt8] = []
        var sent = 0
        for _ in 0..<100 where encoder.encode(silence.span, into: &payload) { sent += 1 }
        #expect(sent < 40)
    }

    @Test("the bit rate keeps to maxaveragebitrate", arguments: [12_000, 24_000, 48_000])
    func bitrate(limit: Int) throws {
        let speech = AudioClip.speechLike(seed: 23, seconds: 6, sampleRate: 16_000).samples
        let encoder = try OpusEncoder(
            sampleRate: 16_000, parameters: OpusParameters(maximumAverageBitrate: limit, usesInBandFec: false))
        var octets = 0
        var packet: [UInt8] = []
        for start in stride(from: 0, to: speech.count, by: 320) {
            try encoder.encode(Array(speech[start..<(start + 320)]).span, into: &packet)
            octets += packet.count
        }
        #expect(octets * 8 / 6 < limit * 115 / 100)
    }

    @Test(
        "fmtp is read with its defaults, and nonsense is skipped",
        arguments: [
            ("", OpusParameters(usesInBandFec: false)),
            ("useinbandfec=1; maxaveragebitrate=20000", OpusParameters(maximumAverageBitrate: 20_000)),
            (
                "maxplaybackrate=16000;stereo=1; usedtx=1",
                .init(usesInBandFec: false, usesDtx: true, maximumPlaybackRate: 16_000)
            ),
            (
                "maxaveragebitrate=9999999999999999999999; cbr=1;;=;x",
                .init(usesInBandFec: false, isConstantBitrate: true)
            ),
            ("MaxAverageBitrate=1", .init(maximumAverageBitrate: 6000, usesInBandFec: false)),
        ])
    func formatParameters(text: String, expected: OpusParameters) {
        #expect(OpusParameters(fmtp: text) == expected)
    }

    /// Speech through encoder and decoder; lost packets are recovered or concealed.
    private func code(
        _ pcm: [Int16], rate: Int, usesRecovery: Bool = true, isLost: (Int) -> Bool
    ) throws -> [Int16] {
        let parameters = OpusParameters(maximumAverageBitrate: 32_000, expectedLossPercent: 20)
        let encoder = try OpusEncoder(sampleRate: rate, parameters: parameters)
        let decoder = try OpusDecoder(sampleRate: rate)
        let samples = rate / 50
        var packets: [[UInt8]] = []
        for start in stride(from: 0, through: pcm.count - samples, by: samples) {
            var packet: [UInt8] = []
            try encoder.encode(Array(pcm[start..<(start + samples)]).span, into: &packet)
            packets.append(packet)
        }
        var output: [Int16] = []
        for (index, packet) in packets.enumerated() {
            if !isLost(index) {
                try decoder.decode(packet.span, appendingTo: &output)
            } else if usesRecovery, index + 1 < packets.count {
                let next = packets[index + 1]
                try decoder.recover(from: next.span, samples: samples, appendingTo: &output)
            } else {
                try decoder.conceal(samples: samples, appendingTo: &output)
            }
        }
        return output
    }

    /// Correlation over the frames that were lost and hold speech.
    private func likeness(_ clean: [Int16], _ other: [Int16], isLost: (Int) -> Bool) -> Double {
        var sums = (0.0, 0.0, 0.0)
        for frame in 0..<(min(clean.count, other.count) / 320) where isLost(frame) {
            for index in (frame * 320)..<(frame * 320 + 320) {
                let (a, b) = (Double(clean[index]), Double(other[index]))
                sums = (sums.0 + a * b, sums.1 + a * a, sums.2 + b * b)
            }
        }
        return sums.0 / (sums.1 * sums.2).squareRoot()
    }
}
