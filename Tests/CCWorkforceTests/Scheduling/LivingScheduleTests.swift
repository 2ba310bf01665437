import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("Living with a schedule")
struct LivingScheduleTests {
    static func solved(_ seed: UInt64, skills: Int = 2) async throws -> (ScheduleProblem, [ScheduleSolution.Assignment])
    {
        let problem = try LocalSearchTests.roster(seed, skills: skills, agents: 8)
        let result = try await LocalSearch(seed: seed, workers: 1).solve(problem, budget: .moves(12_000))
        guard case .roster(let assignments) = result.solution else { return (problem, []) }
        return (problem, assignments)
    }

    @Test("a trade is made when it keeps all rules, with its cost, and refused with the rule that it breaks")
    func trades() async throws {
        let (problem, assignments) = try await Self.solved(2)
        let checker = ScheduleChecker(problem)
        let before = checker.check(.roster(assignments)).cost
        var (made, refused) = (0, Set<BrokenRule.Rule>())
        for giver in 0..<8 {
            for taker in 0..<8 where taker != giver {
                for shift in assignments where shift.agent == giver && (shift.day + taker) % 5 == 0 {
                    for inReturn in [nil] + assignments.filter({ $0.agent == taker }).map({ Int?.some($0.day) }) {
                        let trade = ShiftTrade(giver: giver, day: shift.day, taker: taker, inReturn: inReturn)
                        do {
                            let (after, change) = try trade.apply(to: assignments, in: problem)
                            let report = checker.check(.roster(after))
                            #expect(report.broken.isEmpty)
                            #expect(report.cost == before + change)
                            #expect(after.count == assignments.count)
                            made += 1
                        } catch .breaks(let rule) {
                            refused.insert(rule.rule)
                        } catch {
                            Issue.record("\(error)")
                        }
                    }
                }
            }
        }
        #expect(made > 0)
        #expect(refused.isSuperset(of: [.option, .maxHours, .oneShiftPerDay]))
        #expect(throws: ShiftTrade.Refusal.sameAgent) {
            try ShiftTrade(giver: 1, day: 0, taker: 1).apply(to: assignments, in: problem)
        }
        #expect(throws: ShiftTrade.Refusal.noShift(agent: 1, day: 99)) {
            try ShiftTrade(giver: 1, day: 99, taker: 2).apply(to: assignments, in: problem)
        }
    }

    /// Two agents with the same contract; the second cannot come on day 0.
    static func pair() throws -> ScheduleProblem {
        let agents = [1, 2, 3].map { RosterAgent(id: $0, minSlots: 8, maxSlots: 16, maxDays: 2) }
        let options = agents.flatMap { agent in
            (0..<7).filter { agent.id != 2 || $0 > 0 }.map {
                RosterOption(agent: agent.id, day: $0, pattern: 0, cost: 32)
            }
        }
        return try ScheduleProblem(
            slotsPerDay: 48, days: 7, demand: [[Int](repeating: 1, count: 336)], coverage: CoverageCost(),
            patterns: [ShiftPattern(start: 16, length: 8, breaks: [3], paid: 8)],
            work: .roster(Roster(rest: 22, maxConsecutiveDays: 6, agents: agents, options: options)))
    }

    @Test("bids are awarded by seniority or by points, and only lines that can be worked")
    func bids() throws {
        let bids = ShiftBids(try Self.pair(), lines: [[0: 0, 2: 0], [1: 0, 3: 0], [1: 0, 2: 0, 3: 0]])
        let bySeniority = try bids.award(
            [
                .init(agent: 1, seniority: 5, lines: [1, 0]), .init(agent: 2, seniority: 9, lines: [2, 0, 1]),
                .init(agent: 3, seniority: 1, lines: [1]),
            ], by: .seniority)
        #expect(bySeniority.map(\.line) == [0, 1, nil])
        #expect(bySeniority[1].refused.map(\.rule) == [.maxHours, .maxDays, .option])
        let byPoints = try bids.award(
            [
                .init(agent: 1, seniority: 5, points: [(line: 1, points: 30), (line: 0, points: 70)]),
                .init(agent: 2, seniority: 9, points: [(line: 1, points: 30)]),
                .init(agent: 3, seniority: 1, points: [(line: 1, points: 40), (line: 0, points: 60)]),
            ], by: .points)
        #expect(byPoints.map(\.line) == [0, nil, 1])
        for (wrong, code) in [
            ([ShiftBids.Bid(agent: 9, seniority: 0, lines: [])], WorkforceError.Code.mismatch),
            ([.init(agent: 1, seniority: 0, lines: [7])], .mismatch),
            ([.init(agent: 1, seniority: 0, lines: []), .init(agent: 1, seniority: 0, lines: [])], .duplicate),
        ] {
            let error = #expect(throws: WorkforceError.self) { try bids.award(wrong, by: .points) }
            #expect(error?.code == code)
        }
    }

    private static func changed(_ problem: ScheduleProblem, _ change: (Int, Int) -> Int) throws -> ScheduleProblem {
        try ScheduleProblem(
            slotsPerDay: problem.slotsPerDay, days: problem.days,
            demand: problem.demand.map { $0.enumerated().map { change($0, $1) } }, coverage: problem.coverage,
            patterns: problem.patterns, work: problem.work)
    }

    @Test("more work than forecast brings overtime, less brings early leave, another shape moves breaks")
    func intraday() throws {
        let problem = try Self.pair()
        let schedule = [(1, 0), (2, 1), (3, 2)].map {
            ScheduleSolution.Assignment(agent: $0.0, day: $0.1, pattern: 0)
        }
        func plan(_ demand: (Int, Int) -> Int, now: Int = 10) throws -> IntradayPlan {
            try IntradayPlan(try Self.changed(problem, demand), schedule, day: 1, now: now)
        }
        let quiet: (Int, Int) -> Int = { slot, _ in (64..<72).contains(slot) && slot != 67 ? 1 : 0 }
        #expect(try plan(quiet).changes.isEmpty)
        // Work until 13:00 instead of 12:00.
        let more = try plan { slot, _ in (64..<74).contains(slot) && slot != 67 ? 1 : 0 }
        #expect(more.changes.map(\.kind) == [.overtime])
        #expect(more.changes.first?.after.length == 10)
        #expect(more.changes.first.map { [$0.coverGain, $0.wages, $0.gain] } == [28, 12, 16])
        #expect(more.coverCostBefore - more.coverCostAfter == 28)
        // Nothing to do after 11:00, but the contract asks for eight paid slots.
        #expect(try plan { slot, _ in (64..<70).contains(slot) && slot != 67 ? 1 : 0 }.changes.isEmpty)
        let moved = try plan { slot, _ in (64..<72).contains(slot) && slot != 69 ? 1 : 0 }
        #expect(moved.changes.map(\.kind) == [.breakMove])
        #expect(moved.shifts[2]?.breaks == [5])
        // The break is over.
        #expect(try plan({ slot, _ in (64..<72).contains(slot) && slot != 69 ? 1 : 0 }, now: 20).changes.isEmpty)
        #expect(throws: WorkforceError.self) { try IntradayPlan(problem, [], day: 1, now: 0) }
        #expect(throws: WorkforceError.self) { try IntradayPlan(problem, schedule, day: 9, now: 0) }
    }

    @Test("a lunch of two slots moves as a whole, and never across another break")
    func lunch() throws {
        let old = try Self.pair()
        func plan(breaks: [Int], worked: [Int]) throws -> [Int]? {
            let problem = try ScheduleProblem(
                slotsPerDay: 48, days: 7,
                demand: [(0..<336).map { (64..<74).contains($0) && !worked.contains($0 - 64) ? 1 : 0 }],
                coverage: CoverageCost(), patterns: [ShiftPattern(start: 16, length: 10, breaks: breaks, paid: 8)],
                work: old.work)
            let schedule = (1...3).map { ScheduleSolution.Assignment(agent: $0, day: $0 - 1, pattern: 0) }
            var rules = IntradayPlan.Rules()
            rules.kinds = [.breakMove]
            return try IntradayPlan(problem, schedule, day: 1, now: 10, rules: rules).shifts[2]?.breaks
        }
        #expect(try plan(breaks: [4, 5], worked: [6, 7]) == [6, 7])
        #expect(try plan(breaks: [5, 4], worked: [2, 3]) == [3, 2])
        // A slot in two places where nobody is needed: the lunch takes one of them, and is not split.
        #expect(try plan(breaks: [4, 5], worked: [1, 8]) == [1, 2])
        #expect(try plan(breaks: [2, 5, 6], worked: [2, 7, 8]) == [2, 7, 8])
        // The slot that is free lies beyond the lunch.
        #expect(try plan(breaks: [2, 4, 5], worked: [4, 5, 7]) == [2, 4, 5])
    }

    @Test("changes within a day gain what they say, and keep hours and rest", arguments: 1...4 as ClosedRange<UInt64>)
    func gains(seed: UInt64) async throws {
        let (old, assignments) = try await Self.solved(seed)
        var random = SplitMix64(state: seed)
        let problem = try Self.changed(old) { _, count in Int(random.next() % 3) * count / 2 + Int(random.next() % 2) }
        let plan = try IntradayPlan(problem, assignments, day: 2, now: 12)
        #expect(!plan.changes.isEmpty)
        #expect(plan.changes.allSatisfy { $0.gain > 0 })
        #expect(plan.changes.reduce(0) { $0 + $1.coverGain } == plan.coverCostBefore - plan.coverCostAfter)
        // The changed day as patterns of its own, judged by the checker.
        let after = try plan.applied(to: assignments, in: problem)
        let report = ScheduleChecker(after.problem).check(.roster(after.assignments))
        #expect(report.broken.isEmpty)
        #expect(report.coverCost == plan.coverCostAfter)
        let before = ScheduleChecker(problem).check(.roster(assignments))
        #expect(report.wages == before.wages + plan.changes.reduce(0) { $0 + $1.wages })
        // The next changes start from there.
        let later = try IntradayPlan(after.problem, after.assignments, day: 2, now: 20)
        #expect(later.coverCostBefore == plan.coverCostAfter)
    }

    @Test("fairness counts each agent's weekends, early, late and preferred shifts")
    func fairness() throws {
        let problem = try Self.pair()
        let figures = FairnessFigures(
            problem, [(1, 0), (1, 5), (3, 6), (3, 5)].map { .init(agent: $0.0, day: $0.1, pattern: 0) },
            earlyBefore: 17, lateAfter: 24)
        #expect(figures.agents.map(\.shifts) == [2, 0, 2])
        #expect(figures.agents.map(\.weekendShifts) == [1, 0, 2])
        #expect(figures.agents.map(\.early) == [2, 0, 2])
        #expect(figures.agents.map(\.late) == [0, 0, 0])
        #expect(figures.weekendSpread == 2)
        #expect(figures.preferredShare == 1)
    }
}
