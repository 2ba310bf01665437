public import CCCore
public import NIOCore

/// The sending half of one leg: one frame of PCM every 20 ms in, one RTP packet out; digits on request.
///
/// SSRC and sequence number stay the same over re-negotiations. A value, but with Opus it refers to the encoder's
/// state: use one copy.
public struct MediaSender: Sendable {
    public struct Settings: Hashable, Sendable {
        public var codec: AudioCodecKind
        /// The payload type that the peer wants it under.
        public var payloadType: UInt8
        /// The telephone-event format that the peer wants keys in; `nil`: keys are sent as tones in the audio.
        public var telephoneEvent: TelephoneEventFormat?
        /// Wanted rate of the PCM, in hertz. G.711 is always 8000; Opus 8000, 16000 or 48000.
        public var sampleRate: Int
        /// What the peer's fmtp asks for.
        public var opus: OpusParameters

        public init(
            codec: AudioCodecKind, payloadType: UInt8, telephoneEvent: TelephoneEventFormat? = nil,
            sampleRate: Int = 16_000, opus: OpusParameters = OpusParameters()
        ) {
            self.codec = codec
            self.payloadType = payloadType
            self.telephoneEvent = telephoneEvent
            self.sampleRate = sampleRate
            self.opus = opus
        }
    }

    /// What was written for a frame.
    public enum Sent: Hashable, Sendable {
        case audio
        /// A telephone-event instead of the audio.
        case digit
        /// Nothing: the encoder finds that silence need not be sent.
        case nothing
    }

    /// A pause of the caller that is longer than this moves the timestamps on; below, frames are contiguous however
    /// the ticks jitter.
    private static let pause: Int64 = 200_000_000

    public private(set) var settings: Settings
    public let ssrc: UInt32
    /// Number of the next packet.
    public private(set) var sequence: UInt16
    /// Timestamp of the next frame.
    public private(set) var timestamp: UInt32

    private var encoder: AudioEncoder
    private var dtmf: DtmfSender
    private var digitTimestamp: UInt32 = 0
    private var tone: ToneGenerator?
    private var toneDigit: DtmfDigit?
    private var payload: [UInt8] = []
    private var scratch: [Int16] = []
    private var isTalking = false
    private var lastFrame: Instant?
    private var packets: UInt32 = 0
    private var octets: UInt32 = 0

    /// - Parameters:
    ///   - settings: what was negotiated.
    ///   - ssrc: random (RFC 3550 §8.1).
    ///   - sequence: of the first packet; random (§5.1).
    ///   - timestamp: of the first packet; random (§5.1).
    /// - Throws: ``MediaError/Code/codec`` when libopus cannot be used.
    public init(_ settings: Settings, ssrc: UInt32, sequence: UInt16, timestamp: UInt32) throws(MediaError) {
        self.settings = settings
        self.ssrc = ssrc
        self.sequence = sequence
        self.timestamp = timestamp
        encoder = try AudioEncoder(
            codec: settings.codec, sampleRate: settings.sampleRate, parameters: settings.opus)
        dtmf = DtmfSender(clockRate: settings.telephoneEvent?.clockRate ?? 8_000)
    }

    /// Draws SSRC, sequence and timestamp from `entropy`.
    /// - Throws: ``MediaError/Code/codec`` when libopus cannot be used.
    public init(_ settings: Settings, entropy: Entropy) throws(MediaError) {
        try self.init(
            settings, ssrc: entropy.uint32(), sequence: entropy.uint16(), timestamp: entropy.uint32())
    }

    /// Takes over what was negotiated anew; SSRC, sequence and timestamps go on.
    /// - Throws: ``MediaError/Code/codec``; the old settings stay in force then.
    public mutating func reconfigure(_ new: Settings) throws(MediaError) {
        let rate = new.codec.sampleRate(wanted: new.sampleRate)
        if new.codec != settings.codec || rate != encoder.sampleRate {
            encoder = try AudioEncoder(codec: new.codec, sampleRate: rate, parameters: new.opus)
            isTalking = false
        } else if new.opus != settings.opus {
            encoder.update(new.opus)
        }
        if new.telephoneEvent != settings.telephoneEvent {
            dtmf = DtmfSender(clockRate: new.telephoneEvent?.clockRate ?? 8_000)
        }
        settings = new
    }

    /// Rate of the frames in hertz: 8000, 16000 or 48000.
    public var sampleRate: Int { encoder.sampleRate }

