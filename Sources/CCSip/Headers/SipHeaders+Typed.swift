// The header fields that the stack itself reads, parsed when they are asked for. A malformed one reads as absent;
// those that RFC 3261 makes mandatory have been checked when the message was parsed.
extension SipHeaders {
    /// The hop that the message came from, or a response goes to next.
    public var topVia: Via? {
        guard let line = firstIndex(kind: .via) else { return nil }
        var index = lines[line].value.lowerBound
        return ViaParts(bytes.span, &index, lines[line].value.upperBound).map { Via(bytes, $0) }
    }

    public var vias: [Via] {
        var found: [Via] = []
        let span = bytes.span
        for line in lines where line.kind == .via {
            var index = line.value.lowerBound
            while index < line.value.upperBound {
                guard let parts = ViaParts(span, &index, line.value.upperBound) else { break }
                found.append(Via(bytes, parts))
                index &+= 1
            }
        }
        return found
    }

    public var from: NameAddress? { address(.from) }
    public var to: NameAddress? { address(.to) }
    public var callID: String? { firstIndex(.callID).map { bytes.text(lines[$0].value) } }
    public var cseq: CSeq? { firstIndex(.cseq).flatMap { CSeq(bytes, lines[$0].value) } }

    /// Without a `*` (see ``hasStarContact``).
    public var contacts: [NameAddress] { addresses(.contact) }
    /// `Contact: *`, with which a REGISTER removes all bindings (RFC 3261 §10.2.2).
    public var hasStarContact: Bool {
        lines.contains { $0.kind == .contact && Self.isStar(bytes.span, $0.value) }
    }
    public var routes: [NameAddress] { addresses(.route) }
    public var recordRoutes: [NameAddress] { addresses(.recordRoute) }

    /// 0 to 255.
    public var maxForwards: Int? { number(.maxForwards, upTo: 255) }
    /// Seconds; larger values than 2³²−1 are read as that (RFC 3261 §20.19).
    public var expires: Int? { number(.expires, upTo: 0xFFFF_FFFF) }
    /// Seconds.
    public var minExpires: Int? { number(.minExpires, upTo: 0xFFFF_FFFF) }
    /// Bytes of the body.
    public var contentLength: Int? { number(.contentLength, upTo: Int.max) }

    /// The media type in lower case and without its parameters, for example `application/sdp`.
    public var contentType: String? { self[.contentType].map(Self.mediaType) }

    /// Option tags in lower case.
    public var require: [String] { values(.require).map { $0.lowercased() } }
    /// Option tags in lower case.
    public var proxyRequire: [String] { values(.proxyRequire).map { $0.lowercased() } }
    /// Option tags in lower case.
    public var supported: [String] { values(.supported).map { $0.lowercased() } }
    public var allow: [SipMethod] { values(.allow).map { SipMethod($0) } }

    /// A name-addr in any single-valued header field, for example Refer-To.
    public func address(_ name: HeaderName) -> NameAddress? {
        guard let index = firstIndex(name) else { return nil }
        return NameAddress(bytes, lines[index].value)
    }

    /// The name-addrs of any header field that is a list, for example Path.
    public func addresses(_ name: HeaderName) -> [NameAddress] {
        var found: [NameAddress] = []
        let span = bytes.span
        for line in lines where line.kind == name.kind && (line.kind != .other || matches(line, name)) {
            var index = line.value.lowerBound
            while index < line.value.upperBound, !Self.isStar(span, line.value) {
                guard let parts = NameAddressParts(span, &index, line.value.upperBound) else { break }
                found.append(NameAddress(bytes, parts))
                index &+= 1
            }
        }
        return found
    }

    static func isStar(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.count == 1 && span[range.lowerBound] == UInt8(ascii: "*")
    }

    static func mediaType(_ value: String) -> String {
        let end = value.utf8.firstIndex(of: UInt8(ascii: ";")) ?? value.endIndex
        return value[..<end].filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    private func number(_ kind: HeaderKind, upTo limit: Int) -> Int? {
        guard let index = firstIndex(kind: kind) else { return nil }
        let span = bytes.span
        let range = lines[index].value
        guard !range.isEmpty, range.allSatisfy({ span[$0] &- 48 < 10 }) else { return nil }
        return min(Int(clamping: span.decimal(range) ?? .max), limit)
    }
}
