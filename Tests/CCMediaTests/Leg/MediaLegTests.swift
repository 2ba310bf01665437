import CCCore
import CCMedia
import CCTestKit
import NIOCore
import Testing

@Suite("One leg")
struct MediaLegTests {
    @Test("what one side sends the other plays", arguments: AudioCodecKind.allCases)
    func bothHalves(codec: AudioCodecKind) throws {
        var sender = try MediaSender(.init(codec: codec, payloadType: 96), entropy: Entropy(seed: 1))
        var receiver = try MediaReceiver(.init(codec: codec, payloadType: 96))
        let speech = AudioClip.speechLike(seed: 81, seconds: 4, sampleRate: sender.sampleRate)
        var player = AudioClip.Player(speech)
        var frame = [Int16](repeating: 0, count: sender.frameSamples)
        var played: [Int16] = []
        var output: [Int16] = []
        var buffer = ByteBuffer()
        for tick in 0..<210 {
            player.fill(&frame)
            #expect(sender.frame(frame, into: &buffer, now: .at(Double(tick) * 20)) == .audio)
            #expect(receiver.receive(buffer, now: .at(Double(tick) * 20 + 1)) == .audio)
            _ = receiver.nextFrame(into: &output, now: .at(Double(tick) * 20 + 5))
            played += output
        }
        let match = AudioCorrelation.best(of: speech.samples, in: played)
        #expect(match.coefficient > 0.85)
        #expect(receiver.counters.frames == 210)
        #expect(sender.counters.packets == 210)
    }

    @Test("sequence numbers and timestamps are contiguous, the marker is on the first packet and after a pause")
    func headers() throws {
        var sender = try MediaSender(
            .init(codec: .pcma, payloadType: 8), ssrc: 77, sequence: 65_535, timestamp: 0xFFFF_FFFF)
        let frame = [Int16](repeating: 0, count: 160)
        var buffer = ByteBuffer()
        var headers: [RtpHeader] = []
        // Ticks that jitter, then a hold of 10 s.
        for time in [0.0, 31, 38, 60, 10_060, 10_080] {
            _ = sender.frame(frame, into: &buffer, now: .at(time))
            #expect(buffer.readableBytes == 172)
            headers.append(try RtpPacket(parsing: buffer).header)
        }
        #expect(headers.map(\.sequence) == [65_535, 0, 1, 2, 3, 4])
        #expect(headers.map(\.marker) == [true, false, false, false, true, false])
        let ticks = headers.map { $0.timestamp &- 0xFFFF_FFFF }
        #expect(ticks == [0, 160, 320, 480, 80_480, 80_640])
        #expect(headers.allSatisfy { $0.ssrc == 77 && $0.payloadType == 8 })
    }

    @Test("a re-negotiation keeps SSRC and sequence; both sides follow to another codec")
    func renegotiation() throws {
        var sender = try MediaSender(.init(codec: .pcmu, payloadType: 0), ssrc: 1, sequence: 10, timestamp: 0)
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        var buffer = ByteBuffer()
        var frame: [Int16] = []
        var audible = 0
        for tick in 0..<200 {
            if tick == 100 {
                try sender.reconfigure(.init(codec: .opus, payloadType: 109))
                try receiver.reconfigure(.init(codec: .opus, payloadType: 109))
                #expect(sender.frameSamples == 320 && receiver.frameSamples == 320)
            }
            let tone = Signals.sine(500, seconds: 0.02, sampleRate: sender.sampleRate)
            _ = sender.frame(tone, into: &buffer, now: .at(Double(tick) * 20))
            _ = receiver.receive(buffer, now: .at(Double(tick) * 20 + 1))
            if receiver.nextFrame(into: &frame, now: .at(Double(tick) * 20 + 3)) == .audio { audible += 1 }
            #expect(frame.count == receiver.frameSamples)
        }
        #expect(sender.sequence == 210)
        #expect(receiver.source?.lost == 0)
        #expect(audible > 190)
    }

    @Test("a change of law in mid-call does not crack")
    func changeOfLaw() throws {
        var sender = try MediaSender(.init(codec: .pcmu, payloadType: 0), ssrc: 1, sequence: 10, timestamp: 0)
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        let tone = Signals.sine(400, seconds: 2, sampleRate: 8000, level: -30)
        var buffer = ByteBuffer()
        var frame: [Int16] = []
        for tick in 0..<100 {
            if tick == 50 {
                try sender.reconfigure(.init(codec: .pcma, payloadType: 8))
                try receiver.reconfigure(.init(codec: .pcma, payloadType: 8))
            }
            _ = sender.frame(Array(tone[(tick * 160)..<(tick * 160 + 160)]), into: &buffer, now: .at(Double(tick) * 20))
            _ = receiver.receive(buffer, now: .at(Double(tick) * 20 + 1))
            _ = receiver.nextFrame(into: &frame, now: .at(Double(tick) * 20 + 3))
            #expect(frame.allSatisfy { $0.magnitude < 2000 })
        }
    }

