import CCCore
import CCMedia
import NIOCore

/// Sends audio through a network of the test's making, in virtual time, and collects what the receiver plays.
struct NetworkTrace {
    /// What becomes of packet `index`: delays in milliseconds of its copies; empty: lost.
    typealias Path = (_ index: Int) -> [Double]

    var settings = MediaReceiver.Settings(codec: .pcmu, payloadType: 0)
    var pcm: [Int16]
    /// Milliseconds of each packet.
    var packetMilliseconds = 20
    /// Sender's clock relative to the receiver's: 1.0002 is 200 ppm fast.
    var senderSpeed = 1.0
    /// Phase of the receiver's ticks, in milliseconds.
    var tickPhase = 7.0
    var path: Path = { _ in [10] }

    struct Result {
        var pcm: [Int16] = []
        var kinds: [MediaReceiver.FrameKind] = []
        var counters = MediaReceiver.Counters()
        /// Target delay at each second, in milliseconds.
        var targets: [Double] = []
        var lost: Int64 = 0

        /// Frames made up before the stream ended; at its end there are up to five, in case a packet is late only.
        var concealedDuringAudio: Int {
            let end = kinds.lastIndex(of: .audio) ?? 0
            return kinds[..<end].count { $0 == .concealed }
        }
    }

    /// - Parameter ticks: how long to listen; `nil`: to the end of the audio.
    func run(ticks: Int? = nil) throws -> Result {
        var arrivals: [(time: Double, order: Int, packet: ByteBuffer)] = []
        for (index, packet) in try packets().enumerated() {
            let sent = Double(index * packetMilliseconds) / senderSpeed
            for delay in path(index) { arrivals.append((sent + delay, arrivals.count, packet)) }
        }
        arrivals.sort { ($0.time, $0.order) < ($1.time, $1.order) }
        var receiver = try MediaReceiver(settings)
        var result = Result()
        var frame: [Int16] = []
        var next = 0
        let length = ticks ?? pcm.count / receiver.frameSamples + 25
        for tick in 0..<length {
            let now = tickPhase + 20 * Double(tick)
            while next < arrivals.count, arrivals[next].time <= now {
                _ = receiver.receive(arrivals[next].packet, now: .at(arrivals[next].time))
                next += 1
            }
            result.kinds.append(receiver.nextFrame(into: &frame, now: .at(now)))
            result.pcm += frame
            if tick % 50 == 49 { result.targets.append(receiver.targetDelay.inSeconds * 1000) }
        }
        result.counters = receiver.counters
        result.lost = receiver.source?.lost ?? 0
        return result
    }

    /// The audio as RTP packets. Sequence numbers and timestamps wrap around soon after the start.
    func packets() throws -> [ByteBuffer] {
        var encoder = try AudioEncoder(codec: settings.codec, sampleRate: settings.sampleRate)
        let samples = encoder.sampleRate * packetMilliseconds / 1000
        let ticks = settings.codec.clockRate * packetMilliseconds / 1000
        var packets: [ByteBuffer] = []
        var payload: [UInt8] = []
        for start in stride(from: 0, through: pcm.count - samples, by: samples) {
            guard encoder.encode(Array(pcm[start..<(start + samples)]).span, into: &payload) else { continue }
            packets.append(
                .rtp(
                    payload, type: settings.payloadType, sequence: 65_500 + packets.count,
                    timestamp: 0xFFFF_8000 + packets.count * ticks))
        }
        return packets
    }
}
