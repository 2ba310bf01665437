import CCCore
import CCRouting
import CCScenario
import CCWorkforce
import Foundation

/// The first day of the schedule, run many times: the forecast's contacts, the schedule's shifts and breaks.
struct SimulatedDay {
    static let replications = 20

    let scenario: Scenario
    let opens: WallTime
    let intervals: Int

    /// What came of all runs together.
    struct Outcome {
        /// By half-hour from opening.
        var offered: [Double]
        var inTime: [Double]
        var figures: SimulationFigures
        var changes: [(question: String, comparison: WhatIfComparison)]
        let opens: WallTime

        /// The share of contacts that were answered within 20 seconds, by half-hour.
        var serviceLevels: [Double] { zip(inTime, offered).map { $1 > 0 ? $0 / $1 : .nan } }
    }

    init(
        plan: Week, forecast: Forecast, problem: ScheduleProblem, solution: ScheduleSolution,
        patience: PatienceEstimate, handling: HandleTimeFit
    ) {
        let points = forecast.points.filter { $0.time.date == plan.times[0].date }
        let opens = points[0].time
        self.opens = opens
        intervals = points.count
        var groups: [AgentGroup] = []
        if case .roster(let shifts) = solution {
            let day = opens.date.dayNumber - plan.monday.date.dayNumber
            // One in twenty does not come: the shrinkage that nobody planned.
            let present = shifts.filter { $0.day == day }.enumerated().filter { $0.offset % 20 != 19 }.map(\.element)
            for shift in present {
                let pattern = problem.patterns[shift.pattern]
                func time(_ slot: Int) -> Duration { .seconds((slot * 30 - opens.minute) * 60) }
                groups.append(
                    AgentGroup(
                        AgentGroupID("agent-\(shift.agent)"), count: 1,
                        shifts: [Shift(start: time(pattern.start), end: time(pattern.end))],
                        breaks: pattern.breaks.map {
                            Break(start: time(pattern.start + $0), duration: .seconds(1_800))
                        }))
            }
        }
        scenario = Scenario(
            name: "\(opens.date)", horizon: .seconds(points.count * 1_800),
            queues: [
                ScenarioQueue(
                    Queue("support", wrapUp: .zero),
                    arrivals: .piecewise(
                        points.enumerated().map {
                            .init(start: .seconds($0.offset * 1_800), rate: $0.element.mean / 1_800)
                        }),
                    patience: .drawn(.exponential(mean: patience.mean ?? 1e6)),
                    talk: .logNormal(mean: handling.mean, variation: handling.variation))
            ],
            groups: groups)
    }

    func run(seed: UInt64) throws -> Outcome {
        var many = scenario
        many.replications = Self.replications
        var outcome = Outcome(
            offered: Array(repeating: 0, count: intervals), inTime: Array(repeating: 0, count: intervals),
            figures: try ContactSimulation(many).run(seed: seed), changes: [], opens: opens)
        for replication in 0..<UInt64(Self.replications) {
            for record in try ContactSimulation(scenario).records(seed: seed &+ replication) {
                guard let queued = record.queuedAt else { continue }
                let interval = Int(queued.timeIntervalSince(scenario.start) / 1_800)
                guard outcome.offered.indices.contains(interval) else { continue }
                outcome.offered[interval] += 1
                if let wait = record.speedOfAnswer, wait <= .seconds(20) { outcome.inTime[interval] += 1 }
            }
        }
        outcome.changes = try changes(seed)
        return outcome
    }

    /// The questions that a manager asks.
    private func changes(_ seed: UInt64) throws -> [(String, WhatIfComparison)] {
        let rates = CostRates(agentHour: 21, abandoned: 8)
        func ask(_ question: String, _ after: Scenario) throws -> (String, WhatIfComparison) {
            (
                question,
                try WhatIfComparison(
                    of: scenario, with: after, costs: rates, replications: Self.replications, seed: seed)
            )
        }
        var more = scenario
        more.groups.append(
            AgentGroup("one-more", count: 1, shifts: [Shift(start: .zero, end: scenario.horizon)]))
        var fewer = scenario
        fewer.groups = fewer.groups.dropLast()
        return [
            try ask("a tenth more contacts", try scenario.changed(by: [.volume(nil, 1.1)])),
            try ask("handling a tenth shorter", try scenario.changed(by: [.handleTime(nil, 0.9)])),
            try ask("one agent more, all day", more),
            try ask("one shift less", fewer),
        ]
    }
}
