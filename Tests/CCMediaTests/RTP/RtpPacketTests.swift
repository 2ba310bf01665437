import CCMedia
import NIOCore
import Testing

@Suite("RTP packets")
struct RtpPacketTests {
    @Test("a header that is written is read again")
    func roundTrip() throws {
        let header = RtpHeader(
            payloadType: 111, marker: true, sequence: 65_535, timestamp: 0xDEAD_BEEF, ssrc: 0x0102_0304)
        var buffer = ByteBuffer()
        header.write(into: &buffer)
        buffer.writeBytes([1, 2, 3])
        #expect(buffer.readableBytes == 15)
        let packet = try RtpPacket(parsing: buffer)
        #expect(packet.header == header)
        #expect(packet.payload == 12..<15)
        #expect(Array(buffer.readableBytesView.prefix(4)) == [0x80, 0xEF, 0xFF, 0xFF])
    }

    @Test("contributing sources, extension and padding are skipped")
    func optionalParts() throws {
        var octets: [UInt8] = [0xB2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
        octets += [UInt8](repeating: 9, count: 8)
        octets += [0xBE, 0xDE, 0, 1, 7, 7, 7, 7]
        octets += [42, 43, 0, 0, 3]
        let packet = try RtpPacket(parsing: ByteBuffer(bytes: octets))
        #expect(packet.payload == 28..<30)
    }

    @Test("the payload is counted from the first readable byte")
    func readerIndex() throws {
        var buffer = ByteBuffer(bytes: [9, 9, 9])
        buffer.writeBytes([0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 5])
        buffer.moveReaderIndex(forwardBy: 3)
        #expect(try RtpPacket(parsing: buffer).payload == 12..<13)
    }

    @Test(
        "what is no RTP is refused",
        arguments: [
            [], [0x80], [UInt8](repeating: 0x80, count: 11), [0x40] + [UInt8](repeating: 0, count: 11),
            // 15 contributing sources, an extension and padding that are not there.
            [0x8F] + [UInt8](repeating: 0, count: 11), [0x90] + [UInt8](repeating: 0, count: 11),
            [0x90] + [UInt8](repeating: 0, count: 11) + [0, 0, 0xFF, 0xFF],
            [0xA0] + [UInt8](repeating: 0, count: 11), [0xA0] + [UInt8](repeating: 0, count: 11) + [2],
            [0xA0] + [UInt8](repeating: 0, count: 11) + [0],
        ] as [[UInt8]])
    func malformed(octets: [UInt8]) {
        #expect(throws: MediaError.self) { try RtpPacket(parsing: ByteBuffer(bytes: octets)) }
    }

    @Test(
        "RTCP on a shared port is told from RTP",
        arguments: [(200, true), (201, true), (203, true), (0, false), (0x80 | 111, false), (13, false)])
    func multiplexed(second: Int, isRtcp: Bool) {
        #expect(RtpPacket.isRtcp(ByteBuffer(bytes: [0x80, UInt8(second), 0, 1])) == isRtcp)
    }
}
