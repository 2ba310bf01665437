import CCCore
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
                    Queue("sales", requires: ["sales"], wrapUp: .seconds(5)), arrivals: .poisson(rate: 1 / 30),
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

    /// Two queues with an agent each; who works long afterwards does so at both depths.
    @Test("wrap-up is that of the contact's own queue, as at contact depth")
    func wrapUp() async throws {
        func queue(_ name: String, rule: Duration, wrapUp: Distribution?) -> ScenarioQueue {
            ScenarioQueue(
                Queue(QueueID(name), requires: [SkillID(name)], wrapUp: rule),
                arrivals: .regular(interval: 100), talk: .deterministic(20), wrapUp: wrapUp)
        }
        let scenario = Scenario(
            horizon: .seconds(600),
            queues: [
                queue("short", rule: .seconds(60), wrapUp: .deterministic(5)),
                queue("long", rule: .seconds(60), wrapUp: .deterministic(40)),
                queue("whole", rule: .seconds(30), wrapUp: nil),
            ],
            groups: ["short", "long", "whole"].map { AgentGroup(AgentGroupID($0), count: 1, skills: [SkillID($0)]) })
        let contact = try ContactSimulation(scenario).run(seed: 1)
        let telephony = try await TelephonySimulation(scenario, options: TelephonyOptions(audioEvery: 0))
            .figures(seed: 1).figures
        for (place, expected) in [5.0, 40, 30].enumerated() {
            #expect(abs((contact.queues[place].averageWrapUp.value ?? 0) - expected) < 0.01)
            #expect(abs((telephony.queues[place].averageWrapUp.value ?? 0) - expected) < 0.5)
        }
    }

    @Test("agents' times end at the horizon and begin after the warm-up; further attempts are counted")
    func window() async throws {
        var queue = ScenarioQueue(
            Queue("queue", wrapUp: .zero), arrivals: .regular(interval: 100),
            patience: .drawn(.deterministic(30)), talk: .deterministic(900))
        queue.redials = Redials(probability: 1, delay: .deterministic(5), triesMax: 1)
        let scenario = Scenario(
            horizon: .seconds(600), warmUp: .seconds(60), queues: [queue], groups: [AgentGroup("group", count: 1)])
        let figures = try await TelephonySimulation(scenario, options: TelephonyOptions(audioEvery: 0))
            .figures(seed: 1).figures
        let hours = try #require(figures.groups[0].loginHours.value)
        #expect(abs(hours - 540.0 / 3_600) < 0.001)
        #expect((figures.groups[0].occupancy.value ?? 0) > 0.9)
        let redials = try #require(figures.overall.redials.value)
        #expect(redials >= 3)
        #expect(redials < figures.overall.offered.value ?? 0)
    }

    @Test("a scenario that makes no sense is an error, not a trap")
    func senseless() async {
        var scenario = Self.day()
        scenario.replications = -1
        await #expect(throws: ScenarioError.self) { try await TelephonySimulation(scenario).figures(seed: 1) }
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
