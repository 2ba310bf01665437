import CCCore

/// Responses, time, and the ways a call ends.
extension InviteSession {
    // MARK: Requests out

    mutating func send(
        _ request: SipRequest, for purpose: PendingRequest.Purpose, cancelAt: Instant? = nil,
        giveUpAt: Instant? = nil, into actions: inout [Action]
    ) {
        var request = request
        if let userAgent = settings.userAgent { request.headers[.userAgent] = userAgent }
        send(
            PendingRequest(purpose: purpose, request: request, cancelAt: cancelAt, giveUpAt: giveUpAt), into: &actions)
    }

    mutating func send(_ request: PendingRequest, into actions: inout [Action]) {
        tokenCount += 1
        let token = RequestToken(number: tokenCount)
        pending[token] = request
        actions.append(.sendRequest(request.request, token: token))
    }

    /// The open requests of one kind, oldest first.
    func tokens(for purpose: PendingRequest.Purpose) -> [RequestToken] {
        pending.filter { $0.value.purpose == purpose }.keys.sorted { $0.number < $1.number }
    }

    // MARK: What comes back

    /// A response to the request that went out with `token`.
    public mutating func received(
        _ response: SipResponse, to token: RequestToken, now: Instant, into actions: inout [Action]
    ) {
        guard let request = pending[token] else {
            return repeated(response, to: token, now: now, into: &actions)
        }
        if request.purpose == .initialInvite {
            return receivedInitial(response, to: token, request, now: now, into: &actions)
        }
        guard response.status.isFinal else { return }
        if request.purpose == .reinvite {
            return receivedReinviteFinal(response, to: token, request, now: now, into: &actions)
        }
        pending[token] = nil
        if let retry = authenticated(request, for: response) {
            return send(retry, into: &actions)
        }
        if request.purpose == .refer, !response.status.isSuccess { referFailed(response.status, into: &actions) }
        if request.purpose == .notify { reported(into: &actions) }
        if request.purpose == .notify || request.purpose == .refer { proceed(now: now, into: &actions) }
        if request.purpose == .digit || request.purpose == .probe {
            if response.status == .callOrTransactionDoesNotExist || response.status == .requestTimeout {
                peerLost(now: now, into: &actions)
            } else {
                proceed(now: now, into: &actions)
            }
        }
        terminateIfDone()
    }

    /// The request that went out with `token` gets no final response; also for a shell that finds no way to the peer.
    public mutating func transactionFailed(
        _ token: RequestToken, _ failure: TransactionFailure, now: Instant, into actions: inout [Action]
    ) {
        guard let request = pending.removeValue(forKey: token) else { return }
        let cause: SessionEnd.Cause = failure == .timeout ? .noResponse : .transportFailure
        switch request.purpose {
        case .initialInvite: end(SessionEnd(cause), now: now, into: &actions)
        case .reinvite, .digit, .probe:
            offerAnswer.rollback()
            if state == .confirmed { peerLost(cause, now: now, into: &actions) } else { terminateIfDone() }
        case .refer:
            referFailed(.requestTimeout, into: &actions)
            terminateIfDone()
        case .notify:
            reported(into: &actions)
            proceed(now: now, into: &actions)
            terminateIfDone()
        case .bye, .forkBye: terminateIfDone()
        }
    }

    /// A response of ours could not be sent, or our refusal was never acknowledged.
    public mutating func serverTransactionFailed(
        _ transaction: ServerTransactionID, _ failure: TransactionFailure, now: Instant, into actions: inout [Action]
    ) {
        guard state == .incoming, serverInvite?.transaction == transaction else { return }
        serverInvite = nil
        end(SessionEnd(.transportFailure), now: now, into: &actions)
    }

    // MARK: Ending

    /// Hangs up, in any state, the way that fits: CANCEL while our call is unanswered, 480 while the peer's is, BYE once
    /// the call is up. BYE waits for the ACK to our 2xx, as §15 demands.
    /// - Parameter reason: the value of a Reason header field (RFC 3326), for example `Q.850;cause=16`.
    public mutating func bye(reason: String? = nil, now: Instant, into actions: inout [Action]) {
        switch state {
        case .calling: cancel(reason: reason, now: now, into: &actions)
        case .incoming:
            guard let invite = serverInvite else { return }
            var response = response(.temporarilyUnavailable, to: invite.request)
            if let reason { response.headers.add(.reason, reason) }
            actions.append(.respond(response, invite.transaction))
            serverInvite = nil
            end(SessionEnd(.localHangup, reason: reason), now: now, into: &actions)
        case .answered:
            byeWanted = true
            byeReason = reason
            end(SessionEnd(.localHangup, reason: reason), now: now, into: &actions)
        case .confirmed:
            byeReason = reason
            sendBye(into: &actions)
            end(SessionEnd(.localHangup, reason: reason), now: now, into: &actions)
        case .ending, .terminated: break
        }
    }

