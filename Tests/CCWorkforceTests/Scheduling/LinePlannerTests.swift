import CCCore
import Testing

@testable import CCWorkforce

@Suite("The cheapest line of one agent")
struct LinePlannerTests {
    /// Eight days, so a week and a day of the next, of two shifts; what makes each rule bind, and prices.
    private static func draw(_ seed: UInt64) throws -> (problem: ScheduleProblem, prices: [Int]) {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let agent = RosterAgent(
            id: 0, skills: [0], minSlots: below(5), maxSlots: 6 + below(10), maxDays: 3 + below(4),
            daysBefore: below(4), maxWeekends: [nil, 0, 1][below(3)])
        let patterns = [
            ShiftPattern(start: below(2), length: 3, paid: 3), ShiftPattern(start: 3, length: 1 + below(2), paid: 1),
        ]
        let options = (0..<8).flatMap { day in
            patterns.indices.compactMap { pattern in
                below(6) > 0 ? RosterOption(agent: 0, day: day, pattern: pattern, cost: 1) : nil
            }
        }
        let roster = Roster(rest: 2 + below(3), maxConsecutiveDays: 2 + below(3), agents: [agent], options: options)
        let problem = try ScheduleProblem(
            slotsPerDay: 5, days: 8, demand: [[Int](repeating: 1, count: 40)], coverage: CoverageCost(under: [1]),
            patterns: patterns, work: .roster(roster))
        return (problem, options.map { _ in below(41) - 25 })
    }

    @Test("costs what the cheapest of all lines costs, and each option what the cheapest with it costs more")
    func exact() throws {
        var (possible, impossible, dear) = (0, 0, 0)
        for seed in 1...40 as ClosedRange<UInt64> {
            let (problem, prices) = try Self.draw(seed)
            let roster = try #require(problem.roster)
            let tables = RosterTables(problem, roster)
            // The least price of all lines that keep the rules, and of those with each option.
            var least = Int?.none
            var with = [Int?](repeating: nil, count: tables.options.count)
            var lines: [[Int]] = [[]]
            for day in 0..<8 {
                let options = Int(tables.first[day])..<Int(tables.first[day + 1])
                lines = lines.flatMap { line in [line + [-1]] + options.map { line + [$0] } }
            }
            for line in lines {
                let shifts = line.enumerated().filter { $0.element >= 0 }
                let days = shifts.map { ($0.offset, tables.patternNames[Int(tables.options[$0.element].pattern)]) }
                let check = ContractCheck(
                    problem: problem, roster: roster, agent: roster.agents[0],
                    line: Dictionary(uniqueKeysWithValues: days))
                guard check.broken.isEmpty else { continue }
                let price = shifts.reduce(0) { $0 + prices[$1.element] }
                least = min(least ?? price, price)
                for shift in shifts { with[shift.element] = min(with[shift.element] ?? price, price) }
            }
            let planner = try #require(LinePlanner.all(tables).first)
            let found = planner.cheapest(prices)
            #expect(found?.price == least)
            let premiums = planner.premiums(prices)
            #expect((premiums == nil) == (least == nil))
            guard let found, let premiums, let least else {
                impossible += 1
                continue
            }
            possible += 1
            #expect(found.line.reduce(0) { $1 < 0 ? $0 : $0 + prices[Int($1)] } == least)
            for (premium, price) in zip(premiums, with) {
                #expect(premium == price.map { $0 - least } ?? LinePlanner.never)
                if premium > 0 { dear += 1 }
            }
        }
        #expect(possible > 20 && impossible > 0 && dear > 50)
    }

    @Test("a schedule is the same among fewer options, but for shifts that are none there")
    func narrowed() throws {
        let (problem, _) = try Self.draw(5)
        let tables = RosterTables(problem, try #require(problem.roster))
        let narrow = tables.narrowed { $0 % 2 == 0 }
        #expect(narrow.options.count == (tables.options.count + 1) / 2)
        for day in 0..<8 {
            for option in Int(tables.first[day])..<Int(tables.first[day + 1]) {
                var schedule = [Int32](repeating: -1, count: 8)
                schedule[day] = Int32(option)
                let there = tables.renumbered(schedule, for: narrow)
                #expect(narrow.assignments(there) == (option % 2 == 0 ? tables.assignments(schedule) : []))
                if option % 2 == 0 { #expect(narrow.renumbered(there, for: tables) == schedule) }
            }
        }
    }
}
