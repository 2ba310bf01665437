import NIOCore

/// What a server makes of some bytes, without knowing anything but them.
public struct MessageVerdict: Sendable, Equatable {
    /// Whether the bytes are a well-formed message.
    public var isAccepted: Bool
    /// The status code that a server answers with when it rejects the bytes or cannot serve the request; nil when it
    /// can serve it, and for what is discarded: responses, ACKs, and bytes that are no SIP message.
    public var status: Int?
    /// Why it is rejected or cannot be served; else nil.
    public var reason: String?
    /// The method of a request, as far as it could be read.
    public var method: String?
    /// The status code of a response.
    public var code: Int?

    /// Judges one datagram.
    public init(parsing datagram: ByteBuffer, check: RequestCheck = .standard) {
        do {
            switch try SipMessage(parsing: datagram) {
            case .request(let request):
                let refusal = check.refusal(of: request)
                self.init(
                    isAccepted: true, status: refusal?.status.code, reason: refusal?.explanation,
                    method: request.method.name)
            case .response(let response):
                self.init(isAccepted: true, code: response.status.code)
            }
        } catch {
            self.init(
                isAccepted: false, status: error.method == .ack ? nil : error.status?.code, reason: error.message,
                method: error.method?.name)
        }
    }

    /// Judges the bytes of one datagram.
    public init(bytes: some Sequence<UInt8>, check: RequestCheck = .standard) {
        self.init(parsing: ByteBuffer(bytes: bytes), check: check)
    }

    init(isAccepted: Bool, status: Int? = nil, reason: String? = nil, method: String? = nil, code: Int? = nil) {
        self.isAccepted = isAccepted
        self.status = status
        self.reason = reason
        self.method = method
        self.code = code
    }
}
