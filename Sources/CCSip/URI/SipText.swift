/// Escaping and quoting of the texts inside URIs and header values.
enum SipText {
    /// `%HH` turned into the byte it stands for. What is no escape stays as it is; what is not UTF-8 is repaired.
    static func unescaped(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            var ahead = rest
            if let high = ahead.next().flatMap(hexValue), let low = ahead.next().flatMap(hexValue) {
                bytes.append(high << 4 | low)
                rest = ahead
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Every byte that is not in the set, written as `%HH`.
    static func escaped(_ text: String, keeping set: ByteSet) -> String {
        if text.utf8.allSatisfy(set.contains) { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if set.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 15)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A quoted string's text, without its quotes and with `\x` as `x`.
    static func unquoted(_ text: some StringProtocol) -> String {
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "\"") { bytes.removeFirst() }
        if bytes.last == UInt8(ascii: "\"") { bytes.removeLast() }
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
            plain.append(bytes[index])
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// A quoted string (RFC 3261 §25.1); line breaks, which it cannot hold, become spaces.
    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A, 0x0D: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    static func equalIgnoringCase(_ lhs: some Collection<UInt8>, _ rhs: some Collection<UInt8>) -> Bool {
        var right = rhs.makeIterator()
        for byte in lhs {
            guard let other = right.next(), lowercased(byte) == lowercased(other) else { return false }
        }
        return right.next() == nil
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 55 }
}

extension ByteSet {
    /// What a URI's user part may hold unescaped: unreserved and `&=+$,;?/` (RFC 3261 §25.1).
    @inline(__always)
    static var uriUser: ByteSet { ByteSet(low: 0xABFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
    /// What a URI's password may hold unescaped: unreserved and `&=+$,`.
    @inline(__always)
    static var uriPassword: ByteSet { ByteSet(low: 0x23FF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
    /// What a URI parameter may hold unescaped: unreserved and `[]/:&+$`.
    @inline(__always)
    static var uriParameter: ByteSet { ByteSet(low: 0x07FF_EFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE) }
    /// What an unquoted value of a header parameter may hold: a token, or a host with `[]:`.
    @inline(__always)
    static var parameterValue: ByteSet { ByteSet(low: 0x07FF_6CA2_0000_0000, high: 0x47FF_FFFF_AFFF_FFFE) }
    /// A host name's letters, digits, `-`, `.` and, leniently, `_`.
    @inline(__always)
    static var hostName: ByteSet { ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE) }
}
