/// CRC-32 as in ISO 3309 and ITU-T V.42 (reversed polynomial EDB88320): `123456789` gives CBF43926. Eight octets at a time
/// (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-Based CRC Generators", ISCC 2005).
public struct Checksum: Sendable {
    private var register: UInt32 = .max

    public init() {}

    public var value: UInt32 { ~register }

    public mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    /// The eight octets of a number, the lowest first.
    public mutating func add(_ number: UInt64) { register = Self.step(register, number.littleEndian) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var crc = register
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            crc = Self.step(crc, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
        }
        for offset in whole..<bytes.count {
            crc = Self.table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[offset])] ^ crc >> 8
        }
        register = crc
    }

    /// `eight`: the first octet lowest.
    private static func step(_ crc: UInt32, _ eight: UInt64) -> UInt32 {
        let word = eight ^ UInt64(crc)
        return table.withUnsafeBufferPointer { table in
            var result: UInt32 = 0
            for place in 0..<8 { result ^= table[(7 - place) << 8 | Int(word >> (8 * UInt64(place)) & 0xFF)] }
            return result
        }
    }

    /// Eight tables of 256: the effect of an octet that is followed by none, one, … seven others.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 8 * 256)
        for octet in 0..<256 {
            table[octet] = (0..<8).reduce(UInt32(octet)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        for index in 256..<table.count {
            let before = table[index - 256]
            table[index] = table[Int(before & 0xFF)] ^ before >> 8
        }
        return table
    }()
}
