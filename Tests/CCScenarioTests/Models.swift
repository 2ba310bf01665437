import CCCore
import CCRouting
import CCScenario
import Testing

/// Scenarios of the text books, and a way to compare what they bring with what is exact.
enum Model {
    /// One queue, one group, no ringing, no wrap-up.
    static func simple(
        agents: Int, rate: Double, talk: Distribution, patience: Patience = .endless, waitingMax: Int = 1_000_000,
        contacts: Double, threshold: Duration = .seconds(20)
    ) -> Scenario {
        let warmUp = 40 * talk.mean
        return Scenario(
            horizon: .seconds(contacts / rate + warmUp), warmUp: .seconds(warmUp),
            queues: [
                ScenarioQueue(
                    Queue("queue", wrapUp: .zero, waitingMax: waitingMax, serviceLevelThreshold: threshold),
                    arrivals: .poisson(rate: rate), patience: patience, talk: talk)
            ],
            groups: [AgentGroup("group", count: agents)])
    }

    /// Three classes, two groups: 4 agents serve A then B, 3 agents serve C then B.
    static func skills(contacts: Double, levels: Bool = true) -> Scenario {
        func queue(_ name: String, perMinute rate: Double, patience: Double) -> ScenarioQueue {
            ScenarioQueue(
                Queue(
                    QueueID(name), requires: [SkillID(name)], wrapUp: .zero, waitingMax: 1_000_000,
                    selection: .mostIdleGroup),
                arrivals: .poisson(rate: rate / 60), patience: .drawn(.exponential(mean: patience)),
                talk: .exponential(mean: 60))
        }
        return Scenario(
            name: "skills", horizon: .seconds(contacts / 7.5 * 60 + 3600), warmUp: .seconds(3600),
            queues: [
                queue("A", perMinute: 3, patience: 60), queue("B", perMinute: 2, patience: 90),
                queue("C", perMinute: 2.5, patience: 120),
            ],
            groups: [
                AgentGroup("first", count: 4, skills: ["A", "B"], levels: levels ? ["B": 1] : [:]),
                AgentGroup("second", count: 3, skills: ["C", "B"], levels: levels ? ["B": 1] : [:]),
            ])
    }
}

extension Estimate {
    /// Whether an exact value lies within the interval of 99.9 %. With the seed fixed, a right model that is inside stays
    /// inside; a model that is wrong by some half-widths does not get there.
    func agrees(with exact: Double, degrees: Int = ContactSimulation.batches - 1) -> Bool {
        guard let value, let halfWidth = halfWidth(level: 0.999, degrees: degrees) else { return false }
        return abs(value - exact) <= halfWidth
    }

    /// Half the interval of 95 % in parts of the value: how sharp the test is.
    var relativeHalfWidth: Double { (halfWidth ?? .infinity) / (value ?? 1) }
}
