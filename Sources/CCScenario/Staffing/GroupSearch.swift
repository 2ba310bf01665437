/// The search of ``GroupStaffing``: what was tried, and the way on.
struct GroupSearch {
    private typealias Trial = GroupStaffing.Trial

    private let staffing: GroupStaffing
    private let seed: UInt64
    private let goesOn: () -> Bool
    private let groups: Range<Int>
    /// Contacts of one run.
    private let contactsPerTrial: Double

    private var tried: [[Int]: Trial] = [:]
    /// Choices that miss targets; none with fewer agents of each group has to be tried.
    private var missed: [[Int]] = []
    private var contacts = 0.0
    private var trials = 0
    private var best: Trial?

    init(_ staffing: GroupStaffing, seed: UInt64, goesOn: @escaping () -> Bool) {
        self.staffing = staffing
        self.seed = seed
        self.goesOn = goesOn
        groups = staffing.scenario.groups.indices
        let scenario = staffing.scenario
        contactsPerTrial =
            scenario.queues.reduce(0) { $0 + $1.arrivals.expected(until: scenario.horizon) }
            * Double(scenario.replications)
    }

    mutating func run() -> GroupStaffing.Result? {
        let start = staffing.start()
        var ending = GroupStaffing.Ending.complete
        do { if try !improve(from: start) { ending = .unreachable } } catch { ending = .budget }
        guard let best else { return nil }
        var check: GroupStaffing.Trial?
        if ending != .budget { check = try? simulate(best.counts, seed: seed &+ 1) }
        return .init(
            start: start, best: best, check: check?.figures, ending: ending, trials: trials, contacts: Int(contacts))
    }

    /// False when more agents do not help.
    private mutating func improve(from start: [Int]) throws -> Bool {
        var current = try evaluate(start)
        var step = max(1, start.reduce(0, +) / 12)
        while true {
            guard let enough = try added(to: current, step: step) else { return false }
            current = try removed(from: enough, step: step)
            if step == 1 { break }
            step = max(1, step / 3)
        }
        while let better = try exchanged(current) { current = try removed(from: better, step: 1) }
        return true
    }

    /// Agents where they help most for their cost, until the targets are met; nil where nothing helps.
    private mutating func added(to start: Trial, step: Int) throws -> Trial? {
        var current = start
        while !current.met {
            var next: (gain: Double, trial: Trial)?
            for group in groups where current.counts[group] + step <= staffing.options.agentsMax {
                let trial = try evaluate(changed(current.counts, [(group, step)]))
                let gain = (current.shortfall - trial.shortfall) / (trial.cost - current.cost)
                if gain > next?.gain ?? -.infinity { next = (gain, trial) }
            }
            guard let next, next.gain > 0 else { return nil }
            current = next.trial
        }
        return current
    }

    /// Without agents who are not needed, the dearest first, and among equals those who leave most room.
    private mutating func removed(from start: Trial, step: Int) throws -> Trial {
        var current = start
        while true {
            var next: Trial?
            for group in groups where current.counts[group] >= step {
                guard let trial = try promising(changed(current.counts, [(group, -step)])) else { continue }
                if let next, (next.cost, -next.slack) <= (trial.cost, -trial.slack) { continue }
                next = trial
            }
            guard let next else { return current }
            current = next
        }
    }

    /// Some agents of one group for some of another, cheaper in all or as dear and with more room; nil when there is nothing.
    private mutating func exchanged(_ current: Trial) throws -> Trial? {
        var moves: [(cost: Double, counts: [Int])] = []
        for from in groups {
            for to in groups where to != from {
                for (away, more) in [(1, 1), (2, 1), (1, 2), (3, 2), (2, 3), (3, 1)] where current.counts[from] >= away
                {
                    let counts = changed(current.counts, [(from, -away), (to, more)])
                    let cost = staffing.cost(counts)
                    guard cost <= current.cost, counts[to] <= staffing.options.agentsMax else { continue }
                    moves.append((cost, counts))
                }
            }
        }
        // The small savings first: they are the likeliest to hold.
        moves.sort { ($0.cost, $1.counts[0]) > ($1.cost, $0.counts[0]) }
        for move in moves {
            guard let trial = try promising(move.counts) else { continue }
            if trial.cost < current.cost || trial.slack > current.slack { return trial }
        }
        return nil
    }

    private func changed(_ counts: [Int], _ changes: [(group: Int, by: Int)]) -> [Int] {
        var counts = counts
        for (group, difference) in changes { counts[group] += difference }
        return counts
    }

    /// The trial if it meets the targets.
    private mutating func promising(_ counts: [Int]) throws -> Trial? {
        let hopeless = missed.contains { zip($0, counts).allSatisfy { $0 >= $1 } }
        guard !hopeless else { return nil }
        let trial = try evaluate(counts)
        return trial.met ? trial : nil
    }

    private mutating func evaluate(_ counts: [Int]) throws -> Trial {
        if let known = tried[counts] { return known }
        let trial = try simulate(counts, seed: seed)
        tried[counts] = trial
        if !trial.met { missed.append(counts) }
        let isBetter =
            best.map { best in
                best.met ? trial.met && trial.cost < best.cost : trial.met || trial.shortfall < best.shortfall
            } ?? true
        if isBetter { best = trial }
        return trial
    }

    private mutating func simulate(_ counts: [Int], seed: UInt64) throws -> Trial {
        guard goesOn(), contacts + contactsPerTrial <= Double(staffing.options.contactsMax) else {
            throw GroupStaffing.BudgetSpent()
        }
        contacts += contactsPerTrial
        trials += 1
        return try staffing.trial(counts, seed: seed, goesOn: goesOn)
    }
}
