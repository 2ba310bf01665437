import CCCore
import CCRouting
import CCScenario
import CCWorkforce
import Testing

/// The formulas of staffing against the production router: what is exact has to lie within the interval of chance, and
/// approximations near it.
@Suite("Staffing against simulation")
struct StaffingSimulationTests {
    @Test("every figure of Erlang A agrees with the simulated centre")
    func erlangA() throws {
        let work = try Workload(contactsPerHour: 1080, handleTime: 60, patience: 90)
        let exact = try WaitingFigures(work, agents: 18, threshold: 10)
        let figures = try ContactSimulation(
            Model.simple(
                agents: 18, rate: 0.3, talk: .exponential(mean: 60), patience: .drawn(.exponential(mean: 90)),
                contacts: 25_000, threshold: .seconds(10))
        ).run(seed: 12).overall
        #expect(figures.waitingProbability.agrees(with: exact.waitingProbability))
        #expect(figures.abandonRate.agrees(with: exact.abandonRate))
        #expect(figures.averageWait.agrees(with: exact.averageWait))
        #expect(figures.averageSpeedOfAnswer.agrees(with: exact.averageSpeedOfAnswer))
        #expect(figures.serviceLevels.ofOffered.agrees(with: exact.serviceLevel()))
        #expect(figures.serviceLevels.ofAnswered.agrees(with: exact.serviceLevel(.ofAnswered)))
        #expect(
            figures.serviceLevels.excludingAbandonedInTime.agrees(with: exact.serviceLevel(.excludingAbandonedInTime)))
        #expect(
            figures.serviceLevels.includingAbandonedInTime.agrees(with: exact.serviceLevel(.includingAbandonedInTime)))
        #expect(figures.occupancy.agrees(with: exact.occupancy))
        #expect(figures.queueLength.agrees(with: exact.queueLength))
        // One agent more is another centre: the test would see it.
        let more = try WaitingFigures(work, agents: 19, threshold: 10)
        #expect(!figures.averageWait.agrees(with: more.averageWait))
        #expect(!figures.averageSpeedOfAnswer.agrees(with: more.averageSpeedOfAnswer))
        #expect(!figures.serviceLevels.ofOffered.agrees(with: more.serviceLevel()))
    }

    @Test(
        "approximations for other handle times are near the simulated centre",
        arguments: [
            (Distribution.deterministic(60), 0.0, 20_000.0), (.logNormal(mean: 60, variation: 1.3), 1.69, 60_000),
        ])
    func generalService(talk: Distribution, variation: Double, contacts: Double) throws {
        let figures = try ContactSimulation(
            Model.simple(agents: 10, rate: 0.14, talk: talk, contacts: contacts)
        ).run(seed: 6).overall
        let near = try GeneralServiceFigures(
            Workload(contactsPerHour: 504, handleTime: 60), agents: 10, variation: variation)
        let simulated = try #require(figures.averageWait.value)
        let chance = try #require(figures.averageWait.halfWidth)
        #expect(abs(near.averageWait - simulated) < 0.08 * simulated + chance)
        #expect(abs(near.serviceLevel - (figures.serviceLevels.ofOffered.value ?? 0)) < 0.03)
        // Erlang C alone is far off.
        let erlang = try WaitingFigures(Workload(contactsPerHour: 504, handleTime: 60), agents: 10)
        #expect(abs(erlang.averageWait - simulated) > 0.15 * simulated)
    }

    @Test("callers who come back much later are as the fixed point says")
    func retrials() throws {
        var scenario = Model.simple(
            agents: 9, rate: 0.15, talk: .exponential(mean: 60), patience: .drawn(.exponential(mean: 60)),
            contacts: 20_000)
        scenario.warmUp = .seconds(20_000)
        scenario.queues[0].redials = Redials(probability: 0.7, delay: .exponential(mean: 1800), triesMax: 60)
        let figures = try ContactSimulation(scenario).run(seed: 9).overall
        let new = try Workload(load: 9, handleTime: 60, patience: 60)
        let all = try new.withRetrials(probability: 0.7, agents: 9)
        let exact = try WaitingFigures(all, agents: 9)
        let simulated = try #require(figures.abandonRate.value)
        #expect(abs(simulated - exact.abandonRate) < 0.04 * simulated + (figures.abandonRate.halfWidth ?? 0))
        #expect(try WaitingFigures(new, agents: 9).abandonRate < 0.8 * simulated)
    }
}
