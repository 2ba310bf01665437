import CCCore

/// One Via value: a hop that the request took and the response will take back (RFC 3261 §20.42).
public struct Via: Hashable, Sendable {
    /// In upper case: `UDP`, `TCP`, `TLS`, …
    public var transport: String
    /// The sent-by host: a name or a literal address, an IPv6 one in brackets.
    public var host: String
    public var port: UInt16?
    public var parameters: SipParameters

    public init(transport: String, host: String, port: UInt16? = nil, branch: String? = nil) {
        self.transport = transport
        let isBareIPv6 = host.utf8.contains(UInt8(ascii: ":")) && host.utf8.first != UInt8(ascii: "[")
        self.host = isBareIPv6 ? "[\(host)]" : host
        self.port = port
        parameters = SipParameters()
        if let branch { parameters.set("branch", branch) }
    }

    /// Names the transaction when it begins with `z9hG4bK` (RFC 3261 §8.1.1.7).
    public var branch: String? {
        get { parameters.value("branch") }
        set { set("branch", newValue) }
    }

    /// Where the request really came from, added by the receiver (RFC 3261 §18.2.1).
    public var received: String? {
        get { parameters.value("received") }
        set { set("received", newValue) }
    }

    public var maddr: String? { parameters.value("maddr") }

    /// Whether the sender asks to be answered at the port it sent from (RFC 3581).
    public var wantsRport: Bool { parameters.contains("rport") }

    /// The port the request came from, added by the receiver (RFC 3581).
    public var rport: UInt16? {
        get { parameters.value("rport").flatMap { UInt16($0) } }
        set { set("rport", newValue.map { String($0) }) }
    }

    private mutating func set(_ name: String, _ value: String?) {
        if let value { parameters.set(name, value) } else { parameters.remove(name) }
    }

    /// Parses one value; nil when it is malformed.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        guard let parts = ViaParts(bytes.span, &index, bytes.count), index == bytes.count
        else { return nil }
        self.init(bytes, parts)
    }

    @inline(__always)
    init(_ bytes: [UInt8], _ parts: ViaParts) {
        let span = bytes.span
        transport = span.isSame(parts.transport, "UDP") ? "UDP" : bytes.text(parts.transport).uppercased()
        host = bytes.text(parts.host)
        port = parts.port
        if parts.hasSpace {
            let clean = span.cleaned(parts.parameters)
            parameters = SipParameters(clean, 0..<clean.count, isEscaped: false)
        } else {
            parameters = SipParameters(bytes, parts.parameters, isEscaped: false)
        }
    }
}

extension Via: LosslessStringConvertible {
    /// For example `SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK77ef4c;rport`.
    public var description: String {
        let sentBy = port.map { "\(host):\($0)" } ?? host
        return "SIP/2.0/\(transport) \(sentBy)\(parameters)"
    }
}

/// Where the parts of a Via value lie. Making it checks the syntax.
struct ViaParts {
    var transport: Range<Int>
    var host: Range<Int>
    var port: UInt16?
    /// Empty, or from the first semicolon (or the white space before it).
    var parameters: Range<Int>
    /// Whether the parameters have white space among them.
    var hasSpace: Bool

    /// Reads one value; `index` moves to the comma behind it or to the end.
    @inline(__always)
    init?(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) {
        index = span.skippingSpace(index, end)
        if index &+ 8 <= end, span.word(at: index) == Self.plainProtocol {
            index &+= 8
        } else {
            guard let name = Self.token(span, &index, end), span.matches(name, "sip"),
                Self.slash(span, &index, end), Self.token(span, &index, end) != nil,
                Self.slash(span, &index, end)
            else { return nil }
        }
        guard let transport = Self.token(span, &index, end) else { return nil }
        self.transport = transport
        let hostStart = span.skippingSpace(index, end)
        guard hostStart > index, let hostEnd = span.endOfHost(hostStart, end) else { return nil }
        host = hostStart..<hostEnd
        index = span.skippingSpace(hostEnd, end)
        if index < end, span[index] == UInt8(ascii: ":") {
            index = span.skippingSpace(index &+ 1, end)
            guard let number = span.port(&index, end) else { return nil }
            port = number
        } else {
            index = hostEnd
        }
        let parametersStart = index
        guard let scan = span.skipParameters(&index, end) else { return nil }
        hasSpace = scan.hasSpace
        parameters = parametersStart..<scan.end
    }

    /// `SIP/2.0/` as a word: how nearly every Via begins.
    @inline(__always)
    private static var plainProtocol: UInt64 { 0x2F30_2E32_2F50_4953 }

    @inline(__always)
    private static func token(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Range<Int>? {
        let start = index
        while index < end, ByteSet.token.contains(span[index]) { index &+= 1 }
        return index > start ? start..<index : nil
    }

    @inline(__always)
    private static func slash(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        index = span.skippingSpace(index, end)
        guard index < end, span[index] == UInt8(ascii: "/") else { return false }
        index = span.skippingSpace(index &+ 1, end)
        return true
    }
}
