import NIOCore

/// A response (RFC 3261 §7.2).
public struct SipResponse: Sendable {
    public var status: SipStatus
    /// For people only; may be empty.
    public var reason: String
    public var headers: SipHeaders
    public var body: ByteBuffer

    public init(
        status: SipStatus, reason: String? = nil, headers: SipHeaders = SipHeaders(), body: ByteBuffer = ByteBuffer()
    ) {
        self.status = status
        self.reason = reason ?? status.reason
        self.headers = headers
        self.body = body
    }

    init(
        _ status: SipStatus, reason: String? = nil, answering request: SipHeaders, toTag: String?,
        copiesRecordRoute: Bool
    ) {
        self.init(status: status, reason: reason)
        headers.bytes.reserveCapacity(512)
        headers.lines.reserveCapacity(12)
        headers.copy(.via, from: request)
        if copiesRecordRoute { headers.copy(.recordRoute, from: request) }
        headers.copy(.from, from: request)
        headers.copyTo(from: request, addingTag: status.code == 100 ? nil : toTag)
        headers.copy(.callID, from: request)
        headers.copy(.cseq, from: request)
        if status.code == 100 { headers.copy(.timestamp, from: request) }
    }

    /// Appends the message. Content-Length is written from the body, whatever the header fields say.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("SIP/2.0 ")
        buffer.writeString(String(status.code))
        buffer.writeStaticString(" ")
        // A line break would smuggle in header fields.
        buffer.writeString(reason.utf8.contains { $0 < 0x20 } ? status.reason : reason)
        buffer.writeStaticString("\r\n")
        SipMessage.writeRest(headers, body, into: &buffer)
    }

    /// The message's bytes.
    public func serialized() -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: SipMessage.capacity(headers, body) + 64)
        write(into: &buffer)
        return buffer
    }
}
