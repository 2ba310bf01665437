/// Names a dialog (RFC 3261 §12): the Call-ID and the tags of both sides, from this side's point of view.
public struct DialogID: Hashable, Sendable, CustomStringConvertible {
    public let callID: String
    public let localTag: String
    /// Empty when the peer sent none, as RFC 2543 allowed.
    public let remoteTag: String

    public init(callID: String, localTag: String, remoteTag: String) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
    }

    /// The dialog that a received request belongs to: the To tag is ours. nil when To has no tag, so that the request
    /// is outside of any dialog.
    public init?(incoming request: SipRequest) {
        guard let callID = request.headers.callID, let localTag = request.headers.to?.tag else { return nil }
        self.init(callID: callID, localTag: localTag, remoteTag: request.headers.from?.tag ?? "")
    }

    /// The dialog that a received response belongs to: the From tag is ours. nil without a tag in To.
    public init?(incoming response: SipResponse) {
        guard let callID = response.headers.callID, let localTag = response.headers.from?.tag,
            let remoteTag = response.headers.to?.tag
        else { return nil }
        self.init(callID: callID, localTag: localTag, remoteTag: remoteTag)
    }

    public var description: String { "\(callID);local=\(localTag);remote=\(remoteTag)" }
}
