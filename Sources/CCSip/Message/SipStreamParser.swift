import NIOCore

/// Cuts a stream of bytes (TCP) into messages by their Content-Length (RFC 3261 §18.3).
///
/// Feed it what arrives with ``append(_:)`` and call ``next()`` until it returns nil. It holds at most one message
/// within its limits plus what was appended last. After an error it stays closed: the place where the next message
/// begins is not known, so the connection must be closed.
public struct SipStreamParser: Sendable {
    public enum Event: Sendable {
        case message(SipMessage)
        /// A double CRLF, which is to be answered by a single one (RFC 5626 §3.5.1).
        case keepAlive
    }

    private var pending = ByteBuffer()
    private let limits: SipLimits
    /// How many pending bytes hold no end of the header fields, so that drip-fed bytes are looked at once.
    private var searched = 0
    /// The message whose body is still coming in, and that body's size.
    private var head: (parser: MessageParser, head: MessageParser.Head, bodyLength: Int)?
    private var failure: SipParseError?

    public init(limits: SipLimits = .standard) { self.limits = limits }

    /// Bytes that wait for the rest of their message.
    public var pendingBytes: Int { pending.readableBytes }

    public mutating func append(_ bytes: ByteBuffer) {
        guard failure == nil else { return }
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            pending.discardReadBytes()
            pending.writeImmutableBuffer(bytes)
        }
    }

    /// The next event; nil: more bytes are needed.
    ///
    /// - Throws: a malformed message or an exceeded limit. Answer it with ``SipParseError/response(toTag:)`` if there
    ///   is one, then close the connection.
    public mutating func next() throws(SipParseError) -> Event? {
        if let failure { throw failure }
        do {
            return try cut()
        } catch {
            failure = error
            pending = ByteBuffer()
            throw error
        }
    }

    private mutating func cut() throws(SipParseError) -> Event? {
        if head == nil {
            if searched == 0 {
                switch skipEmptyLines() {
                case .ping: return .keepAlive
                case .undecided: return nil
                case .none: break
                }
            }
            guard let end = try headerEnd(), let bytes = pending.readSlice(length: end) else { return nil }
            searched = 0
            head = try parseHead(bytes)
        }
        guard let complete = head, let body = pending.readSlice(length: complete.bodyLength) else { return nil }
        head = nil
        return .message(complete.parser.message(complete.head, body: body))
    }

    private func parseHead(
        _ bytes: ByteBuffer
    ) throws(SipParseError) -> (parser: MessageParser, head: MessageParser.Head, bodyLength: Int) {
        var parser = MessageParser(bytes, limits: limits)
        let head = try parser.parseHead()
        guard let length = head.contentLength else {
            throw parser.fault(.contentLength, "no Content-Length on a stream")
        }
        guard length <= UInt64(limits.bodyBytesMax) else {
            throw parser.fault(.tooLarge, "body too large", .requestEntityTooLarge)
        }
        return (parser, head, Int(length))
    }

    private enum EmptyLines { case none, ping, undecided }

    /// Skips CRLFs between messages; two in a row are a keep-alive.
    private mutating func skipEmptyLines() -> EmptyLines {
        while let first = pending.getInteger(at: pending.readerIndex, as: UInt8.self) {
            guard first == 0x0D else { return .none }
            guard let line = pending.getInteger(at: pending.readerIndex, as: UInt16.self) else { return .undecided }
            guard line == 0x0D0A else { return .none }
            guard let next = pending.getInteger(at: pending.readerIndex + 2, as: UInt8.self) else { return .undecided }
            guard next == 0x0D else {
                pending.moveReaderIndex(forwardBy: 2)
                continue
            }
            guard let lines = pending.getInteger(at: pending.readerIndex, as: UInt32.self) else { return .undecided }
            pending.moveReaderIndex(forwardBy: lines == 0x0D0A_0D0A ? 4 : 2)
            if lines == 0x0D0A_0D0A { return .ping }
        }
        return .none
    }

    /// The place behind the empty line; nil when it has not come yet.
    private mutating func headerEnd() throws(SipParseError) -> Int? {
        let bytes = pending
        let span = bytes.readableBytesUInt8Span
        let count = span.count
        var index = searched
        while let newline = span.firstIndex(of: 0x0A, in: index..<count) {
            if newline >= 3, span[newline - 1] == 0x0D, span[newline - 2] == 0x0A, span[newline - 3] == 0x0D {
                guard newline < limits.headerBytesMax else { break }
                return newline + 1
            }
            index = newline + 1
        }
        searched = count
        guard count <= limits.headerBytesMax else {
            throw SipParseError(.tooLarge, "header fields too large", status: .requestEntityTooLarge)
        }
        return nil
    }
}
