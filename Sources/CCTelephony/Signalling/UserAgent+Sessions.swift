import CCCore
import CCSip
import Logging

/// Performs what a call's session wants.
extension UserAgent {
    func perform(_ action: InviteSession.Action, for state: CallState) {
        let call = state.call
        switch action {
        case .sendRequest(let request, let token):
            send(request, over: flow(for: request, of: state), for: .session(call.id, token))
        case .sendCancel(let token, let reason):
            guard let id = state.transactions[token] else { return }
            layer.cancel(id, reason: reason, now: loop.now, into: &actions)
        case .sendAck(let ack):
            layer.transmit(ack, over: flow(for: ack, of: state), into: &actions)
        case .respond(let response, let id):
            layer.respond(response, to: id, now: loop.now, into: &actions)
        case .dialogCreated(let dialog):
            dialogs[dialog] = call.id
            state.dialogs.append(dialog)
        case .ringing:
            state.ringing?()
            call.report(.ringing)
        case .earlyMedia(let agreed):
            configure(state, agreed)
        case .answered(let agreed):
            configure(state, agreed)
            call.answeredSignal.fulfil(())
            call.report(.answered)
        case .mediaChanged(let agreed):
            configure(state, agreed)
            let isHeld = !agreed.direction.receives || !agreed.direction.sends
            if isHeld != state.isHeldByRemote, !state.session.isLocalHold {
                state.isHeldByRemote = isHeld
                call.report(isHeld ? .heldByRemote : .resumedByRemote)
            }
        case .renegotiationFailed(let status):
            logger.debug("renegotiation failed", metadata: call.metadata(["status": "\(status?.code ?? 0)"]))
            guard let leg = state.leg else { return }
            let isHeld = state.session.isLocalHold
            leg.engine.post { $0.setHeld(leg.id, isHeld) }
        case .digit(let key, _):
            call.keys.post(key)
            call.report(.digit(key))
        case .referred(let referral):
            guard !call.report(.transferRequested(referral)) else { return }
            loop.execute { self.assumeIsolated { _ = $0.report(call.id, referral, SipStatus(603)) } }
        case .referralClosed:
            _ = state.referralClosed?.fulfil(())
            state.referralClosed = nil
        case .transferProgress(let status):
            guard status.isFinal else { return }
            state.transferOutcome?.fulfil(status)
            state.transferOutcome = nil
        case .ended(let end):
            ended(state, end)
        }
    }

    private func configure(_ state: CallState, _ agreed: NegotiatedAudio) {
        guard let leg = state.leg else { return }
        leg.engine.post { $0.configure(leg.id, agreed) }
    }

    /// The call is over for its user: its waiters are told and its ports freed. The session may still have farewells to
    /// exchange.
    private func ended(_ state: CallState, _ end: SessionEnd) {
        let call = state.call
        let outcome = state.intendedEnd ?? CallEnd(end, wasAnswered: call.isAnswered)
        logger.debug("call ended", metadata: call.metadata(["end": "\(outcome)"]))
        call.endSignal.fulfil(outcome)
        state.referralClosed?.fulfil(())
        state.transferOutcome?.fulfil(.callOrTransactionDoesNotExist)
        call.keys.finish()
        call.report(.ended(outcome))
        if let leg = state.leg {
            leg.engine.post { $0.close(leg.id) }
        } else {
            call.closedSignal.fulfil(MediaStatistics())
        }
    }

    func forget(_ state: CallState) {
        calls[state.call.id] = nil
        state.call.goneSignal.fulfil(())
        for dialog in state.dialogs { dialogs[dialog] = nil }
    }

    /// The flow that a call's request goes over: the one that the other side last used when that is the way to it
    /// (behind a NAT, on a connection, or because the next hop is there), else the next hop's address.
    private func flow(for request: SipRequest, of state: CallState) -> SipFlow {
        let hop = request.nextHop
        if state.flow.transport.isReliable {
            guard transports.connections[state.flow] == nil else { return state.flow }
            // The connection is gone: the call goes on over a new one (RFC 3261 §18.1.1).
            return hop.address.map { flow(to: $0, over: state.flow.transport) } ?? state.flow
        }
        guard !state.keepsFlow, let address = hop.address, address != state.flow.remote else { return state.flow }
        return flow(to: address, over: hop.wantedTransport)
    }
}

extension CallEnd {
    init(_ end: SessionEnd, wasAnswered: Bool) {
        self =
            switch end.cause {
            case .localHangup: .localHangup
            case .remoteHangup: .remoteHangup
            case .cancelledByCaller: .cancelled
            case .rejected(let status): .rejected(status: status.code)
            case .notAcceptable: .rejected(status: 488)
            case .noAnswer: .noAnswer
            case .noResponse: wasAnswered ? .vanished : .noAnswer
            case .noAcknowledgement: .unconfirmed
            case .transportFailure: .failed
            }
    }
}

extension Call {
    /// Every log line of a call names it; nothing in it is personal.
    func metadata(_ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["call-id": "\(sipCallID)"]) { first, _ in first }
    }
}
