@_spi(Tampering) import CCScenario
import CCCore
import CCRouting
import CCSimulation
import Synchronization
import Testing

@Suite("A swarm of random centres")
struct SwarmTests {
    private func findings(_ one: SwarmCase) async -> String {
        switch await one.run() {
        case .fine: ""
        case .wrong(let findings): findings.prefix(3).map(\.text).joined(separator: "\n")
        case .stuck(let reason), .crash(let reason): reason
        }
    }

    @Test("breaks no rule at contact depth", arguments: UInt64(1)...25)
    func contact(seed: UInt64) async {
        #expect(await findings(SwarmCase(seed: seed, depth: .contact)) == "")
    }

    @Test("breaks no rule at telephony depth", arguments: UInt64(1)...12)
    func telephony(seed: UInt64) async {
        #expect(await findings(SwarmCase(seed: seed, depth: .telephony)) == "")
    }

    @Test("a case is a file: what is read is what was written", arguments: SwarmCase.Depth.allCases, UInt64(1)...20)
    func file(depth: SwarmCase.Depth, seed: UInt64) throws {
        let one = SwarmCase(seed: seed, depth: depth)
        let again = try CenterJSON.value(SwarmCase.self, from: try CenterJSON.line(one))
        #expect(again == one)
    }

    /// A router that is broken on purpose, and the rule that it breaks.
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rule: String
        /// Is given what the router wants, and those who have checked out and not come back.
        let change: @Sendable (SwarmCase, inout [Router.Action], Instant, Set<AgentID>) -> Void
    }

    /// Who is checked out, as the router's actions tell.
    final class Absent: Sendable {
        private let agents = Mutex<Set<AgentID>>([])

        func note(_ actions: [Router.Action]) -> Set<AgentID> {
            agents.withLock { agents in
                for case .agentStateChanged(let agent, let state, _, _) in actions {
                    if state == .checkedOut { agents.insert(agent) } else { agents.remove(agent) }
                }
                return agents
            }
        }
    }

    static let brokenRouters: [Broken] = [
        Broken(testDescription: "an offer that is never made", rule: "reserved means offered") { _, actions, now, _ in
            guard now.nanoseconds > 100_000_000_000 else { return }
            actions.removeAll { if case .offer = $0 { true } else { false } }
        },
        Broken(testDescription: "a contact offered to two agents", rule: "one agent per contact") {
            one, actions, _, _ in
            for case .offer(let offer) in actions {
                let others = one.scenario.agents.filter { $0.id != offer.agent }
                guard let other = others.first else { continue }
                actions.append(.offer(offer.with(agent: other.id)))
            }
        },
        Broken(testDescription: "an offer to somebody without the skill", rule: "no skill violation") {
            one, actions, _, _ in
            actions = actions.map { action in
                guard case .offer(let offer) = action,
                    let queue = one.scenario.rules.first(where: { $0.id == offer.queue }),
                    let other = one.scenario.agents.first(where: { !queue.requires.isFulfilled(by: $0.skills) })
                else { return action }
                return .offer(offer.with(agent: other.id))
            }
        },
        Broken(testDescription: "an offer to somebody who has checked out", rule: "no offer after check-out") {
            one, actions, _, absent in
            actions = actions.map { action in
                guard case .offer(let offer) = action,
                    let queue = one.scenario.rules.first(where: { $0.id == offer.queue }),
                    let gone = one.scenario.agents.first(where: {
                        absent.contains($0.id) && queue.requires.isFulfilled(by: $0.skills)
                    })
                else { return action }
                return .offer(offer.with(agent: gone.id))
            }
        },
    ]

    @Test(
        "a broken router is caught by the rule that it breaks, and the case shrinks to a few calls",
        arguments: brokenRouters)
    func caught(_ router: Broken) async throws {
        @Sendable func run(_ one: SwarmCase) -> SwarmVerdict {
            var suite = InvariantSuite(queues: one.scenario.rules, agents: one.scenario.agents)
            guard var simulation = try? ContactSimulation(one.scenario) else { return .fine }
            let absent = Absent()
            simulation.tamper { router.change(one, &$0, $1, absent.note($0)) }
            struct Enough: Error {}
            _ = try? simulation.run(seed: one.seed) { event in
                suite.observe(event)
                if suite.violationCount > 0 { throw Enough() }
            }
            return SwarmVerdict(suite.violations)
        }
        let failing = (UInt64(1)...50).lazy.map { SwarmCase(seed: $0, depth: .contact, drawsRouting: false) }
            .first { if case .wrong(let found) = run($0) { found.first?.rule == router.rule } else { false } }
        let found = try #require(failing, "no seed of fifty finds it")
        let small = await Shrinker(runsMax: 500) { run($0) }.shrink(found, like: run(found))
        guard case .wrong(let findings) = run(small) else {
            Issue.record("the small case does not fail")
            return
        }
        #expect(findings.first?.rule == router.rule)
        let calls = small.scenario.queues.reduce(0) { sum, queue in
            if case .recorded(let calls) = queue.arrivals { sum + calls.count } else { sum + 1_000 }
        }
        #expect(calls <= 5)
        #expect(small.scenario.queues.count == 1)
    }
}

extension Reservation {
    /// The same offer to somebody else.
    fileprivate func with(agent: AgentID) -> Reservation {
        Reservation(
            id: ReservationID("\(id)-\(agent)"), contact: contact, agent: agent, queue: queue, offeredAt: offeredAt,
            deadline: deadline)
    }
}
