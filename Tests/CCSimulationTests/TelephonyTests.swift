import CCRouting
import CCScenario
import CCSimulation
import ContactCenterKit
import Testing

@Suite("A scenario runs with the production centre and telephones")
struct TelephonyTests {
    /// A small day: calls come every ten seconds for ten minutes to two queues, and four agents answer them.
    static func day(mistakes: Mistakes = Mistakes(), horizon: Duration = .seconds(600)) -> Scenario {
        Scenario(
            horizon: horizon,
            queues: [
                ScenarioQueue(
                    Queue("sales", requiredSkills: ["sales"], wrapUp: .seconds(5)), arrivals: .poisson(rate: 1 / 30),
                    patience: .drawn(.exponential(mean: 60)), talk: .exponential(mean: 40)),
                ScenarioQueue(
                    Queue("support", ringTimeout: .seconds(10), wrapUp: .seconds(20)), arrivals: .poisson(rate: 1 / 30),
                    patience: .drawn(.exponential(mean: 120)), talk: .exponential(mean: 60),
                    wrapUp: .exponential(mean: 8), redials: Redials(probability: 0.5, delay: .deterministic(30))),
            ],
            groups: [
                AgentGroup(
                    "all", count: 2, skills: ["sales"], answerDelay: .uniform(low: 1, high: 4), mistakes: mistakes),
                AgentGroup(
                    "half", count: 2, shifts: [Shift(start: .seconds(60), end: .seconds(400))],
                    breaks: [Break(start: .seconds(120), duration: .seconds(60), stagger: .seconds(60))],
                    answerDelay: .deterministic(2), mistakes: mistakes),
            ])
    }

    @Test("a quiet day: nothing is broken, lost or left over")
    func quiet() async throws {
        let result = try await TelephonySimulation(Self.day(), options: TelephonyOptions(audioEvery: 0)).run(seed: 1)
        #expect(result.violations.map(\.description) == [])
        #expect(result.records.count > 20)
        #expect(result.summary.answered > 15)
        #expect(result.outcomes[.served, default: 0] == result.summary.answered)
    }

    static let mistakes = Mistakes(
        noAnswer: 0.1, declines: 0.1, hangsUpEarly: 0.1, phoneDies: 0.05, returnsAfter: .uniform(low: 5, high: 60))

    @Test("agents who make mistakes break no rule", arguments: SimulationOptions.Scheduling.allCases, 1...5)
    func mistakes(scheduling: SimulationOptions.Scheduling, seed: UInt64) async throws {
        let options = TelephonyOptions(scheduling: scheduling, audioEvery: 0)
        let result = try await TelephonySimulation(Self.day(mistakes: Self.mistakes), options: options).run(seed: seed)
        #expect(result.violations.map(\.description) == [])
    }

    @Test("a bad network breaks no rule", arguments: SimulationOptions.Scheduling.allCases, 1...5)
    func poor(scheduling: SimulationOptions.Scheduling, seed: UInt64) async throws {
        let options = TelephonyOptions(
            scheduling: scheduling, audioEvery: 0, link: .poor,
            faults: [
                NetworkFault(.partition, at: .agent(0), start: .seconds(100), duration: .seconds(50)),
                NetworkFault(.partition, at: .street(0), start: .seconds(200), duration: .seconds(100)),
            ])
        let result = try await TelephonySimulation(Self.day(mistakes: Self.mistakes), options: options).run(seed: seed)
        #expect(result.violations.map(\.description) == [])
    }

    @Test("a stop in the middle loses nobody", arguments: 1...5)
    func stop(seed: UInt64) async throws {
        let options = TelephonyOptions(audioEvery: 0, centerFault: .stop(at: .seconds(300), grace: .seconds(20)))
        let result = try await TelephonySimulation(Self.day(mistakes: Self.mistakes), options: options).run(seed: seed)
        #expect(result.violations.map(\.description) == [])
    }
}
