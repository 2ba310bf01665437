import ContactCenterKit
import Testing

@Suite("An offer to an agent", .timeLimit(.minutes(5)))
struct OfferTests {
    static let brief = Queue(
        "support", requires: ["support"], ringTimeout: .milliseconds(1_500), wrapUp: .zero,
        refusals: RefusalPolicy(
            busy: .pause(.milliseconds(300)), declined: .pause(.milliseconds(300)),
            unreachable: .pause(.milliseconds(300))))

    @Test("that is not answered goes to the next agent, and the first one is not ready until resumed")
    func redirectedOnNoAnswer() async throws {
        try await Rig.run {
            Support(Self.brief)
        } body: { rig in
            let silent = try await rig.phone("agent1", AgentPhone.rings)
            try await rig.phone("agent2", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent2", .talking)
            #expect(await rig.center.status(of: "agent1")?.state == .notReady(.redirectedOnNoAnswer))
            #expect(try await eventually { silent.calls.map(\.end) == [.cancelled] })
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.segments.map(\.agent) == ["agent1", "agent2"])
            #expect(record.segments.map(\.outcome) == [.noAnswer, .answered])
            #expect(record.segments[0].ring > .milliseconds(500))
            await rig.center.resume("agent1")
            try await rig.reaches("agent1", .idle)
        }
    }

    @Test(
        "that is refused goes to the next agent, and the first one has a pause",
        arguments: [
            (SipStatus.busyHere, OfferOutcome.busy, NotReadyReason.phoneBusy), (.decline, .declined, .declined),
            (.temporarilyUnavailable, .unreachable, .unreachable), (.serverInternalError, .declined, .declined),
        ])
    func refused(status: SipStatus, outcome: OfferOutcome, reason: NotReadyReason) async throws {
        try await Rig.run {
            Support(Self.brief)
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.refuses(status))
            try await rig.phone("agent2", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent2", .talking)
            #expect(
                rig.events.contains {
                    if case .agentStateChanged("agent1", .notReady(reason), _, _) = $0 { true } else { false }
                })
            try await rig.reaches("agent1", .idle)
            await caller.hangUp()
            #expect(try await rig.records().first?.segments.map(\.outcome) == [outcome, .answered])
        }
    }

    @Test("that the only agent refuses is made again after the agent's pause")
    func onlyAgent() async throws {
        try await Rig.run {
            Support(Self.brief)
        } body: { rig in
            let once = OneShot<Void>()
            try await rig.phone("agent1") { call in
                if once.fulfil(()) { return await call.reject(.decline) }
                try await AgentPhone.talks()(call)
            }
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
            #expect(try await rig.records().first?.segments.map(\.outcome) == [.declined, .answered])
        }
    }

    @Test("to a phone that hangs up as it answers goes to the next agent, or ends with the agent's hang-up")
    func answersAndHangsUp() async throws {
        try await Rig.run {
            Support(Self.brief)
        } body: { rig in
            try await rig.phone("agent1") { try await $0.answer() }
            try await rig.phone("agent2", AgentPhone.hangsUp(after: .milliseconds(100)))
            let caller = try await rig.caller()
            #expect(try await caller.waitForEnd() == .remoteHangup)
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByAgent)
            #expect(record.segments.last?.outcome == .answered)
        }
    }

    @Test("to a phone that nobody can connect to goes to the next agent")
    func unreachable() async throws {
        // Nothing listens on port 9 over TCP.
        let nowhere = SipURI(user: "agent1", host: "127.0.0.1", port: 9, transport: "tcp")
        try await Rig.run {
            Self.brief
            Number("support", queue: "support")
            Agent("agent1", skills: ["support"]).phone(at: nowhere)
            Agent("agent2", skills: ["support"]).phone(password: "secret")
        } body: { rig in
            try await rig.reaches("agent1", .idle)
            try await rig.phone("agent2", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent2", .talking)
            await caller.hangUp()
            #expect(try await rig.records().first?.segments.map(\.outcome) == [.unreachable, .answered])
        }
    }

    @Test("to an agent who has checked in without a phone goes to the next agent")
    func noPhone() async throws {
        try await Rig.run {
            Support(Self.brief)
        } body: { rig in
            await rig.center.checkIn("agent1")
            try await rig.phone("agent2", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent2", .talking)
            await caller.hangUp()
            #expect(try await rig.records().first?.segments.map(\.outcome) == [.unreachable, .answered])
        }
    }
}

@Suite("A call to one agent", .timeLimit(.minutes(5)))
struct DirectCallTests {
    @Test("rings that agent, and is answered when the agent answers")
    func answered() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.talks())
            let phone = try await rig.phone("agent2") { call in
                try await call.ring()
                try await rig.events.wait(for: "agentRinging")
                #expect(!rig.events.story().contains("contactConnected"))
                try await AgentPhone.talks()(call)
            }
            let caller = try await rig.caller("agent2")
            try await rig.reaches("agent2", .talking)
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByCustomer && record.agent == "agent2")
            #expect(record.queue == ContactCenter.directQueue)
            #expect(try await eventually { phone.calls.first?.end == .remoteHangup })
        }
    }

    @Test("is answered 480 when the agent is away, 486 when the agent talks or refuses")
    func refused() async throws {
        try await Rig.run {
            Support(OfferTests.brief)
        } body: { rig in
            #expect(await rig.refusal("agent1") == 480)
            try await rig.phone("agent1", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            #expect(await rig.refusal("agent1") == 486)
            await caller.hangUp()
            try await rig.phone("agent2", AgentPhone.refuses(.decline))
            #expect(await rig.refusal("agent2") == 486)
            #expect(await rig.refusal("agent2") == 486, "the agent has a short pause")
            let reasons = try await rig.records(5).map(\.terminalReason)
            #expect(reasons.count { $0 == .rejectedAgentUnavailable } == 4)
            #expect(reasons.count { $0 == .completedByCustomer } == 1)
        }
    }

    @Test("stops ringing when the caller gives up")
    func givenUp() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.rings)
            try await rig.ring("agent1") { phone.calls.count == 1 && rig.events.contains(\.isRinging) }
            #expect(try await eventually { phone.calls.first?.end == .cancelled })
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .abandonedWhileRinging && record.connectedAt == nil)
            try await rig.reaches("agent1", .idle)
        }
    }

    @Test("to a number that does not exist is answered 404, and leaves no record")
    func unknown() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            #expect(await rig.refusal("nobody") == 404)
            #expect(rig.events.story().isEmpty)
            let records = try await rig.center.contacts.records()
            #expect(records == [])
        }
    }
}

extension CenterEvent.Kind {
    var isRinging: Bool { if case .agentRinging = self { true } else { false } }
}
