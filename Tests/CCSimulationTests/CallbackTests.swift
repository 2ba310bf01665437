import CCSimulation
import ContactCenterKit
import Synchronization
import Testing

@Suite("A caller who is called back")
struct CallbackTests {
    @CenterBuilder static func plan() -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        Queue(
            "support", requires: ["support"], ringTimeout: .seconds(10), wrapUp: .seconds(5),
            leaving: [QueueRule(when: .waited(atLeast: .seconds(5)), then: .offerCallback)])
        Agent("anna", skills: ["support"]).phone(password: "secret")
        Number("100", queue: "support")
    }

    /// A customer presses `key` when the callback is offered; anna comes half a minute after the call began and answers
    /// what rings. The customer's phone does with a call back what `answers` says.
    static func play(
        key: String, answers: Bool, until end: Duration
    ) async throws -> (records: [ContactRecord], first: Hearing, second: Hearing, log: [String], waiting: Int) {
        try await Simulation.run(seed: 8) { world in
            try await world.withCenter(plan()) { stage in
                let (first, second) = (Hearing(), Hearing())
                let notebook = Notebook()
                let events = stage.center.events(bufferMax: 10_000)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for await case .event(let event) in events { notebook.note("\(event)") } }
                    _ = try await stage.phone(at: "10.2.0.1") { call in
                        guard answers else { return await call.reject(.busyHere) }
                        try? await world.sleep(for: .seconds(2))
                        try? await call.answer()
                        try? await second.listening(to: call) { _ = await call.waitForEnd() }
                    }
                    do {
                        try await stage.call("100", from: "+15550177") { call in
                            try await first.listening(to: call) {
                                try await world.sleep(for: .seconds(12))
                                try await call.send(digits: key)
                                try await world.sleep(for: .seconds(20))
                            }
                        }
                    } catch let error as TelephonyError where error.code == .callEnded {
                        // The centre has said goodbye.
                    }
                    try await world.sleep(for: .seconds(1))
                    let waiting = await stage.center.waiting(in: "support")
                    try await stage.agent("anna", password: "secret") { call in
                        try? await call.answer()
                        try? await call.setBackground(Tone.prompt(500))
                        try? await world.sleep(for: .seconds(answers ? 12 : 60))
                    }
                    try await world.sleep(for: end)
                    group.cancelAll()
                    let records = try await stage.center.contacts.records(ContactFilter())
                    #expect(await stage.center.load().contacts == 0)
                    return (records, first, second, notebook.all, waiting)
                }
            }
        }
    }

    @Test("hangs up, keeps the place, and talks when an agent has time")
    func calledBack() async throws {
        let (records, first, second, log, waiting) = try await Self.play(key: "1", answers: true, until: .seconds(60))
        #expect(try first.clarity(of: .fixed(.callbackOffer), .english) > 0.9)
        #expect(try first.clarity(of: .fixed(.callbackAccepted), .english) > 0.9)
        #expect(waiting == 1, "the contact waits in the customer's place")
        #expect(second.samples.count > 8_000 * 8)
        #expect(Tone.share(500, in: second.samples(2..<6)) > 0.8, "the agent is heard")
        let record = try #require(records.first)
        #expect(records.count == 1)
        #expect(record.agent == "anna" && record.terminalReason == .completedByAgent)
        #expect(record.queueWait > .seconds(15), "from the first call on")
        for type in ["callbackRequested", "callbackAttempted"] { #expect(log.contains { $0.hasPrefix(type) }) }
    }

    @Test("is tried three times and no more")
    func notReached() async throws {
        let (records, _, _, log, _) = try await Self.play(key: "1", answers: false, until: .seconds(1_000))
        #expect(records.map(\.terminalReason) == [.notAnswered])
        #expect(records.first?.segments.count == 3)
        #expect(log.count { $0.hasPrefix("callbackAttempted") } == 3)
    }

    @Test("is not, with another key: the wait goes on")
    func otherKey() async throws {
        let (records, _, _, log, waiting) = try await Self.play(key: "2", answers: true, until: .seconds(10))
        #expect(records.map(\.terminalReason) == [.abandonedInQueue])
        #expect(waiting == 0 && !log.contains { $0.hasPrefix("callbackRequested") })
    }

    enum End: String, CaseIterable, CustomTestStringConvertible {
        case stop, crash
        var testDescription: String { rawValue }
    }

    /// A customer is promised a call back; the centre ends twenty seconds later, and another one begins with the same store.
    @Test(
        "is called back by the process that follows, whatever the end of the one that promised it",
        arguments: End.allCases)
    func survives(end: End) async throws {
        try await withTemporaryFolder { folder in
            var lasting = Self.plan()
            lasting.store = .sqlite(folder + "/center.sqlite")
            let plan = lasting
            let (records, first, second) = try await Simulation.run(seed: 5) { world in
                let second = Hearing()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await world.withCenter(plan) { stage in
                            _ = try? await stage.call("100", from: "+15550177") { call in
                                try await world.sleep(for: .seconds(12))
                                try await call.send(digits: "1")
                                try await world.sleep(for: .seconds(20))
                            }
                            try await world.sleep(for: .seconds(end == .stop ? 20 : 10_000))
                        }
                    }
                    if end == .crash {
                        try await world.sleep(for: .seconds(50))
                        try world.host("10.0.0.1").cutOff()
                        group.cancelAll()
                    }
                    while let result = await group.nextResult() { _ = result }
                }
                return try await world.withCenter(plan) { stage in
                    let before = try await stage.center.contacts.records(ContactFilter())
                    #expect(await stage.center.waiting(in: "support") == 1)
                    _ = try await stage.phone(at: "10.2.0.1") { call in
                        try? await call.answer()
                        try? await second.listening(to: call) { _ = await call.waitForEnd() }
                    }
                    try await stage.agent("anna", password: "secret") { call in
                        try? await call.answer()
                        try? await call.setBackground(Tone.prompt(500))
                        try? await world.sleep(for: .seconds(12))
                    }
                    try await world.sleep(for: .seconds(60))
                    #expect(await stage.center.load().contacts == 0)
                    return (try await stage.center.contacts.records(ContactFilter()), before, second)
                }
            }
            #expect(first.isEmpty, "the contact has not ended with the process")
            #expect(records.map(\.terminalReason) == [.completedByAgent])
            #expect(records.first?.queueWait ?? .zero > .seconds(30), "from the first call on")
            #expect(Tone.share(500, in: second.samples(2..<6)) > 0.8, "the agent is heard")
        }
    }
}
