/// A request line or status line (RFC 3261 §7.1, §7.2), read strictly: single spaces, nothing behind.
struct StartLine {
    /// A fault after which the header fields may still be read.
    struct Problem {
        var code: SipParseError.Code
        var message: String
        var status: SipStatus?
    }

    var isResponse = false
    var method = 0..<0
    var uri: URIParts?
    var code = 0
    var reason = 0..<0
    var problem: Problem?

    /// - Throws: when the line is neither, with no status: it is no SIP message.
    init(_ span: Span<UInt8>, _ line: Range<Int>) throws(SipParseError) {
        guard let space = span.firstIndex(of: 0x20, in: line), space > line.lowerBound else {
            throw SipParseError(.notSip, "no SIP start line", status: nil)
        }
        if Self.version(span, line.lowerBound..<space) != nil {
            isResponse = true
            readStatus(span, line, space)
        } else {
            try readRequest(span, line, space)
        }
    }

    private mutating func readStatus(_ span: Span<UInt8>, _ line: Range<Int>, _ space: Int) {
        if Self.version(span, line.lowerBound..<space) != true {
            problem = Problem(code: .version, message: "unknown SIP version", status: nil)
            return
        }
        let digits = space &+ 1..<min(space &+ 4, line.upperBound)
        let rest = digits.upperBound
        guard digits.count == 3, let number = span.decimal(digits), (100..<700).contains(number),
            rest == line.upperBound || span[rest] == 0x20
        else {
            problem = Problem(code: .startLine, message: "malformed status code", status: nil)
            return
        }
        code = Int(number)
        reason = min(rest &+ 1, line.upperBound)..<line.upperBound
    }

    private mutating func readRequest(_ span: Span<UInt8>, _ line: Range<Int>, _ space: Int) throws(SipParseError) {
        method = line.lowerBound..<space
        for place in method where !ByteSet.token.contains(span[place]) {
            throw SipParseError(.notSip, "no SIP start line", status: nil)
        }
        let second = span.firstIndex(of: 0x20, in: space &+ 1..<line.upperBound) ?? line.upperBound
        let target = space &+ 1..<second
        let version = min(second &+ 1, line.upperBound)..<line.upperBound
        switch Self.version(span, version) {
        case true?:
            // Header fields have no meaning in a Request-URI (RFC 3261 §19.1.1).
            if let parts = URIParts(span, target), parts.headers.isEmpty {
                uri = parts
            } else {
                problem = Problem(code: .uri, message: "malformed Request-URI", status: .badRequest)
            }
        case false?:
            problem = Problem(code: .version, message: "unknown SIP version", status: .versionNotSupported)
        case nil:
            guard Self.endsWithVersion(span, line) else {
                throw SipParseError(.notSip, "no SIP version in the start line", status: nil)
            }
            problem = Problem(code: .startLine, message: "malformed request line", status: .badRequest)
        }
    }

    /// true: `SIP/2.0`; false: another SIP version; nil: no version.
    private static func version(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool? {
        guard range.count >= 7, span.matches(range.lowerBound..<range.lowerBound &+ 4, "sip/") else { return nil }
        let digits = range.lowerBound &+ 4..<range.upperBound
        guard digits.allSatisfy({ span[$0] &- 48 < 10 || span[$0] == UInt8(ascii: ".") }) else { return nil }
        return span.matches(digits, "2.0")
    }

    /// Whether the last word of a malformed line is a version, so that it was meant as a request.
    private static func endsWithVersion(_ span: Span<UInt8>, _ line: Range<Int>) -> Bool {
        let line = span.trimmed(line)
        var start = line.upperBound
        while start > line.lowerBound, span[start &- 1] != 0x20 { start &-= 1 }
        return version(span, start..<line.upperBound) != nil
    }
}
