import CCCore
import CCRouting
import CCScenario
import Testing

/// The simulation, with the production router in the loop, against models that have exact answers: a million contacts
/// for each kind of model. Every test also says how sharp it is, so that none passes because its interval is wide.
@Suite("Exact models")
struct ExactnessTests {
    @Test("M/M/50+M agrees with Erlang A")
    func erlangA() throws {
        let exact = Exact.erlangA(agents: 50, rate: 0.8, talk: 60, patience: 120, threshold: 20)
        #expect(abs(exact.waitingProbability - 0.4677740685) < 1e-9)
        #expect(abs(exact.abandonRate - 0.0309122491) < 1e-9)
        #expect(abs(exact.meanWait - 3.7094698994) < 1e-8)
        #expect(abs(exact.inTimeOfOffered - 0.9430189547) < 1e-9)
        let figures = try ContactSimulation(
            Model.simple(
                agents: 50, rate: 0.8, talk: .exponential(mean: 60), patience: .drawn(.exponential(mean: 120)),
                contacts: 1_000_000)
        ).run(seed: 3).overall
        #expect(figures.waitingProbability.agrees(with: exact.waitingProbability))
        #expect(figures.abandonRate.agrees(with: exact.abandonRate))
        #expect(figures.averageWait.agrees(with: exact.meanWait))
        #expect(figures.serviceLevels.ofOffered.agrees(with: exact.inTimeOfOffered))
        #expect(
            figures.serviceLevels.excludingAbandonedInTime.agrees(
                with: exact.inTimeOfOffered / (1 - exact.abandonedInTime)))
        #expect(
            figures.serviceLevels.includingAbandonedInTime.agrees(
                with: exact.inTimeOfOffered + exact.abandonedInTime))
        #expect(figures.occupancy.agrees(with: 0.8 * 60 / 50 * (1 - exact.abandonRate)))
        #expect(figures.queueLength.agrees(with: 0.8 * exact.meanWait))
        #expect(figures.waitingProbability.relativeHalfWidth < 0.05)
        #expect(figures.serviceLevels.ofOffered.relativeHalfWidth < 0.01)
    }

    @Test("a model that is wrong by two per cent is told from the right one")
    func wrongModel() throws {
        let exact = Exact.erlangA(agents: 50, rate: 0.8, talk: 60, patience: 120, threshold: 20)
        let figures = try ContactSimulation(
            Model.simple(
                agents: 50, rate: 0.8, talk: .exponential(mean: 61.2), patience: .drawn(.exponential(mean: 120)),
                contacts: 200_000)
        ).run(seed: 3).overall
        #expect(!figures.waitingProbability.agrees(with: exact.waitingProbability))
        #expect(!figures.abandonRate.agrees(with: exact.abandonRate))
        #expect(!figures.serviceLevels.ofOffered.agrees(with: exact.inTimeOfOffered))
        #expect(!figures.averageTalk.agrees(with: 60))
        let handle = try ContactSimulation(
            Model.simple(agents: 12, rate: 1 / 20, talk: .exponential(mean: 185), waitingMax: 0, contacts: 100_000)
        ).run(seed: 3).overall
        #expect(!handle.blockRate.agrees(with: Exact.erlangB(agents: 12, load: 9)))
    }

    @Test("M/M/n agrees with Erlang C")
    func erlangC() throws {
        let exact = Exact.erlangC(agents: 8, rate: 6.0 / 60, talk: 60, threshold: 20)
        let figures = try ContactSimulation(
            Model.simple(agents: 8, rate: 6.0 / 60, talk: .exponential(mean: 60), contacts: 1_000_000)
        ).run(seed: 1).overall
        #expect(figures.waitingProbability.agrees(with: exact.waitingProbability))
        #expect(figures.averageWait.agrees(with: exact.meanWait))
        #expect(figures.averageSpeedOfAnswer.agrees(with: exact.meanWait))
        #expect(figures.serviceLevels.ofOffered.agrees(with: exact.inTimeOfOffered))
        #expect(figures.occupancy.agrees(with: 0.75))
        #expect(figures.abandoned.value == 0)
        #expect(figures.waitingProbability.relativeHalfWidth < 0.03)
    }

    @Test("M/M/n/n and M/G/n/n agree with Erlang B: it does not matter how the talk is distributed")
    func erlangB() throws {
        let exact = Exact.erlangB(agents: 12, load: 9)
        let talks: [(Distribution, contacts: Double)] = [
            (.exponential(mean: 180), 1_000_000), (.logNormal(mean: 180, variation: 1.5), 80_000),
            (.deterministic(180), 80_000),
        ]
        for (talk, contacts) in talks {
            let figures = try ContactSimulation(
                Model.simple(agents: 12, rate: 1 / 20, talk: talk, waitingMax: 0, contacts: contacts)
            ).run(seed: 5).overall
            #expect(figures.blockRate.agrees(with: exact), "\(talk)")
            #expect(figures.occupancy.agrees(with: 9 * (1 - exact) / 12), "\(talk)")
            #expect(figures.waitingProbability.value == 0)
            #expect(figures.blockRate.relativeHalfWidth < 0.08)
        }
    }

    @Test("M/G/1 and M/D/1 agree with Pollaczek and Khinchine")
    func singleAgent() throws {
        let talks: [(Distribution, contacts: Double)] = [
            (.logNormal(mean: 30, variation: 1), 1_000_000), (.deterministic(30), 80_000),
            (.erlang(phases: 3, mean: 30), 80_000),
            (.hyperexponential([.init(weight: 3, mean: 20), .init(weight: 1, mean: 60)]), 80_000),
        ]
        for (talk, contacts) in talks {
            let exact = Exact.pollaczekKhinchine(rate: 0.02, mean: talk.mean, secondMoment: talk.secondMoment)
            let figures = try ContactSimulation(
                Model.simple(agents: 1, rate: 0.02, talk: talk, contacts: contacts)
            ).run(seed: 11).overall
            #expect(figures.averageWait.agrees(with: exact), "\(talk): \(figures.averageWait), exact \(exact)")
            #expect(figures.waitingProbability.agrees(with: 0.6), "\(talk)")
            #expect(figures.averageWait.relativeHalfWidth < 0.06)
        }
    }

    @Test("M/G/∞: with agents enough, as many talk as arrive during a talk")
    func agentsWithoutEnd() throws {
        let figures = try ContactSimulation(
            Model.simple(agents: 60, rate: 0.1, talk: .uniform(low: 100, high: 300), contacts: 100_000)
        ).run(seed: 2).overall
        #expect(figures.utilisation.agrees(with: 20.0 / 60))
        #expect(figures.waitingProbability.value == 0)
        #expect(figures.utilisation.relativeHalfWidth < 0.01)
    }

    /// The exact values are those of the Markov chain with five numbers: busy agents of both groups, waiting contacts of
    /// the three classes.
    @Test("three classes, two groups: preference and choice by group agree with the exact Markov chain")
    func skills() throws {
        let figures = try ContactSimulation(Model.skills(contacts: 1_000_000)).run(seed: 4)
        let exact: [(queue: QueueID, waits: Double, abandons: Double, wait: Double)] = [
            ("A", 0.67010839, 0.20221406, 12.132843), ("B", 0.54338834, 0.17368350, 15.631515),
            ("C", 0.73818418, 0.18963912, 22.756694),
        ]
        for (queue, waits, abandons, wait) in exact {
            let figures = try #require(figures[queue])
            #expect(figures.waitingProbability.agrees(with: waits), "\(queue): \(figures.waitingProbability)")
            #expect(figures.abandonRate.agrees(with: abandons), "\(queue): \(figures.abandonRate)")
            #expect(figures.averageWait.agrees(with: wait), "\(queue): \(figures.averageWait)")
            #expect(figures.averageWait.relativeHalfWidth < 0.04)
        }
    }

    @Test("without the preference the same centre has other figures: the test above would see it")
    func skillsWithoutLevels() throws {
        let figures = try ContactSimulation(Model.skills(contacts: 50_000, levels: false)).run(seed: 4)
        #expect(figures["A"]?.averageWait.agrees(with: 12.132843) == false)
        #expect(figures["B"]?.averageWait.agrees(with: 15.631515) == false)
    }
}
