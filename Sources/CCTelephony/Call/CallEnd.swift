import CCSip

/// How a call came to its end. Every call ends exactly once.
public enum CallEnd: Hashable, Sendable, Codable {
    /// The other side hung up an answered call (BYE).
    case remoteHangup
    /// This side hung up an answered call, cancelled an outgoing one or left its scope.
    case localHangup
    /// The caller gave up before an answer (CANCEL).
    case cancelled
    /// Refused with a SIP status, by the other side of an outgoing call or by this side of an incoming one.
    case rejected(status: Int)
    /// An outgoing call was not answered in time, or nobody replied to it.
    case noAnswer
    /// The caller never confirmed the answer (no ACK, RFC 3261 §13.3.1.4).
    case unconfirmed
    /// The other side vanished: no media, and no reply to a question whether it is still there.
    case vanished
    /// The connection broke, or the other side broke the protocol beyond repair.
    case failed
    /// The user agent stopped.
    case shutdown
}

/// What happens on a call besides its beginning and end.
public enum CallEvent: Hashable, Sendable {
    /// The other side wishes to transfer this call (REFER). Say what became of it with
    /// ``Call/report(_:_:)``; where nobody observes the call, it is declined.
    case transferRequested(Referral)
    /// The called phone rings (180).
    case ringing
    case answered
    /// The other side has put this side on hold (`sendonly` or `inactive`), or has taken it back.
    case heldByRemote
    case resumedByRemote
    /// A key was pressed on the other side.
    case digit(Character)
    case ended(CallEnd)
}
