import CCCore
import NIOCore

/// A client transaction in the layer: its machine and what it sends.
struct ClientEntry: Sendable {
    enum Machine: Sendable {
        case invite(InviteClientTransaction)
        case other(NonInviteClientTransaction)

        var nextDeadline: Instant? {
            switch self {
            case .invite(let machine): machine.nextDeadline
            case .other(let machine): machine.nextDeadline
            }
        }

        /// No final response has come yet.
        var isWaiting: Bool {
            switch self {
            case .invite(let machine): machine.state == .calling || machine.state == .proceeding
            case .other(let machine): machine.state == .trying || machine.state == .proceeding
            }
        }

        var isTerminated: Bool {
            switch self {
            case .invite(let machine): machine.state == .terminated
            case .other(let machine): machine.state == .terminated
            }
        }
    }

    /// How far the cancelling of an INVITE has come.
    enum Cancelling: Sendable {
        case no
        /// Waiting for a provisional response, before which no CANCEL may be sent (RFC 3261 §9.1).
        case wanted(reason: String?)
        case sent
    }

    var machine: Machine
    let key: ClientKey
    let flow: SipFlow
    let via: Via
    let request: SipRequest
    let wire: ByteBuffer
    /// A CANCEL of the layer's own: nobody above knows of it.
    let isCancel: Bool
    var cancelling = Cancelling.no
    /// The ACK to a refusal, for its repetitions.
    var acknowledgement: ByteBuffer?
    var armed: Instant?
}

extension TransactionLayer {
    // MARK: Requests out

    /// Starts a client transaction: adds the Via and sends. Not for ACK (see ``transmit(_:over:into:)``) and CANCEL
    /// (see ``cancel(_:reason:now:into:)``).
    public mutating func send(
        _ request: SipRequest, over flow: SipFlow, now: Instant, into actions: inout [Action]
    ) -> ClientTransactionID {
        let via = makeVia(flow)
        var request = request
        request.headers.prepend(.via, via.description)
        return ClientTransactionID(slot: start(request, via, over: flow, isCancel: false, now: now, into: &actions))
    }

    /// Sends a request that has no transaction: the ACK to a 2xx. Adds the Via.
    public func transmit(_ request: SipRequest, over flow: SipFlow, into actions: inout [Action]) {
        var request = request
        request.headers.prepend(.via, makeVia(flow).description)
        actions.append(.transmit(request.serialized(), flow))
    }

    /// Cancels an INVITE (RFC 3261 §9.1): at once when a provisional response has come, else as soon as one comes. The
    /// final response, 487 or a 2xx that crossed, is reported as usual; when none comes within 64·T1 the transaction
    /// fails with a timeout. Nothing happens when the final response has come already.
    /// - Parameter reason: the value of a Reason header (RFC 3326).
    public mutating func cancel(
        _ id: ClientTransactionID, reason: String? = nil, now: Instant, into actions: inout [Action]
    ) {
        guard let entry = clients[id.slot], case .invite(let machine) = entry.machine,
            case .no = entry.cancelling
        else { return }
        switch machine.state {
        case .calling: clients[id.slot]?.cancelling = .wanted(reason: reason)
        case .proceeding: sendCancel(id.slot, reason: reason, now: now, into: &actions)
        case .completed, .accepted, .terminated: break
        }
    }

    private mutating func sendCancel(_ slot: SlotID, reason: String?, now: Instant, into actions: inout [Action]) {
        guard let entry = clients[slot], case .invite(var machine) = entry.machine else { return }
        machine.giveUp(at: now + timers.timeout)
        clients[slot]?.machine = .invite(machine)
        clients[slot]?.cancelling = .sent
        armClient(slot)
        var cancel = derived(.cancel, from: entry)
        cancel.headers.copy(.to, from: entry.request.headers)
        if let reason { cancel.headers.add(.reason, reason) }
        _ = start(cancel, entry.via, over: entry.flow, isCancel: true, now: now, into: &actions)
    }

