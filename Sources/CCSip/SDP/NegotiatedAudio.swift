import CCCore

/// What one round of offer and answer has agreed for the audio stream.
public struct NegotiatedAudio: Sendable, Equatable {
    /// Where our packets go. nil when the peer wants none (port 0, or the old hold address `0.0.0.0`) or gave a name.
    public var remoteRTP: NetworkAddress?
    /// Where our control packets go: `a=rtcp`, the same port when multiplexed, else the next port.
    public var remoteRTCP: NetworkAddress?
    /// RTP and RTCP share one port on both sides.
    public var rtcpMux: Bool
    /// What we send, and what the peer is expected to send.
    public var codec: AudioCodec
    /// The payload type that we write: the peer's number for the codec.
    public var sendPayloadType: UInt8
    /// The payload type that we receive the codec with: our number for it.
    public var receivePayloadType: UInt8
    /// Everything the peer may send without a new round, ``codec`` first.
    public var receivable: [PayloadFormat]
    /// What the peer wants to receive when the codec is Opus.
    public var opus: OpusParameters
    /// The payload types and clock of RFC 4733 events; nil when the peer does not take or send them.
    public var telephoneEventSend: UInt8?
    public var telephoneEventReceive: UInt8?
    /// Hz. RFC 4733 wants the codec's clock; many peers know 8,000 only, so it is negotiated.
    public var telephoneEventClockRate: Int
    /// The packet length that the peer wants to receive; 20 ms when it did not say.
    public var ptime: Duration
    /// From our point of view: `.receiveOnly` while the peer has us on hold with music, `.sendOnly` while we hold it.
    public var direction: MediaDirection

    public init(
        remoteRTP: NetworkAddress?, remoteRTCP: NetworkAddress?, rtcpMux: Bool = false, codec: AudioCodec,
        sendPayloadType: UInt8, receivePayloadType: UInt8, opus: OpusParameters = OpusParameters(),
        telephoneEventSend: UInt8? = nil, telephoneEventReceive: UInt8? = nil, telephoneEventClockRate: Int = 8_000,
        ptime: Duration = .milliseconds(20), direction: MediaDirection = .sendReceive
    ) {
        self.remoteRTP = remoteRTP
        self.remoteRTCP = remoteRTCP
        self.rtcpMux = rtcpMux
        self.codec = codec
        self.sendPayloadType = sendPayloadType
        self.receivePayloadType = receivePayloadType
        self.receivable = [PayloadFormat(payloadType: receivePayloadType, codec: codec)]
        self.opus = opus
        self.telephoneEventSend = telephoneEventSend
        self.telephoneEventReceive = telephoneEventReceive
        self.telephoneEventClockRate = telephoneEventClockRate
        self.ptime = ptime
        self.direction = direction
    }
}

/// A payload type and the codec it stands for in one session.
public struct PayloadFormat: Sendable, Hashable {
    public var payloadType: UInt8
    public var codec: AudioCodec

    public init(payloadType: UInt8, codec: AudioCodec) {
        self.payloadType = payloadType
        self.codec = codec
    }
}

/// Why an offer or an answer cannot be used.
public struct OfferAnswerError: Error, Equatable, CustomStringConvertible {
    /// What kind of refusal it is; safe as a metric label.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable { case notAcceptable, mismatch, refused, wrongState }
        private let value: Value

        /// The offer has no audio that this side can do: answer 488.
        public static let notAcceptable = Code(value: .notAcceptable)
        /// The answer does not fit the offer: other sections, or codecs that were not offered.
        public static let mismatch = Code(value: .mismatch)
        /// The answer refuses the audio stream.
        public static let refused = Code(value: .refused)
        /// An answer without an offer, or an offer while ours is open (glare: answer 491).
        public static let wrongState = Code(value: .wrongState)

        public var description: String { value.rawValue }
    }

    public let code: Code
    public let message: String

    public var description: String { message }
}
