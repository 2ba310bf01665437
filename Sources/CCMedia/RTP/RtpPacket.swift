public import NIOCore

/// The fixed part of an RTP header (RFC 3550 §5.1).
public struct RtpHeader: Hashable, Sendable {
    /// Octets of a header without contributing sources and extension.
    public static let byteCount = 12

    /// 0 to 127.
    public var payloadType: UInt8
    /// For audio: the first packet after a silence (RFC 3551 §4.1).
    public var marker: Bool
    public var sequence: UInt16
    /// In units of the payload's clock.
    public var timestamp: UInt32
    public var ssrc: UInt32

    public init(payloadType: UInt8, marker: Bool = false, sequence: UInt16, timestamp: UInt32, ssrc: UInt32) {
        self.payloadType = payloadType & 0x7F
        self.marker = marker
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Appends the 12 octets to `buffer`; the payload follows.
    public func write(into buffer: inout ByteBuffer) {
        let first = 0x8000 | (marker ? 0x80 : 0) | UInt16(payloadType)
        buffer.writeMultipleIntegers(first, sequence, timestamp, ssrc)
    }
}

/// One received RTP packet: its header, and where in the datagram its payload lies.
///
/// Parsing copies nothing. Contributing sources, header extensions and padding are skipped.
public struct RtpPacket: Hashable, Sendable {
    public let header: RtpHeader
    /// The payload's octets, counted from the datagram's first readable byte. May be empty.
    public let payload: Range<Int>

    /// - Throws: ``MediaError/Code/malformedRtp``.
    public init(parsing datagram: ByteBuffer) throws(MediaError) {
        try self.init(parsing: datagram.readableBytesUInt8Span)
    }

    /// - Throws: ``MediaError/Code/malformedRtp``.
    public init(parsing bytes: Span<UInt8>) throws(MediaError) {
        guard bytes.count >= RtpHeader.byteCount else { throw Self.error("shorter than a header", 0) }
        let first = bytes[0]
        guard first >> 6 == 2 else { throw Self.error("version is not 2", 0) }
        var start = RtpHeader.byteCount + 4 * Int(first & 0x0F)
        if first & 0x10 != 0 {
            guard start + 4 <= bytes.count else { throw Self.error("extension cut off", start) }
            start += 4 + 4 * Int(bytes.uint16(at: start + 2))
        }
        guard start <= bytes.count else { throw Self.error("header cut off", bytes.count) }
        var end = bytes.count
        if first & 0x20 != 0 {
            let padding = Int(bytes[end - 1])
            guard padding > 0, padding <= end - start else { throw Self.error("impossible padding", end - 1) }
            end -= padding
        }
        header = RtpHeader(
            payloadType: bytes[1] & 0x7F, marker: bytes[1] & 0x80 != 0, sequence: bytes.uint16(at: 2),
            timestamp: bytes.uint32(at: 4), ssrc: bytes.uint32(at: 8))
        payload = start..<end
    }

    /// Whether a datagram on a port shared by RTP and RTCP is RTCP (RFC 5761 §4: packet types 192 to 223).
    public static func isRtcp(_ datagram: ByteBuffer) -> Bool {
        guard datagram.readableBytes >= 2 else { return false }
        let bytes = datagram.readableBytesUInt8Span
        return bytes[0] >> 6 == 2 && (192...223).contains(bytes[1])
    }

    private static func error(_ message: String, _ offset: Int) -> MediaError {
        MediaError(.malformedRtp, message, offset: offset)
    }
}

extension Span<UInt8> {
    /// Two octets in network order; the caller has checked that they are there.
    @inline(__always)
    func uint16(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    /// Four octets in network order; the caller has checked that they are there.
    @inline(__always)
    func uint32(at offset: Int) -> UInt32 { UInt32(uint16(at: offset)) << 16 | UInt32(uint16(at: offset + 2)) }
}