    private mutating func start(
        _ request: SipRequest, _ via: Via, over flow: SipFlow, isCancel: Bool, now: Instant,
        into actions: inout [Action]
    ) -> SlotID {
        let reliable = flow.transport.isReliable
        let machine: ClientEntry.Machine =
            request.method == .invite
            ? .invite(InviteClientTransaction(timers: timers, reliable: reliable, now: now))
            : .other(NonInviteClientTransaction(timers: timers, reliable: reliable, now: now))
        let wire = request.serialized()
        let key = ClientKey(branch: via.branch ?? "", method: request.method)
        let slot = clients.insert(
            ClientEntry(
                machine: machine, key: key, flow: flow, via: via, request: request, wire: wire, isCancel: isCancel))
        clientKeys[key] = slot
        actions.append(.transmit(wire, flow))
        armClient(slot)
        return slot
    }

    private func makeVia(_ flow: SipFlow) -> Via {
        let candidates = sentBy[flow.transport] ?? []
        let address = candidates.first { $0.ip.isIPv4 == flow.local.ip.isIPv4 } ?? flow.local
        var via = Via(
            transport: flow.transport.rawValue, host: address.ip.description, port: address.port,
            branch: "z9hG4bK" + entropy.token(bytes: 12))
        if !flow.transport.isReliable { via.parameters.set("rport") }
        return via
    }

    /// ACK to a refusal or CANCEL: what RFC 3261 §9.1 and §17.1.1.3 have in common. The To header is still missing.
    private func derived(_ method: SipMethod, from entry: ClientEntry) -> SipRequest {
        let original = entry.request.headers
        var request = SipRequest(method: method, uri: entry.request.uri)
        request.headers.add(.via, entry.via.description)
        request.headers.copy(.route, from: original)
        request.headers.add(.maxForwards, "70")
        request.headers.copy(.from, from: original)
        request.headers.copy(.callID, from: original)
        request.headers.add(.cseq, "\(original.cseq?.number ?? 1) \(method)")
        return request
    }

    // MARK: Responses in

    mutating func received(_ response: SipResponse, now: Instant, into actions: inout [Action]) {
        guard let via = response.headers.topVia, let branch = via.branch, let method = response.headers.cseq?.method,
            let slot = clientKeys[ClientKey(branch: branch, method: method)], let entry = clients[slot],
            via.host == entry.via.host, via.port == entry.via.port
        else { return }
        let id = ClientTransactionID(slot: slot)
        switch entry.machine {
        case .invite(var machine):
            let outcome = machine.received(response.status, now: now)
            clients[slot]?.machine = .invite(machine)
            switch outcome {
            case .deliver:
                actions.append(.response(response, id))
                if case .wanted(let reason) = entry.cancelling, response.status.isProvisional {
                    sendCancel(slot, reason: reason, now: now, into: &actions)
                }
            case .deliverAndAcknowledge:
                var ack = derived(.ack, from: entry)
                ack.headers.copy(.to, from: response.headers)
                let wire = ack.serialized()
                clients[slot]?.acknowledgement = wire
                actions.append(.transmit(wire, entry.flow))
                actions.append(.response(response, id))
            case .acknowledge:
                if let wire = entry.acknowledgement { actions.append(.transmit(wire, entry.flow)) }
            case .ignore: break
            }
        case .other(var machine):
            let outcome = machine.received(response.status, now: now)
            clients[slot]?.machine = .other(machine)
            if outcome == .deliver, !entry.isCancel { actions.append(.response(response, id)) }
        }
        afterClient(slot, into: &actions)
    }

    // MARK: Time

    mutating func clientTimer(_ slot: SlotID, now: Instant, into actions: inout [Action]) {
        guard let entry = clients[slot] else { return }
        let retransmits: Bool
        let timedOut: Bool
        switch entry.machine {
        case .invite(var machine):
            let outcome = machine.timerFired(now: now)
            clients[slot]?.machine = .invite(machine)
            retransmits = outcome == .retransmit
            timedOut = outcome == .timedOut
        case .other(var machine):
            let outcome = machine.timerFired(now: now)
            clients[slot]?.machine = .other(machine)
            retransmits = outcome == .retransmit
            timedOut = outcome == .timedOut
        }
        if retransmits { actions.append(.transmit(entry.wire, entry.flow)) }
        if timedOut, !entry.isCancel { actions.append(.failed(ClientTransactionID(slot: slot), .timeout)) }
        afterClient(slot, into: &actions)
    }

    private mutating func afterClient(_ slot: SlotID, into actions: inout [Action]) {
        if clients[slot]?.machine.isTerminated == true {
            endClient(slot, into: &actions)
        } else {
            armClient(slot)
        }
    }
}
