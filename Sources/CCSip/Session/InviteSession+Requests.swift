import CCCore
import NIOCore

/// Requests that come inside the session's dialogs.
extension InviteSession {
    /// A request whose ``DialogID`` is one of ``dialogIDs``. One that is not is answered 481 here too.
    public mutating func received(
        _ request: SipRequest, transaction: ServerTransactionID, now: Instant, into actions: inout [Action]
    ) {
        guard let id = DialogID(incoming: request), let order = ordered(request, in: id) else {
            return answer(request, .callOrTransactionDoesNotExist, transaction, into: &actions)
        }
        guard order == .inOrder else {
            return answer(request, .serverInternalError, reason: "CSeq Out Of Order", transaction, into: &actions)
        }
        let unsupported = request.headers.require.filter { !SipCapabilities.extensions.contains($0) }
        guard unsupported.isEmpty else {
            let header = (HeaderName.unsupported, unsupported.joined(separator: ", "))
            return answer(request, .badExtension, headers: [header], transaction, into: &actions)
        }
        if request.method == .bye { return receivedBye(request, id, transaction, now: now, into: &actions) }
        guard state != .ending, state != .terminated, !forks.contains(where: { $0.id == id }) else {
            return answer(request, .callOrTransactionDoesNotExist, transaction, into: &actions)
        }
        switch request.method {
        case .invite: receivedReinvite(request, transaction, now: now, into: &actions)
        case .update: receivedUpdate(request, id, transaction, now: now, into: &actions)
        case .info: receivedInfo(request, transaction, into: &actions)
        case .refer: receivedRefer(request, transaction, now: now, into: &actions)
        case .notify: receivedNotify(request, transaction, into: &actions)
        case .options:
            let headers = [(HeaderName.allow, SipCapabilities.allow), (.accept, SipCapabilities.accept)]
            answer(request, .ok, headers: headers, transaction, into: &actions)
        default:
            let header = (HeaderName.allow, SipCapabilities.allow)
            answer(request, .methodNotAllowed, headers: [header], transaction, into: &actions)
        }
    }

    /// Whether the request is in order in its dialog; nil when there is no such dialog.
    private mutating func ordered(_ request: SipRequest, in id: DialogID) -> Dialog.OnRequest? {
        if dialog?.id == id { return dialog?.received(request) }
        if let place = earlyDialogs.firstIndex(where: { $0.dialog.id == id }) {
            return earlyDialogs[place].dialog.received(request)
        }
        if let place = forks.firstIndex(where: { $0.id == id }) { return forks[place].received(request) }
        return nil
    }

    private mutating func receivedBye(
        _ request: SipRequest, _ id: DialogID, _ transaction: ServerTransactionID, now: Instant,
        into actions: inout [Action]
    ) {
        answer(request, .ok, transaction, into: &actions)
        if forks.contains(where: { $0.id == id }) { return }
        let reason = request.headers[.reason]
        switch state {
        case .incoming:
            if let invite = serverInvite {
                actions.append(.respond(response(.requestTerminated, to: invite.request), invite.transaction))
            }
            serverInvite = nil
            end(SessionEnd(.cancelledByCaller, reason: reason), now: now, into: &actions)
        case .calling: abandon(SessionEnd(.remoteHangup, reason: reason), now: now, into: &actions)
        case .answered, .confirmed, .ending:
            serverInvite = nil
            byeWanted = false
            end(SessionEnd(.remoteHangup, reason: reason), now: now, into: &actions)
        case .terminated: break
        }
    }

    /// Re-INVITE (§14.2): with an offer, answered at once; without, our 200 makes the offer.
    private mutating func receivedReinvite(
        _ request: SipRequest, _ transaction: ServerTransactionID, now: Instant, into actions: inout [Action]
    ) {
        guard state == .answered || state == .confirmed else {
            return answer(request, .serverInternalError, headers: [retryAfter()], transaction, into: &actions)
        }
        if hasOpenInvite || offerAnswer.isOffering {
            return answer(request, .requestPending, transaction, into: &actions)
        }
        // Whoever sends the next INVITE has seen our 2xx: its ACK was lost.
        state = .confirmed
        dialog?.refreshTarget(request.headers)
        let before = agreed
        var reply: SessionDescription?
        switch SessionBody(request.headers, request.body) {
        case .none: break
        case .description(let offer):
            guard let round = try? offerAnswer.receiveOffer(offer) else {
                return answer(request, .notAcceptableHere, transaction, into: &actions)
            }
            reply = round.answer
            settled()
        case .malformed:
            return answer(request, .badRequest, reason: "Bad Session Description", transaction, into: &actions)
        case .unsupported: return answerUnsupportedMedia(request, transaction, into: &actions)
        }
        serverInvite = ServerInvite(transaction: transaction, request: request)
        accept(with: reply, now: now, into: &actions)
        if reply != nil, let agreed, agreed != before { actions.append(.mediaChanged(agreed)) }
    }

