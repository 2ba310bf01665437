import CCMedia
import Foundation

/// A packet capture of one stream of G.711 µ-law, 20 ms a packet, for SIPp to play: Ethernet, IPv4, UDP and RTP.
///
/// The addresses in it do not matter, SIPp puts in its own.
enum Capture {
    static func write(_ samples: [Int16], to file: URL) throws {
        var bytes = Data()
        bytes.appendLittle(0xA1B2_C3D4 as UInt32)
        bytes.appendLittle(2 as UInt16)
        bytes.appendLittle(4 as UInt16)
        bytes.append(Data(count: 8))
        bytes.appendLittle(65_535 as UInt32)
        bytes.appendLittle(1 as UInt32)
        for (index, start) in stride(from: 0, to: samples.count - 159, by: 160).enumerated() {
            let payload = samples[start..<start + 160].map { G711.encode($0, law: .mu) }
            let packet = packet(number: index, payload: payload)
            let microseconds = index * 20_000
            bytes.appendLittle(UInt32(1_000_000 + microseconds / 1_000_000))
            bytes.appendLittle(UInt32(microseconds % 1_000_000))
            bytes.appendLittle(UInt32(packet.count))
            bytes.appendLittle(UInt32(packet.count))
            bytes.append(packet)
        }
        try bytes.write(to: file)
    }

    private static func packet(number: Int, payload: [UInt8]) -> Data {
        var packet = Data(repeating: 2, count: 12)
        packet.appendBig(0x0800 as UInt16)
        let udpBytes = UInt16(8 + 12 + payload.count)
        packet.append(contentsOf: [0x45, 0])
        packet.appendBig(20 + udpBytes)
        packet.append(contentsOf: [0, 0, 0x40, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1])
        packet.appendBig(6_000 as UInt16)
        packet.appendBig(6_000 as UInt16)
        packet.appendBig(udpBytes)
        packet.appendBig(0 as UInt16)
        packet.append(contentsOf: [0x80, number == 0 ? 0x80 : 0])
        packet.appendBig(UInt16(truncatingIfNeeded: 1_000 + number))
        packet.appendBig(UInt32(number * 160))
        packet.appendBig(0x1234_5678 as UInt32)
        packet.append(contentsOf: payload)
        return packet
    }
}

extension Data {
    fileprivate mutating func appendLittle(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func appendBig(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
