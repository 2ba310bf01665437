import CCCore

/// How a user agent handles media.
public struct MediaSettings: Sendable {
    /// The UDP ports for media: an even one for RTP and the odd one above it for RTCP, for each call.
    public var ports: ClosedRange<UInt16>
    /// The rate at which Opus is decoded, mixed and recorded, in hertz: 8,000 or 16,000. G.711 stays at 8,000.
    public var wideband: Int
    /// A party from which media came and then stopped for this long is asked whether it is still there (in-dialog
    /// OPTIONS); without an answer the call ends. A party that need not send (hold, no audio) is asked after ten times as
    /// long. Nil waits for ever.
    public var silenceTimeout: Duration?
    /// What the other party hears while a party has put the call on hold and sends nothing itself.
    public var holdMusic: Prompt

    public init(
        ports: ClosedRange<UInt16> = 20_000...29_999, wideband: Int = 16_000,
        silenceTimeout: Duration? = .seconds(30), holdMusic: Prompt = .music
    ) {
        self.ports = ports
        self.wideband = wideband
        self.silenceTimeout = silenceTimeout
        self.holdMusic = holdMusic
    }
}

/// What the media of a call came to, as far as this side can see.
public struct MediaStatistics: Sendable, Equatable, Codable {
    /// RTP packets that the other side sent, by its sequence numbers.
    public var packetsExpected = 0
    public var packetsReceived = 0
    /// Packets that never came, or came too late to be played.
    public var packetsLost = 0
    public var packetsSent = 0
    /// Interarrival jitter in milliseconds (RFC 3550 §6.4.1).
    public var jitter = 0.0
    /// Round-trip time from RTCP, when the other side sends reports.
    public var roundTrip: Duration?

    public init() {}
}
