/// Equality of URIs (RFC 3261 §19.1.4): user and password by case, all else without; escaped characters equal the
/// plain ones unless they are reserved; parameters in any order; of parameters that stand in one URI only, `user`,
/// `ttl`, `method`, `maddr` and (because it decides where a request goes) `transport` make a difference and others do
/// not; header fields must be the same.
extension SipURI: Hashable {
    public static func == (lhs: SipURI, rhs: SipURI) -> Bool {
        if lhs.description == rhs.description { return true }
        guard lhs.scheme == rhs.scheme, lhs.port == rhs.port else { return false }
        guard lhs.isSIP else { return lhs.opaque == rhs.opaque }
        return lhs.host.lowercased() == rhs.host.lowercased()
            && lhs.comparableUser == rhs.comparableUser && lhs.comparablePassword == rhs.comparablePassword
            && sameParameters(lhs.parameters, rhs.parameters)
            && normalizedHeaders(lhs.headers) == normalizedHeaders(rhs.headers)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(scheme)
        hasher.combine(port)
        hasher.combine(opaque)
        hasher.combine(host.lowercased())
        hasher.combine(comparableUser)
    }

    private var comparableUser: String? { parts.user.map { Self.normalized(bytes.text($0)) } }
    private var comparablePassword: String? { parts.password.map { Self.normalized(bytes.text($0)) } }

    /// Escapes of unreserved characters undone; the others in upper case.
    private static func normalized(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = SipText.hexValue(bytes[index + 1]), let low = SipText.hexValue(bytes[index + 2])
            else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let byte = high << 4 | low
            if ByteSet.unreserved.contains(byte) {
                result.append(byte)
            } else {
                result += String(decoding: bytes[index..<index + 3], as: UTF8.self).uppercased().utf8
            }
            index += 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func sameParameters(_ lhs: SipParameters, _ rhs: SipParameters) -> Bool {
        let left = lhs.normalized
        let right = rhs.normalized
        for (name, value) in left {
            if let other = right[name] {
                guard other == value else { return false }
            } else if mustMatch.contains(name) {
                return false
            }
        }
        return !right.keys.contains { left[$0] == nil && mustMatch.contains($0) }
    }

    private static let mustMatch: Set<String> = ["user", "ttl", "method", "maddr", "transport"]

    /// Name to value, escapes undone; a name that stands twice keeps both values, in order.
    private static func normalizedHeaders(_ text: String) -> [String: [String]] {
        var table: [String: [String]] = [:]
        for field in text.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? SipText.unescaped(parts[1]) : ""
            table[SipText.unescaped(parts[0]).lowercased(), default: []].append(value)
        }
        return table
    }
}

extension ByteSet {
    /// RFC 3261 §25.1 `unreserved`.
    @inline(__always)
    static var unreserved: ByteSet { ByteSet(low: 0x03FF_6782_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
}
