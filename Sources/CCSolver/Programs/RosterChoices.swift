import CCWorkforce

/// What is decided for an agent on a day: which of the shifts that begin, end and cost the same, and count as many paid
/// slots. Where their breaks lie is decided for all agents together who have the same skills and the same shifts to
/// choose from (after Bechtold & Jacobs 1990): rules and costs do not ask for breaks, and cover does not ask for names.
struct RosterChoices {
    struct Choice {
        /// In the order of the roster.
        var agent: Int
        var day: Int
        var start: Int
        var end: Int
        var paid: Int
        var cost: Int
        var block: Int
    }

    /// Choices that share their breaks.
    struct Block: Hashable {
        var group: Int
        var day: Int
        /// Ascending; shifts that differ in their breaks only.
        var patterns: [Int]
    }

    private(set) var choices: [Choice] = []
    private(set) var blocks: [Block] = []
    private let days: Int
    /// Choices of agent and day are those from `first[agent × days + day]` to before the next entry.
    private var first: [Int] = []
    private let places: [Int: Int]

    init(_ problem: ScheduleProblem, _ roster: Roster, groupOf: [Int]) {
        days = problem.days
        let places = Dictionary(uniqueKeysWithValues: roster.agents.enumerated().map { ($1.id, $0) })
        self.places = places
        var rows: [(choice: Choice, pattern: Int)] = roster.options.map { option in
            let pattern = problem.patterns[option.pattern]
            return (
                Choice(
                    agent: places[option.agent, default: 0], day: option.day, start: pattern.start, end: pattern.end,
                    paid: pattern.paid, cost: option.cost, block: 0), option.pattern
            )
        }
        rows.sort { lhs, rhs in
            let (a, b) = (lhs.choice, rhs.choice)
            if (a.agent, a.day) != (b.agent, b.day) { return (a.agent, a.day) < (b.agent, b.day) }
            return (a.start, a.end, a.paid, a.cost, lhs.pattern) < (b.start, b.end, b.paid, b.cost, rhs.pattern)
        }
        var numbers: [Block: Int] = [:]
        var index = 0
        while index < rows.count {
            var choice = rows[index].choice
            var block = Block(group: groupOf[choice.agent], day: choice.day, patterns: [])
            while index < rows.count, Self.same(choice, rows[index].choice) {
                block.patterns.append(rows[index].pattern)
                index += 1
            }
            choice.block = numbers[block, default: blocks.count]
            if choice.block == blocks.count {
                numbers[block] = blocks.count
                blocks.append(block)
            }
            while first.count <= choice.agent * days + choice.day { first.append(choices.count) }
            choices.append(choice)
        }
        while first.count <= roster.agents.count * days { first.append(choices.count) }
    }

    private static func same(_ a: Choice, _ b: Choice) -> Bool {
        (a.agent, a.day) == (b.agent, b.day) && (a.start, a.end, a.paid, a.cost) == (b.start, b.end, b.paid, b.cost)
    }

    /// An agent's choices on a day; none on days that there are not.
    func of(agent: Int, day: Int) -> Range<Int> {
        guard (0..<days).contains(day) else { return 0..<0 }
        return first[agent * days + day]..<first[agent * days + day + 1]
    }

    /// The choice that a shift of a schedule belongs to, and its place among the block's patterns.
    func find(_ shift: ScheduleSolution.Assignment) -> (choice: Int, pattern: Int)? {
        guard let agent = places[shift.agent] else { return nil }
        for choice in of(agent: agent, day: shift.day) {
            if let pattern = blocks[choices[choice].block].patterns.firstIndex(of: shift.pattern) {
                return (choice, pattern)
            }
        }
        return nil
    }
}
