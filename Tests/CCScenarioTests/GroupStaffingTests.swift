import CCCore
import CCRouting
import CCScenario
import CCWorkforce
import Testing

@Suite("Agents per group, by simulation")
struct GroupStaffingTests {
    /// Three queues and two groups, both of whom can do B.
    private static func center() -> Scenario {
        var scenario = Model.skills(contacts: 600)
        for place in scenario.queues.indices { scenario.queues[place].target = 0.7 }
        return scenario
    }

    @Test("are as cheap as the cheapest of all choices", arguments: [(1.0, 1.0), (1.0, 1.6), (2.3, 1.0)])
    func optimum(first: Double, second: Double) throws {
        var options = GroupStaffing.Options()
        options.costs = ["first": first, "second": second]
        let staffing = try GroupStaffing(Self.center(), options: options)
        let result = try #require(staffing.search(seed: 7))
        #expect(result.ending == .complete)
        #expect(result.best.met)
        let optimum = try #require(staffing.exhaustive([3...8, 3...8], seed: 7))
        #expect(abs(result.best.cost - optimum.cost) < 1e-9, "\(result.best.counts), \(optimum.counts)")
        // Far fewer trials than choices, and the optimum is not at the edge of those.
        #expect(result.trials < 32)
        #expect(optimum.counts.allSatisfy { (4...7).contains($0) })
        let check = try #require(result.check)
        #expect(check.queues.allSatisfy { ($0.serviceLevels.ofOffered.value ?? 0) > 0.6 })
        #expect(check != result.best.figures)
    }

    @Test("one group for one queue needs what Erlang says")
    func single() throws {
        var scenario = Model.simple(
            agents: 1, rate: 0.1, talk: .exponential(mean: 100), patience: .drawn(.exponential(mean: 120)),
            contacts: 4_000)
        scenario.queues[0].target = 0.8
        let result = try #require(try GroupStaffing(scenario).search(seed: 3))
        let exact = try Workload(load: 10, handleTime: 100, patience: 120).agents(for: .service(0.8, within: 20))
        #expect(result.best.counts == [exact])
        #expect(result.start == [try Workload(load: 10, handleTime: 100).agents(for: .service(0.8, within: 20))])
    }

    @Test("the search ends when its budget does")
    func budget() throws {
        var options = GroupStaffing.Options()
        options.contactsMax = 3_000
        let staffing = try GroupStaffing(Self.center(), options: options)
        let short = try #require(staffing.search(seed: 7))
        #expect(short.ending == .budget)
        #expect(short.contacts <= 3_000)
        #expect(short.check == nil)
        // An end in the middle of a run.
        var asked = 0
        let none = staffing.search(seed: 7) {
            asked += 1
            return asked < 2
        }
        #expect(none == nil)
        options.contactsMax = 10
        #expect(throws: WorkforceError.self) { try GroupStaffing(Self.center(), options: options) }
    }

    @Test("the same seed has the same result")
    func same() throws {
        let staffing = try GroupStaffing(Self.center())
        #expect(staffing.search(seed: 4) == staffing.search(seed: 4))
    }

    @Test("targets that no number of agents meets, and bad options, are told")
    func unreachable() throws {
        var scenario = Self.center()
        scenario.queues[0].patience = .drawn(.deterministic(0))
        scenario.queues[0].target = 1
        scenario.groups[0].answerDelay = .deterministic(500)
        let result = try #require(try GroupStaffing(scenario).search(seed: 7))
        #expect(!result.best.met)
        #expect(result.ending == .unreachable)
        var options = GroupStaffing.Options()
        options.costs = ["nobody": 1]
        #expect(throws: WorkforceError.self) { try GroupStaffing(Self.center(), options: options) }
        options.costs = ["first": 0]
        #expect(throws: WorkforceError.self) { try GroupStaffing(Self.center(), options: options) }
    }
}