    /// Samples of one 20 ms frame.
    public var frameSamples: Int { MediaFrame.samples(at: encoder.sampleRate) }

    /// Whether digits are being sent or wait.
    public var isSendingDigits: Bool { dtmf.isBusy }

    /// Queues digits, which take the place of the audio while they last; see
    /// ``DtmfSender/send(_:duration:pause:)``.
    public mutating func sendDigits(
        _ digits: String, duration: Duration = .milliseconds(100), pause: Duration = .milliseconds(80)
    ) -> Bool {
        dtmf.send(digits, duration: duration, pause: pause)
    }

    /// Drops digits that wait.
    public mutating func cancelDigits() { dtmf.cancel() }

    /// What a sender report says of this stream.
    public var counters: RtpSendCounters {
        RtpSendCounters(
            ssrc: ssrc, packets: packets, octets: octets, timestamp: timestamp, timestampInstant: lastFrame,
            clockRate: settings.codec.clockRate)
    }

    /// Writes the RTP packet of one frame into `buffer`, whose former contents are replaced.
    ///
    /// To be called once each 20 ms while the stream runs. When it was not called for more than 200 ms (hold), the
    /// timestamps move on with the time.
    /// - Parameters:
    ///   - pcm: ``frameSamples`` samples; a frame of another length is cut or filled with silence.
    ///   - buffer: keeps its room from packet to packet while nobody else holds it.
    ///   - now: the nominal time of the tick.
    public mutating func frame(_ pcm: [Int16], into buffer: inout ByteBuffer, now: Instant) -> Sent {
        advanceTimestamp(now)
        buffer.clear()
        if settings.telephoneEvent != nil, dtmf.isBusy, let packet = dtmf.next() {
            write(packet, into: &buffer)
            return .digit
        }
        guard encode(pcm) else {
            isTalking = false
            return .nothing
        }
        writeHeader(marker: !isTalking, payloadType: settings.payloadType, timestamp: timestamp, into: &buffer)
        buffer.writeBytes(payload.span.bytes)
        isTalking = true
        count(payload.count)
        return .audio
    }

    private mutating func encode(_ pcm: [Int16]) -> Bool {
        if settings.telephoneEvent == nil, dtmf.isBusy, let digit = dtmf.nextTone() {
            if toneDigit != digit || tone == nil { tone = ToneGenerator(.key(digit), sampleRate: sampleRate) }
            toneDigit = digit
            if scratch.count != frameSamples { scratch = [Int16](repeating: 0, count: frameSamples) }
            tone?.fill(&scratch)
            let samples = scratch
            return encoder.encode(samples.span, into: &payload)
        }
        tone = nil
        guard pcm.count != frameSamples else { return encoder.encode(pcm.span, into: &payload) }
        var samples = Array(pcm.prefix(frameSamples))
        samples += repeatElement(0, count: frameSamples - samples.count)
        return encoder.encode(samples.span, into: &payload)
    }

    private mutating func write(_ packet: DtmfSender.Packet, into buffer: inout ByteBuffer) {
        guard let format = settings.telephoneEvent else { return }
        if packet.isFirst { digitTimestamp = timestamp }
        writeHeader(
            marker: packet.isFirst, payloadType: format.payloadType,
            timestamp: digitTimestamp &+ packet.segmentOffset, into: &buffer)
        buffer.writeInteger(packet.payload.bits)
        count(TelephoneEventPayload.byteCount)
        // The audio that follows begins a new talk spurt.
        isTalking = false
    }

    private mutating func writeHeader(
        marker: Bool, payloadType: UInt8, timestamp: UInt32, into buffer: inout ByteBuffer
    ) {
        RtpHeader(
            payloadType: payloadType, marker: marker, sequence: sequence, timestamp: timestamp, ssrc: ssrc
        ).write(into: &buffer)
        sequence &+= 1
    }

    private mutating func count(_ bytes: Int) {
        packets &+= 1
        octets &+= UInt32(truncatingIfNeeded: bytes)
    }

    private mutating func advanceTimestamp(_ now: Instant) {
        defer { lastFrame = now }
        guard let lastFrame else { return }
        let elapsed = now.nanoseconds &- lastFrame.nanoseconds
        var frames: Int64 = 1
        if elapsed > Self.pause {
            frames = (elapsed &+ 10_000_000) / 20_000_000
            isTalking = false
        }
        timestamp &+= UInt32(truncatingIfNeeded: frames &* Int64(settings.codec.clockRate / 50))
    }
}
