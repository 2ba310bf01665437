import ContactCenterKit
import Testing

@Suite("A queue", .timeLimit(.minutes(5)))
struct QueueTests {
    @Test("lets its callers hear music, and keeps a record of those who give up")
    func music() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let ear = Ear()
            let caller = try await rig.caller(as: "+15550123", hears: ear)
            #expect(try await eventually { await rig.center.waiting(in: "support") == 1 })
            try await ear.listens(for: .milliseconds(1_200))
            await caller.hangUp()
            #expect(ear.clarity(of: Voice.music) > 0.8)

            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .abandonedInQueue)
            #expect(record.queue == "support")
            #expect(record.contact.dialledNumber.rawValue == "support")
            #expect(record.contact.callerNumber.rawValue == "+15550123")
            #expect(record.contact.signallingID == caller.call.sipCallID)
            #expect(record.connectedAt != nil && record.answeredAt == nil)
            #expect(record.queueWait > .seconds(1) && record.queueWait < .seconds(30))
            #expect(record.segments.isEmpty && record.recordings.isEmpty)
            #expect(await rig.center.waiting(in: "support") == 0)
        }
    }

    @Test("stops an agent's phone ringing when its caller gives up")
    func abandonWhileRinging() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.rings)
            let caller = try await rig.caller()
            try await rig.events.wait(for: "agentRinging")
            #expect(await rig.center.status(of: "agent1")?.state == .reserved)
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .abandonedWhileRinging)
            #expect(record.segments.map(\.outcome) == [.withdrawn])
            #expect(record.segments.map(\.agent) == ["agent1"])
            #expect(try await eventually { phone.calls.first?.end == .cancelled })
            try await rig.reaches("agent1", .idle)
        }
    }

    @Test("gives a call to the agent who has been idle longest")
    func longestIdle() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            for agent in ["agent2", "agent1", "agent3"] { try await rig.phone(agent, AgentPhone.talks()) }
            for expected in ["agent2", "agent1", "agent3", "agent2"] {
                let caller = try await rig.caller()
                try await rig.reaches(AgentID(expected), .talking)
                await caller.hangUp()
                try await rig.reaches(AgentID(expected), .idle)
            }
            let records = try await rig.records(4)
            #expect(records.map(\.agent) == ["agent2", "agent1", "agent3", "agent2"])
            #expect(records.allSatisfy { $0.terminalReason == .completedByCustomer })
        }
    }

    @Test("gives an agent the call that has waited longest, and the next one after it")
    func oldestContact() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            var callers: [String: Caller] = [:]
            for name in ["first", "second", "third"] { callers[name] = try await rig.caller(as: name) }
            try await rig.phone("agent1", registers: true, AgentPhone.talks(), until: .talking)
            for name in ["first", "second", "third"] {
                #expect(
                    try await eventually {
                        guard let contact = await rig.center.status(of: "agent1")?.contact else { return false }
                        return rig.events.arrived(contact)?.callerNumber.rawValue == name
                    })
                try await rig.reaches("agent1", .talking)
                await callers[name]?.hangUp()
            }
            let records = try await rig.records(3)
            #expect(records.map { $0.contact.callerNumber.rawValue } == ["first", "second", "third"])
            #expect(records.allSatisfy { $0.agent == "agent1" })
        }
    }

    @Test("never rings an agent without the skill")
    func skills() async throws {
        try await Rig.run {
            Support.queue
            Number("support", queue: "support")
            Agent("sales", skills: ["sales"]).phone(password: "secret")
            Agent("support1", skills: ["support", "sales"]).phone(password: "secret")
        } body: { rig in
            let sales = try await rig.phone("sales", AgentPhone.talks())
            let waiting = try await rig.caller()
            #expect(await rig.center.waiting(in: "support") == 1)
            try await rig.phone("support1", AgentPhone.talks(), until: .talking)
            await waiting.hangUp()
            #expect(try await rig.records().first?.agent == "support1")
            #expect(sales.calls.isEmpty)
        }
    }

    @Test("answers 503 when it is full, and takes the next call when there is room again")
    func full() async throws {
        let queue = Queue("support", requires: ["support"], wrapUp: .zero, waitingMax: 1)
        try await Rig.run {
            Support(queue)
        } body: { rig in
            let waiting = try await rig.caller()
            #expect(await rig.refusal("support") == 503)
            await waiting.hangUp()
            let records = try await rig.records(2)
            #expect(records.map(\.terminalReason).contains(.abandonedInQueue))
            let refused = try #require(records.first { $0.terminalReason == .rejectedQueueFull })
            #expect(refused.connectedAt == nil, "nobody pays for a call that is turned away")
            let next = try await rig.caller()
            await next.hangUp()
        }
    }

    @Test("leaves an agent alone for the wrap-up time, or until the work is done")
    func wrapUp() async throws {
        let queue = Queue("support", requires: ["support"], wrapUp: .milliseconds(600))
        try await Rig.run {
            Support(queue)
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            for done in [false, true] {
                let caller = try await rig.caller()
                try await rig.reaches("agent1", .talking)
                await caller.hangUp()
                try await rig.reaches("agent1", .wrapUp)
                if done { await rig.center.wrapUpDone("agent1") }
                try await rig.reaches("agent1", .idle)
            }
            #expect(try await eventually { rig.events.all.count { $0.type == "wrapUpEnded" } == 2 })
            #expect(
                try await eventually {
                    let times = try await rig.center.contacts.records().reversed().map(\.wrapUp)
                    return times.count == 2 && times[0] >= .milliseconds(600) && times[1] < .milliseconds(500)
                })
            #expect(phone.calls.count == 2)
        }
    }

    @Test("counts what a call came to")
    func figures() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            try await rig.phone("agent1") { call in
                try await call.ring()
                try await Task.sleep(for: .milliseconds(300))
                try await call.answer()
                await call.waitForEnd()
            }
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            try await caller.call.send(digits: "12#")
            try await Task.sleep(for: .milliseconds(700))
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByCustomer)
            #expect(record.segments.map(\.outcome) == [.answered])
            #expect(record.ring >= .milliseconds(280) && record.ring < .seconds(15))
            #expect(record.queueWait >= record.ring && record.queueWait < .seconds(20))
            #expect(record.talk >= .milliseconds(700) && record.talk < .seconds(20))
            #expect(record.hold == .zero && record.wrapUp < .milliseconds(100))
            #expect(record.digitCount == 3)
            #expect(
                try await eventually {
                    let record = try await rig.center.contacts.records().first
                    return (record?.media?.packetsExpected ?? 0) > 30 && record?.segments.first?.media != nil
                })
            let summary = try await rig.center.summary()
            #expect(summary.offered == 1 && summary.answered == 1 && summary.abandoned == 0)
        }
    }
}
