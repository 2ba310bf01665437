/// An IP address as a value: IPv4 or IPv6, without name resolution and without a port.
public struct IPAddress: Hashable, Sendable, Codable {
    /// The 128 bits in network order; an IPv4 address is held in its mapped form, `::ffff:a.b.c.d`.
    private let high: UInt64
    private let low: UInt64
    public let isIPv4: Bool

    /// An IPv4 address from its 32 bits in host order: `127.0.0.1` is `0x7F000001`.
    public init(v4 bits: UInt32) {
        high = 0
        low = 0xFFFF_0000_0000 | UInt64(bits)
        isIPv4 = true
    }

    /// An IPv6 address from its upper and lower 64 bits in host order.
    public init(v6 high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = false
    }

    public var v4Bits: UInt32? { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }
    public var v6Bits: (high: UInt64, low: UInt64)? { isIPv4 ? nil : (high, low) }

    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { isIPv4 ? v4Bits == 0 : high == 0 && low == 0 }
    public var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

    /// Parses dotted decimal or RFC 4291 text, with or without the brackets of a URI; nil when it is neither.
    public init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]"), bytes.count > 2 {
            bytes = Array(bytes.dropFirst().dropLast())
            guard bytes.contains(UInt8(ascii: ":")) else { return nil }
        }
        if bytes.contains(UInt8(ascii: ":")) {
            guard let words = Self.parseV6(bytes[...]) else { return nil }
            self.init(v6: words.high, words.low)
        } else {
            guard let bits = Self.parseV4(bytes[...]) else { return nil }
            self.init(v4: bits)
        }
    }

    private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }) else { return nil }
            let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 48) }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private static func parseV6(_ bytes: ArraySlice<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard bytes.count <= 45 else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var rest = bytes
        if rest.starts(with: "::".utf8) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let part = rest[rest.startIndex..<end]
            if part.isEmpty {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest[end...].dropFirst()
                continue
            }
            if part.contains(UInt8(ascii: ".")) {
                guard end == rest.endIndex, let bits = parseV4(part) else { return nil }
                groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
                rest = rest[end...]
                break
            }
            guard part.count <= 4, let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-")
            else { return nil }
            groups.append(value)
            if end == rest.endIndex { break }
            rest = rest[end...].dropFirst()
            if rest.isEmpty { return nil }
            if rest.first == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let words = groups.map(UInt64.init)
        return (
            words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
            words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7]
        )
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or IPv6 text as RFC 5952 writes it (lower case, the longest run of zeros shortened).
    public var description: String {
        if let bits = v4Bits { return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * UInt64($0 % 4))) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start) + 1
        }
        let hex = groups.map { String($0, radix: 16) }
        if longest.isEmpty { return hex.joined(separator: ":") }
        return hex[..<longest.lowerBound].joined(separator: ":") + "::"
            + hex[longest.upperBound...].joined(separator: ":")
    }
}

/// An IP address and a port: where a datagram goes to or came from.
public struct NetworkAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    public var ip: IPAddress
    /// 0 asks the system for a free port when binding.
    public var port: UInt16

    public init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// From a literal address; nil when `host` is a name.
    public init?(host: some StringProtocol, port: UInt16) {
        guard let ip = IPAddress(host) else { return nil }
        self.init(ip: ip, port: port)
    }

    /// `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    public var description: String { ip.isIPv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)" }
}
