import Foundation
import Testing

@testable import CCWorkforce

@Suite("Contracts that cannot be kept")
struct ScheduleConflictTests {
    @Test("the smallest set of rules in conflict is told in words")
    func words() throws {
        func conflict(_ change: (inout RosterAgent, inout Roster) -> Void) throws -> String? {
            let problem = try ScheduleCheckerTests.one(change: change)
            let conflicts = ScheduleConflict.all(in: problem)
            #expect(conflicts.count <= 1)
            return conflicts.first?.description
        }
        #expect(try conflict { _, _ in } == nil)
        #expect(
            try conflict { agent, _ in agent.maxDays = 4 }
                == "agent 7 cannot have at least 40 paid slots a week together with at most 4 shifts a week")
        #expect(
            try conflict { agent, _ in (agent.minSlots, agent.maxSlots) = (41, 47) }
                == "agent 7 cannot have at least 41 paid slots a week together with at most 47 paid slots a week")
        #expect(
            try conflict { agent, roster in
                (agent.daysBefore, agent.maxDays) = (2, 7)
                (agent.minSlots, agent.maxSlots) = (56, 56)
                roster.maxConsecutiveDays = 4
            }
                == """
                agent 7 cannot have at least 56 paid slots a week together with at most 4 days in a row, after 2 before \
                the first day
                """)
        #expect(
            try conflict { agent, roster in
                roster.options.removeAll { $0.day > 2 && $0.day < 6 }
                agent.maxWeekends = 0
            }
                == """
                agent 7 cannot have at least 40 paid slots a week together with at most 0 weekends with work and no \
                shift on day 4
                """)
        #expect(
            try conflict { agent, roster in
                roster.options = roster.options.filter { $0.pattern == 1 - $0.day % 2 }
                (agent.minSlots, agent.maxSlots, agent.maxDays, agent.daysBefore) = (56, 56, 7, 0)
                roster.maxConsecutiveDays = 7
                roster.rest = 17
            }?.contains("17 slots of rest") == true)
    }

    @Test("the search refuses with the conflict in its message")
    func refusal() async throws {
        let problem = try ScheduleCheckerTests.one { agent, _ in agent.maxDays = 4 }
        let error = await #expect(throws: WorkforceError.self) {
            try await LocalSearch().solve(problem, budget: .moves(1))
        }
        #expect(error?.code == .infeasible)
        #expect(error?.message.contains("at most 4 shifts a week") == true)
    }

    @Test(
        "a conflict is told exactly where no line exists, and with any of its rules left out there is none",
        arguments: 1...8 as ClosedRange<UInt64>)
    func irreducible(seed: UInt64) throws {
        let old = try LocalSearchTests.roster(seed, agents: 6, extras: true)
        var roster = try #require(old.roster)
        for (place, contract) in roster.agents.enumerated() {
            roster.agents[place].minSlots = max(0, contract.maxSlots - place)
            roster.agents[place].maxDays = 3 + place % 3
        }
        let problem = try ScheduleProblem(
            slotsPerDay: old.slotsPerDay, days: old.days, demand: old.demand, coverage: old.coverage,
            patterns: old.patterns, work: .roster(roster))
        var conflicts = 0
        for (place, agent) in roster.agents.enumerated() {
            let planner = LinePlanner.all(RosterTables(problem, roster))[place]
            let line = planner.cheapest([Int](repeating: 1, count: planner.options.count))
            let conflict = ScheduleConflict.find(problem, agent: agent.id)
            #expect((line == nil) == (conflict != nil))
            guard let rules = conflict?.rules else { continue }
            conflicts += 1
            let finder = ConflictFinder(problem, roster, agent, roster.options.filter { $0.agent == agent.id })
            #expect(finder.irreducible(rules)?.count == rules.count)
            for rule in rules { #expect(finder.irreducible(rules.filter { $0 != rule }) == nil) }
            // No smaller set, whatever is in it.
            var smaller: [[ScheduleConflict.Rule]] = [[]]
            for _ in 1..<min(rules.count, 4) {
                smaller = smaller.flatMap { set in
                    let next = set.last.flatMap { finder.rules.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                    return finder.rules[next...].map { set + [$0] }
                }
                #expect(smaller.allSatisfy(finder.isPossible))
            }
        }
        #expect(conflicts > 0)
        #expect(ScheduleConflict.agents(in: problem) == ScheduleConflict.all(in: problem).map(\.agent))
        #expect(ScheduleConflict.find(problem, agents: [99, -1]).isEmpty)
    }

    @Test("where leaving out one by one ends at more rules than needed, fewer are told")
    func smallest() throws {
        // No work on any of five days, or no weekend: seven rules; and at most one shift a week: two.
        let problem = try ScheduleCheckerTests.one { agent, roster in
            roster.options.removeAll { $0.day < 5 }
            (agent.maxWeekends, agent.maxDays) = (0, 1)
            roster.maxConsecutiveDays = 6
        }
        let roster = try #require(problem.roster)
        let finder = ConflictFinder(problem, roster, roster.agents[0], roster.options)
        let order: [ScheduleConflict.Rule] =
            finder.rules.filter { if case .maxDays = $0 { true } else { false } }
            + finder.rules.filter { if case .maxDays = $0 { false } else { true } }
        #expect(try #require(finder.irreducible(order)).count > 2)
        #expect(finder.conflict?.rules.count == 2)
    }
}
