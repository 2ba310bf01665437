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
        // Also for a centre that never came, and never wrote.
        defer {
            broadcast.finish()
            journal.progress.end()
        }
        do {
            try await serve()
        } catch {
            // Nobody waits for a centre that does not come.
            await userAgent.stop(within: .zero)
            throw error
        }
        await desk.announceEnd()
    }

    private func serve() async throws {
        let handlers = UserAgentHandlers(
            screen: { [numbers] dialled, _ in numbers[dialled] == nil ? .notFound : nil },
            call: { await self.handle($0) },
            secret: { [seats] in seats[AgentID($0)]?.secret },
            registration: { [desk, seats] username, isRegistered in
                guard seats[AgentID(username)] != nil else { return }
                desk.post { $0.phone(of: AgentID(username), isRegistered: isRegistered) }
            })
        let state = try await journal.open()
        let cutOff = await recover()
        await desk.start(from: state, checkingIn: plan.seats.filter { $0.contact != nil }.map(\.agent.id))
        for recording in cutOff {
            guard case .failed(let reason) = recording.state else { continue }
            await desk.tell(.recordingFailed(recording.contact, recording.id, reason))
        }
        try await withThrowingTaskGroup { group in
            group.addTask { await self.journal.run() }
            group.addTask { await self.awaitStop() }
            do {
                try await withGracefulShutdownHandler {
                    try await userAgent.run(handlers)
                } onGracefulShutdown: {
                    self.stop()
                }
                await finish()
            } catch {
                await finish()
                throw error
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
        await desk.tell(.centerStopping)
        await userAgent.stop(within: plan.stopGrace)
    }

    private func finish() async {
        stopRequest.fulfil(false)
        await desk.finish()
    }
}
