public import NIOCore

extension RtcpPacket {
    /// The packets of a compound datagram; at most 32, further ones are skipped.
    /// - Throws: ``MediaError/Code/malformedRtcp``.
    public static func parse(_ datagram: ByteBuffer) throws(MediaError) -> [RtcpPacket] {
        let bytes = datagram.readableBytesUInt8Span
        guard bytes.count >= 8 else { throw error("shorter than a packet", 0) }
        guard (200...201).contains(bytes[1]) else { throw error("does not begin with a report", 1) }
        var packets: [RtcpPacket] = []
        var offset = 0
        while offset < bytes.count, packets.count < 32 {
            guard offset + 4 <= bytes.count else { throw error("header cut off", offset) }
            guard bytes[offset] >> 6 == 2 else { throw error("version is not 2", offset) }
            let end = offset + 4 + 4 * Int(bytes.uint16(at: offset + 2))
            guard end <= bytes.count else { throw error("packet longer than the datagram", offset) }
            var bodyEnd = end
            if bytes[offset] & 0x20 != 0 {
                let padding = Int(bytes[end - 1])
                guard padding > 0, padding <= end - offset - 4 else { throw error("impossible padding", end - 1) }
                bodyEnd -= padding
            }
            let body = bytes.extracting((offset + 4)..<bodyEnd)
            packets.append(try one(type: bytes[offset + 1], count: Int(bytes[offset] & 0x1F), body, at: offset))
            offset = end
        }
        return packets
    }

    private static func one(
        type: UInt8, count: Int, _ body: Span<UInt8>, at offset: Int
    ) throws(MediaError) -> RtcpPacket {
        switch type {
        case 200:
            guard body.count >= 24 + 24 * count else { throw error("sender report cut off", offset) }
            return .senderReport(
                SenderReport(
                    ssrc: body.uint32(at: 0),
                    ntp: NtpTime(seconds: body.uint32(at: 4), fraction: body.uint32(at: 8)),
                    rtpTimestamp: body.uint32(at: 12), packets: body.uint32(at: 16), octets: body.uint32(at: 20),
                    blocks: blocks(body, count, from: 24)))
        case 201:
            guard body.count >= 4 + 24 * count else { throw error("receiver report cut off", offset) }
            return .receiverReport(ssrc: body.uint32(at: 0), blocks: blocks(body, count, from: 4))
        case 202: return .sourceDescription(try names(body, count, at: offset))
        case 203: return try goodbye(body, count, at: offset)
        default: return .other(type: type)
        }
    }

    private static func blocks(_ body: Span<UInt8>, _ count: Int, from start: Int) -> [ReportBlock] {
        var blocks: [ReportBlock] = []
        for index in 0..<count {
            let at = start + 24 * index
            let lost = body.uint32(at: at + 4)
            blocks.append(
                ReportBlock(
                    ssrc: body.uint32(at: at), fractionLost: UInt8(lost >> 24),
                    cumulativeLost: Int32(bitPattern: lost << 8) >> 8,
                    extendedHighestSequence: body.uint32(at: at + 8), jitter: body.uint32(at: at + 12),
                    lastSenderReport: body.uint32(at: at + 16), delaySinceLastSenderReport: body.uint32(at: at + 20)))
        }
        return blocks
    }

    private static func names(
        _ body: Span<UInt8>, _ count: Int, at offset: Int
    ) throws(MediaError) -> [SourceName] {
        var names: [SourceName] = []
        var at = 0
        for _ in 0..<count {
            guard at + 4 <= body.count else { throw error("source description cut off", offset) }
            let ssrc = body.uint32(at: at)
            at += 4
            while at < body.count, body[at] != 0 {
                guard at + 2 <= body.count, at + 2 + Int(body[at + 1]) <= body.count else {
                    throw error("description item cut off", offset)
                }
                let end = at + 2 + Int(body[at + 1])
                if body[at] == 1 { names.append(SourceName(ssrc: ssrc, cname: text(body, (at + 2)..<end))) }
                at = end
            }
            // The list ends with a zero and goes on at the next multiple of four.
            at = (at / 4 + 1) * 4
        }
        return names
    }

    private static func goodbye(_ body: Span<UInt8>, _ count: Int, at offset: Int) throws(MediaError) -> RtcpPacket {
        guard body.count >= 4 * count else { throw error("goodbye cut off", offset) }
        let sources = (0..<count).map { index in body.uint32(at: 4 * index) }
        let at = 4 * count
        guard at < body.count, body[at] > 0, at + 1 + Int(body[at]) <= body.count else {
            return .goodbye(sources, reason: nil)
        }
        return .goodbye(sources, reason: text(body, (at + 1)..<(at + 1 + Int(body[at]))))
    }

    private static func text(_ body: Span<UInt8>, _ range: Range<Int>) -> String {
        var octets: [UInt8] = []
        for index in range { octets.append(body[index]) }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func error(_ message: String, _ offset: Int) -> MediaError {
        MediaError(.malformedRtcp, message, offset: offset)
    }
}
