import CCCore
import CCRouting
import CCScenario
import Testing

@Suite("What if, with costs")
struct WhatIfComparisonTests {
    static var day: Scenario {
        var scenario = Model.simple(
            agents: 9, rate: 0.05, talk: .exponential(mean: 160), patience: .drawn(.exponential(mean: 120)),
            contacts: 400)
        scenario.warmUp = .zero
        return scenario
    }

    @Test("nothing changed is no difference at all, since both have the same chance")
    func same() throws {
        let comparison = try WhatIfComparison(
            of: Self.day, with: Self.day, costs: CostRates(agentHour: 20), replications: 3, seed: 4)
        #expect(comparison.replications == 3)
        for figure in comparison.figures where figure.before.value != nil {
            #expect(figure.difference.value == 0)
            #expect(!figure.isSignificant)
        }
    }

    @Test("two agents more: better service, fewer lost, less busy, more wages; the parts of the cost are its sum")
    func moreAgents() throws {
        let rates = CostRates(agentHour: 20, lineMinute: 0.05, abandoned: 15, blocked: 3, late: 1)
        let comparison = try WhatIfComparison(
            of: Self.day, with: try Self.day.changed(by: [.agents(nil, 2)]), costs: rates, replications: 10, seed: 7)
        func difference(_ name: String) throws -> Double {
            let figure = try #require(comparison[name])
            #expect(figure.isSignificant)
            return try #require(figure.difference.value)
        }
        #expect(try difference("serviceLevel") > 0.05)
        #expect(try difference("abandonRate") < -0.01)
        #expect(try difference("occupancy") < -0.05)
        #expect(try difference("cost.agents") > 0)
        #expect(try difference("cost.abandoned") < 0)
        #expect(try difference("cost.late") < 0)
        let parts = try ["agents", "lines", "abandoned", "blocked", "late"].map {
            try #require(comparison["cost.\($0)"]?.after.value)
        }
        let total = try #require(comparison["cost"]?.after.value)
        #expect(abs(parts.reduce(0, +) - total) < 1e-6 * total)
    }

    @Test("with the same chance the interval of a difference is a good deal narrower than the figures' own")
    func commonRandomNumbers() throws {
        let comparison = try WhatIfComparison(
            of: Self.day, with: try Self.day.changed(by: [.agents("group", 1)]), replications: 12, seed: 9)
        let wait = try #require(comparison["averageWait", "line"] ?? comparison["averageWait"])
        let own = try #require(wait.before.halfWidth)
        #expect(try #require(wait.difference.halfWidth) < own * 0.8)
    }

    @Test("a day's costs are counts times rates")
    func costs() throws {
        let figures = try ContactSimulation(Self.day).run(seed: 3)
        let costs = DayCosts(figures, at: CostRates(agentHour: 10, agentHours: ["group": 30], abandoned: 2))
        let hours = try #require(figures.groups.first?.loginHours.value)
        #expect(abs(costs.agents - hours * 30) < 1e-9)
        #expect(costs.abandoned == (figures.overall.abandoned.value ?? -1) * 2)
        #expect(costs.lines == 0 && costs.late == 0 && costs.blocked == 0)
    }

    @Test("a tenth more contacts are a tenth more, of rates and of a recorded day", arguments: [1.1, 0.9, 2.5, 0])
    func volume(factor: Double) throws {
        let recorded = ArrivalProcess.recorded((0..<1_000).map { Duration.seconds($0) })
        guard case .recorded(let scaled) = recorded.scaled(by: factor) else {
            #expect(factor == 0)
            return
        }
        #expect(abs(Double(scaled.count) - 1_000 * factor) <= 1)
        #expect(zip(scaled, scaled.dropFirst()).allSatisfy { $0.offset <= $1.offset })
        let more = try Self.day.changed(by: [.volume(nil, factor)])
        let offered = try ContactSimulation(more).run(seed: 1).overall.offered.value ?? 0
        let before = try ContactSimulation(Self.day).run(seed: 1).overall.offered.value ?? 0
        #expect(abs(offered / before - factor) < 0.25)
    }

    @Test("skills, policies, handle times and patience change what they name, and only that")
    func otherChanges() throws {
        let changed = try Self.day.changed(by: [
            .skill("group", "es", level: 1), .policy(.init("longestWait")), .selection(nil, .init("leastLoaded")),
            .handleTime(nil, 2), .patience(nil, 0.5),
        ])
        #expect(changed.groups[0].skills["es"] == 1)
        #expect(changed.groups[0].levels["es"] == 1)
        #expect(changed.queues[0].talk.mean == Self.day.queues[0].talk.mean * 2)
        #expect(changed.queues[0].patience == .drawn(.exponential(mean: 60)))
        #expect(changed.queues[0].rules.selection.text == "leastLoaded")
        #expect(changed.queues[0].arrivals == Self.day.queues[0].arrivals)
        let back = try changed.changed(by: [.skill("group", "es", level: nil)])
        #expect(back.groups[0].skills == Self.day.groups[0].skills)
    }

    @Test(
        "customers of a recorded day who gave up become as patient as the others, and longer wrap-ups are not cut off")
    func recorded() throws {
        var day = Self.day
        day.queues[0].rules.wrapUp = .seconds(30)
        day.queues[0].arrivals = .recorded([
            RecordedArrival(offset: .seconds(1), patience: 20),
            RecordedArrival(offset: .seconds(2), waited: 10, wrapUp: 30),
        ])
        let changed = try day.changed(by: [.patience(nil, 2), .handleTime(nil, 3)])
        #expect(
            changed.queues[0].arrivals
                == .recorded([
                    RecordedArrival(offset: .seconds(1), patience: 40),
                    RecordedArrival(offset: .seconds(2), waited: 20, wrapUp: 90),
                ]))
        #expect(changed.queues[0].rules.wrapUp == .seconds(90))
    }

    @Test("what does not exist, and numbers out of range, are errors that name the place")
    func mistakes() {
        func path(_ change: ScenarioChange) -> String? {
            do throws(ScenarioError) {
                _ = try Self.day.changed(by: [change])
                return nil
            } catch { return error.path }
        }
        #expect(path(.agents("night", 1)) == "agents.night")
        #expect(path(.volume("sales", 1)) == "queues.sales")
        #expect(path(.volume(nil, .nan)) == "volume")
        #expect(path(.handleTime(nil, 0)) == "handleTime")
        #expect(path(.patience(nil, 1e9)) == "patience")
        #expect(path(.agents(nil, .max)) != nil)
        #expect(path(.agents(nil, -1_000)) == nil)
    }
}