    mutating func sendBye(into actions: inout [Action]) {
        byeWanted = false
        guard var request = dialog?.makeRequest(.bye) else { return }
        if let byeReason { request.headers.add(.reason, byeReason) }
        send(request, for: .bye, into: &actions)
    }

    /// The peer does not answer inside the dialog, or does not know it: §12.2.1.2 has us end it.
    mutating func peerLost(
        _ cause: SessionEnd.Cause = .noResponse, now: Instant, into actions: inout [Action]
    ) {
        guard state == .confirmed else { return terminateIfDone() }
        sendBye(into: &actions)
        end(SessionEnd(cause), now: now, into: &actions)
    }

    /// The call is over for its user. Does nothing the second time, except to see whether all is done.
    mutating func end(_ end: SessionEnd, now: Instant, into actions: inout [Action]) {
        if state != .ending, state != .terminated {
            state = .ending
            answerBy = nil
            repeatProvisionalAt = nil
            retryAt = nil
            renegotiationWanted = false
            lastProvisional = nil
            firstAnswer = nil
            digits = []
            reports = []
            // A re-INVITE still open would otherwise wait for a final response without end.
            for token in tokens(for: .reinvite) {
                actions.append(.sendCancel(token, reason: nil))
                pending[token]?.cancelAt = nil
            }
            actions.append(.ended(end))
        }
        terminateIfDone()
    }

    mutating func terminateIfDone() {
        if state == .ending, pending.isEmpty, serverInvite == nil, !byeWanted, lingerUntil == nil {
            state = .terminated
        }
    }

    // MARK: Time

    /// When ``advance(now:into:)`` has to be called next.
    public var nextDeadline: Instant? {
        var deadline = earliest(answerBy, repeatProvisionalAt, retryAt)
        deadline = earliest(deadline, lingerUntil)
        deadline = earliest(deadline, serverInvite?.retransmitAt, serverInvite?.giveUpAt)
        for request in pending.values { deadline = earliest(deadline, request.cancelAt, request.giveUpAt) }
        return deadline
    }

    /// Does what is due.
    public mutating func advance(now: Instant, into actions: inout [Action]) {
        if let at = answerBy, at <= now {
            answerBy = nil
            if state == .calling { abandon(SessionEnd(.noAnswer), now: now, into: &actions) }
            if state == .incoming { expired(now: now, into: &actions) }
        }
        if let at = repeatProvisionalAt, at <= now {
            repeatProvisionalAt = now + .seconds(60)
            if let response = lastProvisional, let transaction = serverInvite?.transaction {
                actions.append(.respond(response, transaction))
            }
        }
        if let at = retryAt, at <= now {
            retryAt = nil
            renegotiateIfIdle(now: now, into: &actions)
        }
        for token in tokens(for: .reinvite) {
            guard let at = pending[token]?.cancelAt, at <= now else { continue }
            pending[token]?.cancelAt = nil
            actions.append(.sendCancel(token, reason: nil))
        }
        giveUpProbes(now: now, into: &actions)
        advanceServerInvite(now: now, into: &actions)
        if let at = lingerUntil, at <= now {
            lingerUntil = nil
            forks = []
            terminateIfDone()
        }
    }

    /// §13.3.1.4: our 2xx is sent again after T1, doubling up to T2, over any transport; after 64·T1 without an ACK the
    /// dialog is ended with BYE.
    private mutating func advanceServerInvite(now: Instant, into actions: inout [Action]) {
        guard var invite = serverInvite, let response = invite.response else { return }
        if let at = invite.giveUpAt, at <= now {
            serverInvite = nil
            offerAnswer.rollback()
            sendBye(into: &actions)
            return end(SessionEnd(.noAcknowledgement), now: now, into: &actions)
        }
        guard let at = invite.retransmitAt, at <= now else { return }
        invite.interval = min(invite.interval * 2, settings.timers.t2)
        invite.retransmitAt = now + invite.interval
        serverInvite = invite
        actions.append(.respond(response, invite.transaction))
    }
}
