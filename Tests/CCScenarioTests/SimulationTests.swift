import CCCore
import CCRouting
@_spi(Tampering) import CCScenario
import Foundation
import Testing

@Suite("Contact simulation")
struct SimulationTests {
    /// Everything at once: redials, mistakes, breaks, shifts, levels.
    static func busyDay() throws -> Scenario { try Scenario(yaml: ScenarioFileTests.everything) }

    @Test("the same seed gives the same figures and the same events, another seed others")
    func deterministic() throws {
        let simulation = try ContactSimulation(Self.busyDay())
        func run(_ seed: UInt64) throws -> (String, [String]) {
            var lines: [String] = []
            let figures = try simulation.run(seed: seed) { lines.append(try CenterJSON.line($0)) }
            return (try CenterJSON.line(figures), lines)
        }
        let first = try run(1)
        let second = try run(1)
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
        #expect(try run(2).1 != first.1)
        #expect(try CenterJSON.line(simulation.run(seed: 1)) == first.0, "watching changes nothing")
    }

    @Test("the events of every contact make one record, and the figures are those of the records")
    func recordsAgree() throws {
        var scenario = try Self.busyDay()
        scenario.replications = 1
        scenario.warmUp = .zero
        var timelines: [ContactID: ContactTimeline] = [:]
        let figures = try ContactSimulation(scenario).run(seed: 9) { event in
            if case .contactArrived(let contact) = event.kind { timelines[contact.id] = ContactTimeline(contact) }
            if let id = event.contact { timelines[id]?.apply(event) }
        }
        let records = timelines.values.compactMap(\.record)
        #expect(records.count == timelines.count)
        let summary = CenterSummary(of: records, serviceLevelThreshold: .seconds(30))
        #expect(Double(summary.offered) == figures.overall.offered.value)
        #expect(Double(summary.answered) == figures.overall.answered.value)
        #expect(Double(summary.abandoned) == figures.overall.abandoned.value)
        let speed = try #require(summary.averageSpeedOfAnswer).inSeconds
        #expect(abs(speed - (figures.overall.averageSpeedOfAnswer.value ?? 0)) < 0.01)
        #expect((figures.overall.redials.value ?? 0) > 0)
        let outcomes = Set(records.flatMap(\.segments).map(\.outcome))
        #expect(outcomes.isSuperset(of: [.answered, .declined, .noAnswer]), "mistakes happen")
        #expect(records.contains { $0.terminalReason == .completedByAgent }, "some agents hang up early")
    }

    @Test("a day that ends with contacts waiting, offered and talking breaks no rule")
    func abruptEnd() throws {
        let scenario = Scenario(
            name: "abrupt", horizon: .seconds(3_600),
            queues: [
                ScenarioQueue(
                    Queue("queue", ringTimeout: .seconds(1_000_000), waitingMax: 1_000),
                    arrivals: .regular(interval: 60),
                    patience: .endless, talk: .deterministic(1_000_000))
            ],
            groups: [
                AgentGroup("quick", count: 2, skills: []),
                AgentGroup("slow", count: 1, skills: [], answerDelay: .deterministic(1_000_000)),
            ])
        var suite = InvariantSuite(queues: scenario.rules, agents: scenario.agents)
        var ends = 0
        _ = try ContactSimulation(scenario).run(seed: 1) { event in
            suite.observe(event)
            if case .contactEnded(_, .stopped) = event.kind { ends += 1 }
        }
        suite.finish()
        #expect(suite.violations.isEmpty, "\(suite.violations.first?.description ?? "")")
        #expect((58...60).contains(ends))
    }

    @Test("shifts, breaks and absences take the time that they should")
    func hours() throws {
        let scenario = try Self.busyDay()
        let figures = try ContactSimulation(scenario).run(seed: 3)
        let early = try #require(figures.groups.first)
        // 8 h without the 30 min between the shifts and without the warm-up, for four agents; the last contacts of a
        // shift may take a little longer.
        let hours = try #require(early.loginHours.value)
        #expect(hours > 4 * 7 - 0.01 && hours < 4 * 7 + 0.6, "\(hours)")
        // Each agent has one break of 15 min.
        let pauses = try #require(early.notReadyShare.value) * hours
        #expect(pauses > 0.99 && pauses < 4, "\(pauses)")
    }

