public import CCCore

/// What a sender report says of a stream (RFC 3550 §6.4.1).
public struct RtpSendCounters: Hashable, Sendable {
    public var ssrc: UInt32
    /// Packets sent, modulo 2³².
    public var packets: UInt32
    /// Octets of payload sent, modulo 2³².
    public var octets: UInt32
    /// RTP timestamp of the last frame.
    public var timestamp: UInt32
    /// When that frame was due; `nil`: nothing was sent.
    public var timestampInstant: Instant?
    /// Ticks a second of the RTP timestamp.
    public var clockRate: Int

    public init(
        ssrc: UInt32, packets: UInt32 = 0, octets: UInt32 = 0, timestamp: UInt32 = 0,
        timestampInstant: Instant? = nil, clockRate: Int = 8_000
    ) {
        self.ssrc = ssrc
        self.packets = packets
        self.octets = octets
        self.timestamp = timestamp
        self.timestampInstant = timestampInstant
        self.clockRate = clockRate
    }

    /// The RTP timestamp that belongs to `now`.
    public func timestamp(at now: Instant) -> UInt32 {
        guard let timestampInstant else { return timestamp }
        let elapsed = now.nanoseconds &- timestampInstant.nanoseconds
        let ticks = (elapsed / 1_000_000) &* Int64(clockRate) / 1000
        return timestamp &+ UInt32(truncatingIfNeeded: ticks)
    }
}
