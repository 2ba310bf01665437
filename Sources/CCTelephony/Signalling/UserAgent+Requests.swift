import CCCore
import CCSip
import Logging
import NIOCore

/// Who waits for the responses to a request.
enum PendingRequest {
    case session(CallID, InviteSession.RequestToken)
    /// A request outside of calls: OPTIONS, REGISTER. Nil means that no response came.
    case standalone(OneShot<SipResponse?>)
}

extension UserAgent {
    /// Performs the transaction layer's actions, and those that follow from them, in order.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while !actions.isEmpty {
            var batch: [TransactionLayer.Action] = []
            swap(&batch, &actions)
            for action in batch { perform(action) }
        }
    }

    private func perform(_ action: TransactionLayer.Action) {
        switch action {
        case .transmit(let bytes, let flow):
            guard !transports.send(bytes, over: flow) else { return }
            layer.transportFailed(flow, now: loop.now, into: &actions)
        case .request(let request, let id, let flow):
            received(request, id, over: flow)
        case .cancelled(let id):
            guard let call = invites[id] else { return }
            withSession(call) { $0.cancelled(id, now: $1, into: &$2) }
        case .acknowledged(let ack):
            guard let id = DialogID(incoming: ack), let call = dialogs[id] else { return }
            withSession(call) { $0.acknowledged(ack, now: $1, into: &$2) }
        case .response(let response, let id):
            switch requests[id] {
            case .session(let call, let token):
                withSession(call) { $0.received(response, to: token, now: $1, into: &$2) }
            case .standalone(let waiter):
                if response.status.isFinal { waiter.fulfil(response) }
            case nil: break
            }
        case .failed(let id, let failure):
            switch requests[id] {
            case .session(let call, let token):
                withSession(call) { $0.transactionFailed(token, failure, now: $1, into: &$2) }
            case .standalone(let waiter): waiter.fulfil(nil)
            case nil: break
            }
        case .serverFailed(let id, let failure):
            if let call = invites[id] {
                withSession(call) { $0.serverTransactionFailed(id, failure, now: $1, into: &$2) }
            }
            logger.debug("response not delivered", metadata: ["failure": "\(failure)", "id": "\(id)"])
        case .clientEnded(let id):
            switch requests.removeValue(forKey: id) {
            case .standalone(let waiter): waiter.fulfil(nil)
            case .session(let call, let token): calls[call]?.transactions[token] = nil
            case nil: break
            }
        case .serverEnded(let id):
            invites[id] = nil
        }
    }

    // MARK: Requests from outside

    private func received(_ request: SipRequest, _ id: ServerTransactionID, over flow: SipFlow) {
        if let dialog = DialogID(incoming: request) {
            if let call = dialogs[dialog] {
                calls[call]?.flow = flow
                withSession(call) { $0.received(request, transaction: id, now: $1, into: &$2) }
            } else {
                respond(request.response(.callOrTransactionDoesNotExist), to: id)
            }
            return
        }
        let check = RequestCheck.standard
        if let refusal = check.refusal(of: request) {
            return respond(check.response(to: request, refusal, toTag: entropy.token(bytes: 4)), to: id)
        }
        switch request.method {
        case .invite: receivedInvite(request, id, over: flow)
        case .options: respond(capabilities(request), to: id)
        case .register: receivedRegister(request, id, over: flow)
        default:
            // BYE, INFO, UPDATE: they belong to a call, and there is none.
            respond(request.response(.callOrTransactionDoesNotExist, toTag: entropy.token(bytes: 4)), to: id)
        }
    }

    /// OPTIONS is answered as an INVITE would be (RFC 3261 §11.2).
    private func capabilities(_ request: SipRequest) -> SipResponse {
        let status: SipStatus = isStopping || calls.count >= configuration.callsMax ? .serviceUnavailable : .ok
        var response = request.response(status, toTag: entropy.token(bytes: 4))
        response.headers[.allow] = SipCapabilities.registrarMethods.map(\.name).joined(separator: ", ")
        response.headers[.accept] = SipCapabilities.accept
        if status != .ok { response.headers[.retryAfter] = "10" }
        return response
    }

    func respond(_ response: SipResponse, to id: ServerTransactionID) {
        var response = response
        if response.headers[.server] == nil { response.headers[.server] = configuration.product }
        layer.respond(response, to: id, now: loop.now, into: &actions)
    }

    // MARK: Requests of our own

    /// Sends a request by its route: first Route, else Request-URI, over UDP unless the URI asks for TCP.
    func send(_ request: SipRequest, over known: SipFlow?, for pending: PendingRequest) {
        var request = request
        if request.headers[.userAgent] == nil { request.headers[.userAgent] = configuration.product }
        let hop = request.nextHop
        let transport: SipTransport = hop.wantedTransport
        if let flow = known ?? hop.address.map({ flow(to: $0, over: transport) }) {
            return send(request, over: flow, pending)
        }
        // A host name: look it up beside the loop, then go on.
        jobPost.yield { [network, request] in
            let found = try? await network.resolve(host: hop.host, port: hop.port ?? 5060)
            await self.resolved(request, found?.first, transport, pending)
        }
    }

    private func send(_ request: SipRequest, over flow: SipFlow, _ pending: PendingRequest) {
        let id = layer.send(request, over: flow, now: loop.now, into: &actions)
        requests[id] = pending
        if case .session(let call, let token) = pending { calls[call]?.transactions[token] = id }
    }

    private func resolved(
        _ request: SipRequest, _ address: NetworkAddress?, _ transport: SipTransport, _ pending: PendingRequest
    ) {
        if case .session(let call, let token) = pending, calls[call]?.call.end != nil, request.method == .invite {
            // Given up while the name was looked up: nobody must ring any more.
            withSession(call) { $0.transactionFailed(token, .transportError, now: $1, into: &$2) }
        } else if let address {
            send(request, over: flow(to: address, over: transport), pending)
        } else {
            switch pending {
            case .session(let call, let token):
                withSession(call) { $0.transactionFailed(token, .transportError, now: $1, into: &$2) }
            case .standalone(let waiter): waiter.fulfil(nil)
            }
        }
        settle()
    }

    /// Sends a request outside of calls and waits for its final response.
    ///
    /// - Throws: ``TelephonyError`` `unreachable` when none comes; `CancellationError`.
    func roundTrip(_ request: SipRequest, over flow: SipFlow?) async throws -> SipResponse {
        let waiter = OneShot<SipResponse?>()
        send(request, over: flow, for: .standalone(waiter))
        settle()
        guard let answer = await waiter.value() else { throw CancellationError() }
        guard let answer else {
            throw TelephonyError(.unreachable, "no response to \(request.method) from \(request.nextHop.host)")
        }
        return answer
    }
}

extension ByteBuffer {
    /// The same bytes in a buffer of their own size, when the one that they came in is much larger.
    func compacted() -> ByteBuffer {
        guard capacity > 2 * readableBytes + 256 else { return self }
        var copy = ByteBufferAllocator().buffer(capacity: readableBytes)
        copy.writeImmutableBuffer(self)
        return copy
    }
}
