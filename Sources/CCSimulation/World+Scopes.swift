import CCCore
import CCSip
import CCTelephony
import ContactCenterKit

extension World {
    /// Runs a centre at the address that its plan names while `body` runs, and stops it gracefully afterwards.
    ///
    /// The centre is a real one: it has the host's network, the world's time, and chance of its own.
    ///
    /// - Returns: What `body` returns, once the centre has written everything and is gone.
    /// - Throws: What the centre throws, when it cannot be made or cannot run; what `body` throws.
    public func withCenter<Result: Sendable>(
        _ plan: CenterPlan, _ body: @escaping @Sendable (ContactCenter) async throws -> Result
    ) async throws -> Result {
        let center = try ContactCenter(
            plan: plan, network: try host(plan.phones.host), time: time, entropy: entropy("center"))
        return try await running {
            try await center.run()
        } while: {
            guard await center.waitUntilListening() != nil else {
                throw TelephonyError(.unreachable, "the centre does not listen")
            }
            defer { center.stop() }
            return try await body(center)
        }
    }

    /// Runs a phone on a host of its own while `body` runs; then what is left of its calls is hung up.
    ///
    /// - Parameters:
    ///   - address: The host's address; the phone listens on port 5060.
    ///   - codecs: What it speaks, preferred first. Opus costs a hundred times what G.711 does.
    ///   - handler: What it does with calls that come in; nothing lets them ring until their handler returns: they are
    ///     refused at once.
    public func withPhone<Result: Sendable>(
        at address: String, codecs: [AudioCodec] = [.pcmu],
        handler: @escaping @Sendable (Call) async -> Void = { _ in },
        _ body: @escaping @Sendable (UserAgent) async throws -> Result
    ) async throws -> Result {
        let host = try host(address)
        var configuration = UserAgentConfiguration(listen: [NetworkAddress(ip: host.ip, port: 5060)])
        configuration.capabilities.codecs = codecs
        let phone = UserAgent(
            configuration: configuration, network: host, time: time, entropy: entropy("phone \(address)"))
        return try await running {
            try await phone.run(UserAgentHandlers(call: handler))
        } while: {
            guard await phone.waitUntilListening() != nil else {
                throw TelephonyError(.unreachable, "the phone does not listen")
            }
            do {
                let result = try await body(phone)
                await phone.stop(within: .zero)
                return result
            } catch {
                await phone.stop(within: .zero)
                throw error
            }
        }
    }

    /// Runs a service beside `body`, which makes it end. When the service fails, so does the whole.
    private func running<Result: Sendable>(
        _ service: @escaping @Sendable () async throws -> Void,
        while body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await service()
                return nil
            }
            group.addTask { try await body() }
            var result: Result?
            while let next = try await group.next() { result = next ?? result }
            guard let result else { throw CancellationError() }
            return result
        }
    }

    /// Waits in virtual time.
    public func sleep(for duration: Duration) async throws {
        try await time.sleep(until: time.now.advanced(by: duration), tolerance: nil)
    }
}
