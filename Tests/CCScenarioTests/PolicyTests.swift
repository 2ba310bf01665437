import CCCore
import CCRouting
import CCScenario
import Testing

/// Each policy has the property that it is known for, and the default does not have it: so the tests can tell. Seeds are
/// fixed; intervals are of 95 %, over batches of time.
@Suite("What policies are known for")
struct PolicyTests {
    /// Two queues, A and B, and one team for both.
    private func shared(
        agents: Int, rates: (Double, Double), talks: (Double, Double) = (60, 60), patience: Patience = .endless,
        contacts: Double = 60_000, policy: String = "longestWait",
        change: (inout ScenarioQueue, Bool) -> Void = { _, _ in }
    ) throws -> SimulationFigures {
        var queues = [
            ScenarioQueue(
                Queue("A", wrapUp: .zero, waitingMax: 1_000_000), arrivals: .poisson(rate: rates.0),
                patience: patience, talk: .exponential(mean: talks.0)),
            ScenarioQueue(
                Queue("B", wrapUp: .zero, waitingMax: 1_000_000), arrivals: .poisson(rate: rates.1),
                patience: patience, talk: .exponential(mean: talks.1)),
        ]
        change(&queues[0], true)
        change(&queues[1], false)
        let warmUp = 3_600.0
        let scenario = Scenario(
            horizon: .seconds(contacts / (rates.0 + rates.1) + warmUp), warmUp: .seconds(warmUp),
            policy: try Policy(policy), queues: queues, groups: [AgentGroup("team", count: agents)])
        return try ContactSimulation(scenario).run(seed: 8)
    }

