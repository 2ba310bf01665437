import ContactCenterKit
import Foundation
import Testing

@Suite("A centre that stops", .timeLimit(.minutes(5)))
struct StopTests {
    @Test("answers new calls 503, and lets live ones go on to their end")
    func graceful() async throws {
        try await Rig.run {
            Support()
            StopWithin(.seconds(30))
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            rig.center.stop()
            try await rig.events.wait(for: "centerStopping")
            #expect(try await eventually { await rig.refusal("support") == 503 })
            #expect(caller.call.end == nil)
            let before = ContinuousClock.now
            await caller.hangUp()
            try await rig.events.wait(for: "centerStopped")
            #expect(ContinuousClock.now - before < .seconds(10), "nothing waits for the rest of the time")
            let records = try await rig.center.contacts.records()
            #expect(records.map(\.terminalReason) == [.completedByCustomer])
        }
    }

    @Test("ends what is still live after its time, with that as the reason")
    func forced() async throws {
        let queue = Queue("support", requires: ["support"], wrapUp: .seconds(60))
        try await withTemporaryFolder { folder in
            try await Rig.run {
                Support(queue, agents: 2)
                StopWithin(.milliseconds(300))
                Store.sqlite(folder + "/center.sqlite")
                Recordings(folder)
            } body: { rig in
                let talking = try await rig.phone("agent1", AgentPhone.talks())
                let ringing = try await rig.phone("agent2", AgentPhone.rings)
                var callers: [Caller] = []
                for _ in 0..<3 { callers.append(try await rig.caller()) }
                try await rig.reaches("agent1", .talking)
                try await rig.reaches("agent2", .reserved)
                try await rig.events.wait(for: "agentRinging")
                #expect(await rig.center.waiting(in: "support") == 1)
                rig.center.stop()
                for caller in callers { #expect(try await caller.waitForEnd() == .remoteHangup) }
                #expect(try await eventually { talking.calls.first?.end == .remoteHangup })
                #expect(try await eventually { ringing.calls.first?.end == .cancelled })
                try await rig.events.wait(for: "centerStopped")

                let records = try await rig.center.contacts.records()
                #expect(records.map(\.terminalReason) == [.stopped, .stopped, .stopped])
                #expect(records.count { $0.agent == "agent1" } == 1)
                // Its wrap-up was cut short and is in the record.
                #expect(rig.events.all.count { $0.type == "wrapUpEnded" } == 1)
                let recordings = try await rig.center.recordings.recordings()
                #expect(recordings.map(\.state) == [.finished])
            }
        }
    }

    @Test("still serves those who wait already")
    func waiting() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.talks())
            await rig.center.pause("agent1", reason: "lunch")
            let caller = try await rig.caller()
            #expect(try await eventually { await rig.center.waiting(in: "support") == 1 })
            rig.center.stop()
            try await rig.events.wait(for: "centerStopping")
            await rig.center.resume("agent1")
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
            try await rig.events.wait(for: "centerStopped")
            let records = try await rig.center.contacts.records()
            #expect(records.map(\.terminalReason) == [.completedByCustomer])
        }
    }

    @Test("because its task is cancelled writes its records all the same", arguments: [true, false])
    func cancelled(inFile: Bool) async throws {
        try await withTemporaryFolder { folder in
            var plan = CenterPlan()
            Support().add(to: &plan)
            Number("music") { call, _ in
                try await call.answer()
                try await call.loop(.music)
            }.add(to: &plan)
            if inFile { plan.store = .sqlite(folder + "/center.sqlite") }
            let center = try Rig.center(plan: plan)
            try await Rig.run(center, isCancelled: true) { rig in
                try await rig.phone("agent1", AgentPhone.talks())
                let callers = [try await rig.caller(), try await rig.caller(), try await rig.caller("music")]
                try await rig.reaches("agent1", .talking)
                rig.cancelCenter()
                for caller in callers { #expect(try await caller.waitForEnd() == .remoteHangup) }
            }
            let records = try await center.contacts.records()
            #expect(records.map(\.terminalReason) == [.stopped, .stopped, .stopped])
        }
    }

    @Test("before it has begun ends at once, and nobody waits for it")
    func beforeTheBeginning() async throws {
        let center = try Rig.center(plan: CenterPlan())
        center.stop()
        try await center.run()
        var events = center.events().makeAsyncIterator()
        #expect(await events.next() == nil)
    }

    @Test("because its port is taken says so, and nobody waits for it")
    func portTaken() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            var plan = rig.center.plan
            plan.phones.sipPort = rig.address.port
            let second = try ContactCenter(plan: plan)
            let events = second.events()
            async let listening = second.waitUntilListening()
            let error = await failure { try await second.run() }
            #expect(error?.code == .addressInUse)
            #expect(await listening == nil)
            for await _ in events {}
        }
    }

    @Test("leaves nothing behind")
    func leaks() async throws {
        let trace = try await Rig.run {
            Support()
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.hangsUp(after: .milliseconds(50)))
            let caller = try await rig.caller()
            _ = try await caller.waitForEnd()
            return Trace(of: rig.center)
        }
        #expect(try await eventually { trace.isGone })
    }

    /// Sees a centre without keeping it.
    private struct Trace: @unchecked Sendable {
        weak var center: ContactCenter?
        weak var userAgent: UserAgent?

        init(of center: ContactCenter) {
            self.center = center
            userAgent = center.userAgent
        }

        var isGone: Bool { center == nil && userAgent == nil }
    }
}

