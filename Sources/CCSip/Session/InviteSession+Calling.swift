import CCCore
import NIOCore

/// The caller's side, up to the answer.
extension InviteSession {
    mutating func startCalling(now: Instant, into actions: inout [Action]) {
        guard state == .calling, tokenCount == 0 else { return }
        attach(offerAnswer.makeOffer(), to: &invite.headers, &invite.body)
        answerBy = now + settings.ringTimeout
        send(invite, for: .initialInvite, into: &actions)
    }

    /// Gives up a call that is not answered: CANCEL as soon as the RFC allows; a 2xx that crosses it is acknowledged and
    /// ended with BYE. In any other state the same as ``bye(reason:now:into:)``.
    /// - Parameter reason: the value of a Reason header field (RFC 3326), for example `SIP;cause=200;text="Call completed elsewhere"`.
    public mutating func cancel(reason: String? = nil, now: Instant, into actions: inout [Action]) {
        guard state == .calling else { return bye(reason: reason, now: now, into: &actions) }
        abandon(SessionEnd(.localHangup, reason: reason), now: now, into: &actions)
    }

    /// Ends an unanswered call of ours.
    mutating func abandon(_ end: SessionEnd, now: Instant, into actions: inout [Action]) {
        for token in tokens(for: .initialInvite) { actions.append(.sendCancel(token, reason: end.reason)) }
        self.end(end, now: now, into: &actions)
    }

    /// A response to the initial INVITE.
    mutating func receivedInitial(
        _ response: SipResponse, to token: RequestToken, _ request: PendingRequest, now: Instant,
        into actions: inout [Action]
    ) {
        if response.status.isProvisional {
            if response.status.code > 100 { progressed(response, into: &actions) }
        } else if response.status.isSuccess {
            pending[token] = nil
            succeeded(response, to: token, now: now, into: &actions)
        } else {
            pending[token] = nil
            if state == .calling, let retry = authenticated(request, for: response) {
                invite = retry.request
                earlyDialogs = []
                return send(retry, into: &actions)
            }
            var end = SessionEnd(.rejected(response.status), reason: response.headers[.reason])
            end.retryAfter = response.headers[.retryAfter].flatMap { Int($0.prefix { $0.isNumber }) }.map {
                .seconds($0)
            }
            if response.status.code < 400 { end.alternatives = response.headers.contacts.map(\.uri) }
            self.end(end, now: now, into: &actions)
        }
    }

    /// 101 to 199: an early dialog when there is a To tag, ringing, early media.
    private mutating func progressed(_ response: SipResponse, into actions: inout [Action]) {
        guard state == .calling else { return }
        var place: Int?
        if let id = DialogID(incoming: response) {
            place = earlyDialogs.firstIndex { $0.dialog.id == id }
            if place == nil, earlyDialogs.count < Self.earlyDialogsMax,
                let dialog = Dialog(answered: invite, by: response)
            {
                place = earlyDialogs.count
                earlyDialogs.append(EarlyDialog(dialog: dialog))
                actions.append(.dialogCreated(id))
            }
        }
        if response.status == .ringing, !hasRung {
            hasRung = true
            actions.append(.ringing)
        }
        guard let place, let description = SessionBody(response.headers, response.body).description else { return }
        var preview = offerAnswer
        guard let agreed = try? preview.receiveAnswer(description), agreed != earlyDialogs[place].offerAnswer?.agreed
        else { return }
        earlyDialogs[place].offerAnswer = preview
        actions.append(.earlyMedia(agreed))
    }

    /// 2xx: the first makes the call, unless we have given up; every other comes from a fork and is ended at once.
    private mutating func succeeded(
        _ response: SipResponse, to token: RequestToken, now: Instant, into actions: inout [Action]
    ) {
        guard let id = DialogID(incoming: response) else {
            end(SessionEnd(.noResponse), now: now, into: &actions)
            return
        }
        let early = earlyDialogs.first { $0.dialog.id == id }
        var confirmed = early?.dialog
        confirmed?.confirm(by: response)
        guard let made = confirmed ?? Dialog(answered: invite, by: response) else {
            end(SessionEnd(.noResponse), now: now, into: &actions)
            return
        }
        if earlyDialogs.count > 1 { lingerUntil = now + settings.timers.timeout }
        if early == nil { actions.append(.dialogCreated(id)) }
        earlyDialogs = []
        dialog = made
        acknowledge(response, to: token, with: made, into: &actions)
        guard state == .calling else {
            // We had given up: the answer crossed our CANCEL.
            sendBye(into: &actions)
            return
        }
        answerBy = nil
        state = .confirmed
        do {
            let agreed: NegotiatedAudio
            if let description = SessionBody(response.headers, response.body).description {
                agreed = try offerAnswer.receiveAnswer(description)
            } else if let preview = early?.offerAnswer, let early = preview.agreed {
                offerAnswer = preview
                agreed = early
            } else {
                throw OfferAnswerError(code: .mismatch, message: "the 2xx has no answer")
            }
            actions.append(.answered(agreed))
            renegotiateIfIdle(now: now, into: &actions)
        } catch {
            sendBye(into: &actions)
            end(SessionEnd(.notAcceptable), now: now, into: &actions)
        }
    }

    /// A 2xx that comes when its INVITE is through: a repetition is acknowledged again; one from another phone makes a
    /// dialog that is ended at once.
    mutating func repeated(_ response: SipResponse, to token: RequestToken, now: Instant, into actions: inout [Action])
    {
        guard response.status.isSuccess, let id = DialogID(incoming: response) else { return }
        if let sent = acknowledgements.first(where: { $0.token == token && $0.remoteTag == id.remoteTag }) {
            actions.append(.sendAck(sent.request))
            return
        }
        guard role == .caller, response.headers.cseq?.number == invite.headers.cseq?.number,
            forks.count < Self.earlyDialogsMax, var fork = Dialog(answered: invite, by: response)
        else { return }
        acknowledge(response, to: token, with: fork, into: &actions)
        let bye = fork.makeRequest(.bye)
        forks.append(fork)
        actions.append(.dialogCreated(id))
        lingerUntil = lingerUntil ?? now + settings.timers.timeout
        send(bye, for: .forkBye, into: &actions)
    }

    /// Sends the ACK to a 2xx and keeps it for repetitions.
    mutating func acknowledge(
        _ response: SipResponse, to token: RequestToken, with dialog: Dialog, into actions: inout [Action]
    ) {
        guard let number = response.headers.cseq?.number else { return }
        let ack = dialog.makeAcknowledgement(cseq: number)
        acknowledgements.append(
            SentAcknowledgement(token: token, remoteTag: dialog.id.remoteTag, request: ack))
        if acknowledgements.count > Self.earlyDialogsMax { acknowledgements.removeFirst() }
        actions.append(.sendAck(ack))
    }

    /// At most this many phones of a forked INVITE are told apart.
    static var earlyDialogsMax: Int { 16 }
}