    /// UPDATE (RFC 3311 §5.2): a new target, and perhaps an offer.
    private mutating func receivedUpdate(
        _ request: SipRequest, _ id: DialogID, _ transaction: ServerTransactionID, now: Instant,
        into actions: inout [Action]
    ) {
        let before = agreed
        var headers = [(HeaderName.contact, NameAddress(uri: contact).description), (.allow, SipCapabilities.allow)]
        var reply: SessionDescription?
        switch SessionBody(request.headers, request.body) {
        case .none: break
        case .malformed:
            return answer(request, .badRequest, reason: "Bad Session Description", transaction, into: &actions)
        case .unsupported: return answerUnsupportedMedia(request, transaction, into: &actions)
        case .description(let offer):
            if hasOpenInvite || offerAnswer.isOffering {
                return answer(request, .requestPending, transaction, into: &actions)
            }
            guard state == .answered || state == .confirmed else {
                return answer(request, .serverInternalError, headers: [retryAfter()], transaction, into: &actions)
            }
            guard let round = try? offerAnswer.receiveOffer(offer) else {
                return answer(request, .notAcceptableHere, transaction, into: &actions)
            }
            reply = round.answer
            headers.append((.contentType, "application/sdp"))
            settled()
        }
        if dialog?.id == id { dialog?.refreshTarget(request.headers) }
        if let place = earlyDialogs.firstIndex(where: { $0.dialog.id == id }) {
            earlyDialogs[place].dialog.refreshTarget(request.headers)
        }
        var response = response(.ok, to: request)
        for (name, value) in headers { response.headers.add(name, value) }
        if let reply { response.body = reply.body() }
        actions.append(.respond(response, transaction))
        if reply != nil, let agreed, agreed != before { actions.append(.mediaChanged(agreed)) }
    }

    private mutating func receivedInfo(
        _ request: SipRequest, _ transaction: ServerTransactionID, into actions: inout [Action]
    ) {
        guard request.body.readableBytes > 0 else { return answer(request, .ok, transaction, into: &actions) }
        let type = request.headers.contentType
        guard let type, SipCapabilities.infoContentTypes.contains(type) else {
            let header = (HeaderName.accept, SipCapabilities.infoContentTypes.joined(separator: ", "))
            return answer(request, .unsupportedMediaType, headers: [header], transaction, into: &actions)
        }
        guard let info = DtmfInfo(contentType: type, body: request.body) else {
            return answer(request, .badRequest, reason: "Bad Digit", transaction, into: &actions)
        }
        answer(request, .ok, transaction, into: &actions)
        actions.append(.digit(info.digit, duration: info.duration))
    }

    // MARK: Parts

    /// An INVITE of ours inside the dialog has no final response yet.
    var hasOpenInvite: Bool { pending.values.contains { $0.purpose == .reinvite } }

    /// 0 to 10 seconds (§14.2, RFC 3311 §5.2).
    private func retryAfter() -> (HeaderName, String) { (.retryAfter, "\(Int(entropy.unit() * 11))") }

    func response(_ status: SipStatus, reason: String? = nil, to request: SipRequest) -> SipResponse {
        var response = request.response(status, reason: reason, toTag: localTag)
        if let userAgent = settings.userAgent { response.headers.add(.server, userAgent) }
        if request.method == .invite, request.headers.to?.tag == nil {
            for (name, value) in extraHeaders { response.headers.add(name, value) }
        }
        return response
    }

    private func answer(
        _ request: SipRequest, _ status: SipStatus, reason: String? = nil, headers: [(HeaderName, String)] = [],
        _ transaction: ServerTransactionID, into actions: inout [Action]
    ) {
        var response = response(status, reason: reason, to: request)
        for (name, value) in headers { response.headers.add(name, value) }
        actions.append(.respond(response, transaction))
    }

    private func answerUnsupportedMedia(
        _ request: SipRequest, _ transaction: ServerTransactionID, into actions: inout [Action]
    ) {
        let header = (HeaderName.accept, SipCapabilities.accept)
        answer(request, .unsupportedMediaType, headers: [header], transaction, into: &actions)
    }

    func attach(_ description: SessionDescription, to headers: inout SipHeaders, _ body: inout ByteBuffer) {
        headers[.contentType] = "application/sdp"
        body = description.body()
    }
}
