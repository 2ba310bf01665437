import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("The checker of schedules")
struct ScheduleCheckerTests {
    struct Expected: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var skills: Int
        var broken: Int
        var cost: Int
        var missing: Int
        var testDescription: String { "seed \(seed), \(skills) skills" }
    }

    // Printed by check_schedule.py, the yardstick that comes with the instances, for the same instances and schedules.
    static let rosters = [
        Expected(seed: 1, skills: 1, broken: 45, cost: 6_526, missing: 129),
        Expected(seed: 2, skills: 1, broken: 56, cost: 7_049, missing: 164),
        Expected(seed: 3, skills: 2, broken: 12, cost: 12_732, missing: 399),
        Expected(seed: 4, skills: 2, broken: 50, cost: 11_073, missing: 325),
        Expected(seed: 5, skills: 3, broken: 44, cost: 18_287, missing: 603),
        Expected(seed: 6, skills: 3, broken: 38, cost: 17_064, missing: 575),
        Expected(seed: 7, skills: 4, broken: 40, cost: 24_932, missing: 859),
        Expected(seed: 8, skills: 4, broken: 39, cost: 24_439, missing: 844),
    ]

    @Test("agrees with the yardstick on rosters", arguments: rosters)
    func roster(_ expected: Expected) throws {
        let problem = try ScheduleProblem(
            json: Data(RandomInstance.roster(seed: expected.seed, skills: expected.skills, agents: 16).utf8))
        let options = try #require(problem.roster).options.map { ($0.agent, $0.day, $0.pattern) }
        let text = RandomInstance.assignment(seed: expected.seed, options: options)
        let report = ScheduleChecker(problem).check(try ScheduleSolution(json: Data(text.utf8), for: problem))
        #expect(report.broken.count == expected.broken)
        #expect(report.cost == expected.cost)
        #expect(report.missing == expected.missing)
    }

    @Test(
        "agrees with the yardstick on schedules without names",
        arguments: [(1, 10_305, 347), (2, 10_082, 327), (3, 10_910, 361)] as [(UInt64, Int, Int)])
    func cover(seed: UInt64, cost: Int, missing: Int) throws {
        let problem = try ScheduleProblem(json: Data(RandomInstance.cover(seed: seed).utf8))
        let text = RandomInstance.counts(seed: seed, shifts: 35)
        let report = ScheduleChecker(problem).check(try ScheduleSolution(json: Data(text.utf8), for: problem))
        #expect(report.broken.isEmpty)
        #expect(report.cost == cost)
        #expect(report.missing == missing)
    }

    /// One agent who works five days from 8:00 to 12:00, and exactly as his contract has it.
    static func one(change: (inout RosterAgent, inout Roster) -> Void = { _, _ in }) throws -> ScheduleProblem {
        var agent = RosterAgent(id: 7, minSlots: 40, maxSlots: 40, maxDays: 5, daysBefore: 1)
        let options = (0..<7).flatMap { day in
            (0..<2).map { RosterOption(agent: 7, day: day, pattern: $0, cost: 32) }
        }
        var roster = Roster(rest: 22, maxConsecutiveDays: 6, agents: [], options: options)
        change(&agent, &roster)
        roster.agents = [agent]
        return try ScheduleProblem(
            slotsPerDay: 48, days: 7, demand: [[Int](repeating: 0, count: 336)], coverage: CoverageCost(),
            patterns: [
                ShiftPattern(start: 16, length: 8, breaks: [3], paid: 8), ShiftPattern(start: 40, length: 8, paid: 8),
            ],
            work: .roster(roster))
    }

    static let week = (0..<5).map { ScheduleSolution.Assignment(agent: 7, day: $0, pattern: 0) }

    @Test("a schedule that keeps the rules breaks none")
    func kept() throws {
        #expect(ScheduleChecker(try Self.one()).check(.roster(Self.week)).broken.isEmpty)
    }

    @Test("every broken rule is named with agent, day, what was found and what is allowed")
    func named() throws {
        func broken(_ schedule: [ScheduleSolution.Assignment], _ problem: ScheduleProblem) -> [String] {
            ScheduleChecker(problem).check(.roster(schedule)).broken.map(\.description)
        }
        func with(_ more: (Int, Int)...) -> [ScheduleSolution.Assignment] {
            Self.week + more.map { .init(agent: 7, day: $0.0, pattern: $0.1) }
        }
        let problem = try Self.one()
        #expect(
            broken(Array(Self.week.dropLast()), problem)
                == ["agent 7, week 0: 32 paid slots, and at least 40 are agreed"])
        #expect(
            broken(with((6, 0)), problem) == [
                "agent 7, week 0: 48 paid slots, and at most 40 are allowed",
                "agent 7, week 0: 6 shifts, and at most 5 are allowed",
            ])
        #expect(broken(with((4, 1)), problem) == ["agent 7, day 4: 2 shifts, and one is allowed"])
        #expect(
            broken([.init(agent: 8, day: 0, pattern: 0)] + Self.week, problem)
                == ["agent 8, day 0: pattern 0 is not among the agent's options"])
        var late = Self.week
        late[2].pattern = 1
        #expect(
            broken(late, problem) == ["agent 7, day 3: 16 slots of rest before this shift, and at least 22 are needed"])
        #expect(
            broken(Self.week, try Self.one { agent, _ in agent.daysBefore = 3 })
                == [
                    "agent 7, day 3: 7 days in a row, and at most 6 are allowed",
                    "agent 7, day 4: 8 days in a row, and at most 6 are allowed",
                ])
        let weekend: [ScheduleSolution.Assignment] = Self.week.map { .init(agent: 7, day: $0.day + 2, pattern: 0) }
        #expect(
            broken(weekend, try Self.one { agent, _ in agent.maxWeekends = 0 })
                == ["agent 7: 1 weekends with work, and at most 0 are allowed"])
        let cover = try ScheduleProblem(json: Data(RandomInstance.cover(seed: 1).utf8))
        var counts = [Int](repeating: 0, count: 35)
        counts[3] = -2
        #expect(ScheduleChecker(cover).check(.cover(counts)).broken.map(\.rule) == [.count])
        #expect(ScheduleChecker(cover).check(.roster([])).broken.map(\.rule) == [.count])
    }

    @Test("counts and costs up to the limits neither overflow nor take memory without bound")
    func limits() throws {
        let slots = 4_096
        func problem(skills: Int, under: [Int], work: ScheduleProblem.Work) throws -> ScheduleProblem {
            try ScheduleProblem(
                slotsPerDay: 1_024, days: 4,
                demand: (0..<skills).map { _ in [Int](repeating: Limits.demand, count: slots) },
                coverage: CoverageCost(under: under, over: [Limits.cost]),
                patterns: [ShiftPattern(start: 0, length: 1_024, paid: 1_024)], work: work)
        }
        let shifts = (0..<2_000).map { AnonymousShift(day: $0 % 4, pattern: 0, cost: Limits.cost) }
        let cover = try problem(skills: 1, under: [Limits.cost], work: .cover(shifts))
        for count in [Limits.demand, Limits.people, .max] {
            let report = ScheduleChecker(cover).check(.cover([Int](repeating: count, count: 2_000)))
            #expect(Set(report.broken.map(\.rule)) == [.count])
            #expect(report.wages <= Limits.people * Limits.cost)
        }
        let agent = RosterAgent(id: 1, skills: Array(0..<10), minSlots: 0, maxSlots: 10, maxDays: 1)
        let roster = Roster(rest: 0, maxConsecutiveDays: 1, agents: [agent], options: [])
        let error = #expect(throws: WorkforceError.self) {
            try problem(skills: 10, under: Array(1...32), work: .roster(roster))
        }
        #expect(error?.place == "under_cost")
    }

    @Test("no change at random to a full week goes unseen")
    func corruption() throws {
        let checker = ScheduleChecker(try Self.one())
        var random = SplitMix64(state: 5)
        for _ in 0..<500 {
            var week = Self.week
            let place = Int(random.next() % 5)
            switch random.next() % 4 {
            case 0: week.remove(at: place)
            case 1: week[place].agent = Int(random.next() % 6)
            case 2: week[place].pattern = 2 + Int(random.next() % 9)
            default: week.append(week[place])
            }
            #expect(!checker.check(.roster(week)).broken.isEmpty)
        }
    }
}

extension ScheduleProblem {
    var roster: Roster? {
        if case .roster(let roster) = work { roster } else { nil }
    }

    var shifts: [AnonymousShift]? {
        if case .cover(let shifts) = work { shifts } else { nil }
    }
}
