import CCCore
import CCRouting
import CCSip
import CCTelephony
import ServiceLifecycle
import UnixSignals

extension ContactCenter {
    /// Serves until ``stop()``, until the graceful shutdown of the service group that it runs in, or until cancelled.
    ///
    /// A stop answers new calls 503, lets live ones end within the plan's ``StopWithin``, and returns when everything is
    /// written.
    ///
    /// What a process before this one left unfinished is put in order first: see ``journal(after:)``.
    ///
    /// - Throws: `TelephonyError` when a socket cannot be bound; the store's error when it cannot be read, or another
    ///   centre uses it.
    public func run() async throws {
        guard tenantID == .main else { throw CenterError(.badPlan, "a tenant runs with the whole centre") }
        // Also for a centre that never came, and never wrote.
        defer {
            for center in everybody {
                center.broadcast.finish()
                center.journal.progress.end()
            }
        }
        do {
            try await serve()
        } catch {
            // Nobody waits for a centre that does not come.
            await userAgent.stop(within: .zero)
            throw error
        }
        for center in everybody { await center.desk.announceEnd() }
    }

    /// The tenants' centres, main first.
    private var everybody: [ContactCenter] { [self] + tenants }

    private func serve() async throws {
        let handlers = UserAgentHandlers(
            screen: { dialled, _ in self.center(dialled: dialled) == nil ? .notFound : nil },
            call: { call in
                guard let center = self.center(dialled: call.dialled) else { return await call.reject(.notFound) }
                await center.handle(call)
            },
            secret: { self.account($0)?.seat.secret },
            registration: { username, isRegistered in
                guard let (center, seat) = self.account(username) else { return }
                center.desk.post { $0.phone(of: seat.agent.id, isRegistered: isRegistered) }
            })
        try await withThrowingTaskGroup { group in
            var opened: [ContactCenter] = []
            do {
                for center in everybody {
                    try await center.begin()
                    opened.append(center)
                    group.addTask { await center.journal.run() }
                }
                group.addTask { await self.awaitStop() }
                try await withGracefulShutdownHandler {
                    try await withCallbacks { try await self.userAgent.run(handlers) }
                } onGracefulShutdown: {
                    self.stop()
                }
                await finish(opened)
            } catch {
                await finish(opened)
                throw error
            }
            try await group.waitForAll()
        }
    }

    /// Opens the journal and begins the day.
    private func begin() async throws {
        let state = try await journal.open()
        let cutOff = await recover()
        await desk.start(from: state, checkingIn: plan.seats.filter { $0.contact != nil }.map(\.agent.id))
        for (timeline, line) in await desk.resumeCallbacks() {
            guard let promise = timeline.callback, let address = SipURI(promise.address.rawValue) else {
                await desk.callbackEnded(timeline.contact.id, .failedInternal)
                continue
            }
            let flow = CallbackFlow(
                center: self, contact: timeline.contact, line: line, customer: address, number: promise.number.rawValue,
                attempts: timeline.callbackAttempts)
            if !callbacks.post(flow) { await desk.callbackEnded(timeline.contact.id, nil) }
        }
        for recording in cutOff {
            guard case .failed(let reason) = recording.state else { continue }
            await desk.tell(.recordingFailed(recording.contact, recording.id, reason))
        }
    }

    /// Runs the contacts that live on without a call beside `body`, and ends them with it.
    private func withCallbacks(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let mailboxes = everybody.map(\.callbacks)
            for callbacks in mailboxes {
                group.addTask {
                    await withDiscardingTaskGroup { flows in
                        while let flow = await callbacks.next() { flows.addTask { await flow.run() } }
                        flows.cancelAll()
                    }
                }
            }
            group.addTask {
                defer { for callbacks in mailboxes { callbacks.finish() } }
                try await body()
            }
            try await group.waitForAll()
        }
    }

    /// Runs the centre until SIGTERM or SIGINT asks for a graceful stop.
    public func runService() async throws {
        // A centre that was asked to stop by ``stop()`` ends its group with it.
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: self, successTerminationBehavior: .gracefullyShutdownGroup)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    /// Asks for a graceful stop: ``run()`` returns when it is done.
    public func stop() { stopRequest.fulfil(true) }

    /// The SIP addresses that are served, once they are; nil when they cannot be bound or the task is cancelled.
    public func waitUntilListening() async -> [NetworkAddress]? { await userAgent.waitUntilListening() }

    private func awaitStop() async {
        guard await stopRequest.value() == true else { return }
        for center in everybody { await center.desk.tell(.centerStopping) }
        await userAgent.stop(within: plan.stopGrace)
    }

    private func finish(_ centers: [ContactCenter]) async {
        stopRequest.fulfil(false)
        for center in centers { await center.desk.finish() }
    }
}
