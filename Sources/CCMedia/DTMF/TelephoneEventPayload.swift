/// The four octets of a telephone-event (RFC 4733 §2.3).
public struct TelephoneEventPayload: Hashable, Sendable {
    public static let byteCount = 4

    /// 0 to 15 are keys; others are line events.
    public var event: UInt8
    public var isEnd: Bool
    /// Power below 0 dBm0 in dB, 0 to 63.
    public var volume: UInt8
    /// Time since the event (or this segment of it) began, in ticks of the format's clock.
    public var duration: UInt16

    public init(event: UInt8, isEnd: Bool, volume: UInt8, duration: UInt16) {
        self.event = event
        self.isEnd = isEnd
        self.volume = min(volume, 63)
        self.duration = duration
    }

    /// Reads the first event of a payload; further ones are redundancy and are skipped.
    /// - Throws: ``MediaError/Code/malformedEvent`` when it has less than four octets.
    public init(parsing payload: Span<UInt8>) throws(MediaError) {
        guard payload.count >= Self.byteCount else {
            throw MediaError(.malformedEvent, "shorter than four octets", offset: payload.count)
        }
        event = payload[0]
        isEnd = payload[1] & 0x80 != 0
        volume = payload[1] & 0x3F
        duration = payload.uint16(at: 2)
    }

    /// As one number in network order.
    public var bits: UInt32 {
        UInt32(event) << 24 | (isEnd ? 0x80_0000 : 0) | UInt32(volume & 0x3F) << 16 | UInt32(duration)
    }
}
