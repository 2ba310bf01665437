import CCCore
import CCSip
import CCTelephony
import ContactCenterKit

extension World {
    /// Runs a centre at the address that its plan names while `body` runs. Afterwards the phones that `body` has set up
    /// are taken away, and the centre stops gracefully.
    ///
    /// The centre is a real one: it has the host's network, the world's time, and chance of its own.
    ///
    /// - Returns: What `body` returns, once the centre has written everything and is gone.
    /// - Throws: What the centre throws, when it cannot be made or cannot run; what `body` throws.
    public func withCenter<Result: Sendable>(
        _ plan: CenterPlan, _ body: @escaping @Sendable (SimulatedCenter) async throws -> Result
    ) async throws -> Result {
        let host = try host(plan.phones.host)
        let center = try ContactCenter(plan: plan, network: host, time: time, entropy: entropy("center"))
        return try await running {
            try await center.run()
        } while: {
            guard let address = await center.waitUntilListening()?.first else {
                throw TelephonyError(.unreachable, "the centre does not listen")
            }
            defer { center.stop() }
            return try await self.withPhones { phones in
                try await body(SimulatedCenter(center: center, world: self, address: address, phones: phones))
            }
        }
    }

    /// Runs what `body` posts beside it, and tells it when `body` is over.
    private func withPhones<Result: Sendable>(
        _ body: @escaping @Sendable (SimulatedCenter.Phones) async throws -> Result
    ) async throws -> Result {
        let (jobs, post) = AsyncStream<@Sendable () async -> Void>.makeStream()
        let phones = SimulatedCenter.Phones(post: post)
        return try await running {
            await withDiscardingTaskGroup { group in for await job in jobs { group.addTask { await job() } } }
        } while: {
            defer {
                phones.over.fulfil(())
                post.finish()
            }
            return try await body(phones)
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
    ///
    /// - Throws: `CancellationError`.
    public func sleep(for duration: Duration) async throws {
        try await time.sleep(for: duration)
    }
}
