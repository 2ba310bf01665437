import CCCore
import NIOCore

/// A server transaction in the layer: its machine and what it last answered.
struct ServerEntry: Sendable {
    enum Machine: Sendable {
        case invite(InviteServerTransaction)
        case other(NonInviteServerTransaction)

        var nextDeadline: Instant? {
            switch self {
            case .invite(let machine): machine.nextDeadline
            case .other(let machine): machine.nextDeadline
            }
        }

        var isTerminated: Bool {
            switch self {
            case .invite(let machine): machine.state == .terminated
            case .other(let machine): machine.state == .terminated
            }
        }

        /// A response has yet to be sent or acknowledged.
        var needsTransport: Bool {
            switch self {
            case .invite(let machine): machine.state == .proceeding || machine.state == .completed
            case .other(let machine): machine.state == .trying || machine.state == .proceeding
            }
        }
    }

    var machine: Machine
    let key: ServerKey
    let mergeKey: MergeKey?
    let replyFlow: SipFlow
    /// The request, until its final response: 100 (Trying) is made from it.
    var request: SipRequest?
    /// A request that the layer answers itself: nobody above knows of it.
    let isInternal: Bool
    /// The last response sent.
    var wire: ByteBuffer?
    /// The To tag of the responses, once the user has chosen it.
    var toTag: String?
    var armed: Instant?
}

extension TransactionLayer {
    // MARK: Requests in

    mutating func received(
        _ request: SipRequest, over flow: SipFlow, now: Instant, into actions: inout [Action]
    ) {
        guard var via = request.headers.topVia else { return }
        let method = request.method == .ack ? .invite : request.method
        let key = ServerKey(request, via, method: method)
        if let slot = serverKeys[key] {
            again(request, slot, now: now, into: &actions)
            return
        }
        if request.method == .ack {
            // Its INVITE was answered 2xx by another transaction, by an older one, or without one.
            actions.append(.acknowledged(request))
            return
        }
        var request = request
        let replyFlow = Self.mark(&via, on: &request, flow)
        if request.method == .cancel {
            cancelled(request, key, replyFlow, now: now, into: &actions)
            return
        }
        let mergeKey = MergeKey(request)
        let limit = mergeKey == nil ? serverTransactionsMax + serverTransactionsMax / 4 : serverTransactionsMax
        guard servers.count < limit else {
            refuseStatelessly(request, via, replyFlow, into: &actions)
            return
        }
        if let mergeKey, merged[mergeKey] != nil {
            let slot = open(request, key, nil, replyFlow, isInternal: true, now: now)
            let response = request.response(.loopDetected, toTag: entropy.token())
            respond(response, slot, now: now, into: &actions)
            return
        }
        let slot = open(request, key, mergeKey, replyFlow, isInternal: false, now: now)
        actions.append(.request(request, ServerTransactionID(slot: slot), flow))
    }

    /// A repetition, or the ACK of an INVITE's transaction.
    private mutating func again(_ request: SipRequest, _ slot: SlotID, now: Instant, into actions: inout [Action]) {
        guard let entry = servers[slot] else { return }
        var resends = false
        switch entry.machine {
        case .invite(var machine):
            if request.method == .ack {
                if machine.receivedAcknowledgement(now: now) == .deliver { actions.append(.acknowledged(request)) }
            } else {
                resends = machine.receivedInvite() == .resend
            }
            servers[slot]?.machine = .invite(machine)
        case .other(var machine):
            resends = machine.receivedRequest() == .resend
            servers[slot]?.machine = .other(machine)
        }
        if resends, let wire = entry.wire { actions.append(.transmit(wire, entry.replyFlow)) }
        afterServer(slot, into: &actions)
    }

    private mutating func cancelled(
        _ request: SipRequest, _ key: ServerKey, _ replyFlow: SipFlow, now: Instant, into actions: inout [Action]
    ) {
        var inviteKey = key
        inviteKey.method = .invite
        // A branch without the magic cookie was spelled out from the request, so it fits the INVITE's as it is.
        let target = serverKeys[inviteKey]
        let entry = target.flatMap { servers[$0] }
        let slot = open(request, key, nil, replyFlow, isInternal: true, now: now)
        let status: SipStatus = entry == nil ? .callOrTransactionDoesNotExist : .ok
        let response = request.response(status, toTag: entry?.toTag ?? entropy.token())
        respond(response, slot, now: now, into: &actions)
        if let target, case .invite(let machine)? = entry?.machine, machine.state == .proceeding {
            actions.append(.cancelled(ServerTransactionID(slot: target)))
        }
    }

