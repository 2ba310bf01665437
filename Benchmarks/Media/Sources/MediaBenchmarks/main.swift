import CCCore
import CCMedia
import NIOCore

// What the media path costs. Usage: MediaBenchmarks [part of a figure's name]
let figures = Figures(filter: CommandLine.arguments.dropFirst().first)
let speech8 = AudioClip.speechLike(seed: 1, seconds: 10, sampleRate: 8_000).samples
let speech16 = AudioClip.speechLike(seed: 1, seconds: 10, sampleRate: 16_000).samples

codecs()
jitterBuffer()
try legs()
signals()

func codecs() {
    for (name, law) in [("pcmu", G711.Law.mu), ("pcma", .a)] {
        var octets: [UInt8] = []
        var pcm: [Int16] = []
        G711.encode(speech8.span, law: law, appendingTo: &octets)
        let coded = octets
        figures.millions("g711.\(name).encode", of: "samples", units: speech8.count) {
            octets.removeAll(keepingCapacity: true)
            G711.encode(speech8.span, law: law, appendingTo: &octets)
            return Int(octets[17])
        }
        figures.millions("g711.\(name).decode", of: "samples", units: speech8.count) {
            pcm.removeAll(keepingCapacity: true)
            G711.decode(coded.span, law: law, appendingTo: &pcm)
            return Int(pcm[17])
        }
    }
    let frames = stride(from: 0, to: speech16.count, by: 320).map { Array(speech16[$0..<($0 + 320)]) }
    for complexity in [0, 5, 10] {
        guard let encoder = try? OpusEncoder(sampleRate: 16_000, parameters: OpusParameters(complexity: complexity))
        else { continue }
        var packet: [UInt8] = []
        figures.nanoseconds("opus.encode.16k.complexity\(complexity)", per: "frame", units: frames.count) {
            for frame in frames { try? encoder.encode(frame.span, into: &packet) }
            return packet.count
        }
    }
    guard let encoder = try? OpusEncoder(sampleRate: 16_000), let decoder = try? OpusDecoder(sampleRate: 16_000) else {
        return
    }
    let packets = frames.map { frame in
        var packet: [UInt8] = []
        try? encoder.encode(frame.span, into: &packet)
        return packet
    }
    var pcm: [Int16] = []
    figures.nanoseconds("opus.decode.16k", per: "frame", units: packets.count) {
        for packet in packets {
            pcm.removeAll(keepingCapacity: true)
            _ = try? decoder.decode(packet.span, appendingTo: &pcm)
        }
        return pcm.count
    }
}

func jitterBuffer() {
    var buffer = JitterBuffer(clockRate: 8_000)
    let payload = [UInt8](repeating: 7, count: 160)
    var index = 0
    figures.nanoseconds("jitter.insertAndPop", per: "packet") {
        let now = Instant(nanoseconds: Int64(index) * 20_000_000)
        _ = buffer.insert(
            payload.span, sequence: UInt16(truncatingIfNeeded: index),
            timestamp: UInt32(truncatingIfNeeded: index &* 160),
            ticks: 160, arrival: now)
        index += 1
        return buffer.next(now: now, queued: 0) == .packet ? 1 : 0
    }
}

func legs() throws {
    for codec in [AudioCodecKind.pcmu, .opus] {
        var sender = try MediaSender(.init(codec: codec, payloadType: 96), ssrc: 1, sequence: 1, timestamp: 1)
        var receiver = try MediaReceiver(.init(codec: codec, payloadType: 96))
        var buffer = ByteBufferAllocator().buffer(capacity: 1500)
        var player = AudioClip.Player(
            AudioClip(samples: codec == .opus ? speech16 : speech8, sampleRate: sender.sampleRate), loops: true)
        var frame = [Int16](repeating: 0, count: sender.frameSamples)
        var output: [Int16] = []
        var tick = 0
        figures.nanoseconds("leg.\(codec).tick", per: "tick") {
            let now = Instant(nanoseconds: Int64(tick) * 20_000_000)
            player.fill(&frame)
            _ = sender.frame(frame, into: &buffer, now: now)
            _ = receiver.receive(buffer, now: now)
            _ = receiver.nextFrame(into: &output, now: now.advanced(by: .milliseconds(5)))
            tick += 1
            return Int(output[3])
        }
        figures.nanoseconds("leg.\(codec).sendOnly", per: "frame") {
            let now = Instant(nanoseconds: Int64(tick) * 20_000_000)
            _ = sender.frame(frame, into: &buffer, now: now)
            tick += 1
            return buffer.readableBytes
        }
    }
}

func signals() {
    var output: [Int16] = []
    for (from, to) in [(8_000, 16_000), (16_000, 8_000), (48_000, 8_000)] {
        guard var resampler = try? Resampler(from: from, to: to) else { continue }
        let frame = [Int16](speech16.prefix(from / 50) + speech16.prefix(max(0, from / 50 - speech16.count)))
        figures.nanoseconds("resample.\(from / 1000)kTo\(to / 1000)k", per: "frame") {
            resampler.process(frame.span, into: &output)
            return Int(output[5])
        }
    }
    let voices = (0..<3).map { Array(speech8[($0 * 8_000)..<($0 * 8_000 + 160)]) }
    var mixer = Mixer(frameSamples: 160)
    figures.nanoseconds("mix.3voices.minusSelf", per: "frame") {
        mixer.begin()
        for voice in voices { mixer.add(voice.span) }
        for voice in voices { mixer.mix(without: voice.span, into: &output) }
        return Int(output[9])
    }
    guard var decoder = try? AudioDecoder(codec: .pcmu, sampleRate: 8_000) else { return }
    let payload = [UInt8](repeating: 0x21, count: 160)
    figures.nanoseconds("conceal.pcmu", per: "frame") {
        output.removeAll(keepingCapacity: true)
        decoder.decode(payload.span, appendingTo: &output)
        decoder.conceal(samples: 160, appendingTo: &output)
        return Int(output[200])
    }
    var detector = GoertzelDtmfDetector(sampleRate: 8_000)
    var events: [DtmfEvent] = []
    let frame = Array(speech8.prefix(160))
    figures.nanoseconds("dtmf.inBand", per: "frame") {
        detector.process(frame.span, into: &events)
        return events.count
    }
}
