import ContactCenterKit
import Testing

@Suite("An agent", .timeLimit(.minutes(5)))
struct AgentTests {
    @Test("checks in by registering and out by unregistering")
    func registering() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            phone.unregister()
            try await rig.reaches("agent1", .checkedOut)
            try await rig.register(phone)
            let types = rig.events.all.filter { $0.agent == "agent1" }.map(\.type)
            #expect(
                types == [
                    "phoneRegistered", "agentCheckedIn", "agentStateChanged", "phoneUnregistered", "agentStateChanged",
                    "agentCheckedOut", "phoneRegistered", "agentCheckedIn", "agentStateChanged",
                ])
        }
    }

    @Test("cannot register with a wrong password, or without an account", arguments: ["agent1", "nobody"])
    func wrongPassword(name: String) async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let error = await failure {
                try await rig.street.withRegistration(at: rig.address, username: name, password: "guess") {}
            }
            #expect(error?.code == .rejected && error?.sipStatus == 403)
            #expect(!rig.events.contains { if case .phoneRegistered = $0 { true } else { false } })
        }
    }

    @Test("gets no calls after checking out, and the waiting one after checking in")
    func checkingOut() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            await rig.center.checkOut("agent1")
            let caller = try await rig.caller()
            #expect(await rig.center.waiting(in: "support") == 1)
            #expect(phone.calls.isEmpty)
            await rig.center.checkIn("agent1")
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
        }
    }

    @Test(
        "who checks out, pauses or unregisters during a call leaves after it",
        arguments: [
            (Leave.checkOut, AgentState.checkedOut), (.pause, .notReady("lunch")), (.unregister, .checkedOut),
        ])
    func leavingInACall(leave: Leave, state: AgentState) async throws {
        let queue = Queue("support", requires: ["support"], wrapUp: .milliseconds(200))
        try await Rig.run {
            Support(queue)
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            switch leave {
            case .checkOut: await rig.center.checkOut("agent1")
            case .pause: await rig.center.pause("agent1", reason: "lunch")
            case .unregister:
                phone.unregister()
                try await rig.events.wait(for: "phoneUnregistered")
            }
            #expect(await rig.center.status(of: "agent1")?.state == .talking)
            await caller.hangUp()
            try await rig.reaches("agent1", state)
            #expect(try await rig.records().first?.terminalReason == .completedByCustomer)
            #expect(
                try await eventually {
                    let record = try await rig.center.contacts.records().first
                    return (record?.wrapUp ?? .zero) > .zero
                })
        }
    }

    enum Leave { case checkOut, pause, unregister }
}
