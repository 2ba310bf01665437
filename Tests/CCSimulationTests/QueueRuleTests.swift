import CCSimulation
import ContactCenterKit
import Testing

@Suite("A queue's rules are heard")
struct QueueRuleTests {
    static func plan(joining: [QueueRule] = [], leaving: [QueueRule] = []) -> CenterPlan {
        let text = Prompt(.speechLike(seed: 71, seconds: 3))
        return CenterBuilder.buildFinalResult(
            CenterBuilder.buildBlock(
                [Phones(host: "10.0.0.1", sipPort: 5060)],
                [Queue("support", requires: ["support"], wrapUp: .zero, joining: joining, leaving: leaving)],
                [Queue("sales", wrapUp: .zero)], [Message("patience", text)],
                [Agent("anna").phone(password: "secret")],
                [Number("100", queue: "support", language: .spanish)], [Number("200", queue: "sales")],
                [
                    Number("300") { call, _ in
                        try await call.answer()
                        try await call.play(text)
                    }
                ]))
    }

    /// Calls number 100 for at most a minute. Returns the record, what was heard, and with which status it was refused.
    static func call(_ plan: CenterPlan) async throws -> (record: ContactRecord, ear: Hearing, status: Int?) {
        let ear = Hearing()
        let (record, status) = try await Simulation.run(seed: 5) { world in
            try await world.withCenter(plan) { stage in
                try await stage.agent("anna", password: "secret", handler: WaitingTests.talks)
                var status: Int?
                do {
                    try await stage.call("100") { call in
                        try await ear.listening(to: call) { try await world.sleep(for: .seconds(60)) }
                    }
                } catch let error as TelephonyError {
                    status = error.sipStatus
                }
                try await world.sleep(for: .seconds(5))
                return (try #require(try await stage.center.contacts.records(ContactFilter()).first), status)
            }
        }
        return (record, ear, status)
    }

    @Test("no agents: the caller is told so in the language of the number, and hung up")
    func hangUp() async throws {
        let rule = QueueRule(when: .noAgentsCheckedIn, then: .hangUp(message: "closed"))
        let (record, ear, _) = try await Self.call(Self.plan(joining: [rule]))
        #expect(try ear.clarity(of: .fixed(.closed), .spanish) > 0.9)
        #expect(record.terminalReason == .rejectedByRule)
        #expect(ear.samples.count < 8_000 * 12, "and not kept on the line")
    }

    @Test("busy is 486, and costs nothing")
    func busy() async throws {
        let (record, _, status) = try await Self.call(Self.plan(joining: [QueueRule(when: .always, then: .busy)]))
        #expect(status == 486)
        #expect(record.terminalReason == .rejectedByRule && record.connectedAt == nil)
    }

    @Test("after a wait: a message, and then another queue, with the wait that was")
    func messageThenMove() async throws {
        let (record, ear, _) = try await Self.call(
            Self.plan(leaving: [
                QueueRule(when: .waited(atLeast: .seconds(5)), then: .message("patience")),
                QueueRule(when: .waited(atLeast: .seconds(15)), then: .move(to: "sales")),
            ]))
        let message = ear.match(of: AudioClip.speechLike(seed: 71, seconds: 3).samples)
        #expect(message.clarity > 0.95 && abs(message.at - 5) < 0.2)
        #expect(record.agent == "anna" && record.queue == "sales")
        #expect(record.queueWait >= .seconds(15) && record.queueWait < .seconds(16))
    }

    @Test("on at another number: of a queue, or with its own handling", arguments: ["200", "300"])
    func number(name: String) async throws {
        let (record, ear, _) = try await Self.call(
            Self.plan(leaving: [QueueRule(when: .waited(atLeast: .seconds(5)), then: .number(name))]))
        if name == "200" {
            #expect(record.agent == "anna" && record.terminalReason == .completedByCustomer)
        } else {
            #expect(ear.match(of: AudioClip.speechLike(seed: 71, seconds: 3).samples).clarity > 0.95)
            #expect(record.terminalReason == .completedByCenter)
        }
    }
}
