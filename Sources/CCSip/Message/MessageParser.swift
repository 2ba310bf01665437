import NIOCore

/// Reads one message: scans the lines into an index, then checks what the stack relies on.
struct MessageParser {
    /// A copy of the message, so that whoever keeps a part of it does not keep the receive buffer.
    let bytes: [UInt8]
    /// Where the bytes came from; a body is a part of it.
    private let received: ByteBuffer
    let limits: SipLimits
    var lines: [SipHeaders.Line] = []
    var method: SipMethod?
    var isResponse = false
    /// The first line of each kind that the checks need, or -1.
    var first = FirstLines()

    struct FirstLines {
        var callID = -1
        var contentLength = -1
        var cseq = -1
        var from = -1
        var maxForwards = -1
        var to = -1
        var via = -1
        /// The last header field that stands twice and must not.
        var duplicate: HeaderKind?
    }

    init(_ message: ByteBuffer, limits: SipLimits) {
        received = message
        bytes = Array(buffer: message)
        self.limits = limits
    }

    /// Everything before the body, checked.
    struct Head {
        var start: StartLine
        var bodyStart: Int
        /// nil when there is no Content-Length.
        var contentLength: UInt64?
    }

    /// Parses a datagram.
    mutating func parseDatagram() throws(SipParseError) -> SipMessage {
        guard bytes.count <= limits.headerBytesMax else {
            throw fault(.tooLarge, "message too large", .requestEntityTooLarge)
        }
        let head = try parseHead()
        let available = bytes.count - head.bodyStart
        let length = head.contentLength ?? UInt64(available)
        guard length <= UInt64(available) else {
            throw fault(.contentLength, "Content-Length is larger than the message")
        }
        return message(head, body: received.getSlice(at: received.readerIndex + head.bodyStart, length: Int(length)))
    }

    mutating func parseHead() throws(SipParseError) -> Head {
        let bytes = self.bytes
        let end = bytes.count
        var index = 0
        let span = bytes.span
        while index &+ 1 < end, span[index] == 0x0D, span[index &+ 1] == 0x0A { index &+= 2 }
        guard index < end, let lineEnd = span.firstControl(from: index, to: end), lineEnd &+ 1 < end,
            span[lineEnd] == 0x0D, span[lineEnd &+ 1] == 0x0A
        else { throw fault(.notSip, "no start line", nil) }
        let start = try StartLine(span, index..<lineEnd)
        isResponse = start.isResponse
        if !isResponse { method = SipMethod(bytes.text(start.method)) }
        if let problem = start.problem { throw described(problem, from: lineEnd &+ 2) }
        lines.reserveCapacity(24)
        let bodyStart = try scanLines(span, from: lineEnd &+ 2)
        let contentLength = try check(span, start)
        return Head(start: start, bodyStart: bodyStart, contentLength: contentLength)
    }

    /// The message that the head begins. A body that is a small part of a large buffer is copied.
    func message(_ head: Head, body slice: ByteBuffer?) -> SipMessage {
        var body = ByteBuffer()
        if let slice, slice.readableBytes > 0 {
            let isLoose = slice.storageCapacity > 4_096 && slice.storageCapacity / 8 > slice.readableBytes
            body = isLoose ? ByteBuffer(bytes: slice.readableBytesView) : slice
        }
        let headers = SipHeaders(bytes: bytes, lines: lines)
        if let method, let uri = head.start.uri {
            return .request(SipRequest(method: method, uri: SipURI(bytes, uri), headers: headers, body: body))
        }
        let reason = bytes.text(head.start.reason)
        return .response(
            SipResponse(status: SipStatus(head.start.code), reason: reason, headers: headers, body: body))
    }

    /// A start line's fault, with what can be read of the header fields so that it can be answered.
    private mutating func described(_ problem: StartLine.Problem, from start: Int) -> SipParseError {
        let bytes = self.bytes
        _ = try? scanLines(bytes.span, from: start)
        return fault(problem.code, problem.message, problem.status)
    }

    /// Fills `lines` and returns the place of the body.
    private mutating func scanLines(_ span: Span<UInt8>, from start: Int) throws(SipParseError) -> Int {
        let end = span.count
        var index = start
        let table = HeaderTable.shared
        while true {
            guard index < end else { throw fault(.header, "no empty line after the header fields") }
            if span[index] == 0x0D, index &+ 1 < end, span[index &+ 1] == 0x0A { return index &+ 2 }
            guard lines.count < limits.headerCountMax else {
                throw fault(.tooLarge, "too many header fields", .requestEntityTooLarge)
            }
            let nameStart = index
            while index < end, ByteSet.token.contains(span[index]) { index &+= 1 }
            let nameEnd = index
            guard nameEnd > nameStart, nameEnd &- nameStart <= 0xFFFF else {
                throw fault(.header, "malformed header field name")
            }
            while index < end, span[index] == 0x20 || span[index] == 0x09 { index &+= 1 }
            guard index < end, span[index] == UInt8(ascii: ":") else {
                throw fault(.header, "header field without a colon")
            }
            let valueStart = index &+ 1
            guard let lineEnd = Self.endOfLine(span, valueStart, end) else {
                throw fault(.header, "header field line without its end")
            }
            let value = span.trimmed(valueStart..<lineEnd)
            let kind = table.kind(span, nameStart, nameEnd &- nameStart)
            note(kind)
            lines.append(
                SipHeaders.Line(
                    nameStart: UInt32(truncatingIfNeeded: nameStart),
                    valueStart: UInt32(truncatingIfNeeded: value.lowerBound),
                    valueEnd: UInt32(truncatingIfNeeded: value.upperBound),
                    nameLength: UInt16(truncatingIfNeeded: nameEnd &- nameStart), kind: kind,
                    isWhole: value.upperBound == lineEnd))
            index = lineEnd &+ 2
        }
    }

    /// The CR of the line's end: a CRLF that no white space follows. nil when there is none, or when a CR or LF stands
    /// alone.
    @inline(__always)
    private static func endOfLine(_ span: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = start
        while let control = span.firstControl(from: index, to: end) {
            let byte = span[control]
            if byte == 0x0D {
                guard control &+ 1 < end, span[control &+ 1] == 0x0A else { return nil }
                let next = control &+ 2
                guard next < end, span[next] == 0x20 || span[next] == 0x09 else { return control }
                index = next
            } else if byte == 0x0A {
                return nil
            } else {
                index = control &+ 1
            }
        }
        return nil
    }

    @inline(__always)
    private mutating func note(_ kind: HeaderKind) {
        let line = lines.count
        switch kind {
        case .via: if first.via < 0 { first.via = line }
        case .callID: Self.once(&first.callID, line, kind, &first.duplicate)
        case .contentLength: Self.once(&first.contentLength, line, kind, &first.duplicate)
        case .cseq: Self.once(&first.cseq, line, kind, &first.duplicate)
        case .from: Self.once(&first.from, line, kind, &first.duplicate)
        case .maxForwards: Self.once(&first.maxForwards, line, kind, &first.duplicate)
        case .to: Self.once(&first.to, line, kind, &first.duplicate)
        default: break
        }
    }

    @inline(__always)
    private static func once(_ place: inout Int, _ line: Int, _ kind: HeaderKind, _ duplicate: inout HeaderKind?) {
        if place < 0 { place = line } else { duplicate = kind }
    }

    func fault(_ code: SipParseError.Code, _ message: String, _ status: SipStatus? = .badRequest) -> SipParseError {
        SipParseError(
            code, message, status: isResponse ? nil : status, method: method,
            headers: SipHeaders(bytes: bytes, lines: lines))
    }
}
