/// Why bytes are not a message, and what the sender of a request should hear about it.
public struct SipParseError: Error, Sendable {
    /// The kind of fault; safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case notSip, startLine, version, uri, header, missingHeader, duplicateHeader, methodMismatch, contentLength
            case tooLarge
        }
        private let value: Value
        private init(_ value: Value) { self.value = value }

        /// The bytes do not begin like a SIP message.
        public static let notSip = Code(.notSip)
        /// The request line or status line is malformed.
        public static let startLine = Code(.startLine)
        /// Another version than SIP/2.0.
        public static let version = Code(.version)
        /// The Request-URI is malformed.
        public static let uri = Code(.uri)
        /// A header field line, or a value that the stack relies on, is malformed.
        public static let header = Code(.header)
        /// A header field that RFC 3261 §8.1.1 makes mandatory is missing.
        public static let missingHeader = Code(.missingHeader)
        /// A header field that may stand once stands twice.
        public static let duplicateHeader = Code(.duplicateHeader)
        /// The CSeq method differs from the request's.
        public static let methodMismatch = Code(.methodMismatch)
        /// Content-Length is malformed, is missing on a stream, or claims more than there is.
        public static let contentLength = Code(.contentLength)
        /// A limit of ``SipLimits`` is exceeded.
        public static let tooLarge = Code(.tooLarge)

        public var description: String { value.rawValue }
    }

    public let code: Code
    /// For people and logs; holds names of header fields, never their values.
    public let message: String
    /// The response that a server should give; nil: discard the bytes.
    public let status: SipStatus?
    /// What was read of the request line's method.
    public let method: SipMethod?
    /// What was read of the header fields before the fault, in bytes that may be malformed.
    public let headers: SipHeaders

    init(
        _ code: Code, _ message: String, status: SipStatus? = .badRequest, method: SipMethod? = nil,
        headers: SipHeaders = SipHeaders()
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.method = method
        self.headers = headers
    }

    /// The response to the faulty request, to be sent to where it came from. Nil when it should get none, or when it lacks
    /// what its sender knows responses by: Via and CSeq (RFC 3261 §17.1.3). They are copied as they are, malformed or
    /// not; so are From, To and Call-ID as far as they are there.
    public func response(toTag: String) -> SipResponse? {
        guard let status, method != .ack, headers.firstIndex(kind: .via) != nil, headers.firstIndex(kind: .cseq) != nil
        else { return nil }
        return SipResponse(status, answering: headers, toTag: toTag, copiesRecordRoute: false)
    }
}

/// The limits within which messages are parsed. What exceeds one is refused, not truncated.
public struct SipLimits: Sendable {
    /// Bytes of a datagram, or of start line and header fields on a stream.
    public var headerBytesMax = 65_536
    /// Header field lines of a message.
    public var headerCountMax = 256
    /// Bytes of a body on a stream.
    public var bodyBytesMax = 1_048_576

    public init() {}

    public static let standard = SipLimits()
}
