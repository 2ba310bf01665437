import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("The search for schedules")
struct LocalSearchTests {
    static func roster(
        _ seed: UInt64, skills: Int = 1, agents: Int = 5, extras: Bool = false
    ) throws -> ScheduleProblem {
        try ScheduleProblem(
            json: Data(RandomInstance.roster(seed: seed, skills: skills, agents: agents, extras: extras).utf8))
    }

    /// Five slots a day, two days, three patterns: small enough to try everything.
    static func tiny(_ seed: UInt64, skills: Int) throws -> ScheduleProblem {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let patterns = [
            ShiftPattern(start: 0, length: 3, breaks: [1], paid: 3),
            ShiftPattern(start: 1, length: 3, breaks: [1], paid: 3),
            ShiftPattern(start: 3, length: 3, paid: 2),
        ]
        let agents = (0..<3).map { id in
            RosterAgent(
                id: 10 + id, skills: skills == 1 ? [0] : [[0], [1], [0, 1]][below(3)], minSlots: below(3), maxSlots: 6,
                maxDays: 2, daysBefore: below(3))
        }
        let options = agents.flatMap { agent in
            (0..<2).flatMap { day in
                patterns.indices.map { RosterOption(agent: agent.id, day: day, pattern: $0, cost: 4 + below(9)) }
            }
        }
        return try ScheduleProblem(
            slotsPerDay: 5, days: 2, demand: (0..<skills).map { _ in (0..<10).map { _ in below(3) } },
            coverage: CoverageCost(under: [5, 9], over: seed % 2 == 0 ? [1, 3] : []), patterns: patterns,
            work: .roster(Roster(rest: 2, maxConsecutiveDays: 2, agents: agents, options: options)))
    }

    /// The least cost of all schedules, by trying them.
    static func leastCost(_ problem: ScheduleProblem) throws -> Int? {
        let roster = try #require(problem.roster)
        let checker = ScheduleChecker(problem)
        var lines: [[ScheduleSolution.Assignment]] = [[]]
        for agent in roster.agents {
            var days: [[ScheduleSolution.Assignment]] = [[]]
            for day in 0..<problem.days {
                days = days.flatMap { line in
                    [line] + problem.patterns.indices.map { line + [.init(agent: agent.id, day: day, pattern: $0)] }
                }
            }
            days = days.filter { line in
                ContractCheck(
                    problem: problem, roster: roster, agent: agent,
                    line: Dictionary(uniqueKeysWithValues: line.map { ($0.day, $0.pattern) })
                ).broken.isEmpty
            }
            lines = lines.flatMap { line in days.map { line + $0 } }
        }
        return lines.map { checker.check(.roster($0)).cost }.min()
    }

    @Test("finds the optimum where everything can be tried", arguments: 1...6 as ClosedRange<UInt64>)
    func optimum(seed: UInt64) async throws {
        let problem = try Self.tiny(seed, skills: seed % 3 == 0 ? 2 : 1)
        let least = try #require(try Self.leastCost(problem))
        let result = try await LocalSearch(seed: seed).solve(problem, budget: .moves(20_000))
        #expect(result.cost == least)
        let bound = try #require(RosterBound.bound(problem, target: least, budget: .moves(200)))
        #expect(bound <= least)
        #expect(bound > least / 2)
    }

    @Test(
        "answers keep all rules and cost what the checker says",
        arguments: [(1, 1, false), (2, 3, false), (3, 2, true), (4, 5, true)] as [(UInt64, Int, Bool)])
    func rules(seed: UInt64, skills: Int, extras: Bool) async throws {
        let problem = try Self.roster(seed, skills: skills, agents: 9, extras: extras)
        guard ScheduleConflict.all(in: problem).isEmpty else {
            Issue.record("seed \(seed) makes an instance without an answer")
            return
        }
        let result = try await LocalSearch(seed: seed).solve(problem, budget: .moves(40_000))
        let report = ScheduleChecker(problem).check(result.solution)
        #expect(report.broken.isEmpty)
        #expect(report.cost == result.cost)
        // A tenth below the start of every agent's cheapest line, which annealing must leave far behind.
        let first = try await LocalSearch(seed: seed, workers: 1).solve(problem, budget: .moves(1))
        #expect(result.cost < first.cost)
        let bound = try #require(RosterBound.bound(problem, target: result.cost, budget: .moves(60)))
        #expect(bound <= result.cost)
        #expect(Double(bound) > 0.8 * Double(result.cost))
    }

    @Test("with time to find out what slots are worth, most shifts are left aside until the end, and rules are kept")
    func priced() async throws {
        let problem = try Self.roster(7, agents: 8)
        let roster = try #require(problem.roster)
        let search = LocalSearch(seed: 2, workers: 1)
        let quick = try await search.solve(problem, budget: .moves(20_000))
        let budget = ScheduleBudget.moves(900_000)
        let long = try await search.solve(problem, budget: budget)
        let report = ScheduleChecker(problem).check(long.solution)
        #expect(report.broken.isEmpty)
        #expect(report.cost == long.cost)
        #expect(long.cost <= quick.cost)
        let all = RosterSearch(problem, roster, search)
        guard case .roster(let assignments) = quick.solution else { return }
        let chosen = try #require(all.tables.chosen(assignments))
        let found = LocalSearch.Found(worker: 0, schedule: chosen, cost: quick.cost, moves: 2_048)
        let core = try #require(all.core(found, budget))
        #expect(core.options.count < all.tables.options.count)
        #expect(core.assignments(all.tables.renumbered(chosen, for: core)) == assignments)
        #expect(all.core(found, .moves(20_000)) == nil)
    }

