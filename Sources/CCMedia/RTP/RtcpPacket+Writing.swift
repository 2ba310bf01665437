public import NIOCore

extension RtcpPacket {
    /// Appends the packet. At most 31 blocks, names or sources are written, and 255 octets of a text;
    /// ``other(type:)`` writes nothing.
    public func write(into buffer: inout ByteBuffer) {
        switch self {
        case .senderReport(let report):
            let blocks = report.blocks.prefix(31)
            Self.header(type: 200, count: blocks.count, words: 6 + 6 * blocks.count, &buffer)
            buffer.writeMultipleIntegers(
                report.ssrc, report.ntp.seconds, report.ntp.fraction, report.rtpTimestamp, report.packets,
                report.octets)
            for block in blocks { block.write(into: &buffer) }
        case .receiverReport(let ssrc, let blocks):
            let blocks = blocks.prefix(31)
            Self.header(type: 201, count: blocks.count, words: 1 + 6 * blocks.count, &buffer)
            buffer.writeInteger(ssrc)
            for block in blocks { block.write(into: &buffer) }
        case .sourceDescription(let names):
            let names = names.prefix(31)
            let start = buffer.writerIndex
            Self.header(type: 202, count: names.count, words: 0, &buffer)
            for name in names { name.write(into: &buffer) }
            Self.setLength(from: start, &buffer)
        case .goodbye(let sources, let reason):
            let sources = sources.prefix(31)
            let start = buffer.writerIndex
            Self.header(type: 203, count: sources.count, words: 0, &buffer)
            for source in sources { buffer.writeInteger(source) }
            if let reason {
                let text = Array(reason.utf8.prefix(255))
                buffer.writeInteger(UInt8(text.count))
                buffer.writeBytes(text)
                buffer.writeRepeatingByte(0, count: (4 - (text.count + 1) % 4) % 4)
            }
            Self.setLength(from: start, &buffer)
        case .other: break
        }
    }

    private static func header(type: UInt8, count: Int, words: Int, _ buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(0x80 | UInt8(count), type, UInt16(words))
    }

    private static func setLength(from start: Int, _ buffer: inout ByteBuffer) {
        buffer.setInteger(UInt16(clamping: (buffer.writerIndex - start) / 4 - 1), at: start + 2)
    }
}

extension RtcpPacket.ReportBlock {
    fileprivate func write(into buffer: inout ByteBuffer) {
        let lost = UInt32(fractionLost) << 24 | UInt32(bitPattern: cumulativeLost) & 0xFF_FFFF
        buffer.writeMultipleIntegers(
            ssrc, lost, extendedHighestSequence, jitter, lastSenderReport, delaySinceLastSenderReport)
    }
}

extension RtcpPacket.SourceName {
    fileprivate func write(into buffer: inout ByteBuffer) {
        let text = Array(cname.utf8.prefix(255))
        buffer.writeMultipleIntegers(ssrc, UInt8(1), UInt8(text.count))
        buffer.writeBytes(text)
        // One to four zeros: the end of the list, up to a multiple of four.
        buffer.writeRepeatingByte(0, count: 4 - (text.count + 2) % 4)
    }
}
