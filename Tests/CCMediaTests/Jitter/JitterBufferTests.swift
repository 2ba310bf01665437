import CCCore
import CCMedia
import Testing

@Suite("Jitter buffer")
struct JitterBufferTests {
    /// Packets of 20 ms at 8 kHz.
    private func insert(
        _ buffer: inout JitterBuffer, _ index: Int, at milliseconds: Double, timestamp: Int? = nil
    ) -> JitterBuffer.Insertion {
        let payload = [UInt8(truncatingIfNeeded: index)]
        return buffer.insert(
            payload.span, sequence: UInt16(truncatingIfNeeded: index),
            timestamp: UInt32(truncatingIfNeeded: timestamp ?? index * 160), ticks: 160, arrival: .at(milliseconds))
    }

    @Test("nothing is played before the target delay is reached")
    func waits() {
        var buffer = JitterBuffer(clockRate: 8000)
        #expect(buffer.target == .milliseconds(25))
        #expect(buffer.next(now: .at(0), queued: 0) == .empty(isPlaying: false))
        #expect(insert(&buffer, 0, at: 0) == .stored)
        #expect(buffer.next(now: .at(15), queued: 0) == .empty(isPlaying: false))
        #expect(insert(&buffer, 1, at: 20) == .stored)
        #expect(buffer.next(now: .at(35), queued: 0) == .packet)
        #expect(buffer.payload == [0])
        #expect(buffer.next(now: .at(55), queued: 0) == .packet)
        #expect(buffer.payload == [1])
        #expect(buffer.next(now: .at(75), queued: 0) == .empty(isPlaying: true))
    }

    @Test("packets come out in order, each once")
    func order() {
        var buffer = JitterBuffer(clockRate: 8000)
        #expect(insert(&buffer, 2, at: 0) == .stored)
        #expect(insert(&buffer, 0, at: 1) == .stored)
        #expect(insert(&buffer, 1, at: 2) == .stored)
        #expect(insert(&buffer, 1, at: 3) == .duplicate)
        for expected in 0..<3 {
            #expect(buffer.next(now: .at(60 + 20 * Double(expected)), queued: 0) == .packet)
            #expect(buffer.payload == [UInt8(expected)])
        }
        #expect(insert(&buffer, 2, at: 110) == .duplicate)
        #expect(insert(&buffer, 1, at: 111) == .late)
    }

    @Test("a missing packet is told, with its successor for error correction")
    func loss() {
        var buffer = JitterBuffer(clockRate: 8000)
        for index in [0, 1, 4] { _ = insert(&buffer, index, at: Double(index) * 20) }
        #expect(buffer.next(now: .at(40), queued: 0) == .packet)
        #expect(buffer.next(now: .at(60), queued: 0) == .packet)
        #expect(buffer.next(now: .at(80), queued: 0) == .lost(ticks: 160, isFollowed: false))
        #expect(buffer.next(now: .at(100), queued: 0) == .lost(ticks: 160, isFollowed: true))
        #expect(buffer.payload == [4])
        #expect(buffer.next(now: .at(120), queued: 0) == .packet)
        #expect(buffer.payload == [4])
    }

    @Test("what was made up for a packet that is late does not delay the packets after it when it is lost")
    func waitedForTheLost() {
        var buffer = JitterBuffer(clockRate: 8000)
        for index in [0, 1] { _ = insert(&buffer, index, at: Double(index) * 20) }
        #expect(buffer.next(now: .at(35), queued: 0) == .packet)
        #expect(buffer.next(now: .at(55), queued: 0) == .packet)
        #expect(buffer.next(now: .at(75), queued: 0) == .empty(isPlaying: true))
        _ = insert(&buffer, 3, at: 80)
        #expect(buffer.next(now: .at(95), queued: 0) == .packet)
        #expect(buffer.payload == [3])
    }

    @Test("a pause of the sender is silence of its length")
    func pause() {
        var buffer = JitterBuffer(clockRate: 8000)
        _ = insert(&buffer, 0, at: 0)
        _ = insert(&buffer, 1, at: 60, timestamp: 480)
        #expect(buffer.next(now: .at(65), queued: 0) == .packet)
        #expect(buffer.next(now: .at(85), queued: 0) == .silence(ticks: 160))
        #expect(buffer.next(now: .at(105), queued: 0) == .silence(ticks: 160))
        #expect(buffer.next(now: .at(125), queued: 0) == .packet)
    }

    @Test(
        "200 ppm of clock skew for an hour: the delay neither grows nor runs dry", arguments: [1.0002, 0.9998, 1.00005])
    func skew(speed: Double) {
        var buffer = JitterBuffer(clockRate: 8000)
        var queued = 0
        var sent = 0
        var worst = 0
        var flaws = 0
        var adjustments = 0
        func take(_ tick: Int) {
            switch buffer.next(now: .at(20 * Double(tick) + 11), queued: queued) {
            case .packet: queued += 160
            case .lost(let ticks, _), .silence(let ticks):
                queued += ticks
                flaws += 1
            case .empty(let isPlaying):
                queued += 160
                if isPlaying { flaws += 1 }
            }
        }
        for tick in 0..<180_000 {
            let now = 20 * Double(tick) + 11
            while Double(sent) * 20 / speed + 10 <= now {
                _ = insert(&buffer, sent, at: Double(sent) * 20 / speed + 10)
                sent += 1
            }
            while queued < 160 { take(tick) }
            switch buffer.advice(now: .at(now), queued: queued, isQuiet: false) {
            case .keep: break
            case .lengthen:
                queued += 60
                adjustments += 1
                buffer.delayChanged(by: 60)
            case .shorten:
                take(tick)
                queued -= 60
                adjustments += 1
                buffer.delayChanged(by: -60)
            }
            queued -= 160
            if tick > 100 { worst = max(worst, buffer.count + queued / 160) }
        }
        #expect(worst <= 4)
        #expect(flaws == 0)
        let expected = abs(speed - 1) * 3_600_000 / 7.5
        #expect(
            Double(adjustments) < expected + 5 && Double(adjustments) > expected - 5, "\(adjustments) of \(expected)")
    }

    @Test("settings outside their ranges are brought within them")
    func settings() {
        let settings = JitterBuffer.Settings(minimumDelay: .seconds(9), maximumDelay: .seconds(99), packetsMax: -5)
        #expect(settings.packetsMax == 4)
        var changed = settings
        changed.packetsMax = 0
        #expect(changed.packetsMax == 4)
        #expect(JitterBuffer(clockRate: 8000, settings: settings).target == .milliseconds(2005))
        #expect(JitterBuffer(clockRate: -1).clockRate == 1000)
    }

    @Test("a stated least delay is kept")
    func minimum() {
        let settings = JitterBuffer.Settings(minimumDelay: .milliseconds(60))
        var buffer = JitterBuffer(clockRate: 8000, settings: settings)
        for index in 0..<3 { _ = insert(&buffer, index, at: Double(index) * 20) }
        #expect(buffer.next(now: .at(55), queued: 0) == .empty(isPlaying: false))
        #expect(buffer.next(now: .at(66), queued: 0) == .packet)
    }
}
