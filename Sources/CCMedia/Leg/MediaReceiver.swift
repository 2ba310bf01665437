public import CCCore

/// The receiving half of one leg: RTP packets in, one frame of PCM every 20 ms out, and keys on the way.
///
/// Reordering, jitter, loss, duplicates, clock drift and changes of source are dealt with inside. A value, but with
/// Opus it refers to the decoder's state: use one copy.
public struct MediaReceiver: Sendable {
    public struct Settings: Hashable, Sendable {
        public var codec: AudioCodecKind
        /// The payload type under which the peer sends it.
        public var payloadType: UInt8
        /// The telephone-event format under which the peer sends keys.
        public var telephoneEvent: TelephoneEventFormat?
        /// Wanted rate of the PCM, in hertz. G.711 is always 8000; Opus 8000, 16000 or 48000.
        public var sampleRate: Int
        public var jitter: JitterBuffer.Settings

        public init(
            codec: AudioCodecKind, payloadType: UInt8, telephoneEvent: TelephoneEventFormat? = nil,
            sampleRate: Int = 16_000, jitter: JitterBuffer.Settings = JitterBuffer.Settings()
        ) {
            self.codec = codec
            self.payloadType = payloadType
            self.telephoneEvent = telephoneEvent
            self.sampleRate = sampleRate
            self.jitter = jitter
        }
    }

    /// What a datagram was.
    public enum Outcome: Hashable, Sendable {
        /// Audio for the jitter buffer.
        case audio
        /// A telephone-event; most tell nothing new.
        case digits([DtmfEvent])
        /// Comfort noise (RFC 3389): the sender is silent.
        case comfortNoise
        /// Of no use.
        case ignored(Reason)
    }

    /// Why a datagram was of no use; safe as a metric label.
    public enum Reason: String, Hashable, Sendable {
        case malformed
        /// RTCP on the shared port: for ``RtcpSession``.
        case rtcp
        case payloadType
        /// The first packet of another source: the next one will be taken.
        case newSource
        /// A sequence number or timestamp far from the last: the next one will be taken.
        case jump
        case late
        case duplicate
    }

    /// What a frame was made of.
    public enum FrameKind: Hashable, Sendable {
        /// Received audio, at least in part.
        case audio
        /// Made up for packets that are lost or late.
        case concealed
        /// Nothing is being received.
        case silence
    }

    /// Comfort noise's static payload type (RFC 3389 §4).
    static let comfortNoise: UInt8 = 13
    /// The longest packet that is taken: 200 ms (RFC 3551 §4.2).
    static let packetsPerSecondMin = 5

    public private(set) var settings: Settings
    var decoder: AudioDecoder
    var jitter: JitterBuffer
    var dtmf: DtmfReceiver
    /// Decoded audio that has not been played; at most about 230 ms: a packet and what was left.
    var pcm: [Int16] = []
    var lastKind = FrameKind.silence
    var candidate: (ssrc: UInt32, nextSequence: UInt16)?

    /// Validation, loss and jitter of the source that is heard; `nil` before the first packet.
    public internal(set) var source: RtpReceiveStatistics?
    /// What this leg has seen so far, over all sources and codecs.
    public internal(set) var counters = Counters()
    /// When the last valid packet of any kind came.
    public internal(set) var lastPacket: Instant?

    /// - Throws: ``MediaError/Code/codec`` when libopus cannot be used.
    public init(_ settings: Settings) throws(MediaError) {
        self.settings = settings
        decoder = try AudioDecoder(codec: settings.codec, sampleRate: settings.sampleRate)
        jitter = JitterBuffer(clockRate: settings.codec.clockRate, settings: settings.jitter)
        dtmf = DtmfReceiver(clockRate: settings.telephoneEvent?.clockRate ?? 8_000)
    }

    /// Takes over what was negotiated anew. What has not changed goes on without a gap.
    /// - Throws: ``MediaError/Code/codec``; the old settings stay in force then.
    public mutating func reconfigure(_ new: Settings) throws(MediaError) {
        if new.codec != settings.codec || new.codec.sampleRate(wanted: new.sampleRate) != decoder.sampleRate {
            decoder = try AudioDecoder(codec: new.codec, sampleRate: new.sampleRate)
            pcm.removeAll(keepingCapacity: true)
        }
        if new.codec.clockRate != settings.codec.clockRate || new.jitter != settings.jitter {
            jitter = JitterBuffer(clockRate: new.codec.clockRate, settings: new.jitter)
        } else if new.codec != settings.codec {
            // What waits was coded with the other law.
            jitter.reset()
        }
        dtmf.clockRate = new.telephoneEvent?.clockRate ?? 8_000
        settings = new
    }

    /// Packets that never came (RFC 3550 A.3), over all sources.
    public var lostPackets: Int { counters.lostPackets + Int(clamping: max(0, source?.lost ?? 0)) }

    /// Rate of the frames in hertz: 8000, 16000 or 48000.
    public var sampleRate: Int { decoder.sampleRate }

    /// Samples of one 20 ms frame.
    public var frameSamples: Int { MediaFrame.samples(at: decoder.sampleRate) }

    /// Delay that the jitter buffer aims at now.
    public var targetDelay: Duration { jitter.target }

    /// Packets that wait in the jitter buffer.
    public var waitingPackets: Int { jitter.count }
}

extension MediaReceiver {
    /// Figures of a leg's receiving half since it was made.
    public struct Counters: Hashable, Sendable {
        /// Audio packets taken.
        public var audioPackets = 0
        /// Packets of telephone-events.
        public var eventPackets = 0
        /// Octets of payload.
        public var octets = 0
        public var latePackets = 0
        public var duplicatePackets = 0
        /// Datagrams of no use for other reasons.
        public var ignoredPackets = 0
        /// Frames handed out.
        public var frames = 0
        /// Of these, made up for lost or late packets.
        public var concealedFrames = 0
        /// Of these, silence because nothing was received.
        public var silentFrames = 0
        /// Packets of former sources that never came; those of the present one are in ``MediaReceiver/source``. Both:
        /// ``MediaReceiver/lostPackets``.
        public var lostPackets = 0

        public init() {}
    }
}
