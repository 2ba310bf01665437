import CCSimulation
import ContactCenterKit
import Foundation
import Testing

@Suite("What callers need, by their number or their handler")
struct NeedsTests {
    @CenterBuilder static func plan(_ store: Store = .memory, joining: [QueueRule] = []) -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        store
        Queue("support", requires: ["support"], wrapUp: .zero, joining: joining, keepsPlace: .seconds(300))
        for name in ["anna", "berta"] { Agent(AgentID(name), skills: ["support"]).phone(password: "secret") }
        Queue("front", joining: [QueueRule(when: .always, then: .number("200"))])
        Number("100", queue: "support")
        Number("400", queue: "front")
        Number("200", queue: "support", needs: RoutingNeeds(priority: 5))
        Number("112", queue: "support", needs: RoutingNeeds(isEmergency: true))
        Number("300") { call, center in
            let customer = await center.contact(of: call)?.customerNumber ?? ""
            let last = try await center.lastAgent(of: customer)
            try await center.enqueue(
                call, "support", needs: RoutingNeeds(preferredAgent: last.map { PreferredAgent($0, for: .seconds(30)) })
            )
        }
    }

    /// Callers, each a second after the one before, who stay ten seconds with the agent; anna comes after them all.
    static func order(_ numbers: [String], joining: [QueueRule] = []) async throws -> [String] {
        try await Simulation.run(seed: 2) { world in
            try await world.withCenter(plan(joining: joining)) { stage in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in numbers {
                        group.addTask {
                            do {
                                try await stage.call(number, from: "+1555\(number)") { _ in
                                    try await world.sleep(for: .seconds(60))
                                }
                            } catch is TelephonyError {
                                // The centre has hung up, or refused it.
                            }
                        }
                        try await world.sleep(for: .seconds(1))
                    }
                    try await stage.agent("anna", password: "secret") { call in
                        try? await call.answer()
                        try? await world.sleep(for: .seconds(10))
                    }
                    try await group.waitForAll()
                }
                try await world.sleep(for: .seconds(1))
                let served = try await stage.center.contacts.records(ContactFilter()).filter { $0.answeredAt != nil }
                return served.sorted { ($0.answeredAt ?? .distantPast) < ($1.answeredAt ?? .distantPast) }
                    .map(\.contact.dialledNumber.rawValue)
            }
        }
    }

    @Test("a number with a priority passes others, and an emergency everybody")
    func priority() async throws {
        #expect(try await Self.order(["100", "200", "112"]) == ["112", "200", "100"])
    }

    @Test("what a number says holds also for callers whom a rule sends on to it")
    func byRule() async throws {
        #expect(try await Self.order(["100", "400"]) == ["400", "100"])
    }

    @Test("a rule turns callers away, but no emergency")
    func emergency() async throws {
        let rule = QueueRule(when: .always, then: .busy)
        #expect(try await Self.order(["100", "200", "112"], joining: [rule]) == ["112"])
    }

    @Test("who hangs up and calls again has the old place")
    func redial() async throws {
        let records = try await Simulation.run(seed: 4) { world in
            try await world.withCenter(Self.plan()) { stage in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for seconds in [10, 60] {
                            try await stage.call("100", from: "+15550001") { _ in
                                try await world.sleep(for: .seconds(seconds))
                            }
                            try await world.sleep(for: .seconds(5))
                        }
                    }
                    try await world.sleep(for: .seconds(2))
                    group.addTask {
                        try await stage.call("100", from: "+15550002") { _ in try await world.sleep(for: .seconds(60)) }
                    }
                    try await world.sleep(for: .seconds(20))
                    try await stage.agent("anna", password: "secret", handler: WaitingTests.talks)
                    try await group.waitForAll()
                }
                try await world.sleep(for: .seconds(1))
                return try await stage.center.contacts.records(ContactFilter())
            }
        }
        let answered = records.filter { $0.answeredAt != nil }.sorted {
            ($0.answeredAt ?? .distantPast) < ($1.answeredAt ?? .distantPast)
        }
        #expect(answered.first?.contact.callerNumber == "+15550001")
        #expect(records.count == 3 && records.count { $0.terminalReason == .abandonedInQueue } >= 1)
    }

    @Test("the agent who served a customer last gets the next call, also from a file", arguments: [true, false])
    func lastAgent(isFile: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("needs-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = isFile ? Store.sqlite(folder.path + "/center.sqlite") : .memory
        let agents = try await Simulation.run(seed: 6) { world in
            try await world.withCenter(Self.plan(store)) { stage in
                for agent in ["anna", "berta"] {
                    try await stage.agent(AgentID(agent), password: "secret", handler: WaitingTests.talks)
                    try await world.sleep(for: .seconds(1))
                }
                // Berta has been idle longest when the first customer calls again.
                for customer in ["+15550001", "+15550001", "+15550002"] {
                    try await stage.call("300", from: customer) { _ in try await world.sleep(for: .seconds(10)) }
                    try await world.sleep(for: .seconds(5))
                }
                let center = stage.center
                #expect(try await center.lastAgent(of: "+15550001") == "anna")
                #expect(try await center.lastAgent(of: "+15550002") == "berta")
                #expect(try await center.lastAgent(of: "+15550003") == nil)
                #expect(try await center.lastAgent(of: "") == nil)
                #expect(try await center.lastAgent(of: "+15550001", within: .seconds(1)) == nil)
                return try await center.contacts.records(ContactFilter()).reversed().map(\.agent)
            }
        }
        #expect(agents == ["anna", "anna", "berta"])
    }
}
