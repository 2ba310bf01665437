import NIOCore

/// A request (RFC 3261 §7.1).
public struct SipRequest: Sendable {
    public var method: SipMethod
    /// The Request-URI.
    public var uri: SipURI
    public var headers: SipHeaders
    public var body: ByteBuffer

    public init(method: SipMethod, uri: SipURI, headers: SipHeaders = SipHeaders(), body: ByteBuffer = ByteBuffer()) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
    }

    /// Appends the message. Content-Length is written from the body, whatever the header fields say.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeString(method.name)
        buffer.writeStaticString(" ")
        buffer.writeBytes(uri.bytes.span.extracting(uri.parts.whole).bytes)
        buffer.writeStaticString(" SIP/2.0\r\n")
        SipMessage.writeRest(headers, body, into: &buffer)
    }

    /// The message's bytes.
    public func serialized() -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: SipMessage.capacity(headers, body) + 64)
        write(into: &buffer)
        return buffer
    }

    /// A response with the header fields that RFC 3261 §8.2.6.2 and §12.1.1 have copied: Via, From, To, Call-ID, CSeq;
    /// Timestamp in a 100; Record-Route in a 101 to 299.
    ///
    /// - Parameter toTag: added to To when it has no tag and the status is not 100.
    public func response(_ status: SipStatus, reason: String? = nil, toTag: String? = nil) -> SipResponse {
        SipResponse(
            status, reason: reason, answering: headers, toTag: toTag,
            copiesRecordRoute: status.code > 100 && status.code < 300)
    }
}
