import CCCore
import CCRouting
import CCScenario
import Testing

@Suite("Queue rules and phones that ring together at contact depth")
struct RuleSimulationTests {
    /// One busy queue with three agents who answer after a while, and one with nobody of its own.
    static func scenario(_ change: (inout Queue) -> Void) -> Scenario {
        var rules = Queue("first", requires: ["a"], wrapUp: .zero)
        change(&rules)
        return Scenario(
            horizon: .seconds(20_000),
            queues: [
                ScenarioQueue(
                    rules, arrivals: .poisson(rate: 0.06), patience: .drawn(.exponential(mean: 120)),
                    talk: .exponential(mean: 60)),
                ScenarioQueue(
                    Queue("second", requires: ["b"], wrapUp: .zero), arrivals: .poisson(rate: 0.001),
                    talk: .exponential(mean: 60)),
            ],
            groups: [
                AgentGroup("a", count: 3, skills: ["a"], answerDelay: .uniform(low: 1, high: 5)),
                AgentGroup("b", count: 1, skills: ["b"], answerDelay: .deterministic(2)),
            ])
    }

    static func events(of scenario: Scenario) throws -> (events: [CenterEvent], figures: SimulationFigures) {
        var suite = InvariantSuite(queues: scenario.rules, agents: scenario.agents, policy: scenario.policy)
        var events: [CenterEvent] = []
        let figures = try ContactSimulation(scenario).run(seed: 4) {
            suite.observe($0)
            events.append($0)
        }
        suite.finish()
        #expect(suite.violations.isEmpty, "\(suite.violations.first?.description ?? "")")
        return (events, figures)
    }

    static func reasons(_ events: [CenterEvent]) -> Set<TerminalReason> {
        Set(events.compactMap { if case .contactEnded(_, let reason) = $0.kind { reason } else { nil } })
    }

    @Test("refused by a rule of joining: the reason says so, and the figures count it as turned away")
    func busy() throws {
        let run = try Self.events(
            of: Self.scenario { $0.joining = [QueueRule(when: .waiting(atLeast: 1), then: .busy)] })
        let ends = run.events.count { $0.kind == .contactEnded($0.contact ?? "", .rejectedByRule) }
        #expect(ends > 50)
        #expect(run.figures["first"]?.blocked.value == Double(ends))
        #expect(!Self.reasons(run.events).contains(.rejectedQueueFull))
    }

    @Test("moved by a rule of leaving: served in the other queue, counted where it came")
    func moved() throws {
        let run = try Self.events(
            of: Self.scenario {
                $0.leaving = [QueueRule(when: .waited(atLeast: .seconds(20)), then: .move(to: "second"))]
            })
        let first = Set(
            run.events.compactMap { event -> ContactID? in
                guard case .contactArrived(let contact) = event.kind else { return nil }
                return contact.dialledNumber == "first" ? contact.id : nil
            })
        let moved = run.events.count { event in
            guard case .contactQueued(let id, "second") = event.kind else { return false }
            return first.contains(id)
        }
        let served = run.events.count { event in
            guard case .contactAnswered(let id, let agent) = event.kind else { return false }
            return first.contains(id) && agent == "b-1"
        }
        #expect(moved > 50 && served > 20)
        let figures = try #require(run.figures["first"])
        let (offered, answered, abandoned) = (
            figures.offered.value ?? 0, figures.answered.value ?? 0, figures.abandoned.value ?? 0
        )
        #expect(offered - answered - abandoned <= 2 && offered > 1_000, "\(offered) \(answered) \(abandoned)")
    }

    @Test("all phones ring: one agent has the contact, the others are told that it was answered elsewhere")
    func ringingAll() throws {
        let run = try Self.events(of: Self.scenario { $0.ringing = .all(max: 3) })
        var offers = 0
        var elsewhere = 0
        var answers = 0
        for event in run.events {
            switch event.kind {
            case .contactOffered: offers += 1
            case .offerEnded(_, _, .answeredElsewhere): elsewhere += 1
            case .contactAnswered: answers += 1
            default: break
            }
        }
        #expect(elsewhere > 100 && answers > 500)
        #expect(offers > answers + elsewhere - 1)
        // Agents who answer at once ring and answer in one step.
        var quick = Self.scenario { $0.ringing = .all(max: 3) }
        quick.groups[0].answerDelay = .deterministic(0)
        #expect(try Self.events(of: quick).figures["first"]?.answered.value ?? 0 > 500)
    }
}
