import CCSQLite
import ContactCenterKit
import Foundation
import Testing

@Suite("Tenants", .timeLimit(.minutes(5)))
struct TenantTests {
    @CenterBuilder private func plan(_ store: Store = .memory) -> CenterPlan {
        store
        Support(agents: 1)
        Tenant("acme") {
            Queue("support", wrapUp: .zero)
            Agent("agent1").phone(password: "secret")
            Number("support", queue: "support")
            Number("+34910000001", queue: "support")
        }
        Tenant("beta") {
            Queue("support", wrapUp: .zero)
            Agent("agent1").phone(password: "secret")
            Number("support", queue: "support")
            Number("+34910000002", queue: "support")
        }
    }

    @Test("have queues, agents and numbers of the same names, and calls, events and records of their own")
    func apart() async throws {
        try await Rig.run(try Rig.center(plan: plan())) { rig in
            let acme = try #require(rig.center.tenant("acme"))
            let beta = try #require(rig.center.tenant("beta"))
            let events = EventLog()
            let subscription = acme.events()
            rig.beside {
                await first {
                    await events.follow(subscription)
                } or: {
                    _ = await rig.events.over.value()
                }
            }
            let phone = try await rig.phone("acme/agent1", registers: false, AgentPhone.talks())
            rig.beside {
                try? await phone.agent.withRegistration(
                    at: rig.address, username: "acme/agent1", password: "secret"
                ) { _ = await rig.events.over.value() }
            }
            #expect(try await eventually { await acme.status(of: "agent1")?.state == .idle })
            #expect(await rig.center.status(of: "agent1")?.state == .checkedOut)
            #expect(await beta.status(of: "agent1")?.state == .checkedOut)

            // By the tenant's name, and by a number that only one has.
            for number in ["acme/support", "+34910000001"] {
                let caller = try await rig.caller(number)
                #expect(try await eventually { await acme.status(of: "agent1")?.state == .talking })
                await caller.hangUp()
                #expect(try await eventually { await acme.status(of: "agent1")?.state == .idle })
            }
            // Main's number waits in main's queue, though acme's agent is free.
            let main = try await rig.caller("support")
            #expect(try await eventually { await rig.center.waiting(in: "support") == 1 })
            #expect(await acme.waiting(in: "support") == 0)
            await main.hangUp()

            #expect(try await eventually { try await acme.contacts.records().count == 2 })
            let records = try await acme.contacts.records()
            #expect(records.allSatisfy { $0.contact.tenant == "acme" && $0.agent == "agent1" && $0.queue == "support" })
            #expect(try await eventually { try await rig.center.contacts.records().count == 1 })
            #expect(try await beta.contacts.records().isEmpty)
            #expect(try await acme.summary().answered == 2)
            #expect(events.all.count > 10 && events.all.allSatisfy { $0.tenant == "acme" })
            #expect(rig.events.all.allSatisfy { $0.tenant == .main })
            #expect(rig.events.all.count { $0.type == "contactArrived" } == 1)
        }
    }

    @Test("are told apart at the telephones' side")
    func names() async throws {
        try await Rig.run(try Rig.center(plan: plan())) { rig in
            // Who knows a password of one tenant is nobody in another, and a plain name is main's.
            for (number, status) in [
                ("acme/agent1", 404), ("other/support", 404), ("acme/", 404), ("+34910000003", 404),
            ] {
                #expect(await rig.refusal(number) == status, "\(number)")
            }
            for username in ["gamma/agent1", "acme/agent2", "acme/"] {
                let error = await failure {
                    try await rig.street.withRegistration(at: rig.address, username: username, password: "secret") {}
                }
                #expect(error != nil, "\(username) could register")
            }
            #expect(rig.center.tenant("gamma") == nil && rig.center.tenantIDs == ["acme", "beta"])
            #expect(rig.center.tenant(.main) === rig.center)
            let acme = try #require(rig.center.tenant("acme"))
            #expect(acme.tenant("beta") == nil)
            await #expect(throws: CenterError.self) { try await acme.run() }
            await #expect(throws: CenterError.self) { try await acme.apply(CenterPlan()) }
        }
    }

    @Test("keep files of their own, and go on with them")
    func files() async throws {
        try await withTemporaryFolder { folder in
            for run in 1...2 {
                try await Rig.run(try Rig.center(plan: plan(.sqlite(folder + "/center.sqlite")))) { rig in
                    let acme = try #require(rig.center.tenant("acme"))
                    let caller = try await rig.caller("acme/support")
                    #expect(try await eventually { await acme.waiting(in: "support") == 1 })
                    await caller.hangUp()
                    #expect(try await eventually { try await acme.contacts.records().count == run })
                    #expect(try await rig.center.contacts.records().isEmpty)
                    #expect(try await acme.contacts.records().allSatisfy { $0.contact.tenant == "acme" })
                }
            }
            let report = try await SQLiteStore(path: folder + "/center.acme.sqlite", access: .readOnly).checkJournal()
            #expect(report.isInOrder && report.records == 2, "\(report)")
            for name in ["center.sqlite", "center.acme.sqlite", "center.beta.sqlite"] {
                #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
            }
        }
    }

    @Test("a new plan changes one tenant and leaves the others as they are")
    func reload() async throws {
        try await Rig.run(try Rig.center(plan: plan())) { rig in
            var plan = plan()
            plan.phones = rig.center.plan.phones
            plan.tenants[0].queues.append(Queue("extra"))
            plan.tenants[0].numbers.append(Number("extra", queue: "extra"))
            let changes = try await rig.center.apply(plan)
            #expect("\(changes)" == "acme: queues +extra; numbers +extra")
            #expect(rig.center.plan.tenants.map(\.queues.count) == [2, 1])
            #expect(try await rig.center.apply(rig.center.plan).isNothing)
            #expect(try CenterPlan(yaml: rig.center.plan.yaml()) == rig.center.plan)
            let caller = try await rig.caller("extra")
            #expect(try await eventually { await rig.center.tenant("acme")?.waiting(in: "extra") == 1 })
            await caller.hangUp()
        }
    }

    @Test("contradictions between tenants are named")
    func problems() {
        var plan = plan()
        plan.tenants.append(Tenant("acme"))
        plan.tenants.append(Tenant("a/b"))
        plan.tenants.append(Tenant(.main))
        plan.tenants.append(Tenant("gamma") { Recordings("rec") })
        plan.numbers.append(Number("acme/support", queue: "support"))
        let problems = plan.problems.joined(separator: "\n")
        for part in [
            "tenant \"acme\" is defined 2 times", "a tenant's name is made of letters", "the tenant main is the rest",
            "recordings cannot belong to one tenant", "\"acme/support\" looks like a name of another tenant",
        ] {
            #expect(problems.contains(part), "\(problems)")
        }
    }
}
