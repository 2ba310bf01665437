/// How a call ended.
public struct SessionEnd: Sendable, Equatable {
    public enum Cause: Sendable, Equatable {
        /// This side hung up, or gave up calling.
        case localHangup
        /// The peer hung up.
        case remoteHangup
        /// The caller gave up before we answered.
        case cancelledByCaller
        /// The final response was a refusal: the peer's when we called, ours when we were called.
        case rejected(SipStatus)
        /// The peer was reached but did not answer in time, or the caller's Expires ran out.
        case noAnswer
        /// The peer did not respond at all, or does not know the call any more.
        case noResponse
        /// Our 2xx was never acknowledged.
        case noAcknowledgement
        /// The connection failed, or there was no way to the peer.
        case transportFailure
        /// The two sides have no media in common, or the peer's description was unusable.
        case notAcceptable
    }

    public var cause: Cause
    /// The value of the Reason header field that came with it (RFC 3326).
    public var reason: String?
    /// How long to wait before trying again, when the refusal said so.
    public var retryAfter: Duration?
    /// Where else to try, when the refusal was a redirection (3xx).
    public var alternatives: [SipURI] = []

    public init(_ cause: Cause, reason: String? = nil) {
        self.cause = cause
        self.reason = reason
    }
}
