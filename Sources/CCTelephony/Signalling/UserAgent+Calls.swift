import CCCore
import CCMedia
import CCSip
import Logging
import Synchronization

/// What the user agent keeps of a live call.
final class CallState {
    let call: Call
    var session: InviteSession
    /// The way by which the other side's last request came, or our first one went.
    var flow: SipFlow
    let engine: MediaEngine
    var leg: CallLeg?
    /// The reason that this side has given for the end, when it was this side that ended it.
    var intendedEnd: CallEnd?
    var ringing: (@Sendable () -> Void)?
    /// The client transactions of the session's requests.
    var transactions: [InviteSession.RequestToken: ClientTransactionID] = [:]
    var dialogs: [DialogID] = []
    /// All requests go over ``flow``, whatever address the other side's contact shows.
    var keepsFlow = false
    var isHeldByRemote = false
    /// Fulfilled when the other side knows how its transfers went.
    var referralClosed: OneShot<Void>?
    /// Told how a transfer that this side asked for went.
    var transferOutcome: OneShot<SipStatus>?
    /// The session's deadline that stands in the heap.
    var armed: Instant?

    init(call: Call, session: InviteSession, flow: SipFlow, engine: MediaEngine) {
        self.call = call
        self.session = session
        self.flow = flow
        self.engine = engine
    }
}

/// The media half of a call: a leg of an engine.
final class CallLeg: Sendable {
    let engine: MediaEngine
    let id: LegID
    /// Where the other side is to send RTP.
    let address: NetworkAddress
    private let playbacks = Atomic<Int>(0)

    init(engine: MediaEngine, id: LegID, address: NetworkAddress) {
        self.engine = engine
        self.id = id
        self.address = address
    }

    /// A name for one playback, so that stopping an old one does not stop a newer one.
    func nextPlayback() -> Int { playbacks.add(1, ordering: .relaxed).newValue }
}

extension UserAgent {
    public var callCount: Int { calls.count }

    /// The leg of an answered call.
    func leg(of id: CallID) throws -> CallLeg {
        guard let state = calls[id] else { throw TelephonyError(.callEnded, "the call has ended") }
        try state.call.requireAlive()
        guard let leg = state.leg, state.call.isAnswered else {
            throw TelephonyError(.notAnswered, "the call is not answered yet")
        }
        return leg
    }

    // MARK: Incoming

    func receivedInvite(_ request: SipRequest, _ id: ServerTransactionID, over flow: SipFlow) {
        let tag = entropy.token(bytes: 6)
        guard !isStopping, calls.count < configuration.callsMax else {
            var busy = request.response(.serviceUnavailable, toTag: tag)
            busy.headers[.retryAfter] = "10"
            return refuse(request, with: busy, id)
        }
        let dialled = request.uri.user ?? ""
        if let refusal = handlers.screen(dialled, request) {
            return refuse(request, with: request.response(refusal, toTag: tag), id)
        }
        let offerAnswer = OfferAnswer(
            local: NetworkAddress(ip: flow.local.ip, port: 0), capabilities: configuration.capabilities,
            sessionID: entropy.next())
        guard let from = request.headers.from, let to = request.headers.to, let sipCallID = request.headers.callID
        else {
            return respond(request.response(.badRequest, toTag: tag), to: id)
        }
        let session = InviteSession(
            incoming: request, transaction: id, contact: contact(at: flow.local, user: dialled, over: flow.transport),
            offerAnswer: offerAnswer, settings: sessionSettings, entropy: entropy)
        let call = Call(
            id: CallID(entropy.token()), direction: .inbound, from: from, to: to, dialled: dialled,
            sipCallID: sipCallID, agent: self)
        let state = CallState(call: call, session: session, flow: flow, engine: freestEngine())
        // The phone itself has sent this, from elsewhere than its contact says: it sits behind a NAT.
        let isDirect = request.headers.vias.count == 1 && request.headers.recordRoutes.isEmpty
        state.keepsFlow = isDirect && request.headers.contacts.first?.uri.address?.ip != flow.remote.ip
        calls[call.id] = state
        invites[id] = call.id
        withSession(call.id) { $0.start(now: $1, into: &$2) }
        guard call.end == nil else { return }
        jobPost.yield { await self.serve(call) }
    }

    /// Refuses a call of which nobody is told.
    private func refuse(_ invite: SipRequest, with response: SipResponse, _ id: ServerTransactionID) {
        logger.debug(
            "call refused",
            metadata: ["status": "\(response.status.code)", "call-id": "\(invite.headers.callID ?? "")"])
        respond(response, to: id)
    }

    /// Runs the handler in the call's scope.
    private func serve(_ call: Call) async {
        let handler = handlers.call
        await withTaskGroup { group in
            group.addTask { await handler(call) }
            group.addTask { await call.waitForEnd() }
            await group.next()
            group.cancelAll()
        }
        hangUp(call.id)
    }

