import CCCore
import CCRouting
import CCWorkforce

/// The cheapest numbers of agents per group with whom every queue reaches its target, found by running the production router.
///
/// Formulas know one queue and one group. Where skills overlap, each choice of numbers is simulated instead, all with the same
/// customers (common random numbers), so that the difference between two choices is that of the agents alone. The search starts
/// from Erlang's numbers for each group by itself, adds agents where they help most for their cost, takes away who is not needed,
/// in steps that halve, and at last exchanges agents between groups. It is not certain to find the optimum, but on small models it
/// can be compared with ``exhaustive(_:seed:)``.
public struct GroupStaffing: Sendable {
    public struct Options: Hashable, Sendable {
        /// Per agent of a group; 1 where nothing stands. Above 0.
        public var costs: [AgentGroupID: Double] = [:]
        /// Every queue's share of given up ÷ offered at most; nil: no matter.
        public var abandonRateMax: Double?
        /// A queue's target is met when the lower end of its 95 % interval is, not already its mean.
        public var certain = false
        /// Contacts to be simulated in all, at most.
        public var contactsMax = 5_000_000
        /// Agents of a group at most, 1 to 100,000.
        public var agentsMax = 2_000

        public init() {}
    }

    /// The horizon, the customers and what they ask for; the groups' counts are what is looked for.
    public let scenario: Scenario
    public let options: Options

    /// - Throws: `ScenarioError` when the scenario cannot be run; `WorkforceError` at `costs.GROUP`, `abandonRateMax`, `agentsMax`
    ///   or `contactsMax`.
    public init(_ scenario: Scenario, options: Options = Options()) throws {
        try scenario.validate()
        for (group, cost) in options.costs.sorted(by: { $0.key < $1.key }) {
            guard scenario.groups.contains(where: { $0.id == group }) else {
                throw WorkforceError(.mismatch, at: "costs.\(group)", "there is no such group")
            }
            guard cost.isFinite, cost > 0 else {
                throw WorkforceError(.outOfRange, at: "costs.\(group)", "expected a cost above 0, not \(cost)")
            }
        }
        if let most = options.abandonRateMax, !(0...1).contains(most) {
            throw WorkforceError(.outOfRange, at: "abandonRateMax", "expected a share from 0 to 1, not \(most)")
        }
        guard (1...100_000).contains(options.agentsMax) else {
            throw WorkforceError(.outOfRange, at: "agentsMax", "expected 1 to 100000, not \(options.agentsMax)")
        }
        let contacts = scenario.queues.reduce(0) { $0 + $1.arrivals.expected(until: scenario.horizon) }
        guard contacts * Double(scenario.replications) <= Double(options.contactsMax) else {
            throw WorkforceError(
                .outOfRange, at: "contactsMax",
                "expected at least the contacts of one run, about \(contacts * Double(scenario.replications))")
        }
        self.scenario = scenario
        self.options = options
    }

    /// One choice of numbers, and what it brings.
    public struct Trial: Hashable, Sendable {
        /// In the order of the scenario's groups.
        public let counts: [Int]
        public let cost: Double
        /// By how much queues miss their targets, summed; 0 when none does.
        public let shortfall: Double
        /// By how much the queue that is nearest to missing its target exceeds it; negative when it misses it.
        public let slack: Double
        public let figures: SimulationFigures

        public var met: Bool { shortfall == 0 }
    }

    public enum Ending: String, Hashable, Sendable, Codable {
        /// No exchange makes it cheaper.
        case complete
        /// The budget was used up before.
        case budget
        /// More agents do not help.
        case unreachable
    }

    public struct Result: Hashable, Sendable {
        /// What Erlang's formulas said for each group by itself.
        public let start: [Int]
        /// The cheapest choice that meets the targets, or where none was found the nearest to it.
        public let best: Trial
        /// The same choice with other customers, who had no part in its choice; nil when the budget was used up.
        public let check: SimulationFigures?
        public let ending: Ending
        public let trials: Int
        /// Simulated in all.
        public let contacts: Int
    }

    /// - Parameters:
    ///   - seed: begins all random numbers; the same seed and budget give the same result.
    ///   - goesOn: asked again and again; at the first false the search ends with the best so far. For budgets of time.
    /// - Returns: nil when the budget did not even last for one trial.
    public func search(seed: UInt64, goesOn: @escaping () -> Bool = { true }) -> Result? {
        var search = GroupSearch(self, seed: seed, goesOn: goesOn)
        return search.run()
    }