    private mutating func open(
        _ request: SipRequest, _ key: ServerKey, _ mergeKey: MergeKey?, _ replyFlow: SipFlow, isInternal: Bool,
        now: Instant
    ) -> SlotID {
        let reliable = replyFlow.transport.isReliable
        let machine: ServerEntry.Machine =
            request.method == .invite
            ? .invite(InviteServerTransaction(timers: timers, reliable: reliable, now: now))
            : .other(NonInviteServerTransaction(timers: timers, reliable: reliable, now: now))
        let slot = servers.insert(
            ServerEntry(
                machine: machine, key: key, mergeKey: mergeKey, replyFlow: replyFlow,
                request: request.method == .invite ? request : nil, isInternal: isInternal))
        serverKeys[key] = slot
        if let mergeKey { merged[mergeKey] = slot }
        armServer(slot)
        return slot
    }

    /// Writes `received` and `rport` into the top Via (RFC 3261 §18.2.1, RFC 3581 §4) and says where the response goes
    /// (§18.2.2): back through a connection; over UDP to the source address, at the source port when `rport` was asked
    /// for and else at the port in Via. `maddr` is not followed: it would let anyone aim our responses.
    private static func mark(_ via: inout Via, on request: inout SipRequest, _ flow: SipFlow) -> SipFlow {
        let wantsRport = via.wantsRport
        if wantsRport || IPAddress(via.host) != flow.remote.ip {
            via.received = flow.remote.ip.description
            if wantsRport { via.rport = flow.remote.port }
            request.headers.removeFirst(.via)
            request.headers.prepend(.via, via.description)
        }
        guard !flow.transport.isReliable, !wantsRport else { return flow }
        var reply = flow
        reply.remote.port = via.port ?? 5060
        return reply
    }

    /// 503 with Retry-After, keeping nothing; the To tag depends on the branch alone, so repetitions get the same one.
    private func refuseStatelessly(
        _ request: SipRequest, _ via: Via, _ replyFlow: SipFlow, into actions: inout [Action]
    ) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (via.branch ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var response = request.response(.serviceUnavailable, toTag: String(hash, radix: 16))
        response.headers.add(.retryAfter, "\(max(1, Int(retryAfter.inSeconds.rounded())))")
        actions.append(.transmit(response.serialized(), replyFlow))
    }

    // MARK: Responses out

    /// Sends the user's response. Dropped when the transaction is over or its final response was sent before; a 2xx to
    /// INVITE may be repeated.
    public mutating func respond(
        _ response: SipResponse, to id: ServerTransactionID, now: Instant, into actions: inout [Action]
    ) {
        respond(response, id.slot, now: now, into: &actions)
    }

    private mutating func respond(
        _ response: SipResponse, _ slot: SlotID, now: Instant, into actions: inout [Action]
    ) {
        guard let entry = servers[slot] else { return }
        let sends: Bool
        switch entry.machine {
        case .invite(var machine):
            sends = machine.respond(response.status, now: now) == .send
            servers[slot]?.machine = .invite(machine)
        case .other(var machine):
            sends = machine.respond(response.status, now: now) == .send
            servers[slot]?.machine = .other(machine)
        }
        guard sends else { return }
        let wire = response.serialized()
        servers[slot]?.wire = wire
        if response.status.isFinal { servers[slot]?.request = nil }
        if entry.toTag == nil { servers[slot]?.toTag = response.headers.to?.tag }
        actions.append(.transmit(wire, entry.replyFlow))
        afterServer(slot, into: &actions)
    }

    // MARK: Time

    mutating func serverTimer(_ slot: SlotID, now: Instant, into actions: inout [Action]) {
        guard let entry = servers[slot] else { return }
        switch entry.machine {
        case .invite(var machine):
            let outcome = machine.timerFired(now: now)
            servers[slot]?.machine = .invite(machine)
            switch outcome {
            case .trying:
                if let request = entry.request {
                    let wire = request.response(.trying).serialized()
                    servers[slot]?.wire = wire
                    actions.append(.transmit(wire, entry.replyFlow))
                }
            case .resend:
                if let wire = entry.wire { actions.append(.transmit(wire, entry.replyFlow)) }
            case .failed:
                if !entry.isInternal { actions.append(.serverFailed(ServerTransactionID(slot: slot), .timeout)) }
            case .terminated, .none: break
            }
        case .other(var machine):
            let outcome = machine.timerFired(now: now)
            servers[slot]?.machine = .other(machine)
            if outcome == .failed, !entry.isInternal {
                actions.append(.serverFailed(ServerTransactionID(slot: slot), .timeout))
            }
        }
        afterServer(slot, into: &actions)
    }

    private mutating func afterServer(_ slot: SlotID, into actions: inout [Action]) {
        if servers[slot]?.machine.isTerminated == true {
            endServer(slot, into: &actions)
        } else {
            armServer(slot)
        }
    }
}
