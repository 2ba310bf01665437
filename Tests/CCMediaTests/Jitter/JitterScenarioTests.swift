import CCCore
import CCMedia
import CCTestKit
import NIOCore
import Testing

@Suite("Jitter buffer against networks")
struct JitterScenarioTests {
    private let speech = AudioClip.speechLike(seed: 11, seconds: 20).samples
    private let shortSpeech = AudioClip.speechLike(seed: 12, seconds: 7).samples

    @Test("a clean network is played without a flaw and with little delay", arguments: [1.0, 7.0, 13.0, 19.0])
    func clean(phase: Double) throws {
        let result = try NetworkTrace(pcm: shortSpeech, tickPhase: phase).run()
        #expect(result.concealedDuringAudio == 0)
        #expect(result.lost == 0)
        let match = AudioCorrelation.best(of: shortSpeech, in: result.pcm)
        #expect(match.coefficient > 0.99)
        // Network 10 ms; the rest is the buffer's: one to two frames and the tick.
        #expect((0...(8 * 60)).contains(match.lag), "\(match.lag / 8) ms")
        #expect((result.targets.last ?? 0) <= 25)
    }

    @Test("packets of any length come out whole", arguments: [10, 20, 30, 40, 60])
    func packetLengths(milliseconds: Int) throws {
        let result = try NetworkTrace(pcm: shortSpeech, packetMilliseconds: milliseconds).run()
        #expect(result.concealedDuringAudio == 0)
        #expect(AudioCorrelation.best(of: shortSpeech, in: result.pcm).coefficient > 0.99)
    }

    @Test("the delay grows with the jitter until hardly a packet is late", arguments: [40.0, 80.0])
    func jitter(spread: Double) throws {
        var dice = Dice(3)
        let delays = (0..<1100).map { _ in 10 + spread * dice.unit() }
        let result = try NetworkTrace(pcm: speech, path: { [delays[$0]] }).run()
        let settled = result.kinds.dropFirst(250)
        let flaws = settled.prefix(740).count { $0 != .audio }
        #expect(Double(flaws) / 740 < 0.02, "\(flaws) flaws")
        let target = result.targets[15]
        #expect(target > spread * 0.8 && target < spread + 30, "\(target) ms")
        let pieces = AudioCorrelation.track(of: speech, in: result.pcm, window: 4000, slack: 800)
        #expect(pieces.count > 20)
        #expect(pieces.count { $0.coefficient > 0.9 } * 10 >= pieces.count * 8)
    }

    @Test("one packet in ten out of order loses nothing once the buffer has learnt")
    func reordering() throws {
        var dice = Dice(4)
        let delays = (0..<1100).map { _ in dice.unit() < 0.1 ? 35.0 + 10 * dice.unit() : 10 }
        let result = try NetworkTrace(pcm: speech, path: { [delays[$0]] }).run()
        #expect(result.lost == 0)
        #expect(result.kinds.dropFirst(150).prefix(840).count { $0 != .audio } <= 8)
        #expect(result.counters.latePackets < 20)
    }

    @Test("packets that come twice are played once")
    func duplicates() throws {
        let result = try NetworkTrace(pcm: shortSpeech, path: { $0 % 3 == 0 ? [10, 12, 30] : [10] }).run()
        #expect(result.concealedDuringAudio == 0)
        #expect(result.counters.duplicatePackets + result.counters.latePackets > 200)
        #expect(AudioCorrelation.best(of: shortSpeech, in: result.pcm).coefficient > 0.99)
    }

    @Test("a stall whose packets come in a burst is played late, and the delay shrinks afterwards")
    func burst() throws {
        // From 4 s on nothing comes for 150 ms; then everything at once.
        let result = try NetworkTrace(
            pcm: speech,
            path: { index in
                let sent = Double(index) * 20
                return [sent >= 4000 && sent < 4150 ? 4160 - sent : 10]
            }
        ).run()
        #expect(result.lost == 0)
        #expect(result.counters.latePackets <= 1)
        let pieces = AudioCorrelation.track(of: speech, in: result.pcm, window: 4000, slack: 1600)
        let after = pieces.map { $0.lag / 8 }
        let last = try #require(after.last)
        #expect(last < 110, "delay at the end \(last) ms of \(after)")
        #expect(pieces.count { $0.coefficient > 0.9 } * 10 >= pieces.count * 8)
    }

    @Test("a burst longer than the greatest delay is cut down to it")
    func longBurst() throws {
        let result = try NetworkTrace(
            pcm: speech,
            path: { index in
                let sent = Double(index) * 20
                return [sent >= 4000 && sent < 4800 ? 4810 - sent : 10]
            }
        ).run()
        let pieces = AudioCorrelation.track(of: speech, in: result.pcm, window: 4000, slack: 8000)
        let last = try #require(pieces.last)
        #expect(last.lag / 8 < 150, "\(last.lag / 8) ms")
        #expect(last.coefficient > 0.9)
    }

