import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("The ledger of slots")
struct SlotLedgerTests {
    /// One slot, any number of skills and groups; the checker counts by augmenting paths what the ledger counts by
    /// sets of skills.
    @Test("costs, and what one agent more or less would change, agree with the checker", arguments: 1...5)
    func agrees(skills: Int) throws {
        var random = SplitMix64(state: UInt64(skills))
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        for round in 0..<40 {
            let demand = (0..<skills).map { _ in [below(6), below(3)] }
            let coverage = CoverageCost(
                under: [[14, 40], [3], [0, 2, 9], [5, 5, 7]][round % 4], over: [[], [1], [2, 6]][round % 3],
                minimum: round % 5 == 0 ? demand.map { $0.map { $0 / 2 } } : [], belowMinimum: 50)
            let groups = Set((0..<(1 + below(4))).map { _ in UInt32(1 + below((1 << skills) - 1)) }).sorted()
            let problem = try ScheduleProblem(
                slotsPerDay: 2, days: 1, demand: demand, coverage: coverage,
                patterns: [ShiftPattern(start: 0, length: 1, paid: 1)],
                work: .roster(
                    Roster(
                        rest: 0, maxConsecutiveDays: 1,
                        agents: (0..<60).map { id in
                            let set = groups[id % groups.count]
                            return RosterAgent(
                                id: id, skills: (0..<skills).filter { set & 1 << UInt32($0) != 0 }, minSlots: 0,
                                maxSlots: 1, maxDays: 1)
                        },
                        options: (0..<60).map { RosterOption(agent: $0, day: 0, pattern: 0, cost: 0) })))
            let ledger = SlotLedger(problem, groups: groups)
            var present = [Int](repeating: 0, count: groups.count)
            func cost(_ present: [Int]) -> Int {
                var shifts: [ScheduleSolution.Assignment] = []
                for (group, count) in present.enumerated() {
                    shifts += (0..<count).map { .init(agent: $0 * groups.count + group, day: 0, pattern: 0) }
                }
                return ScheduleChecker(problem).check(.roster(shifts)).cost
            }
            for _ in 0..<12 {
                let group = below(groups.count)
                let change = present[group] > 0 && below(3) == 0 ? -1 : 1
                let now = cost(present)
                #expect(ledger.total == now)
                var next = present
                next[group] += change
                let table = change > 0 ? ledger.added : ledger.removed
                #expect(Int(table[group * ledger.stride]) == cost(next) - now)
                ledger.change(group, at: 0, by: Int32(change))
                present = next
            }
            #expect(ledger.total == cost(present))
        }
    }
}
