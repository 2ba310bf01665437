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

    @Test("every conflict is real and none of its rules can be left out", arguments: 1...20 as ClosedRange<UInt64>)
    func smallest(seed: UInt64) throws {
        let problem = try LocalSearchTests.roster(seed, agents: 6, extras: true)
        let roster = try #require(problem.roster)
        for (place, agent) in roster.agents.enumerated() {
            let planner = WeekPlanner(tables: RosterTables(problem, roster), agent: place)
            let line = planner.cheapest([Int](repeating: 1, count: planner.options.count))
            #expect((line == nil) == (ScheduleConflict.find(problem, agent: agent.id) != nil))
        }
    }
}
