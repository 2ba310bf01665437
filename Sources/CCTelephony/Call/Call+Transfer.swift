import CCCore
import CCSip

extension Call {
    /// Asks the other side to call somebody else in this side's place (REFER, RFC 3515), and waits until it says how that
    /// went. The call itself goes on: hang up when it succeeded.
    ///
    /// - Parameter other: A call of the same other side that the new one is to take the place of (RFC 3891): an
    ///   attended transfer.
    /// - Returns: The final status: 2xx when the new call was answered; 481 when this call ended first; 491 when it is not
    ///   up, or a transfer is under way.
    /// - Throws: ``TelephonyError`` `callEnded`; `CancellationError`.
    public func transfer(to target: SipURI, replacing other: Call? = nil) async throws -> SipStatus {
        let outcome = try await agent.refer(id, to: target, replacing: other?.id)
        guard let status = await outcome.value() else { throw CancellationError() }
        return status
    }

    /// Tells the other side how the transfer goes that it asked for. A final status is the last word: it is waited until
    /// the other side has heard it, the call is over or the task is cancelled.
    public func report(_ referral: Referral, _ status: SipStatus) async {
        _ = await agent.report(id, referral, status)?.value()
    }
}

extension UserAgent {
    func refer(_ id: CallID, to target: SipURI, replacing other: CallID?) throws -> OneShot<SipStatus> {
        guard let state = calls[id] else { throw TelephonyError(.callEnded, "the call has ended") }
        try state.call.requireAlive()
        let replaces = other.flatMap { calls[$0]?.session.dialog?.id }.map {
            // As the called party sees the dialog: its own tag is the To tag.
            Referral.Replaces(callID: $0.callID, toTag: $0.remoteTag, fromTag: $0.localTag)
        }
        let outcome = OneShot<SipStatus>()
        var isSent = false
        withSession(id) { isSent = $0.refer(to: target, replaces: replaces, now: $1, into: &$2) }
        if isSent { state.transferOutcome = outcome } else { outcome.fulfil(.requestPending) }
        settle()
        return outcome
    }

    @discardableResult
    func report(_ id: CallID, _ referral: Referral, _ status: SipStatus) -> OneShot<Void>? {
        guard let state = calls[id], state.call.end == nil else { return nil }
        let closed = state.referralClosed ?? OneShot()
        if status.isFinal { state.referralClosed = closed }
        withSession(id) { $0.report(referral, status, now: $1, into: &$2) }
        settle()
        return status.isFinal ? closed : nil
    }

    /// The call that a Replaces header names, from the point of view of this side.
    func call(replacedBy replaces: Referral.Replaces) -> Call? {
        let dialog = DialogID(callID: replaces.callID, localTag: replaces.toTag, remoteTag: replaces.fromTag)
        return dialogs[dialog].flatMap { calls[$0]?.call }
    }
}
