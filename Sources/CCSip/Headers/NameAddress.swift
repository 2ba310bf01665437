/// A name-addr or addr-spec with the header field's parameters: From, To, Contact, Route and others (RFC 3261 §20.10).
///
/// A view of the bytes it came in, like ``SipURI``.
public struct NameAddress: Sendable {
    private var bytes: [UInt8]
    private var parts: NameAddressParts

    /// Without quotes; nil when there is none.
    public var displayName: String? {
        get {
            guard !parts.displayName.isEmpty else { return nil }
            return parts.isQuoted ? bytes.unquoted(parts.displayName) : bytes.unfolded(parts.displayName)
        }
        set { self = NameAddress(displayName: newValue, uri: uri, parameters: parameters) }
    }

    public var uri: SipURI {
        get { SipURI(bytes, parts.uri) }
        set { self = NameAddress(displayName: displayName, uri: newValue, parameters: parameters) }
    }

    /// The header field's parameters, not the URI's.
    public var parameters: SipParameters {
        get { SipParameters(bytes, parts.parameters, isEscaped: false) }
        set { self = NameAddress(displayName: displayName, uri: uri, parameters: newValue) }
    }

    public init(displayName: String? = nil, uri: SipURI, parameters: SipParameters = SipParameters()) {
        bytes = []
        if let displayName { bytes.append(contentsOf: (SipText.quoted(displayName) + " ").utf8) }
        let nameEnd = max(bytes.count - 1, 0)
        bytes.append(contentsOf: "<".utf8)
        let start = bytes.count
        bytes.append(contentsOf: uri.bytes[uri.parts.whole])
        bytes.append(contentsOf: ">".utf8)
        let parametersStart = bytes.count
        bytes.append(contentsOf: parameters.description.utf8)
        parts = NameAddressParts(
            displayName: 0..<nameEnd, isQuoted: true, uri: uri.parts.moved(to: start),
            parameters: parametersStart..<bytes.count)
    }

    /// The `tag` parameter.
    public var tag: String? {
        get { parts.parameters.isEmpty ? nil : parameters.value("tag") }
        set {
            if let newValue { parameters.set("tag", newValue) } else { parameters.remove("tag") }
        }
    }

    /// Parses one value; nil when it is malformed.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, 0..<bytes.count)
    }

    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var index = range.lowerBound
        guard let parts = NameAddressParts(bytes.span, &index, range.upperBound),
            index == range.upperBound
        else { return nil }
        self.init(bytes, parts)
    }

    @inline(__always)
    init(_ bytes: [UInt8], _ parts: NameAddressParts) {
        self.bytes = bytes
        self.parts = parts
        guard parts.hasSpace else { return }
        let clean = bytes.span.cleaned(parts.parameters)
        self = NameAddress(
            displayName: displayName, uri: uri,
            parameters: SipParameters(clean, 0..<clean.count, isEscaped: false))
    }
}

extension NameAddress: Hashable, LosslessStringConvertible {
    /// As it stands on the wire, always with angle brackets; a display name is always quoted.
    public var description: String {
        let name = displayName.map { SipText.quoted($0) + " " } ?? ""
        return "\(name)<\(uri)>\(parameters)"
    }

    /// The same display name, equal URIs and equal parameters.
    public static func == (lhs: NameAddress, rhs: NameAddress) -> Bool {
        lhs.displayName == rhs.displayName && lhs.uri == rhs.uri && lhs.parameters == rhs.parameters
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(uri)
        hasher.combine(parameters)
    }
}

/// Where the parts of a name-addr or addr-spec with its parameters lie. Making it checks the syntax.
struct NameAddressParts: Sendable {
    /// With its quotes when it is quoted; empty when there is none.
    var displayName: Range<Int>
    var isQuoted = false
    /// Whether the parameters have white space among them.
    var hasSpace = false
    var uri: URIParts
    /// Empty, or from the first semicolon (or the white space before it).
    var parameters: Range<Int>

    init(displayName: Range<Int>, isQuoted: Bool, uri: URIParts, parameters: Range<Int>) {
        self.displayName = displayName
        self.isQuoted = isQuoted
        self.uri = uri
        self.parameters = parameters
    }

    /// Reads one value; `index` moves to the comma behind it or to the end.
    @inline(__always)
    init?(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) {
        index = span.skippingSpace(index, end)
        let start = index
        guard index < end else { return nil }
        displayName = Range(uncheckedBounds: (index, index))
        switch span[index] {
        case UInt8(ascii: "<"): break
        case UInt8(ascii: "\""):
            guard let after = span.endOfQuoted(index, end) else { return nil }
            displayName = index..<after
            isQuoted = true
            index = span.skippingSpace(after, end)
        default:
            while index < end, Self.isNameCharacter(span[index]) { index &+= 1 }
            if index < end, span[index] == UInt8(ascii: "<") {
                displayName = span.trimmed(start..<index)
            } else {
                // An addr-spec: what follows a semicolon belongs to the header field, and a question mark or a comma is
                // forbidden (RFC 3261 §20.10).
                index = start
                while index < end, Self.isAddressCharacter(span[index]) { index &+= 1 }
                guard let uri = URIParts(span, start..<index) else { return nil }
                self.uri = uri
                let parametersStart = index
                guard let scan = span.skipParameters(&index, end) else { return nil }
                hasSpace = scan.hasSpace
                parameters = parametersStart..<scan.end
                return
            }
        }
        guard index < end, span[index] == UInt8(ascii: "<"),
            let close = span.firstIndex(of: UInt8(ascii: ">"), in: index &+ 1..<end),
            let uri = URIParts(span, span.trimmed(index &+ 1..<close))
        else { return nil }
        self.uri = uri
        index = close &+ 1
        let parametersStart = index
        guard let scan = span.skipParameters(&index, end) else { return nil }
        hasSpace = scan.hasSpace
        parameters = parametersStart..<scan.end
    }

    /// Tokens and white space; bytes above ASCII are let through.
    @inline(__always)
    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        ByteSet.token.contains(byte) || ByteSet.isSpace(byte) || byte >= 0x80
    }

    @inline(__always)
    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        ByteSet.isURICharacter(byte) && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "?")
            && byte != UInt8(ascii: ",")
    }
}
