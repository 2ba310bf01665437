/// The search of the house: constructs a schedule that keeps the rules, then improves it by simulated annealing.
///
/// Rosters begin with the cheapest line of each agent, found by dynamic programming, which decides exactly whether the
/// rules can be kept at all. Problems without names begin with the whole part of their linear relaxation, which also
/// gives a bound and leaves out the shifts that cost more than their slots are worth.
///
/// All workers search on their own first; for the last part of the budget all go on from the best of them.
public struct LocalSearch: ScheduleSolver {
    /// With a budget of moves alone, the same seed and number of workers give the same answer.
    public var seed: UInt64
    /// Searches at the same time; each has a thread when the machine has so many.
    public var workers: Int

    /// - Parameter workers: 1 to 64; numbers beyond are taken as the nearest of them.
    public init(seed: UInt64 = 1, workers: Int = 2) {
        self.seed = seed
        self.workers = min(max(workers, 1), 64)
    }

    public func solve(
        _ problem: ScheduleProblem, from start: ScheduleSolution? = nil, budget: ScheduleBudget
    ) async throws -> ScheduleResult {
        switch (problem.work, start) {
        case (.cover(let shifts), nil):
            return try await CoverSearch(problem: problem, shifts: shifts, search: self).run(nil, budget)
        case (.cover(let shifts), .cover(let counts)) where counts.count == shifts.count:
            return try await CoverSearch(problem: problem, shifts: shifts, search: self).run(counts, budget)
        case (.roster(let roster), nil):
            return try await RosterSearch(problem, roster, self).run(nil, budget)
        case (.roster(let roster), .roster(let assignments)):
            return try await RosterSearch(problem, roster, self).run(assignments, budget)
        default:
            throw WorkforceError(.mismatch, at: "start", "the schedule to begin with is not one for this problem")
        }
    }

    /// The search of one worker, with random numbers of its own in each phase.
    struct Leg: Sendable {
        var worker: Int
        var phase: Int
        var seed: UInt64
        /// Shares of the budget between which the temperature falls.
        var from: Double
        var to: Double
        /// Temperatures, in costs of a slot.
        var hot: Double
        var cold: Double
    }

    /// What a worker found.
    struct Found<Schedule: Sendable>: Sendable {
        var worker: Int
        var schedule: Schedule
        var cost: Int
        var moves: Int
    }

    /// One phase: until which share of the budget, and temperatures in costs of a slot.
    typealias Phase = (to: Double, hot: Double, cold: Double)

    /// Phases one after the other: all workers from the start, then all from the best.
    ///
    /// - Parameters:
    ///   - first: What was found before, from which all begin; its moves count.
    ///   - share: Of the budget, spent before.
    ///   - next: Tells a phase by its number, the share of the budget where it begins, and the moves that every worker
    ///     has made so far; nil: this was the last.
    func phases<Schedule: Sendable>(
        first: Found<Schedule>? = nil, after share: Double = 0, _ next: (Int, Double, Int) -> Phase?,
        _ start: Schedule?, _ work: @escaping @Sendable (Leg, Schedule?, Int) -> Found<Schedule>
    ) async -> Found<Schedule>? {
        var best = first
        var (from, phase) = (share, 0)
        var moves = [Int](repeating: (first?.moves ?? 0) / workers, count: workers)
        repeat {
            guard var part = next(phase, from, moves.min() ?? 0) else { break }
            part.to = min(part.to, 1)
            let begin = best?.schedule ?? start
            let found = await withTaskGroup(of: Found<Schedule>.self) { group in
                for worker in 0..<workers {
                    let number = UInt64(phase * 64 + worker) &* 0x9E37_79B9_7F4A_7C15
                    let leg = Leg(
                        worker: worker, phase: phase, seed: seed &+ number, from: from, to: part.to, hot: part.hot,
                        cold: part.cold)
                    let done = moves[worker]
                    group.addTask { work(leg, begin, done) }
                }
                var all: [Found<Schedule>] = []
                for await one in group { all.append(one) }
                return all.sorted { ($0.cost, $0.worker) < ($1.cost, $1.worker) }
            }
            for one in found { moves[one.worker] = one.moves }
            if let first = found.first, first.cost < best?.cost ?? .max { best = first }
            from = max(part.to, from + 0.001)
            phase += 1
        } while from < 1
        best?.moves = moves.reduce(0, +)
        return best
    }
}
