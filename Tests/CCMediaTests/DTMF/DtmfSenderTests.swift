import CCCore
import CCMedia
import NIOCore
import Testing

@Suite("Keys to be sent")
struct DtmfSenderTests {
    private struct Sent: Equatable {
        var marker: Bool
        var timestamp: UInt32
        var event: UInt8
        var isEnd: Bool
        var duration: UInt16
    }

    private func sender(_ codec: AudioCodecKind, clockRate: Int?) throws -> MediaSender {
        let format = clockRate.map { TelephoneEventFormat(payloadType: 101, clockRate: $0) }
        return try MediaSender(
            .init(codec: codec, payloadType: codec == .opus ? 111 : 0, telephoneEvent: format), ssrc: 5,
            sequence: 65_534,
            timestamp: 1000)
    }

    /// Runs ticks and reads back what was sent: `nil` for audio.
    private func run(_ sender: inout MediaSender, ticks: Int) throws -> [Sent?] {
        let frame = [Int16](repeating: 1000, count: sender.frameSamples)
        var buffer = ByteBuffer()
        return try (0..<ticks).map { tick in
            let kind = sender.frame(frame, into: &buffer, now: .at(Double(tick) * 20))
            let packet = try RtpPacket(parsing: buffer)
            guard kind == .digit else { return nil }
            let payload = try TelephoneEventPayload(
                parsing: Array(buffer.readableBytesView[packet.payload.lowerBound...]).span)
            return Sent(
                marker: packet.header.marker, timestamp: packet.header.timestamp, event: payload.event,
                isEnd: payload.isEnd, duration: payload.duration)
        }
    }

    @Test("marker on the first, one timestamp, growing duration, the end thrice, then audio")
    func onePress() throws {
        var sender = try sender(.pcmu, clockRate: 8000)
        #expect(sender.sendDigits("7") == true)
        let sent = try run(&sender, ticks: 12)
        let packets = sent.compactMap { $0 }
        #expect(packets.map(\.marker) == [true, false, false, false, false, false, false])
        #expect(packets.allSatisfy { $0.timestamp == 1000 && $0.event == 7 })
        #expect(packets.map(\.duration) == [160, 320, 480, 640, 800, 800, 800])
        #expect(packets.map(\.isEnd) == [false, false, false, false, true, true, true])
        #expect(sent[7...].allSatisfy { $0 == nil })
        #expect(!sender.isSendingDigits)
        // Audio goes on where it would be without the digit, as a new talk spurt.
        #expect(sender.timestamp == 1000 + 11 * 160)
        #expect(sender.sequence == 65_534 &+ 12)
    }

    @Test("digits follow each other with a pause between them")
    func several() throws {
        var sender = try sender(.pcmu, clockRate: 8000)
        #expect(sender.sendDigits("1#", duration: .milliseconds(60), pause: .milliseconds(100)) == true)
        let packets = try run(&sender, ticks: 20).compactMap { $0 }
        let starts: [UInt32] = [1000, 2280]
        #expect(packets.filter(\.marker).map(\.timestamp) == starts)
        #expect(packets.map(\.event) == [1, 1, 1, 1, 1, 11, 11, 11, 11, 11])
    }

    @Test("with Opus durations count in the clock that was negotiated", arguments: [8000, 48_000])
    func opus(clockRate: Int) throws {
        var sender = try sender(.opus, clockRate: clockRate)
        #expect(sender.sendDigits("3") == true)
        let packets = try run(&sender, ticks: 8).compactMap { $0 }
        let expected = [1, 2, 3, 4, 5, 5, 5].map { $0 * clockRate / 50 }
        #expect(packets.map { Int($0.duration) } == expected)
    }

    @Test("a press too long for 16 bits goes on in a new segment and is received as one press")
    func longPress() throws {
        var sender = try sender(.pcmu, clockRate: 8000)
        #expect(sender.sendDigits("5", duration: .seconds(10)) == true)
        let packets = try run(&sender, ticks: 520).compactMap { $0 }
        let segments: Set<UInt32> = [1000, 66_535]
        #expect(Set(packets.map(\.timestamp)) == segments)
        var receiver = DtmfReceiver()
        var events: [DtmfEvent] = []
        for (index, packet) in packets.enumerated() {
            receiver.receive(
                .init(event: packet.event, isEnd: packet.isEnd, volume: 10, duration: packet.duration),
                timestamp: packet.timestamp, now: .at(Double(index) * 20), into: &events)
        }
        let five = try #require(DtmfDigit("5"))
        #expect(events == [.pressed(five), .released(five, held: .seconds(10))])
    }

    @Test("what is no key, or too much, is refused as a whole")
    func refused() throws {
        var sender = try sender(.pcmu, clockRate: 8000)
        #expect(sender.sendDigits("12x") == false)
        #expect(!sender.isSendingDigits)
        #expect(sender.sendDigits(String(repeating: "1", count: 64)) == true)
        #expect(sender.sendDigits("1") == false)
        sender.cancelDigits()
        #expect(!sender.isSendingDigits)
    }

    @Test("a clock rate that a peer has made up does no harm", arguments: [Int.min, 0, 7, 4_294_967_295, .max])
    func absurdClock(clockRate: Int) throws {
        var sender = try sender(.pcmu, clockRate: clockRate)
        #expect(sender.sendDigits("9", duration: .seconds(60)) == true)
        #expect(try run(&sender, ticks: 3100).compactMap { $0 }.count == 3002)
    }

    @Test("a press that is cancelled ends properly")
    func cancelled() throws {
        var sender = DtmfSender()
        #expect(sender.send("4", duration: .seconds(5)) == true)
        _ = sender.next()
        _ = sender.next()
        sender.cancel()
        let rest = (0..<10).compactMap { _ in sender.next() }
        #expect(rest.map(\.payload.isEnd) == [true, true, true])
        #expect(!sender.isBusy)
    }

    @Test("a peer without telephone-event hears tones in the audio", arguments: [AudioCodecKind.pcmu, .pcma, .opus])
    func inBand(codec: AudioCodecKind) throws {
        var sender = try sender(codec, clockRate: nil)
        var decoder = try AudioDecoder(codec: codec, sampleRate: 16_000)
        var detector = GoertzelDtmfDetector(sampleRate: decoder.sampleRate)
        #expect(sender.sendDigits("19*D", duration: .milliseconds(100), pause: .milliseconds(100)) == true)
        let silence = [Int16](repeating: 0, count: sender.frameSamples)
        var buffer = ByteBuffer()
        var events: [DtmfEvent] = []
        for tick in 0..<60 {
            #expect(sender.frame(silence, into: &buffer, now: .at(Double(tick) * 20)) == .audio)
            let payload = Array(buffer.readableBytesView.dropFirst(12))
            var pcm: [Int16] = []
            decoder.decode(payload.span, appendingTo: &pcm)
            detector.process(pcm.span, into: &events)
        }
        let pressed = events.compactMap { if case .pressed(let digit) = $0 { digit.character } else { nil } }
        #expect(String(pressed) == "19*D")
    }
}
