import CCCore
import CCMedia
import CCSip
import Logging
import NIOCore

/// A SIP user agent: takes and places calls, registers phones, and moves their media.
///
/// It is the shell around pure machines: `TransactionLayer` and one `InviteSession` for each call decide, this actor
/// owns them, gives them datagrams and the time, and performs their actions. It runs on the network's signalling loop,
/// so a datagram is handled on the thread that received it.
public actor UserAgent {
    /// Work started by the network that has to wait for something: closed calls, name look-ups.
    typealias Job = @Sendable () async -> Void

    nonisolated let loop: any NetworkLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated let configuration: UserAgentConfiguration
    nonisolated let network: any Network
    nonisolated let time: any TimeSource
    nonisolated let entropy: Entropy
    nonisolated let logger: Logger
    nonisolated let engines: [MediaEngine]
    nonisolated let registrations: any RegistrationStore
    private nonisolated let jobs: AsyncStream<Job>
    nonisolated let jobPost: AsyncStream<Job>.Continuation
    private nonisolated let listening = OneShot<[NetworkAddress]>()

    var handlers = UserAgentHandlers { _ in }
    var layer: TransactionLayer
    var transports = Transports()
    var registrar: Registrar
    var authenticator: DigestAuthenticator
    var calls: [CallID: CallState] = [:]
    var dialogs: [DialogID: CallID] = [:]
    var invites: [ServerTransactionID: CallID] = [:]
    var requests: [ClientTransactionID: PendingRequest] = [:]
    var deadlines = DeadlineHeap<CallID>()
    var actions: [TransactionLayer.Action] = []
    var isDraining = false
    var unsavedRegistrations: [String: [RegistrationBinding]] = [:]
    var isSavingRegistrations = false
    var isStopping = false
    var isStopped = false
    var nextEngine = 0
    private var wakeup: (at: Instant, timer: any Wakeup)?

    /// - Parameters:
    ///   - network: Where bytes, timers and threads come from; the real one by default.
    ///   - registrations: Where phones' registrations are kept over a restart.
    public init(
        configuration: UserAgentConfiguration, network: (any Network)? = nil,
        time: any TimeSource = SystemTime(), entropy: Entropy = Entropy(),
        registrations: any RegistrationStore = InMemoryRegistrationStore(),
        logger: Logger = Logger(label: "contactcenter.sip", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        let network = network ?? NIONetwork.shared
        self.configuration = configuration
        self.network = network
        self.time = time
        self.entropy = entropy
        self.logger = logger
        self.registrations = registrations
        loop = network.signalling
        engines = network.media.enumerated().map { index, loop in
            MediaEngine(
                loop: loop, share: index, of: network.media.count, settings: configuration.media, time: time,
                entropy: entropy, logger: logger)
        }
        layer = TransactionLayer(timers: configuration.timers, entropy: entropy)
        registrar = Registrar()
        authenticator = DigestAuthenticator(
            realm: configuration.realm, algorithms: configuration.digestAlgorithms, entropy: entropy)
        // A job belongs to a call, a registration or a request, and those are limited.
        (jobs, jobPost) = AsyncStream.makeStream()
    }

    // MARK: Life

    /// Binds the sockets and serves until ``stop(within:)`` or until the task is cancelled; then every call is hung up.
    /// To be called once.
    ///
    /// - Throws: ``TelephonyError`` `addressInUse` or `unreachable` when a socket cannot be bound.
    public func run(_ handlers: UserAgentHandlers) async throws {
        self.handlers = handlers
        do {
            try await start()
        } catch {
            listening.fulfil([])
            await closeSockets()
            throw error
        }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await job in jobs { group.addTask { await job() } }
            }
        } onCancel: {
            jobPost.finish()
        }
        await hangUpAll(.shutdown)
        await closeSockets()
        // They may hold what holds this user agent.
        self.handlers = UserAgentHandlers { _ in }
    }

    /// The bound SIP addresses, once ``run(_:)`` listens; nil when the waiting task is cancelled or binding failed.
    public nonisolated func waitUntilListening() async -> [NetworkAddress]? {
        let addresses = await listening.value()
        return addresses?.isEmpty == true ? nil : addresses
    }

    /// Takes no new calls (503 with Retry-After), lets live ones end within `grace`, hangs up the rest, and ends ``run(_:)``.
    public func stop(within grace: Duration) async {
        isStopping = true
        let deadline = time.now.advanced(by: grace)
        let live = calls.values.map(\.call).sorted { $0.id < $1.id }
        await withTaskGroup { group in
            group.addTask { [time] in try? await time.sleep(until: deadline, tolerance: nil) }
            group.addTask {
                for call in live { await call.waitForEnd() }
            }
            await group.next()
            group.cancelAll()
        }
        await hangUpAll(.shutdown)
        jobPost.finish()
        // Whoever waits for one that never listened.
        listening.fulfil([])
    }

    private func start() async throws {
        let kept = try await registrations.loadAll(now: time.date)
        registrar.restore(kept, now: loop.now, date: time.date)
        for user in registrar.registeredUsers { handlers.registration(user, true) }
        var bound: [NetworkAddress] = []
        for address in configuration.listen {
            // UDP first: the port that it gets is then asked for over TCP too.
            for _ in 0..<16 {
                let socket = try await loop.bindDatagram(address, bytesMax: 65_535) { bytes, source in
                    self.assumeIsolated { $0.received(bytes, from: source, at: address) }
                }
                do {
                    let listener = try await loop.listen(socket.local) { stream in
                        self.assumeIsolated { $0.accepted(stream, at: address) }
                    }
                    transports.add(socket)
                    transports.add(listener)
                    bound.append(socket.local)
                    break
                } catch let error as TelephonyError {
                    await withCheckedContinuation { done in socket.close { done.resume() } }
                    guard address.port == 0, error.code == .addressInUse else { throw error }
                }
            }
        }
        listening.fulfil(bound)
    }

    private func closeSockets() async {
        for socket in transports.datagrams {
            await withCheckedContinuation { done in socket.close { done.resume() } }
        }
        for listener in transports.listeners { await listener.close() }
        transports.closeConnections()
        // Nobody will answer any more, and no timer says so.
        for id in requests.keys.sorted() {
            if case .standalone(let waiter) = requests[id] { waiter.fulfil(nil) }
        }
        requests = [:]
        invites = [:]
        dialogs = [:]
        calls = [:]
        layer = TransactionLayer(timers: configuration.timers, entropy: entropy)
        // Sockets and timers hold this user agent.
        transports = Transports()
        wakeup?.timer.cancel()
        wakeup = nil
    }

    /// Hangs up what lives, and gives the farewells a moment to be answered.
    private func hangUpAll(_ end: CallEnd) async {
        isStopping = true
        isStopped = true
        for id in calls.keys.sorted() { hangUp(id, end: end) }
        let deadline = time.now.advanced(by: .seconds(2))
        while awaitsFarewells, time.now < deadline, !Task.isCancelled {
            try? await time.sleep(until: time.now.advanced(by: .milliseconds(20)), tolerance: nil)
        }
    }

    /// Whether somebody has not answered yet. Answered requests stay for a while, for late repetitions, and do not count.
    private var awaitsFarewells: Bool {
        !calls.isEmpty
            || requests.values.contains {
                guard case .standalone(let waiter) = $0 else { return false }
                return waiter.current == nil
            }
    }

    // MARK: Bytes

    private func received(_ bytes: ByteBuffer, from source: NetworkAddress, at address: NetworkAddress) {
        // Keep-alives of one or two line ends, or a few zero bytes, are no messages.
        guard bytes.readableBytes > 4 else { return }
        let flow = SipFlow(transport: .udp, local: localAddress(toward: source), remote: source)
        // The message keeps its bytes: not the whole receive buffer with them.
        let compact = bytes.compacted()
        do throws(SipParseError) {
            received(try SipMessage(parsing: compact), over: flow)
        } catch {
            refuse(error, over: flow)
        }
        settle()
    }

    private func accepted(_ stream: any StreamConnection, at address: NetworkAddress) -> StreamEvents {
        let flow = SipFlow(transport: .tcp, local: localAddress(toward: stream.remote), remote: stream.remote)
        guard transports.connections.count < configuration.connectionsMax, !isStopped else {
            logger.debug("connection refused: limit reached")
            stream.close()
            return StreamEvents(received: { _ in }, closed: {})
        }
        var events = StreamEvents(received: { _ in }, closed: {})
        transports.open(flow, now: loop.now) { id in
            events = streamEvents(flow, id: id)
            return stream
        }
        settle()
        return events
    }

    private func streamEvents(_ flow: SipFlow, id: Int) -> StreamEvents {
        StreamEvents(
            received: { bytes in self.assumeIsolated { $0.received(bytes, on: flow, id: id) } },
            closed: { self.assumeIsolated { $0.closed(flow, id: id) } })
    }

    private func received(_ bytes: ByteBuffer, on flow: SipFlow, id: Int) {
        for event in transports.received(bytes, on: flow, id: id, now: loop.now) {
            switch event {
            case .success(.message(let message)): received(message, over: flow)
            // RFC 5626 §4.4.1: a single line end answers the ping.
            case .success(.keepAlive): _ = transports.send(ByteBuffer(string: "\r\n"), over: flow)
            case .failure(let error):
                refuse(error, over: flow)
                drain()
                closed(flow, id: id)
            }
        }
        settle()
    }

    private func closed(_ flow: SipFlow, id: Int) {
        guard transports.close(flow, id: id) else { return }
        layer.transportFailed(flow, now: loop.now, into: &actions)
        // Connections that this side closes at its end say nothing about the phones.
        if !isStopped { for update in registrar.flowFailed(flow, now: loop.now) { changed(update) } }
        settle()
    }

    private func received(_ message: SipMessage, over flow: SipFlow) {
        layer.received(message, over: flow, now: loop.now, into: &actions)
        drain()
    }

    /// What cannot be parsed is answered when it is clearly a request with somebody to answer to, and dropped otherwise.
    private func refuse(_ error: SipParseError, over flow: SipFlow) {
        logger.debug("bad message", metadata: ["code": "\(error.code)", "peer": "\(flow.remote.ip)"])
        guard let response = error.response(toTag: entropy.token(bytes: 4)) else { return }
        _ = transports.send(response.serialized(), over: flow)
    }

    // MARK: Flows

    /// This side's address as a peer sees it.
    func localAddress(toward remote: NetworkAddress) -> NetworkAddress {
        let socket = transports.datagrams.first { $0.local.ip.isIPv4 == remote.ip.isIPv4 } ?? transports.datagrams.first
        guard let bound = socket?.local else { return remote }
        if let advertised = configuration.advertised, advertised.isIPv4 == remote.ip.isIPv4 {
            return NetworkAddress(ip: advertised, port: bound.port)
        }
        guard bound.ip.isUnspecified else { return bound }
        return NetworkAddress(ip: network.localAddress(toward: remote) ?? bound.ip, port: bound.port)
    }

    /// The flow to a next hop; opens a TCP connection when there is none.
    func flow(to remote: NetworkAddress, over transport: SipTransport) -> SipFlow {
        let flow = SipFlow(transport: transport, local: localAddress(toward: remote), remote: remote)
        guard transport == .tcp, transports.connections[flow] == nil else { return flow }
        transports.open(flow, now: loop.now) { loop.connect(to: remote, events: streamEvents(flow, id: $0)) }
        return flow
    }

    // MARK: Timers

    /// Ends each visit from outside: performs what is left and arms the one timer.
    func settle() {
        drain()
        let next = [layer.nextDeadline, registrar.nextDeadline, deadlines.earliest, transports.nextSweep]
            .compactMap(\.self).min()
        guard let next, wakeup.map({ next < $0.at }) ?? true else { return }
        wakeup?.timer.cancel()
        wakeup = (next, loop.wake(at: next) { self.assumeIsolated { $0.wake() } })
    }

    private func wake() {
        wakeup = nil
        let now = loop.now
        layer.advance(now: now, into: &actions)
        drain()
        expireRegistrations(now: now)
        transports.sweep(now: now)
        while let id = deadlines.popDue(now) { advanceSession(id, now: now) }
        settle()
    }
}
