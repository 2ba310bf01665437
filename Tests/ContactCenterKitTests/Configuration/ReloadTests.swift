import ContactCenterKit
import Foundation
import Testing

@Suite("A new plan while the centre runs", .timeLimit(.minutes(5)))
struct ReloadTests {
    /// The plan of a running centre with changes.
    private func changed(_ center: ContactCenter, _ change: (inout CenterPlan) -> Void) -> CenterPlan {
        var plan = center.plan
        change(&plan)
        return plan
    }

    @Test("keeps every waiting caller in place, and lets agents who are taken out finish")
    func live() async throws {
        try await Rig.run {
            Queue("support", wrapUp: .zero)
            Agent("agent1").phone(password: "secret")
            Number("support", queue: "support")
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.talks())
            let talking = try await rig.caller(as: "talking")
            try await rig.reaches("agent1", .talking)
            var waiting: [Caller] = []
            for (index, name) in ["first", "second", "third"].enumerated() {
                waiting.append(try await rig.caller(as: name))
                #expect(try await eventually { await rig.center.waiting(in: "support") == index + 1 })
            }

            // agent1 goes, agent2 comes; the queue asks for a skill that only agent2 has, and a number is renamed.
            let changes = try await rig.center.apply(
                changed(rig.center) { plan in
                    plan.queues = [Queue("support", requires: ["new"], wrapUp: .zero), Queue("sales")]
                    plan.seats = [Agent("agent2", skills: ["new"]).phone(password: "secret")]
                    plan.numbers = [Number("help", queue: "support"), Number("sales", queue: "sales")]
                })
            #expect(changes.queuesSet == ["support", "sales"] && changes.queuesRemoved.isEmpty)
            #expect(changes.agentsSet == ["agent2"] && changes.agentsRemoved == ["agent1"])
            #expect(changes.numbersSet == ["help", "sales"] && changes.numbersRemoved == ["support"])
            #expect(changes.needingRestart.isEmpty)

            // Nobody was lost, and the conversation goes on.
            #expect(await rig.center.waiting(in: "support") == 3)
            #expect(talking.call.end == nil)
            #expect(await rig.refusal("support") == 404)
            let late = try await rig.caller("help", as: "fourth")
            #expect(await rig.center.waiting(in: "support") == 4)
            await talking.hangUp()
            #expect(
                try await eventually { await rig.center.status(of: "agent1").map { $0.state == .checkedOut } ?? true })

