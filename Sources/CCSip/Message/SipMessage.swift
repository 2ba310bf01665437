import NIOCore

/// A SIP message: what one datagram holds, or what a stream delivers next.
public enum SipMessage: Sendable {
    case request(SipRequest)
    case response(SipResponse)

    /// Parses one datagram. Octets after Content-Length are ignored; without Content-Length the body goes to the end
    /// (RFC 3261 §18.3). Empty lines before the start line are skipped.
    ///
    /// Checked here: the start line, the form of every header field line, the header fields that are mandatory (Via,
    /// From, To, Call-ID, CSeq) and those that decide where messages go (Contact, Route, Record-Route, Max-Forwards,
    /// Content-Length). All others are parsed when they are read.
    public init(parsing datagram: ByteBuffer, limits: SipLimits = .standard) throws(SipParseError) {
        var parser = MessageParser(datagram, limits: limits)
        self = try parser.parseDatagram()
    }

    public var headers: SipHeaders {
        switch self {
        case .request(let request): request.headers
        case .response(let response): response.headers
        }
    }

    public var body: ByteBuffer {
        switch self {
        case .request(let request): request.body
        case .response(let response): response.body
        }
    }

    /// Appends the message's bytes.
    public func write(into buffer: inout ByteBuffer) {
        switch self {
        case .request(let request): request.write(into: &buffer)
        case .response(let response): response.write(into: &buffer)
        }
    }

    /// The message's bytes.
    public func serialized() -> ByteBuffer {
        switch self {
        case .request(let request): request.serialized()
        case .response(let response): response.serialized()
        }
    }

    /// Header fields, Content-Length, the empty line and the body.
    static func writeRest(_ headers: SipHeaders, _ body: ByteBuffer, into buffer: inout ByteBuffer) {
        headers.write(into: &buffer)
        guard body.readableBytes > 0 else {
            buffer.writeStaticString("Content-Length: 0\r\n\r\n")
            return
        }
        buffer.writeStaticString("Content-Length: ")
        buffer.writeString(String(body.readableBytes))
        buffer.writeStaticString("\r\n\r\n")
        buffer.writeImmutableBuffer(body)
    }

    /// About how many bytes the message takes, start line excepted.
    static func capacity(_ headers: SipHeaders, _ body: ByteBuffer) -> Int {
        headers.lines.reduce(64) { $0 + $1.value.count + Int($1.nameLength) + 4 } + body.readableBytes
    }
}
