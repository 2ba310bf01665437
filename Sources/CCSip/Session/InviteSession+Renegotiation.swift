import CCCore
import NIOCore

/// Hold, resume and moving media: re-INVITEs of ours (RFC 3261 §14.1).
extension InviteSession {
    /// Asks the peer to stop sending: re-INVITE with `sendonly`. While another round is under way, after it. Before the
    /// call is up, as soon as it is.
    public mutating func hold(now: Instant, into actions: inout [Action]) {
        setHold(true, now: now, into: &actions)
    }

    /// Ends ``hold(now:into:)``: re-INVITE with `sendrecv`.
    public mutating func resume(now: Instant, into actions: inout [Action]) {
        setHold(false, now: now, into: &actions)
    }

    /// Moves this side's media to another address and says so in a re-INVITE.
    public mutating func move(to local: NetworkAddress, now: Instant, into actions: inout [Action]) {
        guard state != .ending, state != .terminated else { return }
        offerAnswer.setLocalAddress(local)
        renegotiationWanted = true
        renegotiateIfIdle(now: now, into: &actions)
    }

    private mutating func setHold(_ hold: Bool, now: Instant, into actions: inout [Action]) {
        guard state != .ending, state != .terminated, hold != offerAnswer.isLocalHold else { return }
        offerAnswer.setLocalHold(hold)
        renegotiationWanted = true
        renegotiateIfIdle(now: now, into: &actions)
    }

    /// Sends the re-INVITE that is wanted, when nothing is in its way.
    mutating func renegotiateIfIdle(now: Instant, into actions: inout [Action]) {
        guard renegotiationWanted, state == .confirmed, retryAt == nil, serverInvite == nil, !isAsking,
            !offerAnswer.isOffering, var request = dialog?.makeRequest(.invite)
        else { return }
        renegotiationWanted = false
        request.headers.add(.contact, NameAddress(uri: contact).description)
        request.headers.add(.allow, SipCapabilities.allow)
        attach(offerAnswer.makeOffer(), to: &request.headers, &request.body)
        send(request, for: .reinvite, cancelAt: now + settings.timers.timeout, into: &actions)
    }

    /// A round of the peer's has told it what we wanted to tell.
    mutating func settled() {
        renegotiationWanted = false
        retryAt = nil
    }

    /// A final response to a re-INVITE of ours.
    mutating func receivedReinviteFinal(
        _ response: SipResponse, to token: RequestToken, _ request: PendingRequest, now: Instant,
        into actions: inout [Action]
    ) {
        pending[token] = nil
        if response.status.isSuccess {
            dialog?.refreshTarget(response.headers)
            if let dialog { acknowledge(response, to: token, with: dialog, into: &actions) }
            guard state == .confirmed else { return terminateIfDone() }
            let before = agreed
            let description = SessionBody(response.headers, response.body).description
            if let description, let agreed = try? offerAnswer.receiveAnswer(description) {
                if agreed != before { actions.append(.mediaChanged(agreed)) }
            } else {
                renegotiationFailed(nil, into: &actions)
            }
            return proceed(now: now, into: &actions)
        }
        guard state == .confirmed else { return terminateIfDone() }
        switch response.status {
        case .requestPending:
            offerAnswer.rollback()
            renegotiationWanted = true
            // §14.1: the owner of the Call-ID waits longer, so that the two do not collide again.
            let delay = role == .caller ? 2_100 + Int(entropy.unit() * 191) * 10 : Int(entropy.unit() * 201) * 10
            retryAt = now + .milliseconds(delay)
            proceed(now: now, into: &actions)
        case .callOrTransactionDoesNotExist, .requestTimeout:
            peerLost(now: now, into: &actions)
        default:
            if var retry = authenticated(request, for: response) {
                retry.cancelAt = now + settings.timers.timeout
                return send(retry, into: &actions)
            }
            renegotiationFailed(response.status, into: &actions)
            proceed(now: now, into: &actions)
        }
    }

    /// Requests inside the dialog go out one at a time, because on a lossy line a later one may overtake an earlier one,
    /// which is then out of order. This sends the next that waits.
    mutating func proceed(now: Instant, into actions: inout [Action]) {
        renegotiateIfIdle(now: now, into: &actions)
        sendDigitIfIdle(into: &actions)
        sendReportIfIdle(into: &actions)
    }

    /// A request of ours inside the dialog has no final response yet.
    var isAsking: Bool { pending.values.contains { $0.purpose != .initialInvite && $0.purpose != .forkBye } }

    /// Back to what was agreed before.
    private mutating func renegotiationFailed(_ status: SipStatus?, into actions: inout [Action]) {
        offerAnswer.rollback()
        if !renegotiationWanted { offerAnswer.revertWishes() }
        actions.append(.renegotiationFailed(status))
    }

    // MARK: Digits

    /// Sends a digit in an INFO (`application/dtmf-relay`), for peers without RFC 4733 events. Digits wait for one
    /// another, so that they arrive in order; at most 64 wait, further ones are dropped.
    public mutating func sendDigit(
        _ digit: Character, duration: Duration = .milliseconds(160), now: Instant, into actions: inout [Action]
    ) {
        guard state == .confirmed, digits.count < 64, "0123456789*#ABCD".contains(digit) else { return }
        digits.append(DtmfInfo(digit: digit, duration: duration))
        sendDigitIfIdle(into: &actions)
    }

    mutating func sendDigitIfIdle(into actions: inout [Action]) {
        guard state == .confirmed, let digit = digits.first, !isAsking, var request = dialog?.makeRequest(.info)
        else { return }
        digits.removeFirst()
        request.headers.add(.contentType, "application/dtmf-relay")
        request.body = digit.body
        send(request, for: .digit, into: &actions)
    }
}