    func ring(_ id: CallID) throws {
        try calls[id]?.call.requireAlive()
        withSession(id) { $0.ring(now: $1, into: &$2) }
        settle()
    }

    func answer(_ id: CallID, _ direction: MediaDirection) async throws {
        guard let state = calls[id] else { throw TelephonyError(.callEnded, "the call has ended") }
        try state.call.requireAlive()
        guard !state.call.isAnswered else { return }
        let leg = try await openLeg(for: state.call, on: state.engine, shown: state.flow.local.ip)
        guard state.call.end == nil, state.leg == nil else {
            leg.engine.post { $0.close(leg.id) }
            return try state.call.requireAlive()
        }
        state.leg = leg
        withSession(id) {
            $0.setLocalMedia(leg.address, direction: direction)
            $0.answer(now: $1, into: &$2)
        }
        settle()
        // An INVITE without an offer is answered only when its ACK has brought the answer to ours.
        if !state.call.isAnswered {
            await state.call.waitForAnswer()
            try Task.checkCancellation()
        }
        try state.call.requireAlive()
    }

    func reject(_ id: CallID, _ status: SipStatus) {
        guard let state = calls[id] else { return }
        guard !state.call.isAnswered, state.call.direction == .inbound else { return hangUp(id) }
        state.intendedEnd = .rejected(status: status.code)
        withSession(id) { $0.reject(status, now: $1, into: &$2) }
        settle()
    }

    // MARK: Outgoing

