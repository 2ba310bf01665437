extension MessageParser {
    /// The header fields that a message cannot do without, and those that decide where messages go.
    ///
    /// - Returns: Content-Length, if there is one.
    func check(_ span: Span<UInt8>, _ start: StartLine) throws(SipParseError) -> UInt64? {
        var contentLength: UInt64?
        if let duplicate = first.duplicate { throw fault(.duplicateHeader, "two \(duplicate.name) header fields") }
        try require(first.via, "Via")
        try require(first.from, "From")
        try require(first.to, "To")
        try require(first.callID, "Call-ID")
        try require(first.cseq, "CSeq")
        for line in lines {
            switch line.kind {
            case .via, .contact, .route, .recordRoute: try checkList(span, line)
            case .from, .to:
                guard Self.isAddress(span, line.value) else { throw malformed(line) }
            case .callID:
                guard !line.value.isEmpty, line.value.allSatisfy({ !ByteSet.isSpace(span[$0]) }) else {
                    throw malformed(line)
                }
            case .cseq:
                guard let cseq = CSeq.parts(span, line.value) else { throw malformed(line) }
                if !isResponse, !span.isSame(cseq.method, start.method) {
                    throw fault(.methodMismatch, "CSeq method differs from the request's")
                }
            case .maxForwards:
                guard let hops = span.decimal(line.value), hops <= 255 else { throw malformed(line) }
            case .contentLength:
                contentLength = span.decimal(line.value)
                if contentLength == nil { throw fault(.contentLength, "malformed Content-Length") }
            default: break
            }
        }
        return contentLength
    }

    @inline(__always)
    private func require(_ line: Int, _ name: String) throws(SipParseError) {
        if line < 0 { throw fault(.missingHeader, "no \(name) header field") }
    }

    private func malformed(_ line: SipHeaders.Line) -> SipParseError { fault(.header, "malformed \(line.kind.name)") }

    @inline(__always)
    private func checkList(_ span: Span<UInt8>, _ line: SipHeaders.Line) throws(SipParseError) {
        if line.kind == .contact, SipHeaders.isStar(span, line.value) { return }
        let end = Int(line.valueEnd)
        var index = Int(line.valueStart)
        while true {
            let isGood =
                line.kind == .via
                ? ViaParts(span, &index, end) != nil : NameAddressParts(span, &index, end) != nil
            guard isGood else { throw malformed(line) }
            if index >= end { return }
            index &+= 1
        }
    }

    @inline(__always)
    private static func isAddress(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        return NameAddressParts(span, &index, range.upperBound) != nil && index == range.upperBound
    }
}

extension Span<UInt8> {
    /// Whether two ranges hold the same bytes.
    func isSame(_ lhs: Range<Int>, _ rhs: Range<Int>) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for offset in 0..<lhs.count where self[lhs.lowerBound &+ offset] != self[rhs.lowerBound &+ offset] {
            return false
        }
        return true
    }
}
