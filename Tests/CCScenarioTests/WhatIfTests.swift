import CCCore
import CCRouting
import CCScenario
import Testing

@Suite("What if")
struct WhatIfTests {
    static func day(agents: Int) -> Scenario {
        var scenario = Model.simple(
            agents: agents, rate: 0.1, talk: .logNormal(mean: 170, variation: 0.8),
            patience: .drawn(.exponential(mean: 90)), contacts: 6_000)
        scenario.warmUp = .zero
        scenario.queues[0].rules.wrapUp = .seconds(15)
        return scenario
    }

    static func records(_ scenario: Scenario) throws -> (figures: SimulationFigures, records: [ContactRecord]) {
        var timelines: [ContactID: ContactTimeline] = [:]
        let figures = try ContactSimulation(scenario).run(seed: 21) { event in
            if case .contactArrived(let contact) = event.kind { timelines[contact.id] = ContactTimeline(contact) }
            if let id = event.contact { timelines[id]?.apply(event) }
        }
        return (figures, timelines.values.compactMap(\.record))
    }

    static func isClose(_ first: Estimate, _ second: Estimate, _ tolerance: Double) -> Bool {
        abs((first.value ?? .infinity) - (second.value ?? 0)) <= tolerance * max(abs(second.value ?? 0), 0.02)
    }

    @Test("a recorded day with the same staff has its own figures")
    func sameStaff() throws {
        let scenario = Self.day(agents: 18)
        let (direct, records) = try Self.records(scenario)
        let recorded = SimulationFigures(records: records, as: scenario)
        #expect(recorded.overall.offered.value == direct.overall.offered.value)
        #expect(recorded.overall.answered.value == direct.overall.answered.value)
        #expect(Self.isClose(recorded.overall.averageWait, direct.overall.averageWait, 0.001))
        #expect(Self.isClose(recorded.overall.serviceLevels.ofOffered, direct.overall.serviceLevels.ofOffered, 0.001))
        let replayed = try ContactSimulation(scenario.replaying(records)).run(seed: 5)
        #expect(replayed.overall.offered.value == direct.overall.offered.value)
        #expect(Self.isClose(replayed.overall.abandonRate, direct.overall.abandonRate, 0.02))
        #expect(Self.isClose(replayed.overall.averageWait, direct.overall.averageWait, 0.02))
        #expect(Self.isClose(replayed.overall.serviceLevels.ofOffered, direct.overall.serviceLevels.ofOffered, 0.01))
        #expect(Self.isClose(replayed.overall.averageHandleTime, direct.overall.averageHandleTime, 0.01))
    }

    @Test("other staff moves a recorded day to the figures of a day with that staff", arguments: [16, 22])
    func otherStaff(agents: Int) throws {
        let (before, records) = try Self.records(Self.day(agents: 18))
        let (direct, _) = try Self.records(Self.day(agents: agents))
        var replay = Self.day(agents: 18).replaying(records)
        replay.groups[0].count = agents
        let replayed = try ContactSimulation(replay).run(seed: 5)
        #expect(!Self.isClose(before.overall.averageWait, direct.overall.averageWait, 0.2), "the staff matters")
        #expect(Self.isClose(replayed.overall.abandonRate, direct.overall.abandonRate, 0.12))
        #expect(Self.isClose(replayed.overall.averageWait, direct.overall.averageWait, 0.12))
        #expect(Self.isClose(replayed.overall.serviceLevels.ofOffered, direct.overall.serviceLevels.ofOffered, 0.03))
    }

    @Test("who rang at five seconds rings so long in the replay too")
    func ringing() throws {
        var scenario = Self.day(agents: 18)
        scenario.groups[0].answerDelay = .deterministic(5)
        let (direct, records) = try Self.records(scenario)
        let replay = try #require(Scenario(recorded: records))
        let replayed = try ContactSimulation(replay).run(seed: 1)
        #expect((replayed.overall.waitPercentiles["p50"] ?? 0) >= 4.9)
        #expect(Self.isClose(replayed.overall.averageWait, direct.overall.averageWait, 0.03))
        #expect(Self.isClose(replayed.overall.occupancy, direct.overall.occupancy, 0.02))
    }

    @Test("the scenario's rule for wrap-up stands, and cuts the recorded one short")
    func wrapUpRule() throws {
        let (direct, records) = try Self.records(Self.day(agents: 18))
        #expect(Self.isClose(direct.overall.averageWrapUp, Estimate(15), 0.001))
        var scenario = Self.day(agents: 18)
        scenario.queues[0].rules.wrapUp = .seconds(10)
        let replayed = try ContactSimulation(scenario.replaying(records)).run(seed: 1)
        #expect(Self.isClose(replayed.overall.averageWrapUp, Estimate(10), 0.001))
        let day = try ContactSimulation(try #require(Scenario(recorded: records))).run(seed: 1)
        #expect(Self.isClose(day.overall.averageWrapUp, Estimate(15), 0.001))
    }

    @Test("without a scenario the staff is who appears in the records")
    func staffOfRecords() throws {
        let (direct, records) = try Self.records(Self.day(agents: 18))
        let scenario = try #require(Scenario(recorded: records))
        #expect(scenario.groups.map(\.count) == [18])
        let replayed = try ContactSimulation(scenario).run(seed: 1)
        #expect(Self.isClose(replayed.overall.averageWait, direct.overall.averageWait, 0.03))
        #expect(Scenario(recorded: []) == nil)
    }
}