            // Who came first is served first, by the new agent.
            try await rig.phone("agent2", AgentPhone.talks(), until: .talking)
            for (name, caller) in zip(["first", "second", "third", "fourth"], waiting + [late]) {
                #expect(
                    try await eventually {
                        guard let status = await rig.center.status(of: "agent2"), status.state == .talking,
                            let contact = status.contact
                        else { return false }
                        return rig.events.arrived(contact)?.callerNumber.rawValue == name
                    })
                await caller.hangUp()
            }
            let records = try await rig.records(5)
            #expect(records.map(\.contact.callerNumber.rawValue) == ["talking", "first", "second", "third", "fourth"])
            #expect(records.map(\.agent) == ["agent1", "agent2", "agent2", "agent2", "agent2"])
            #expect(records.allSatisfy { $0.terminalReason == .completedByCustomer })
            let answers = records.dropFirst().compactMap(\.answeredAt)
            #expect(answers.count == 4 && answers == answers.sorted())
        }
    }

    @Test("a queue that is taken out serves those who wait in it")
    func removedQueue() async throws {
        try await Rig.run {
            Queue("support", wrapUp: .zero)
            Agent("agent1").phone(password: "secret")
            Number("support", queue: "support")
        } body: { rig in
            let caller = try await rig.caller()
            #expect(try await eventually { await rig.center.waiting(in: "support") == 1 })
            let changes = try await rig.center.apply(
                changed(rig.center) { plan in
                    plan.queues = []
                    plan.numbers = []
                })
            #expect(changes.queuesRemoved == ["support"])
            #expect(await rig.center.waiting(in: "support") == 1 && caller.call.end == nil)
            try await rig.phone("agent1", AgentPhone.talks(), until: .talking)
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.queue == "support" && record.agent == "agent1")
            #expect(record.terminalReason == .completedByCustomer)
        }
    }

    @Test("an agent who rings goes on ringing, and answers by the old rules")
    func ringing() async throws {
        try await Rig.run {
            Queue("support", wrapUp: .zero)
            Agent("agent1").phone(password: "secret")
            Number("support", queue: "support")
        } body: { rig in
            let pickUp = OneShot<Void>()
            let phone = try await rig.phone(
                "agent1",
                { call in
                    try await call.ring()
                    await pickUp.valueWhateverHappens()
                    try await AgentPhone.talks()(call)
                })
            let caller = try await rig.caller()
            try await rig.events.wait(for: "agentRinging")
            try await rig.center.apply(changed(rig.center) { $0.queues[0].requires = ["other"] })
            try await rig.center.apply(changed(rig.center) { $0.seats = [] })
            pickUp.fulfil(())
            try await rig.events.wait(for: "contactAnswered")
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.agent == "agent1" && record.terminalReason == .completedByCustomer)
            #expect(phone.calls.count == 1)
        }
    }

    @Test("that contradicts itself changes nothing and is a typed error")
    func invalid() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let before = rig.center.plan
            let error = await #expect(throws: CenterError.self) {
                try await rig.center.apply(
                    changed(rig.center) { plan in
                        plan.queues.append(Queue("new"))
                        plan.numbers.append(Number("nowhere", queue: "nothing"))
                    })
            }
            #expect(error?.code == .badPlan)
            await #expect(throws: CenterError.self) {
                try await rig.center.apply(
                    changed(rig.center) {
                        $0.seats = [Agent("x").phone(password: .environment("THERE_IS_NO_SUCH_VARIABLE"))]
                    })
            }
            #expect(rig.center.plan.queues == before.queues && rig.center.plan.seats == before.seats)
            #expect(rig.center.plan.numbers.map(\.name) == before.numbers.map(\.name))
            #expect(await rig.refusal("nowhere") == 404)
        }
    }

    @Test("says what only a new start can change, and leaves that as it is")
    func fixed() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let port = rig.center.plan.phones.sipPort
            let changes = try await rig.center.apply(
                changed(rig.center) { plan in
                    plan.phones.sipPort = 5_099
                    plan.phones.codecs = [.pcma]
                    plan.store = .sqlite("/nowhere/center.sqlite")
                    plan.queues.append(Queue("new"))
                    plan.tenants = [Tenant("late")]
                })
            #expect(changes.needingRestart == ["phones.sipPort", "phones.codecs", "store", "tenants.late"])
            #expect(changes.queuesSet == ["new"])
            #expect(rig.center.plan.phones.sipPort == port && rig.center.plan.store == .memory)
            #expect("\(changes)" == "queues +new; restart for phones.sipPort, phones.codecs, store, tenants.late")
            #expect(try await rig.center.apply(rig.center.plan).isNothing)
        }
    }

    @Test("an agent who comes with a phone that is always there is checked in at once")
    func newSeat() async throws {
        try await Rig.run {
            Queue("support", wrapUp: .zero)
            Number("support", queue: "support")
        } body: { rig in
            let caller = try await rig.caller()
            let phone = try await rig.phone("agent1", registers: false, AgentPhone.talks())
            let address = try #require(await phone.agent.waitUntilListening()?.first)
            try await rig.center.apply(
                changed(rig.center) {
                    $0.seats = [Agent("agent1").phone(at: SipURI(user: "agent1", address: address))]
                })
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
            #expect(try await rig.records().first?.agent == "agent1")
        }
    }

    @Test("a file is read again, with its mistakes told and the old plan kept")
    func file() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/center.yml"
            @Sendable func write(_ text: String) throws {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            }
            try write("queues: {support: {}}\nnumbers: {support: {queue: support}}\n")
            let plan = try CenterPlan(file: path)
            try await Rig.run(try Rig.center(plan: plan)) { rig in
                try write("queues: {support: {}, sales: {}}\nnumbers: {sales: {queue: sales}}\n")
                var changes = try await rig.center.apply(configuration: path)
                changes.needingRestart = []
                #expect("\(changes)" == "queues +sales; numbers +sales −support")
                try write("queues: {support: {}, sales: {}}\nnumbers: {sales: {queue: sale}}\n")
                let error = await #expect(throws: ConfigurationError.self) {
                    try await rig.center.apply(configuration: path)
                }
                #expect(error?.problems.first?.line == 2)
                #expect(rig.center.plan.numbers.map(\.name) == ["sales"])
                await #expect(throws: ConfigurationError.self) {
                    try await rig.center.apply(configuration: folder + "/none.yml")
                }
            }
        }
    }
}