    /// Places a call and runs `body` when it is answered. Leaving `body` hangs up; when the called side hangs up, the task
    /// that runs `body` is cancelled.
    ///
    /// - Throws: ``TelephonyError`` `rejected` (with the SIP status), `noAnswer`, `unreachable`, `notAcceptable`,
    ///   `noMediaPort`, `overloaded` or `stopped`; what `body` throws; `CancellationError`.
    public func withCall<Result: Sendable>(
        to target: SipURI, options: CallOptions = CallOptions(),
        _ body: @escaping @Sendable (Call) async throws -> Result
    ) async throws -> Result {
        let call = try await place(to: target, options: options)
        do {
            try await waitForAnswer(call, within: options.ringTimeout)
            let result = try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await body(call) }
                group.addTask {
                    await call.waitForEnd()
                    return nil
                }
                var first = try await group.next() ?? nil
                group.cancelAll()
                if first == nil { first = try await group.next() ?? nil }
                guard let result = first else { throw TelephonyError(.callEnded, "the call has ended") }
                return result
            }
            await leave(call)
            return result
        } catch {
            let end = call.end
            await leave(call)
            // Cancelled by the other side's hang-up, not from outside: say so.
            if error is CancellationError, !Task.isCancelled, let end {
                throw TelephonyError(.callEnded, "the call has ended: \(end)")
            }
            throw error
        }
    }

    /// Hangs up. When the call was still ringing, waits a moment for the phone's word that it rings no more, so that the
    /// next call finds it free.
    private func leave(_ call: Call) async {
        hangUp(call.id)
        guard calls[call.id] != nil, !call.isAnswered else { return }
        let patience = loop.wake(at: loop.now.advanced(by: configuration.timers.t1)) { call.goneSignal.fulfil(()) }
        await call.goneSignal.valueWhateverHappens()
        patience.cancel()
    }

    private func place(to target: SipURI, options: CallOptions) async throws -> Call {
        // Callers who wait while a stop is under way may still be served.
        guard !isStopped else { throw TelephonyError(.stopped, "the user agent has stopped") }
        guard calls.count < configuration.callsMax else {
            throw TelephonyError(.overloaded, "\(calls.count) calls are live")
        }
        let hop = options.routes.first ?? target
        var remote = options.flow?.remote ?? hop.address
        if remote == nil { remote = try await network.resolve(host: hop.host, port: hop.port ?? 5060).first }
        guard let remote else { throw TelephonyError(.unreachable, "no address for \(hop.host)") }
        let transport = options.flow?.transport ?? hop.wantedTransport
        let engine = options.near.flatMap { calls[$0.id]?.engine } ?? freestEngine()
        let local = localAddress(toward: remote)
        var from = options.from ?? NameAddress(uri: SipURI(user: "contactcenter", address: local))
        if IPAddress(from.uri.host)?.isUnspecified == true { from.uri.host = "\(local.ip)" }
        let id = CallID(entropy.token())
        let sipCallID = entropy.token()
        let to = options.to ?? NameAddress(uri: target)
        let call = Call(
            id: id, direction: .outbound, from: from, to: to, dialled: target.user ?? "", sipCallID: sipCallID,
            agent: self)
        let leg = try await openLeg(for: call, on: engine, shown: local.ip)
        var capabilities = configuration.capabilities
        if let codecs = options.codecs { capabilities.codecs = codecs }
        var offerAnswer = OfferAnswer(local: leg.address, capabilities: capabilities, sessionID: entropy.next())
        offerAnswer.direction = options.direction
        let session = InviteSession(
            calling: target, from: from, to: to, routes: options.routes,
            contact: contact(at: local, user: from.uri.user ?? "contactcenter", over: transport),
            offerAnswer: offerAnswer,
            credentials: options.credentials, headers: options.headers, callID: sipCallID, settings: sessionSettings,
            entropy: entropy)
        let state = CallState(
            call: call, session: session, flow: flow(to: remote, over: transport), engine: engine)
        state.leg = leg
        state.ringing = options.ringing
        state.keepsFlow = options.flow != nil
        calls[id] = state
        withSession(id) { $0.start(now: $1, into: &$2) }
        settle()
        return call
    }

    private nonisolated func waitForAnswer(_ call: Call, within timeout: Duration) async throws {
        let deadline = time.now.advanced(by: timeout)
        await withTaskGroup { group in
            group.addTask { await call.waitForAnswer() }
            group.addTask { [time] in try? await time.sleep(until: deadline, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
        switch call.end {
        case nil where call.isAnswered: return
        case nil:
            await expire(call.id)
            throw TelephonyError(.noAnswer, "no answer within \(timeout)", sipStatus: 408)
        case .rejected(let status): throw TelephonyError(.rejected, "refused with \(status)", sipStatus: status)
        case .noAnswer: throw TelephonyError(.unreachable, "no reply", sipStatus: 408)
        case let end?: throw TelephonyError(.callEnded, "the call has ended: \(end)")
        }
    }

    private func expire(_ id: CallID) { hangUp(id, end: .noAnswer) }

    // MARK: Both

    func setHold(_ id: CallID, _ hold: Bool) throws {
        let leg = try leg(of: id)
        withSession(id) { if hold { $0.hold(now: $1, into: &$2) } else { $0.resume(now: $1, into: &$2) } }
        leg.engine.post { $0.setHeld(leg.id, hold) }
        settle()
    }

    /// Ends a call with whatever fits its state. `end` is what the call's owner is told.
    func hangUp(_ id: CallID, end: CallEnd = .localHangup) {
        guard let state = calls[id], state.call.end == nil else { return }
        state.intendedEnd = end
        withSession(id) { $0.bye(now: $1, into: &$2) }
        settle()
    }

    /// Asks the other side whether it is still there, because its media stopped.
    private func mediaStopped(_ id: CallID) {
        guard let state = calls[id], state.call.end == nil else { return }
        withSession(id) { $0.probe(now: $1, into: &$2) }
        settle()
    }

    // MARK: Sessions

    /// Gives an event to a call's session and performs what it wants.
    func withSession(
        _ id: CallID, _ event: (inout InviteSession, Instant, inout [InviteSession.Action]) -> Void
    ) {
        guard let state = calls[id] else { return }
        var wanted: [InviteSession.Action] = []
        event(&state.session, loop.now, &wanted)
        for action in wanted { perform(action, for: state) }
        guard !state.session.isTerminated else { return forget(state) }
        if let deadline = state.session.nextDeadline, state.armed.map({ deadline < $0 }) ?? true {
            state.armed = deadline
            deadlines.insert(id, at: deadline)
        }
    }

    func advanceSession(_ id: CallID, now: Instant) {
        calls[id]?.armed = nil
        withSession(id) { $0.advance(now: $1, into: &$2) }
    }

    private func freestEngine() -> MediaEngine {
        defer { nextEngine = (nextEngine + 1) % engines.count }
        return engines[nextEngine]
    }

    private func contact(at local: NetworkAddress, user: String, over transport: SipTransport) -> SipURI {
        SipURI(user: user, address: local, transport: transport == .tcp ? "tcp" : nil)
    }

    private var sessionSettings: InviteSession.Settings {
        InviteSession.Settings(timers: configuration.timers, userAgent: configuration.product)
    }

    /// - Parameter shown: The address that the other side is to send to.
    private func openLeg(for call: Call, on engine: MediaEngine, shown: IPAddress) async throws -> CallLeg {
        let listening = configuration.listen.map(\.ip)
        let bound = listening.first { $0.isIPv4 == shown.isIPv4 } ?? listening.first { $0.isUnspecified } ?? shown
        let events = LegEvents(
            digit: { digit in
                call.keys.post(digit.character)
                call.report(.digit(digit.character))
            },
            heard: { call.heardSignal.fulfil(()) },
            silent: { [loop] in loop.execute { self.assumeIsolated { $0.mediaStopped(call.id) } } },
            closed: { call.closedSignal.fulfil($0) })
        let opened = try await engine.open(ip: bound, events: events)
        return CallLeg(engine: engine, id: opened.id, address: NetworkAddress(ip: shown, port: opened.port))
    }
}
