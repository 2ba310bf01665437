import CCCore
import CCRouting

/// Two scenarios run with the same chance, and what differs between them.
///
/// Each pair of runs shares its seed: the same customers call, as patient as before, with the same talks. What differs
/// is then due to the change, and the interval of a difference is far narrower than that of either figure (common random
/// numbers: A. M. Law, *Simulation Modeling and Analysis*, §11.2).
public struct WhatIfComparison: Hashable, Sendable, Codable {
    /// One figure before, after, and the difference of the pairs with its 95 % interval.
    public struct Figure: Hashable, Sendable, Codable {
        /// `serviceLevel`, `abandonRate`, `blockRate`, `averageSpeedOfAnswer`, `averageWait`, `occupancy`, `offered`,
        /// `cost`, `cost.agents`, `cost.lines`, `cost.abandoned`, `cost.blocked`, `cost.late`.
        public var name: String
        /// Nil for the whole centre.
        public var queue: QueueID?
        public var before: Estimate
        public var after: Estimate
        public var difference: Estimate

        /// Whether the interval of the difference excludes zero.
        public var isSignificant: Bool {
            guard let value = difference.value, let half = difference.halfWidth else { return false }
            return abs(value) > half
        }
    }

    public var figures: [Figure]
    public var replications: Int

    public subscript(name: String, queue: QueueID? = nil) -> Figure? {
        figures.first { $0.name == name && $0.queue == queue }
    }

    /// Runs both.
    ///
    /// - Parameters:
    ///   - before: How it is.
    ///   - after: How it could be.
    ///   - rates: What things cost; without it no costs are compared.
    ///   - replications: Pairs of runs, 1 to 10,000; the scenarios' own numbers of replications are not used.
    ///   - seed: Of the first pair; the others follow.
    ///   - keepGoing: Asked after each pair: the comparison ends early when it says no.
    /// - Throws: `ScenarioError` when a scenario cannot be run.
    public init(
        of before: Scenario, with after: Scenario, costs rates: CostRates? = nil, replications: Int = 20, seed: UInt64,
        while keepGoing: () -> Bool = { true }
    ) throws(ScenarioError) {
        var before = before
        var after = after
        before.replications = 1
        after.replications = 1
        let first = try ContactSimulation(before)
        let second = try ContactSimulation(after)
        var pairs: [(SimulationFigures, SimulationFigures)] = []
        for pair in 0..<min(max(1, replications), 10_000) {
            let seed = seed &+ UInt64(pair)
            pairs.append((first.run(seed: seed), second.run(seed: seed)))
            if !keepGoing() { break }
        }
        self.replications = pairs.count
        figures = []
        compare(pairs, nil)
        let both = before.queues.map(\.id).filter { id in after.queues.contains { $0.id == id } }
        for queue in both { compare(pairs, queue) }
        guard let rates else { return }
        let costs = pairs.map { (DayCosts($0.0, at: rates), DayCosts($0.1, at: rates)) }
        add("cost", nil, costs) { $0.total }
        add("cost.agents", nil, costs) { $0.agents }
        add("cost.lines", nil, costs) { $0.lines }
        add("cost.abandoned", nil, costs) { $0.abandoned }
        add("cost.blocked", nil, costs) { $0.blocked }
        add("cost.late", nil, costs) { $0.late }
    }

    private mutating func compare(_ pairs: [(SimulationFigures, SimulationFigures)], _ queue: QueueID?) {
        func figure(_ figures: SimulationFigures, _ path: (QueueFigures) -> Estimate) -> Double? {
            (queue.map { figures[$0] } ?? figures.overall).flatMap { path($0).value }
        }
        let named: [(String, (QueueFigures) -> Estimate)] = [
            ("offered", \.offered), ("serviceLevel", \.serviceLevels.ofOffered), ("abandonRate", \.abandonRate),
            ("blockRate", \.blockRate), ("averageSpeedOfAnswer", \.averageSpeedOfAnswer),
            ("averageWait", \.averageWait),
            ("occupancy", \.occupancy),
        ]
        for (name, path) in named { add(name, queue, pairs) { figure($0, path) } }
    }

    /// Pairs in which either figure does not exist are left out.
    private mutating func add<Run>(_ name: String, _ queue: QueueID?, _ pairs: [(Run, Run)], _ value: (Run) -> Double?)
    {
        let known = pairs.compactMap { pair in
            value(pair.0).flatMap { before in value(pair.1).map { (before, $0) } }
        }
        func estimate(_ values: [Double]) -> Estimate {
            values.isEmpty ? Estimate(nil) : Estimate(totals: values, replications: values.count)
        }
        figures.append(
            Figure(
                name: name, queue: queue, before: estimate(known.map(\.0)), after: estimate(known.map(\.1)),
                difference: estimate(known.map { $0.1 - $0.0 })))
    }
}
