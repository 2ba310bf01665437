/// The fields of a challenge or of credentials: `Digest name=value, name="value"` (RFC 3261 §25.1).
struct DigestFields {
    /// Lower-cased names; values without quotes.
    private var fields: [String: String] = [:]

    /// nil when the scheme is another than Digest, or when the form is broken.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let scheme = bytes.prefix { $0 != 0x20 && $0 != 0x09 }
        guard SipText.equalIgnoringCase(scheme, "digest".utf8) else { return nil }
        var index = scheme.count
        while true {
            while index < bytes.count, ByteSet.isSpace(bytes[index]) || bytes[index] == UInt8(ascii: ",") { index += 1 }
            guard index < bytes.count else { return }
            let nameStart = index
            while index < bytes.count, ByteSet.token.contains(bytes[index]) { index += 1 }
            let name = String(decoding: bytes[nameStart..<index], as: UTF8.self).lowercased()
            while index < bytes.count, ByteSet.isSpace(bytes[index]) { index += 1 }
            guard !name.isEmpty, index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return nil }
            index += 1
            while index < bytes.count, ByteSet.isSpace(bytes[index]) { index += 1 }
            let valueStart = index
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard index < bytes.count else { return nil }
                index += 1
                fields[name] = SipText.unquoted(String(decoding: bytes[valueStart..<index], as: UTF8.self))
            } else {
                while index < bytes.count, bytes[index] != UInt8(ascii: ","), !ByteSet.isSpace(bytes[index]) {
                    index += 1
                }
                fields[name] = String(decoding: bytes[valueStart..<index], as: UTF8.self)
            }
        }
    }

    subscript(name: String) -> String? { fields[name] }
}