    @Test("the same seed gives the same answer, and another one another way to it")
    func repeats() async throws {
        let problem = try Self.roster(7, agents: 8)
        let search = LocalSearch(seed: 3)
        let first = try await search.solve(problem, budget: .moves(20_000))
        #expect(try await search.solve(problem, budget: .moves(20_000)) == first)
        #expect(try await LocalSearch(seed: 4).solve(problem, budget: .moves(20_000)).solution != first.solution)
    }

    @Test("a schedule to begin with never gets worse, and a wrong one is refused")
    func start() async throws {
        let problem = try Self.roster(7, agents: 8)
        let first = try await LocalSearch().solve(problem, budget: .moves(20_000))
        let second = try await LocalSearch(seed: 9).solve(problem, from: first.solution, budget: .moves(4_096))
        #expect(second.cost <= first.cost)
        #expect(ScheduleChecker(problem).check(second.solution).broken.isEmpty)
        for wrong in [ScheduleSolution.cover([1]), .roster([.init(agent: 99, day: 0, pattern: 0)])] {
            await #expect(throws: WorkforceError.self) {
                try await LocalSearch().solve(problem, from: wrong, budget: .moves(1))
            }
        }
    }

    @Test("a budget that is spent, or of no sense, still gives an answer")
    func budgets() async throws {
        let problem = try Self.roster(7, agents: 8)
        for budget in [
            ScheduleBudget.moves(0), .moves(-5), ScheduleBudget(spent: { 1 }), ScheduleBudget(spent: { .nan }),
        ] {
            let result = try await LocalSearch().solve(problem, budget: budget)
            #expect(ScheduleChecker(problem).check(result.solution).broken.isEmpty)
        }
    }

    @Test(
        "without names: the cost is the checker's, and no less than the bound", arguments: 1...4 as ClosedRange<UInt64>)
    func cover(seed: UInt64) async throws {
        let problem = try ScheduleProblem(json: Data(RandomInstance.cover(seed: seed).utf8))
        let result = try await LocalSearch(seed: seed).solve(problem, budget: .moves(30_000))
        let report = ScheduleChecker(problem).check(result.solution)
        #expect(report.broken.isEmpty)
        #expect(report.cost == result.cost)
        let bound = try #require(result.bound)
        #expect(bound <= result.cost)
        #expect(Double(result.cost) < 1.03 * Double(bound))
        let better = try await LocalSearch(seed: seed).solve(problem, from: result.solution, budget: .moves(4_096))
        #expect(better.cost <= result.cost)
    }

    @Test("without names, when no shift is worth its price nobody works", arguments: [(0, 4), (1, 100_000)])
    func dear(under: Int, wage: Int) async throws {
        let problem = try ScheduleProblem(json: Data(RandomInstance.cover(seed: 3).utf8))
        let shifts = try #require(problem.shifts).map { AnonymousShift(day: $0.day, pattern: $0.pattern, cost: wage) }
        let dear = try ScheduleProblem(
            slotsPerDay: 48, days: 7, demand: problem.demand, coverage: CoverageCost(under: [under]),
            patterns: problem.patterns, work: .cover(shifts))
        let result = try await LocalSearch().solve(dear, budget: .moves(4_096))
        #expect(result.solution == .cover([Int](repeating: 0, count: shifts.count)))
        #expect(result.cost == under * problem.demand[0].reduce(0, +))
        #expect(result.bound == result.cost)
        var counts = [Int](repeating: 0, count: shifts.count)
        counts[7] = 3
        let better = try await LocalSearch().solve(dear, from: .cover(counts), budget: .moves(4_096))
        #expect(better.cost == result.cost)
    }

    @Test("without names, at the edges of what a problem may be", arguments: 1...40 as ClosedRange<UInt64>)
    func edges(seed: UInt64) async throws {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let (slotsPerDay, days) = ([1, 2, 7, 24][below(4)], 1 + below(9))
        let patterns = (0..<(1 + below(6))).map { _ in
            let length = 1 + below(slotsPerDay)
            return ShiftPattern(
                start: below(slotsPerDay), length: length, breaks: length > 2 && below(2) == 0 ? [1] : [],
                paid: below(length + 1))
        }
        let (most, wage, under) = ([1, 3, 40][below(3)], [1, 20, 300][below(3)], [0, 1, 14][below(3)])
        let demand = (0..<(slotsPerDay * days)).map { _ in below(most) }
        let problem = try ScheduleProblem(
            slotsPerDay: slotsPerDay, days: days, demand: [demand],
            coverage: CoverageCost(
                under: [under, under + below(30)], over: [[], [0], [1, 9]][below(3)],
                minimum: below(3) == 0 ? [demand.map { $0 / 2 }] : [], belowMinimum: 60),
            patterns: patterns,
            work: .cover(
                (0..<(1 + below(9))).map { _ in
                    AnonymousShift(day: below(days), pattern: below(patterns.count), cost: below(wage))
                }))
        let result = try await LocalSearch(seed: seed).solve(problem, budget: .moves(2_048))
        let report = ScheduleChecker(problem).check(result.solution)
        #expect(report.broken.isEmpty)
        #expect(report.cost == result.cost)
        #expect(result.bound ?? 0 <= result.cost)
    }

    @Test("without names, a hundred thousand people wanted")
    func crowd() async throws {
        let problem = try ScheduleProblem(json: Data(RandomInstance.cover(seed: 5, largest: 2_000).utf8))
        let result = try await LocalSearch().solve(problem, budget: .moves(2_048))
        #expect(ScheduleChecker(problem).check(result.solution).cost == result.cost)
        #expect(Double(result.cost) < 1.01 * Double(try #require(result.bound)))
    }
}