@Suite("A centre that starts again on its file", .timeLimit(.minutes(5)))
struct RestartTests {
    @Test("knows its records, its agents' pauses and where their phones are")
    func restart() async throws {
        try await withTemporaryFolder { folder in
            let phones = UserAgent(configuration: Rig.phoneConfiguration())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await phones.run(
                        UserAgentHandlers { call in
                            try? await call.answer()
                            await call.waitForEnd()
                        })
                }
                _ = await phones.waitUntilListening()
                let first = OneShot<Void>()
                let done = OneShot<Void>()
                group.addTask {
                    try await Self.run(on: folder) { rig in
                        try await withRegistrations(of: ["agent1", "agent2"], phones, at: rig.address) {
                            try await rig.reaches("agent1", .idle)
                            try await rig.reaches("agent2", .idle)
                            await rig.center.pause("agent2", reason: "lunch")
                            let caller = try await rig.caller()
                            try await rig.reaches("agent1", .talking)
                            await caller.hangUp()
                            try await rig.reaches("agent1", .idle)
                            rig.center.stop()
                            try await rig.events.wait(for: "centerStopped")
                            first.fulfil(())
                            // The phones stay: their registrations are good for minutes.
                            _ = await done.value()
                        }
                    }
                }
                await first.valueWhateverHappens()
                try await Self.run(on: folder, isSecond: true) { rig in
                    try await rig.reaches("agent1", .idle)
                    try await rig.reaches("agent2", .notReady("lunch"))
                    let caller = try await rig.caller()
                    try await rig.reaches("agent1", .talking)
                    await caller.hangUp()
                    _ = try await rig.records()
                    let records = try await rig.center.contacts.records()
                    #expect(records.map(\.terminalReason) == [.completedByCustomer, .completedByCustomer])
                    #expect(records.map(\.agent) == ["agent1", "agent1"])
                    let summary = try await rig.center.summary()
                    #expect(summary.offered == 2 && summary.answered == 2)
                }
                done.fulfil(())
                await phones.stop(within: .zero)
                try await group.waitForAll()
            }
        }
    }

    private static func run(
        on folder: String, isSecond: Bool = false, _ body: @escaping @Sendable (Rig) async throws -> Void
    ) async throws {
        try await Rig.run(isSecond: isSecond) {
            Support()
            Store.sqlite(folder + "/center.sqlite")
        } body: {
            try await body($0)
        }
    }
}

/// Registers accounts on one phone while `body` runs.
private func withRegistrations(
    of names: [String], _ phone: UserAgent, at address: NetworkAddress,
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    guard let name = names.first else { return try await body() }
    try await phone.withRegistration(at: address, username: name, password: "secret") {
        try await withRegistrations(of: Array(names.dropFirst()), phone, at: address, body)
    }
}
