import CCCore
import CCWorkforce

/// Small problems from a seed, with all kinds of rules, and schedules that need not keep them.
struct RandomProblem {
    let problem: ScheduleProblem
    private var random: SplitMix64

    private static let patterns = [
        ShiftPattern(start: 0, length: 4, breaks: [1], paid: 3),
        ShiftPattern(start: 0, length: 4, breaks: [2], paid: 3),
        ShiftPattern(start: 2, length: 4, breaks: [1], paid: 4),
        ShiftPattern(start: 2, length: 4, breaks: [2], paid: 4),
        ShiftPattern(start: 3, length: 4, breaks: [0], paid: 4), ShiftPattern(start: 4, length: 3, paid: 3),
        ShiftPattern(start: 6, length: 5, breaks: [2], paid: 4),
        ShiftPattern(start: 6, length: 5, breaks: [1], paid: 4),
    ]

    /// - Parameter loose: Contracts that nearly everything keeps.
    init(roster seed: UInt64, agents: Int = 4, days: Int = 9, skills: Int = 1, fewer: Int = 3, loose: Bool = false)
        throws
    {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let demand = (0..<skills).map { _ in (0..<(days * 8)).map { _ in below(3) } }
        let coverage = CoverageCost(
            under: below(2) == 0 ? [9, 20] : [7], over: below(2) == 0 ? [] : [1, 3],
            minimum: below(2) == 0 ? [] : demand.map { $0.map { min($0, 1) } }, belowMinimum: 30)
        let people = (0..<agents).map { agent in
            RosterAgent(
                id: agent * 3, skills: (0...below(skills)).map { _ in below(skills) },
                minSlots: loose ? 0 : below(2) * 4, maxSlots: loose ? 40 : 12 + below(3) * 4,
                maxDays: loose ? 7 : 3 + below(4), daysBefore: below(loose ? 2 : 4),
                maxWeekends: loose || below(2) == 0 ? nil : below(2))
        }
        var options: [RosterOption] = []
        for agent in people {
            for day in 0..<days where below(6) > 0 {
                for pattern in Self.patterns.indices where below(8) >= fewer {
                    let cost = Self.patterns[pattern].paid * 4 + (pattern / 2 == agent.id % 3 ? 0 : 5)
                    options.append(RosterOption(agent: agent.id, day: day, pattern: pattern, cost: cost))
                }
            }
        }
        problem = try ScheduleProblem(
            slotsPerDay: 8, days: days, demand: demand, coverage: coverage, patterns: Self.patterns,
            work: .roster(Roster(rest: loose ? 2 : 5, maxConsecutiveDays: 3, agents: people, options: options)))
        self.random = random
    }

    init(cover seed: UInt64, days: Int = 7, largest: Int = 5) throws {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let demand = (0..<(days * 8)).map { _ in below(largest + 1) }
        let coverage = CoverageCost(
            under: below(2) == 0 ? [9, 20] : [7], over: below(2) == 0 ? [] : [1, 3],
            minimum: below(2) == 0 ? [] : [demand.map { min($0, 2) }], belowMinimum: 30)
        let shifts = (0..<days).flatMap { day in
            Self.patterns.indices.map {
                AnonymousShift(day: day, pattern: $0, cost: Self.patterns[$0].paid * 4 + below(3))
            }
        }
        problem = try ScheduleProblem(
            slotsPerDay: 8, days: days, demand: [demand], coverage: coverage, patterns: Self.patterns,
            work: .cover(shifts))
        self.random = random
    }

    /// Options picked by chance, on most days at most one.
    mutating func schedule() -> ScheduleSolution {
        switch problem.work {
        case .cover(let shifts):
            return .cover(shifts.map { _ in random.next() % 3 == 0 ? Int(random.next() % 3) : 0 })
        case .roster(let roster):
            let some = UInt64(10 + random.next() % 30)
            return .roster(
                roster.options.filter { _ in random.next() % some == 0 }.map {
                    .init(agent: $0.agent, day: $0.day, pattern: $0.pattern)
                })
        }
    }
}
