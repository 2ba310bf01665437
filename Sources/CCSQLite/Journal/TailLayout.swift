import CCCore

/// What stands in each half of a ``TailFile``; numbers are little-endian.
///
/// A header: "CCKtail1", the first entry's position (8 octets), the checksum of the entry before it (4) and a checksum of
/// these 20 octets (4). Then a frame for each entry: length of its body (4, not 0), checksum of position and body (4),
/// position (8), body. Then four octets 0. Anything else after a frame is a broken one; behind it nothing is believed.
enum TailLayout {
    static let headerBytes = 24
    static let endBytes = 4
    private static let frameHeaderBytes = 16
    private static let magic = Array("CCKtail1".utf8)

    struct Entry: Equatable {
        let position: UInt64
        let checksum: UInt32
        let body: [UInt8]
    }

    /// What one half holds.
    struct Half: Equatable {
        var first: UInt64
        var previous: UInt32
        var entries: [Entry] = []
        var isBroken = false

        /// The checksum of the entry at a position from the one before the first to the last.
        func checksum(at position: UInt64) -> UInt32? {
            if position + 1 == first { return previous }
            guard position >= first, position - first < UInt64(entries.count) else { return nil }
            return entries[Int(position - first)].checksum
        }
    }

    /// What an entry takes, with the mark of the end after it.
    static func frameBytes(_ bodyBytes: Int) -> Int { frameHeaderBytes + bodyBytes + endBytes }

    static func checksum(position: UInt64, body: [UInt8]) -> UInt32 {
        var checksum = Checksum()
        checksum.add(position)
        checksum.add(body)
        return checksum.value
    }

    static func appendHeader(first: UInt64, previous: UInt32, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += magic
        append(first, to: &bytes)
        append(previous, to: &bytes)
        var checksum = Checksum()
        checksum.add(Array(bytes[start...]))
        append(checksum.value, to: &bytes)
    }

    static func appendFrame(position: UInt64, checksum: UInt32, body: [UInt8], to bytes: inout [UInt8]) {
        append(UInt32(truncatingIfNeeded: body.count), to: &bytes)
        append(checksum, to: &bytes)
        append(position, to: &bytes)
        bytes += body
        append(UInt32(0), to: &bytes)
    }

    /// Both halves of a file, as far as they can be believed; empty ones are left out.
    static func halves(of bytes: [UInt8], halfBytes: Int) -> [Half] {
        [0, 1].compactMap { half in
            let start = min(half * halfBytes, bytes.count)
            return read(Array(bytes[start..<min(start + halfBytes, bytes.count)]))
        }
    }

    private static func read(_ bytes: [UInt8]) -> Half? {
        guard bytes.prefix(headerBytes).contains(where: { $0 != 0 }) else { return nil }
        guard bytes.count >= headerBytes, Array(bytes[..<8]) == magic else { return broken }
        var checksum = Checksum()
        checksum.add(Array(bytes[..<20]))
        guard number(bytes, 20, UInt32.self) == checksum.value else { return broken }
        var half = Half(first: number(bytes, 8, UInt64.self), previous: number(bytes, 16, UInt32.self))
        guard half.first > 0, half.first < UInt64(Int64.max) else { return broken }
        var offset = headerBytes
        while true {
            half.isBroken = true
            guard offset + endBytes <= bytes.count else { return half }
            let length = Int(number(bytes, offset, UInt32.self))
            half.isBroken = length > 0
            guard length > 0, offset + frameBytes(length) <= bytes.count else { return half }
            let end = offset + frameHeaderBytes + length
            let entry = Entry(
                position: number(bytes, offset + 8, UInt64.self), checksum: number(bytes, offset + 4, UInt32.self),
                body: Array(bytes[offset + frameHeaderBytes..<end]))
            guard entry.position == half.first + UInt64(half.entries.count),
                entry.checksum == Self.checksum(position: entry.position, body: entry.body)
            else { return half }
            half.entries.append(entry)
            offset = end
        }
    }

    /// A half of which not even the beginning can be believed.
    private static let broken = Half(first: 0, previous: 0, isBroken: true)

    private static func append<Number: FixedWidthInteger>(_ value: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int, _: Number.Type) -> Number {
        bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
}