    @Test("common random numbers: another group of agents sees the same customers")
    func commonRandomNumbers() throws {
        func arrivals(_ agents: Int) throws -> [String] {
            var scenario = try Self.busyDay()
            scenario.replications = 1
            scenario.queues[0].redials = nil
            scenario.groups[1].count = agents
            var lines: [String] = []
            _ = try ContactSimulation(scenario).run(seed: 5) { event in
                if case .contactArrived(let contact) = event.kind {
                    lines.append("\(contact.arrivedAt.timeIntervalSince1970) \(contact.dialledNumber)")
                }
            }
            return lines
        }
        #expect(try arrivals(1) == arrivals(6))
    }

    @Test("redials: who does not get through comes again, at most so often")
    func redials() throws {
        var scenario = Model.simple(agents: 2, rate: 0.1, talk: .exponential(mean: 60), waitingMax: 0, contacts: 5_000)
        scenario.warmUp = .zero
        scenario.queues[0].redials = Redials(probability: 1, delay: .deterministic(30), triesMax: 2)
        let figures = try ContactSimulation(scenario).run(seed: 1).overall
        let (offered, redials, blocked) = (
            figures.offered.value ?? 0, figures.redials.value ?? 0, figures.blocked.value ?? 0
        )
        #expect(redials > 1000)
        #expect(redials <= blocked && redials <= 2 * (offered - redials))
    }

    @Test("a router that is broken on purpose shows in the events", arguments: ["drop", "swap"])
    func tampering(way: String) throws {
        var simulation = try ContactSimulation(Model.skills(contacts: 500))
        let agents = simulation.scenario.agents
        simulation.tamper { actions, _ in
            actions = actions.compactMap { action in
                guard case .offer(let offer) = action, offer.queue == "A" else { return action }
                guard way == "swap", let stranger = agents.last else { return nil }
                return .offer(
                    Reservation(
                        id: offer.id, contact: offer.contact, agent: stranger.id, queue: offer.queue,
                        offeredAt: offer.offeredAt, deadline: offer.deadline))
            }
        }
        var strangers = 0
        let figures = try simulation.run(seed: 1) { event in
            if case .contactOffered(_, "second-3", _) = event.kind { strangers += 1 }
        }
        if way == "drop" { #expect(figures["A"]?.answered.value == 0) } else { #expect(strangers > 0) }
    }

    @Test("with two agents more the service level rises: the example of the guide")
    func guide() throws {
        let text = ScenarioFileTests.everything
        var scenario = try Scenario(yaml: text)
        let before = try ContactSimulation(scenario).run(seed: 1)
        scenario.groups[0].count += 2
        let after = try ContactSimulation(scenario).run(seed: 1)
        print(before.overall.serviceLevels.ofOffered.value ?? 0, after.overall.serviceLevels.ofOffered.value ?? 0)
        #expect(
            (before.overall.serviceLevels.ofOffered.value ?? 1) < (after.overall.serviceLevels.ofOffered.value ?? 0))
    }

    @Test("every example file is right and runs", arguments: ["help-desk", "erlang-a", "three-classes"])
    func examples(name: String) throws {
        let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Examples/Scenarios")
        let file = folder.appending(path: name + ".yml")
        var scenario = try Scenario(yaml: String(contentsOf: file, encoding: .utf8), file: file.path) { table in
            try String(contentsOf: folder.appending(path: table), encoding: .utf8)
        }
        scenario.horizon = min(scenario.horizon, .seconds(36_000))
        scenario.replications = 1
        let figures = try ContactSimulation(scenario).run(seed: 1)
        #expect((figures.overall.answered.value ?? 0) > 300)
        #expect(try Scenario(yaml: scenario.yaml) == scenario)
    }

    @Test("an observer that throws ends the run")
    func throwing() throws {
        struct Enough: Error {}
        var seen = 0
        #expect(throws: Enough.self) {
            _ = try ContactSimulation(Self.busyDay()).run(seed: 1) { _ in
                seen += 1
                if seen == 10 { throw Enough() }
            }
        }
        #expect(seen == 10)
    }
}
