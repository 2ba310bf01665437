import CCCore

/// A SIP or SIPS URI (RFC 3261 §19.1), or one of another scheme, of which only the scheme is understood.
///
/// A view of the bytes it came in: a string is made when a part is read. It shares those bytes with its message.
public struct SipURI: Sendable {
    var bytes: [UInt8]
    var parts: URIParts

    /// In lower case: `sip`, `sips`, `tel`, …
    public var scheme: String {
        get {
            switch parts.scheme {
            case .sip: "sip"
            case .sips: "sips"
            case .other: bytes.text(parts.schemeRange).lowercased()
            }
        }
        set { edit { $0.scheme = newValue.lowercased() } }
    }

    /// The user part without its escapes; nil when there is none.
    public var user: String? {
        get { parts.user.map { bytes.unescaped($0) } }
        set { edit { $0.user = newValue.map { SipText.escaped($0, keeping: .uriUser) } } }
    }

    /// The password without its escapes. RFC 3261 advises against using one.
    public var password: String? {
        get { parts.password.map { bytes.unescaped($0) } }
        set { edit { $0.password = newValue.map { SipText.escaped($0, keeping: .uriPassword) } } }
    }

    /// A name or a literal address, an IPv6 one in brackets. Empty when the scheme is not `sip` or `sips`.
    public var host: String {
        get { isSIP ? bytes.text(parts.host) : "" }
        set { edit { $0.host = newValue } }
    }

    /// nil: none is written, so the transport's default holds.
    public var port: UInt16? {
        get { parts.port }
        set { edit { $0.port = newValue } }
    }

    public var parameters: SipParameters {
        get { SipParameters(bytes, parts.parameters, isEscaped: true) }
        set { edit { $0.parameters = newValue.description } }
    }

    /// The header fields after `?` as they stand on the wire (RFC 3261 §19.1.1), else empty.
    public var headers: String {
        get { bytes.text(parts.headers) }
        set { edit { $0.headers = newValue } }
    }

    /// What follows the colon when the scheme is not `sip` or `sips`, else empty.
    public var opaque: String { isSIP ? "" : bytes.text(parts.host) }

    /// `sip` or `sips`: a URI that a SIP element can be sent to.
    public var isSIP: Bool { parts.scheme != .other }
    public var isSecure: Bool { parts.scheme == .sips }

    /// The `transport` parameter in lower case, for example `tcp`.
    public var transport: String? {
        get { parameters.value("transport")?.lowercased() }
        set {
            if let newValue { parameters.set("transport", newValue) } else { parameters.remove("transport") }
        }
    }

    /// Whether the `lr` parameter is there: the element routes loosely (RFC 3261 §16.12.1.1).
    public var isLooseRouter: Bool {
        !parts.parameters.isEmpty
            && SipParameters.contains("lr", in: bytes.span, parts.parameters, isEscaped: true)
    }

    /// A literal host and the port, 5060 by default (5061 of a SIPS URI); nil when the host is a name.
    public var address: NetworkAddress? {
        NetworkAddress(host: host, port: port ?? (isSecure ? 5061 : 5060))
    }

    /// A SIP URI. An IPv6 host may come with or without brackets.
    public init(user: String? = nil, host: String, port: UInt16? = nil, transport: String? = nil) {
        let isBareIPv6 = host.utf8.contains(UInt8(ascii: ":")) && host.utf8.first != UInt8(ascii: "[")
        self.init(
            URIText(
                scheme: "sip", user: user.map { SipText.escaped($0, keeping: .uriUser) },
                host: isBareIPv6 ? "[\(host)]" : host, port: port,
                parameters: transport.map { ";transport=\($0.lowercased())" } ?? ""))
    }

    /// A SIP URI of a literal address; the port is always written.
    public init(user: String? = nil, address: NetworkAddress, transport: String? = nil) {
        self.init(user: user, host: address.ip.description, port: address.port, transport: transport)
    }

    /// Parses a URI alone, without angle brackets or space around it; nil when it is malformed.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let parts = URIParts(bytes.span, 0..<bytes.count) else { return nil }
        self.init(bytes, parts)
    }

    @inline(__always)
    init(_ bytes: [UInt8], _ parts: URIParts) {
        self.bytes = bytes
        self.parts = parts
    }
}

extension SipURI: LosslessStringConvertible {
    /// As it stands on the wire.
    public var description: String { bytes.text(parts.whole) }
}