    @Test("keys go through loss of a third of the packets, each once")
    func keysThroughLoss() throws {
        let format = TelephoneEventFormat(payloadType: 101)
        var sender = try MediaSender(
            .init(codec: .pcmu, payloadType: 0, telephoneEvent: format), ssrc: 1, sequence: 1, timestamp: 1)
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0, telephoneEvent: format))
        var dice = Dice(8)
        let silence = [Int16](repeating: 0, count: 160)
        var frame: [Int16] = []
        var buffer = ByteBuffer()
        var events: [DtmfEvent] = []
        #expect(sender.sendDigits("0123456789*#ABCD00") == true)
        for tick in 0..<400 {
            _ = sender.frame(silence, into: &buffer, now: .at(Double(tick) * 20))
            if dice.below(3) > 0, case .digits(let told) = receiver.receive(buffer, now: .at(Double(tick) * 20)) {
                events += told
            }
            _ = receiver.nextFrame(into: &frame, now: .at(Double(tick) * 20))
            events += receiver.overdueDigits(now: .at(Double(tick) * 20))
        }
        let pressed = events.compactMap { if case .pressed(let digit) = $0 { digit.character } else { nil } }
        #expect(String(pressed) == "0123456789*#ABCD00")
        #expect(events.count == 36)
    }

    @Test("what is not for this leg is told by its reason")
    func ignored() throws {
        var receiver = try MediaReceiver(.init(codec: .opus, payloadType: 111))
        #expect(receiver.receive(ByteBuffer(bytes: [1, 2, 3]), now: .at(0)) == .ignored(.malformed))
        #expect(receiver.receive(ByteBuffer(bytes: [0x80, 200, 0, 1, 0, 0, 0, 0]), now: .at(0)) == .ignored(.rtcp))
        #expect(receiver.receive(.rtp([1], type: 0, sequence: 1, timestamp: 1), now: .at(0)) == .ignored(.payloadType))
        #expect(receiver.receive(.rtp([], type: 111, sequence: 1, timestamp: 1), now: .at(0)) == .ignored(.malformed))
        #expect(receiver.counters.ignoredPackets == 4)
        #expect(receiver.counters.audioPackets == 0)
    }

    @Test("without packets there is silence, frame by frame")
    func silence() throws {
        var receiver = try MediaReceiver(.init(codec: .opus, payloadType: 111, sampleRate: 48_000))
        var frame: [Int16] = []
        for tick in 0..<10 {
            #expect(receiver.nextFrame(into: &frame, now: .at(Double(tick) * 20)) == .silence)
            #expect(frame == [Int16](repeating: 0, count: 960))
        }
    }

    @Test("a frame of the wrong length is cut or filled, so time keeps right")
    func wrongLength() throws {
        var sender = try MediaSender(.init(codec: .pcmu, payloadType: 0), ssrc: 1, sequence: 1, timestamp: 0)
        var buffer = ByteBuffer()
        for count in [0, 5, 159, 161, 960] {
            #expect(sender.frame([Int16](repeating: 1, count: count), into: &buffer, now: .at(0)) == .audio)
            #expect(buffer.readableBytes == 172)
        }
    }

    @Test("Opus that falls silent with DTX sends nothing; speech afterwards is a new talk spurt on running time")
    func discontinuous() throws {
        var sender = try MediaSender(
            .init(codec: .opus, payloadType: 111, opus: OpusParameters(usesDtx: true)), ssrc: 1, sequence: 1,
            timestamp: 0)
        let silence = [Int16](repeating: 0, count: 320)
        var buffer = ByteBuffer()
        var sent = 0
        for tick in 0..<100 where sender.frame(silence, into: &buffer, now: .at(Double(tick) * 20)) == .audio {
            sent += 1
        }
        #expect(sent < 40)
        let tone = Signals.sine(400, seconds: 0.02, sampleRate: 16_000)
        var last = sender.frame(silence, into: &buffer, now: .at(2000))
        for tick in 101..<110 where last == .nothing {
            last = sender.frame(tone, into: &buffer, now: .at(Double(tick) * 20))
            guard last == .audio else { continue }
            let header = try RtpPacket(parsing: buffer).header
            #expect(header.marker)
            #expect(header.timestamp == UInt32(tick * 960))
        }
    }
}
