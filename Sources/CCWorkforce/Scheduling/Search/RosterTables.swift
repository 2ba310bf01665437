/// A roster problem as flat tables, made once and read by all threads of a search.
///
/// Patterns are numbered anew, by length, start and breaks, so that near numbers are near shifts.
struct RosterTables: Sendable {
    let days: Int
    let weeks: Int
    let agents: Int
    let slotsPerDay: Int
    let rest: Int
    let maxConsecutiveDays: Int
    /// Words of 64 slots that a pattern's cover takes.
    let words: Int
    /// Entry [pattern × words + word], bit 0 of word 0 is the midnight on which the shift's day begins.
    let cover: [UInt64]
    /// The problem's number of each pattern.
    let patternNames: [Int]
    /// Sets of skills, a bit for each, that agents have.
    let groups: [UInt32]
    let groupOf: [Int]
    let roster: [RosterAgent]
    /// Options of agent and day are those from `first[agent × days + day]` to the next entry, by ascending pattern.
    private(set) var first: [Int32]
    private(set) var options: [Option]

    struct Option: BitwiseCopyable, Sendable {
        var pattern: Int32
        var cost: Int32
        var paid: Int32
        var start: Int32
        var end: Int32
    }

    init(_ problem: ScheduleProblem, _ roster: Roster) {
        days = problem.days
        weeks = (problem.days + 6) / 7
        agents = roster.agents.count
        slotsPerDay = problem.slotsPerDay
        rest = roster.rest
        maxConsecutiveDays = roster.maxConsecutiveDays
        let (order, words, cover) = Self.covers(problem)
        (patternNames, self.words, self.cover) = (order, words, cover)
        var number = [Int](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { number[old] = new }
        let sets = roster.agents.map { $0.skills.reduce(UInt32(0)) { $0 | 1 << UInt32($1) } }
        let groups = Set(sets).sorted()
        self.groups = groups
        groupOf = sets.map { groups.firstIndex(of: $0) ?? 0 }
        self.roster = roster.agents
        let places = Dictionary(uniqueKeysWithValues: roster.agents.enumerated().map { ($1.id, $0) })
        let days = problem.days
        var lists = [[Option]](repeating: [], count: roster.agents.count * days)
        for option in roster.options {
            let pattern = problem.patterns[option.pattern]
            lists[places[option.agent, default: 0] * days + option.day].append(
                Option(
                    pattern: Int32(number[option.pattern]), cost: Int32(option.cost), paid: Int32(pattern.paid),
                    start: Int32(pattern.start), end: Int32(pattern.end)))
        }
        var first: [Int32] = [0]
        var options: [Option] = []
        for list in lists {
            options += list.sorted { $0.pattern < $1.pattern }
            first.append(Int32(options.count))
        }
        (self.first, self.options) = (first, options)
    }

    /// Patterns in the order that searches number them in, and their cover as bits.
    static func covers(_ problem: ScheduleProblem) -> (order: [Int], words: Int, cover: [UInt64]) {
        let patterns = problem.patterns
        let order = patterns.indices.sorted {
            let (a, b) = (patterns[$0], patterns[$1])
            if (a.length, a.start) != (b.length, b.start) { return (a.length, a.start) < (b.length, b.start) }
            return a.breaks == b.breaks ? $0 < $1 : a.breaks.lexicographicallyPrecedes(b.breaks)
        }
        let words = ((patterns.map(\.end).max() ?? 1) + 63) / 64
        var cover = [UInt64](repeating: 0, count: patterns.count * words)
        for (new, old) in order.enumerated() {
            for slot in patterns[old].cover { cover[new * words + slot / 64] |= 1 << UInt64(slot % 64) }
        }
        return (order, words, cover)
    }

    /// The same with fewer options.
    ///
    /// - Parameter keeps: Asked for each option, by its number.
    func narrowed(_ keeps: (Int) -> Bool) -> RosterTables {
        var narrow = self
        narrow.options = []
        for place in 0..<first.count - 1 {
            for number in Int(first[place])..<Int(first[place + 1]) where keeps(number) {
                narrow.options.append(options[number])
            }
            narrow.first[place + 1] = Int32(narrow.options.count)
        }
        return narrow
    }

    /// A schedule by the numbers that its options have in other tables of the same roster; a shift that is no option
    /// there is left out.
    func renumbered(_ schedule: [Int32], for others: RosterTables) -> [Int32] {
        schedule.enumerated().map { place, option in
            guard option >= 0 else { return -1 }
            let pattern = options[Int(option)].pattern
            var (low, high) = (Int(others.first[place]), Int(others.first[place + 1]))
            while low < high {
                let middle = (low + high) / 2
                if others.options[middle].pattern < pattern { low = middle + 1 } else { high = middle }
            }
            let found = low < Int(others.first[place + 1]) && others.options[low].pattern == pattern
            return found ? Int32(low) : -1
        }
    }

    func assignments(_ chosen: [Int32]) -> [ScheduleSolution.Assignment] {
        chosen.enumerated().compactMap { place, option in
            guard option >= 0 else { return nil }
            return ScheduleSolution.Assignment(
                agent: roster[place / days].id, day: place % days,
                pattern: patternNames[Int(options[Int(option)].pattern)])
        }.sorted()
    }

    /// The option numbers of a schedule that keeps to them; nil when one of its shifts is no option.
    func chosen(_ assignments: [ScheduleSolution.Assignment]) -> [Int32]? {
        var chosen = [Int32](repeating: -1, count: agents * days)
        let places = Dictionary(uniqueKeysWithValues: roster.enumerated().map { ($1.id, $0) })
        for shift in assignments {
            guard let agent = places[shift.agent], (0..<days).contains(shift.day) else { return nil }
            let place = agent * days + shift.day
            let range = Int(first[place])..<Int(first[place + 1])
            guard let option = range.first(where: { patternNames[Int(options[$0].pattern)] == shift.pattern }),
                chosen[place] < 0
            else { return nil }
            chosen[place] = Int32(option)
        }
        return chosen
    }
}
