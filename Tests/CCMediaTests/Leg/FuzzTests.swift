import CCCore
import CCMedia
import NIOCore
import Testing

@Suite("Random bytes")
struct FuzzTests {
    @Test("RTP and RTCP parsers survive 100,000 random datagrams")
    func packets() {
        var dice = Dice(1)
        var session = RtcpSession(ssrc: 1, cname: "c", now: .at(0), random: 0)
        var parsed = 0
        for _ in 0..<100_000 {
            var octets = dice.bytes(dice.below(48))
            // Half of them look right at first sight.
            if octets.count > 2, dice.below(2) == 0 {
                octets[0] = octets[0] & 0x3F | 0x80
                if dice.below(2) == 0 { octets[1] = 200 + UInt8(dice.below(5)) }
                if octets.count > 3, dice.below(2) == 0 { octets[2] = 0; octets[3] %= 12 }
            }
            let buffer = ByteBuffer(bytes: octets)
            if let packet = try? RtpPacket(parsing: buffer) {
                parsed += 1
                #expect(packet.payload.upperBound <= octets.count)
            }
            if session.receive(buffer, from: nil, now: .at(1)) != .ignored { parsed += 1 }
        }
        #expect(parsed > 2_000)
    }

    @Test("a leg survives random packets and keeps its frames", arguments: [AudioCodecKind.pcmu, .opus])
    func legs(codec: AudioCodecKind) throws {
        var dice = Dice(2)
        let format = TelephoneEventFormat(payloadType: 101)
        var receiver = try MediaReceiver(.init(codec: codec, payloadType: 0, telephoneEvent: format))
        var frame: [Int16] = []
        var sequence = 0
        for step in 0..<(codec == .opus ? 6_000 : 12_000) {
            sequence = dice.below(10) == 0 ? Int(dice.next() & 0xFFFF) : sequence + 1
            let timestamp = dice.below(5) == 0 ? Int(dice.next() & 0xFFFF_FFFF) : sequence * 160
            let datagram = ByteBuffer.rtp(
                dice.bytes(dice.below(200)), type: [0, 0, 101, 13, 99][dice.below(5)], sequence: sequence,
                timestamp: timestamp, ssrc: UInt32(dice.below(20) == 0 ? dice.below(3) : 1))
            let now = Double(step) * 10 + Double(dice.below(100))
            _ = receiver.receive(datagram, now: .at(now))
            if step % 2 == 0 { _ = receiver.nextFrame(into: &frame, now: .at(now)) }
            _ = receiver.overdueDigits(now: .at(now))
            #expect(frame.count == receiver.frameSamples || step < 1)
            #expect(receiver.waitingPackets <= 100)
        }
    }

    @Test("the Opus decoder survives random payloads")
    func opus() throws {
        var dice = Dice(3)
        var decoder = try AudioDecoder(codec: .opus, sampleRate: 16_000)
        for _ in 0..<5_000 {
            let payload = dice.bytes(dice.below(120))
            var pcm: [Int16] = []
            decoder.decode(payload.span, appendingTo: &pcm)
            #expect(pcm.count > 0 && pcm.count <= 1920)
            decoder.recover(from: payload.span, samples: 320, appendingTo: &pcm)
            _ = decoder.duration(of: payload.span)
        }
    }

    @Test("the telephone-event parser and receiver survive 100,000 random payloads, and every press is released")
    func events() {
        var dice = Dice(4)
        var receiver = DtmfReceiver(clockRate: 8000)
        var pressed = 0
        var released = 0
        for step in 0..<100_000 {
            var events: [DtmfEvent] = []
            var octets = dice.bytes(dice.below(6))
            if octets.count > 0 { octets[0] %= 20 }
            if let payload = try? TelephoneEventPayload(parsing: octets.span) {
                let timestamp = UInt32(truncatingIfNeeded: dice.next() >> UInt64(dice.below(40)))
                receiver.receive(payload, timestamp: timestamp, now: .at(Double(step)), into: &events)
            }
            receiver.advance(now: .at(Double(step)), into: &events)
            for event in events {
                if case .pressed = event { pressed += 1 } else { released += 1 }
            }
            #expect(pressed - released == (receiver.digit == nil ? 0 : 1))
        }
        #expect(pressed > 100)
    }

    @Test("the WAV reader survives 100,000 damaged files")
    func files() {
        var dice = Dice(5)
        let intact = AudioClip(samples: (0..<20).map { Int16($0) }, sampleRate: 8000).wav
        var read = 0
        for _ in 0..<100_000 {
            var bytes = intact
            for _ in 0..<(1 + dice.below(4)) { bytes[dice.below(bytes.count)] = UInt8(truncatingIfNeeded: dice.next()) }
            if dice.below(4) == 0 { bytes.removeLast(dice.below(bytes.count)) }
            if let file = try? WavFile(parsing: bytes) {
                read += 1
                #expect(!file.channels.isEmpty)
            }
        }
        #expect(read > 10_000)
    }
}
