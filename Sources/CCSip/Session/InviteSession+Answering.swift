import CCCore
import NIOCore

/// The callee's side, up to the ACK.
extension InviteSession {
    mutating func startAnswering(now: Instant, into actions: inout [Action]) {
        guard state == .incoming, let transaction = serverInvite?.transaction, firstAnswer == nil else { return }
        guard let dialog else { return refuse(.badRequest, reason: "Missing Contact", now: now, into: &actions) }
        let unsupported = invite.headers.require.filter { !SipCapabilities.extensions.contains($0) }
        if !unsupported.isEmpty {
            let header = (HeaderName.unsupported, unsupported.joined(separator: ", "))
            return refuse(.badExtension, headers: [header], now: now, into: &actions)
        }
        switch SessionBody(invite.headers, invite.body) {
        case .none: break
        case .unsupported:
            let header = (HeaderName.accept, SipCapabilities.accept)
            return refuse(.unsupportedMediaType, headers: [header], now: now, into: &actions)
        case .malformed:
            return refuse(.badRequest, reason: "Bad Session Description", now: now, into: &actions)
        case .description(let offer):
            guard let round = try? offerAnswer.receiveOffer(offer) else {
                actions.append(.respond(response(.notAcceptableHere, to: invite), transaction))
                serverInvite = nil
                return end(SessionEnd(.notAcceptable), now: now, into: &actions)
            }
            firstAnswer = round.answer
        }
        if let expires = invite.headers.expires { answerBy = now + .seconds(min(expires, 86_400)) }
        actions.append(.dialogCreated(dialog.id))
    }

    /// 180: this side's phone rings.
    public mutating func ring(now: Instant, into actions: inout [Action]) {
        provisional(.ringing, description: nil, now: now, into: &actions)
    }

    /// 183 with our answer: media flows before the call is answered. Without an offer in the INVITE there is nothing to
    /// answer yet, and the 183 comes alone.
    public mutating func progress(now: Instant, into actions: inout [Action]) {
        provisional(.sessionProgress, description: firstAnswer, now: now, into: &actions)
        if state == .incoming, firstAnswer != nil, let agreed { actions.append(.earlyMedia(agreed)) }
    }

    private mutating func provisional(
        _ status: SipStatus, description: SessionDescription?, now: Instant, into actions: inout [Action]
    ) {
        guard state == .incoming, let transaction = serverInvite?.transaction else { return }
        var response = response(status, to: invite)
        response.headers.add(.contact, NameAddress(uri: contact).description)
        if let description { attach(description, to: &response.headers, &response.body) }
        lastProvisional = response
        repeatProvisionalAt = now + .seconds(60)
        actions.append(.respond(response, transaction))
    }

    /// 200 with our description, repeated until the ACK comes.
    ///
    /// With an offer in the INVITE the call is up at once (``Action/answered(_:)``); without one our 200 makes the offer
    /// and the ACK brings the answer.
    public mutating func answer(now: Instant, into actions: inout [Action]) {
        guard state == .incoming else { return }
        state = .answered
        answerBy = nil
        repeatProvisionalAt = nil
        lastProvisional = nil
        dialog?.confirm()
        accept(with: firstAnswer, now: now, into: &actions)
        if firstAnswer != nil, let agreed { actions.append(.answered(agreed)) }
        firstAnswer = nil
    }

    /// 2xx to the INVITE at hand, initial or not: with the answer to its offer, else with an offer of ours.
    mutating func accept(with answer: SessionDescription?, now: Instant, into actions: inout [Action]) {
        guard var invite = serverInvite else { return }
        var response = response(.ok, to: invite.request)
        response.headers.add(.contact, NameAddress(uri: contact).description)
        response.headers.add(.allow, SipCapabilities.allow)
        attach(answer ?? offerAnswer.makeOffer(), to: &response.headers, &response.body)
        invite.awaitsAnswer = answer == nil
        invite.response = response
        invite.interval = settings.timers.t1
        invite.retransmitAt = now + settings.timers.t1
        invite.giveUpAt = now + settings.timers.timeout
        serverInvite = invite
        actions.append(.respond(response, invite.transaction))
    }

    /// Refuses a call that waits for its answer: 486, 480, 603, 404, …
    /// - Parameter headers: for example Retry-After or Reason.
    public mutating func reject(
        _ status: SipStatus, headers: [(HeaderName, String)] = [], now: Instant, into actions: inout [Action]
    ) {
        guard state == .incoming, status.code >= 300 else { return }
        refuse(status, headers: headers, now: now, into: &actions)
    }

    private mutating func refuse(
        _ status: SipStatus, reason: String? = nil, headers: [(HeaderName, String)] = [],
        cause: SessionEnd.Cause? = nil,
        now: Instant, into actions: inout [Action]
    ) {
        guard let transaction = serverInvite?.transaction else { return }
        var response = response(status, reason: reason, to: invite)
        for (name, value) in headers { response.headers.add(name, value) }
        actions.append(.respond(response, transaction))
        serverInvite = nil
        end(SessionEnd(cause ?? .rejected(status)), now: now, into: &actions)
    }

    /// The caller took its INVITE back: 487, unless it has been answered already.
    public mutating func cancelled(
        _ transaction: ServerTransactionID, now: Instant, into actions: inout [Action]
    ) {
        guard state == .incoming, serverInvite?.transaction == transaction else { return }
        refuse(.requestTerminated, cause: .cancelledByCaller, now: now, into: &actions)
    }

    /// The caller's Expires has run out.
    mutating func expired(now: Instant, into actions: inout [Action]) {
        refuse(.requestTerminated, cause: .noAnswer, now: now, into: &actions)
    }

    /// An ACK for one of this session's dialogs: ends the repetition of our 2xx, and brings the answer to our offer.
    public mutating func acknowledged(_ ack: SipRequest, now: Instant, into actions: inout [Action]) {
        guard let invite = serverInvite, invite.response != nil,
            ack.headers.cseq?.number == invite.request.headers.cseq?.number,
            let id = DialogID(incoming: ack), id == dialog?.id
        else { return }
        serverInvite = nil
        let isInitial = state == .answered
        if isInitial { state = .confirmed }
        if invite.awaitsAnswer { answered(by: ack, isInitial: isInitial, now: now, into: &actions) }
        if byeWanted { sendBye(into: &actions) }
        proceed(now: now, into: &actions)
        terminateIfDone()
    }

    /// The answer that comes in an ACK.
    private mutating func answered(
        by ack: SipRequest, isInitial: Bool, now: Instant, into actions: inout [Action]
    ) {
        let before = agreed
        let body = SessionBody(ack.headers, ack.body)
        guard let description = body.description, let agreed = try? offerAnswer.receiveAnswer(description) else {
            offerAnswer.rollback()
            guard isInitial else { return }
            sendBye(into: &actions)
            return end(SessionEnd(.notAcceptable), now: now, into: &actions)
        }
        guard state != .ending else { return }
        if isInitial {
            actions.append(.answered(agreed))
        } else if agreed != before {
            actions.append(.mediaChanged(agreed))
        }
    }
}