    /// The cheapest choice of all within ranges of counts, by trying each: for comparison, on small models.
    ///
    /// - Parameter ranges: one per group, within 0 and `agentsMax`; at most 100,000 choices.
    /// - Returns: nil when none meets the targets, or the ranges are not as they have to be.
    public func exhaustive(_ ranges: [ClosedRange<Int>], seed: UInt64) -> Trial? {
        guard ranges.count == scenario.groups.count,
            ranges.allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= options.agentsMax })
        else { return nil }
        let choices = ranges.reduce(1) { min($0 * $1.count, 1_000_000) }
        guard choices <= 100_000 else { return nil }
        var best: Trial?
        for choice in 0..<choices {
            var (rest, counts) = (choice, [Int]())
            for range in ranges {
                counts.append(range.lowerBound + rest % range.count)
                rest /= range.count
            }
            if let best, cost(counts) >= best.cost { continue }
            if let trial = try? trial(counts, seed: seed, goesOn: { true }), trial.met { best = trial }
        }
        return best
    }
}

extension GroupStaffing {
    struct BudgetSpent: Error {}

    func cost(_ counts: [Int]) -> Double {
        zip(counts, scenario.groups).reduce(0) { $0 + Double($1.0) * (options.costs[$1.1.id] ?? 1) }
    }

    /// One run of the router.
    func trial(_ counts: [Int], seed: UInt64, goesOn: () -> Bool) throws -> Trial {
        var staffed = scenario
        for (place, count) in counts.enumerated() { staffed.groups[place].count = count }
        var events = 0
        let figures = try ContactSimulation(staffed).run(seed: seed) { _ in
            events += 1
            if events % 2048 == 0, !goesOn() { throw BudgetSpent() }
        }
        var (shortfall, slack) = (0.0, Double.infinity)
        func count(_ excess: Double) {
            shortfall += max(0, -excess)
            slack = min(slack, excess)
        }
        for (queue, rules) in zip(figures.queues, scenario.queues) {
            let level = queue.serviceLevels.ofOffered
            if let value = level.value {
                count(value - (options.certain ? level.halfWidth ?? 0 : 0) - rules.target)
            }
            if let most = options.abandonRateMax, let value = queue.abandonRate.value {
                count(most - value - (options.certain ? queue.abandonRate.halfWidth ?? 0 : 0))
            }
        }
        return Trial(counts: counts, cost: cost(counts), shortfall: shortfall, slack: slack, figures: figures)
    }

    /// Erlang's numbers for each group by itself: a queue's work is shared out evenly among the groups that can do it, by how
    /// cheap they are.
    func start() -> [Int] {
        let hours = max(scenario.horizon / .seconds(3600), 1e-9)
        var loads = [Double](repeating: 0, count: scenario.groups.count)
        var rates = [Double](repeating: 0, count: scenario.groups.count)
        var shares = [(target: Double, threshold: Double)](repeating: (0, 1e9), count: scenario.groups.count)
        for queue in scenario.queues {
            let able = scenario.groups.indices.filter {
                queue.rules.requires.isFulfilled(by: scenario.groups[$0].skills)
            }
            let worths = able.map { 1 / (options.costs[scenario.groups[$0].id] ?? 1) }
            let perHour = queue.arrivals.expected(until: scenario.horizon) / hours
            let seconds = queue.talk.mean + (queue.wrapUp?.mean ?? queue.rules.wrapUp / .seconds(1))
            for (group, worth) in zip(able, worths) {
                let part = perHour * worth / worths.reduce(0, +)
                rates[group] += part
                loads[group] += part * seconds / 3600
                shares[group].target = max(shares[group].target, queue.target)
                shares[group].threshold = min(shares[group].threshold, queue.rules.serviceLevelThreshold / .seconds(1))
            }
        }
        return scenario.groups.indices.map { group in
            guard rates[group] > 0, loads[group] > 0,
                let work = try? Workload(
                    contactsPerHour: rates[group], handleTime: loads[group] / rates[group] * 3600)
            else { return 0 }
            let targets = StaffingTargets.service(min(shares[group].target, 0.99), within: shares[group].threshold)
            return min((try? work.agents(for: targets)) ?? 0, options.agentsMax)
        }
    }
}

extension ArrivalProcess {
    /// How many contacts are to be expected before a time.
    func expected(until horizon: Duration) -> Double {
        let seconds = horizon / .seconds(1)
        switch self {
        case .none: return 0
        case .poisson(let rate): return rate * seconds
        case .regular(let interval): return seconds / interval
        case .recorded(let arrivals): return Double(arrivals.count { $0.offset < horizon })
        case .piecewise(let intervals):
            return intervals.indices.reduce(0) { sum, place in
                let begin = intervals[place].start / .seconds(1)
                let end = place + 1 < intervals.count ? intervals[place + 1].start / .seconds(1) : seconds
                return sum + intervals[place].rate * max(0, min(end, seconds) - begin)
            }
        }
    }
}