    @Test("a sender's clock that is far off does not let the delay grow or run dry", arguments: [1.003, 0.997])
    func skew(speed: Double) throws {
        let result = try NetworkTrace(pcm: speech + speech, senderSpeed: speed).run(ticks: 1900)
        #expect(result.concealedDuringAudio < 30)
        #expect(result.counters.latePackets < 30)
        #expect(result.lost == 0)
        let pieces = AudioCorrelation.track(of: speech, in: result.pcm, window: 4000, slack: 800)
        #expect(pieces.count { $0.coefficient > 0.9 } * 10 >= pieces.count * 8)
    }

    @Test("a pause of the sender with running timestamps is silence, not loss", arguments: [60, 200, 5000])
    func discontinuousTransmission(milliseconds: Int) throws {
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        let packet = [UInt8](repeating: 0x30, count: 160)
        var frame: [Int16] = []
        var concealed = 0
        for tick in 0..<600 {
            let time = tick * 20
            let isPaused = time >= 2000 && time < 2000 + milliseconds
            if !isPaused {
                let skipped = time >= 2000 ? milliseconds / 20 : 0
                _ = receiver.receive(
                    .rtp(packet, sequence: tick - skipped, timestamp: tick * 160), now: .at(Double(time)))
            }
            if receiver.nextFrame(into: &frame, now: .at(Double(time) + 9)) == .concealed { concealed += 1 }
        }
        #expect(concealed <= 6)
        #expect(receiver.source?.lost == 0)
        #expect(receiver.counters.latePackets == 0)
    }

    @Test(
        "timestamps that jump are followed from the second packet on", arguments: [1_000_000, -1_000_000, 0x4000_0000])
    func timestampJump(distance: Int) throws {
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        let packet = [UInt8](repeating: 0x30, count: 160)
        var frame: [Int16] = []
        var flaws = 0
        for tick in 0..<300 {
            let timestamp = tick * 160 + (tick >= 100 ? distance : 0)
            _ = receiver.receive(
                .rtp(packet, sequence: tick, timestamp: timestamp), now: .at(Double(tick) * 20))
            if receiver.nextFrame(into: &frame, now: .at(Double(tick) * 20 + 9)) != .audio, tick > 10 { flaws += 1 }
        }
        #expect(flaws <= 6)
    }

    @Test("sequence numbers that jump are followed from the second packet on", arguments: [5000, -5000, 30_000])
    func sequenceJump(distance: Int) throws {
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        let packet = [UInt8](repeating: 0x30, count: 160)
        var frame: [Int16] = []
        var flaws = 0
        for tick in 0..<300 {
            let sequence = tick + (tick >= 100 ? distance : 0)
            _ = receiver.receive(.rtp(packet, sequence: sequence, timestamp: tick * 160), now: .at(Double(tick) * 20))
            if receiver.nextFrame(into: &frame, now: .at(Double(tick) * 20 + 9)) != .audio, tick > 10 { flaws += 1 }
        }
        #expect(flaws <= 6)
    }

    @Test("another source is followed from its second packet on; a stray packet changes nothing")
    func sourceChange() throws {
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        let packet = [UInt8](repeating: 0x30, count: 160)
        _ = receiver.receive(.rtp(packet, sequence: 1, timestamp: 0, ssrc: 1), now: .at(0))
        #expect(
            receiver.receive(.rtp(packet, sequence: 900, timestamp: 99, ssrc: 2), now: .at(1)) == .ignored(.newSource))
        #expect(receiver.receive(.rtp(packet, sequence: 2, timestamp: 160, ssrc: 1), now: .at(20)) == .audio)
        #expect(
            receiver.receive(.rtp(packet, sequence: 50, timestamp: 5, ssrc: 3), now: .at(21)) == .ignored(.newSource))
        #expect(receiver.receive(.rtp(packet, sequence: 51, timestamp: 165, ssrc: 3), now: .at(41)) == .audio)
        #expect(receiver.source?.ssrc == 3)
        #expect(
            receiver.receive(.rtp(packet, sequence: 3, timestamp: 320, ssrc: 1), now: .at(42)) == .ignored(.newSource))
    }

    @Test("however many packets come, the buffer keeps within its limit")
    func flood() throws {
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        let packet = [UInt8](repeating: 0x30, count: 160)
        for index in 0..<5000 {
            _ = receiver.receive(.rtp(packet, sequence: index, timestamp: index * 160), now: .at(Double(index) / 100))
        }
        #expect(receiver.waitingPackets <= 100)
    }

    @Test("comfort noise is taken for silence")
    func comfortNoise() throws {
        var receiver = try MediaReceiver(.init(codec: .pcmu, payloadType: 0))
        #expect(receiver.receive(.rtp([30], type: 13, sequence: 1, timestamp: 0), now: .at(0)) == .comfortNoise)
        var frame: [Int16] = []
        #expect(receiver.nextFrame(into: &frame, now: .at(10)) == .silence)
        #expect(frame == [Int16](repeating: 0, count: 160))
    }
}