    private func value(_ estimate: Estimate?) throws -> Double { try #require(estimate?.value) }

    /// Whether the first is less, and not by chance.
    private func isLess(_ less: Estimate?, _ more: Estimate?) throws -> Bool {
        let (less, more) = (try #require(less), try #require(more))
        return try value(less) + (less.halfWidth ?? .infinity) < value(more) - (more.halfWidth ?? .infinity)
    }

    @Test("fixed queue ratio: the lengths of the queues have the ratio of their shares")
    func fixedQueueRatio() throws {
        func shareOfA(_ policy: String) throws -> Double {
            let figures = try shared(
                agents: 30, rates: (0.28, 0.28), patience: .drawn(.exponential(mean: 120)), policy: policy)
            let (a, b) = (try value(figures["A"]?.queueLength), try value(figures["B"]?.queueLength))
            return a / (a + b)
        }
        #expect(abs(try shareOfA("fixedQueueRatio(A: 2, B: 1)") - 2.0 / 3) < 0.04)
        #expect(abs(try shareOfA("fixedQueueRatio(A: 1, B: 3)") - 0.25) < 0.04)
        #expect(abs(try shareOfA("longestWait") - 0.5) < 0.03)
    }

    @Test("generalised cµ: convex costs of waiting are lower than with the oldest first")
    func generalizedCMu() throws {
        func cost(_ policy: String) throws -> (value: Double, halfWidth: Double) {
            let figures = try shared(
                agents: 20, rates: (0.15, 0.04), talks: (60, 240), contacts: 80_000, policy: policy)
            let (a, b) = (try #require(figures["A"]).averageSquaredWait, try #require(figures["B"]).averageSquaredWait)
            // Per second of the day: a second of waiting in A costs four times as much.
            return (
                try 4 * 0.15 * value(a) + 0.04 * value(b), 4 * 0.15 * (a.halfWidth ?? 0) + 0.04 * (b.halfWidth ?? 0)
            )
        }
        let fifo = try cost("oldestFirst")
        let rule = try cost("generalizedCMu(A: 4, B: 1)")
        #expect(rule.value + rule.halfWidth < fifo.value - fifo.halfWidth, "\(rule), first come first served \(fifo)")
    }

    @Test("specialists first: flexible agents stay free, and fewer contacts wait")
    func specialistsFirst() throws {
        func run(_ policy: Policy) throws -> SimulationFigures {
            func queue(_ id: String) -> ScenarioQueue {
                ScenarioQueue(
                    Queue(QueueID(id), requires: .skill(SkillID(id)), wrapUp: .zero, selection: policy),
                    arrivals: .poisson(rate: 0.06), talk: .exponential(mean: 60))
            }
            let scenario = Scenario(
                horizon: .seconds(1_500_000), warmUp: .seconds(3_600), queues: [queue("a"), queue("b")],
                groups: [
                    AgentGroup("a", count: 4, skills: ["a"]), AgentGroup("b", count: 4, skills: ["b"]),
                    AgentGroup("both", count: 4, skills: ["a", "b"]),
                ])
            return try ContactSimulation(scenario).run(seed: 8)
        }
        let (idle, first) = (try run(.longestIdle), try run(.specialistsFirst))
        #expect(try isLess(first.groups[2].occupancy, idle.groups[2].occupancy))
        #expect(
            try isLess(first.overall.waitingProbability, idle.overall.waitingProbability),
            "\(first.overall.waitingProbability), \(idle.overall.waitingProbability)")
        let (flexible, special) = (try value(first.groups[2].occupancy), try value(first.groups[0].occupancy))
        #expect(flexible < 0.7 * special, "\(flexible) and \(special)")
    }

    @Test("service-level-driven: the queue that was furthest from its target gets nearer to it")
    func serviceLevel() throws {
        func worst(_ policy: String) throws -> (Estimate, Estimate) {
            let figures = try shared(
                agents: 20, rates: (0.16, 0.16), patience: .drawn(.exponential(mean: 180)), policy: policy
            ) { queue, isFirst in
                queue.rules.serviceLevelThreshold = .seconds(isFirst ? 10 : 60)
                queue.target = 0.8
            }
            return (
                try #require(figures["A"]).serviceLevels.ofOffered, try #require(figures["B"]).serviceLevels.ofOffered
            )
        }
        let (plain, driven) = (try worst("longestWait"), try worst("serviceLevel"))
        #expect(try isLess(plain.0, driven.0), "A was the worst: \(plain), driven \(driven)")
        #expect(try min(value(driven.0), value(driven.1)) > min(value(plain.0), value(plain.1)) + 0.03)
    }

    @Test("priority starves the lower queue, priority with ageing does not")
    func aging() throws {
        func low(_ policy: String) throws -> QueueFigures {
            // A alone is more than the agents can do.
            let figures = try shared(
                agents: 10, rates: (0.2, 0.02), patience: .drawn(.exponential(mean: 300)), contacts: 20_000,
                policy: policy
            ) { queue, isFirst in
                if isFirst { queue.rules.priority = 5 } else { queue.patience = .endless }
            }
            return try #require(figures["B"])
        }
        let (strict, aged) = (try low("priority"), try low("priority(aging: 60)"))
        #expect(strict.longestWait > 20_000, "hardly anybody is served before the evening: \(strict.longestWait)")
        #expect(aged.longestWait < 5 * 60 + 600, "\(aged.longestWait)")
        #expect(try value(aged.lost) == 0)
    }

    @Test("the same by the queues' own priority and ageing, with the default policy")
    func queueAging() throws {
        func low(_ aging: Duration?) throws -> QueueFigures {
            let figures = try shared(
                agents: 10, rates: (0.2, 0.02), patience: .drawn(.exponential(mean: 300)), contacts: 20_000
            ) { queue, isFirst in
                queue.rules.aging = aging
                if isFirst { queue.rules.priority = 5 } else { queue.patience = .endless }
            }
            return try #require(figures["B"])
        }
        let (strict, aged) = (try low(nil), try low(.seconds(60)))
        #expect(strict.longestWait > 20_000, "\(strict.longestWait)")
        #expect(aged.longestWait < 5 * 60 + 600, "\(aged.longestWait)")
        #expect(try value(aged.lost) == 0)
    }

    @Test("last come first served: the same mean wait, and a much larger variance")
    func lastInFirstOut() throws {
        func run(_ order: WaitingOrder) throws -> QueueFigures {
            let figures = try shared(agents: 10, rates: (0.15, 0.0001), contacts: 100_000) { queue, _ in
                queue.rules.order = order
            }
            return try #require(figures["A"])
        }
        let (fifo, lifo) = (try run(.firstInFirstOut), try run(.lastInFirstOut))
        let margin = (fifo.averageWait.halfWidth ?? 0) + (lifo.averageWait.halfWidth ?? 0)
        #expect(abs(try value(fifo.averageWait) - value(lifo.averageWait)) <= margin)
        #expect(margin < 0.3 * (try value(fifo.averageWait)), "the test is sharp")
        #expect(try isLess(fifo.averageSquaredWait, lifo.averageSquaredWait))
    }

    @Test("weighted wait: waits are in the inverse proportion of the weights, and nobody starves")
    func weightedWait() throws {
        let figures = try shared(
            agents: 10, rates: (0.12, 0.12), patience: .drawn(.exponential(mean: 400)),
            policy: "weightedWait(A: 3, B: 1)")
        let (a, b) = (
            try value(figures["A"]?.averageSpeedOfAnswer), try value(figures["B"]?.averageSpeedOfAnswer)
        )
        #expect(abs(b / a - 3) < 0.5, "\(a) and \(b)")
        let plain = try shared(agents: 10, rates: (0.12, 0.12), patience: .drawn(.exponential(mean: 400)))
        let same = (
            try value(plain["A"]?.averageSpeedOfAnswer), try value(plain["B"]?.averageSpeedOfAnswer)
        )
        #expect(abs(same.1 / same.0 - 1) < 0.1)
    }

    @Test("affine scores: a base of 40 is worth a wait of 40 seconds")
    func affineScores() throws {
        let figures = try shared(
            agents: 10, rates: (0.12, 0.12), patience: .drawn(.exponential(mean: 400)),
            policy: "affineScores(*@*: 0 1 0, A@*: 40 1 0)")
        let difference = try value(figures["B"]?.averageSpeedOfAnswer) - value(figures["A"]?.averageSpeedOfAnswer)
        #expect(abs(difference - 40) < 4, "\(difference)")
    }

    @Test("idleness ratio: free agents are in the proportion of the shares")
    func idlenessRatio() throws {
        func shareOfX(_ policy: String) throws -> Double {
            let scenario = Scenario(
                horizon: .seconds(200_000), warmUp: .seconds(3_600),
                queues: [
                    ScenarioQueue(
                        Queue("q", wrapUp: .zero, selection: try Policy(policy)), arrivals: .poisson(rate: 0.2),
                        talk: .exponential(mean: 60))
                ],
                groups: [AgentGroup("x", count: 12), AgentGroup("y", count: 12)])
            let figures = try ContactSimulation(scenario).run(seed: 8)
            let idle = try figures.groups.map { 1 - (try value($0.occupancy)) }
            return idle[0] / (idle[0] + idle[1])
        }
        let share = try shareOfX("idlenessRatio(x: 1, y: 3)")
        // Contacts can only be sent to agents who are free: with twelve of them the ratio is not reached to the last one.
        #expect(abs(share - 0.25) < 0.06, "\(share)")
        #expect(abs(try shareOfX("longestIdle") - 0.5) < 0.03)
    }

    /// After R. Ibrahim and W. Whitt (2009), in a steady, busy queue with Poisson arrivals and exponential talks the
    /// squared error of the last to enter service is about twice that of the queue length.
    @Test("estimated wait: with one class and steady load the queue length is best, and the combination follows it")
    func estimates() throws {
        let figures = try shared(agents: 40, rates: (0.65, 0.0001), contacts: 150_000)
        let estimates = try #require(figures["A"]?.estimates)
        func ratio(_ one: EstimateFigures.Estimator, _ other: EstimateFigures.Estimator) -> Double {
            let root = one.rootMeanSquare / other.rootMeanSquare
            return root * root
        }
        #expect(estimates.queueLength.count > 50_000)
        #expect((1.5...2.6).contains(ratio(estimates.lastServed, estimates.queueLength)), "\(estimates)")
        #expect(estimates.combined.rootMeanSquare < 1.1 * estimates.queueLength.rootMeanSquare)
        #expect(abs(estimates.queueLength.bias) < 0.05 * estimates.meanWait)
        #expect(estimates.combined.rootMeanSquare < 0.5 * estimates.meanWait)
    }

    static let all = [
        "longestIdle", "mostIdleGroup", "fewestContacts", "leastTalkTime", "roundRobin", "linear", "random",
        "weightedRandom", "bestProficiency", "leastLoaded", "specialistsFirst", "idlenessRatio(first: 1, second: 2)",
        "affineScores(A@first: 10 1 0.5, *@*: 0 1 1)", "oldestFirst", "priority", "priority(aging: 30)",
        "weightedWait(A: 2)", "serviceLevel", "generalizedCMu(A: 3)", "fixedQueueRatio(A: 2, B: 1, C: 1)",
        "earliestDue", "longestWait",
    ]

    @Test("with any policy no rule is broken, and the same seed gives the same day", arguments: all)
    func invariants(text: String) throws {
        var scenario = Model.skills(contacts: 1_500)
        scenario.policy = try Policy(text)
        for queue in scenario.queues.indices {
            scenario.queues[queue].rules.selection = try Policy(text)
            scenario.queues[queue].rules.wrapUp = .seconds(5)
        }
        scenario.groups[0].answerDelay = .uniform(low: 1, high: 30)
        scenario.groups[1].mistakes = Mistakes(noAnswer: 0.02, declines: 0.03, phoneDies: 0.01)
        var suite = InvariantSuite(
            queues: scenario.rules, agents: scenario.agents, policy: scenario.policy)
        let first = try ContactSimulation(scenario).run(seed: 2) { suite.observe($0) }
        suite.finish()
        #expect(suite.violations.isEmpty, "\(suite.violations.first?.description ?? "")")
        #expect((first.overall.answered.value ?? 0) > 800)
        #expect(try ContactSimulation(scenario).run(seed: 2) == first)
    }
}
