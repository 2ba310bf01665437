/// Checks schedules and counts their cost, straight from the definitions and sharing nothing with the searches.
public struct ScheduleChecker: Sendable {
    public let problem: ScheduleProblem

    public init(_ problem: ScheduleProblem) { self.problem = problem }

    /// - Returns: a report whose cost leaves out what is not allowed at all. A solution of the wrong kind or length
    ///   breaks `.count`, as do counts below zero or that
    ///   make more than ten million people.
    public func check(_ solution: ScheduleSolution) -> ScheduleReport {
        var report = ScheduleReport(
            broken: [], wages: 0, coverCost: 0, missing: 0,
            missingBySlot: [[Int]](repeating: [Int](repeating: 0, count: problem.slots), count: problem.skills),
            onShift: [Int](repeating: 0, count: problem.slots))
        // By set of skills: agents in each slot.
        var staff: [[Int]: [Int]] = [:]
        switch (problem.work, solution) {
        case (.cover(let shifts), .cover(let counts)) where shifts.count == counts.count:
            var (present, people) = (report.onShift, 0)
            for (index, count) in counts.enumerated() where count != 0 {
                guard count > 0, count <= Limits.people - people else {
                    report.broken.append(BrokenRule(.count, agent: nil, found: count, allowed: index))
                    continue
                }
                people += count
                report.wages += count * shifts[index].cost
                add(shifts[index].pattern, shifts[index].day, count, to: &present)
            }
            staff[[0]] = present
        case (.roster(let roster), .roster(let assignments)):
            check(assignments, roster, &report, &staff)
        default:
            report.broken.append(BrokenRule(.count, agent: nil, found: -1, allowed: 0))
        }
        cover(staff.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }, &report)
        return report
    }

    private func add(_ pattern: Int, _ day: Int, _ count: Int, to present: inout [Int]) {
        for slot in problem.patterns[pattern].cover {
            present[(day * problem.slotsPerDay + slot) % problem.slots] += count
        }
    }

    private func check(
        _ assignments: [ScheduleSolution.Assignment], _ roster: Roster, _ report: inout ScheduleReport,
        _ staff: inout [[Int]: [Int]]
    ) {
        var allowed: [ScheduleSolution.Assignment: Int] = [:]
        for option in roster.options {
            allowed[.init(agent: option.agent, day: option.day, pattern: option.pattern)] = option.cost
        }
        var lines: [Int: [Int: Int]] = [:]
        var perDay: [Int: [Int: Int]] = [:]
        for shift in assignments.sorted() {
            guard let cost = allowed[shift] else {
                report.broken.append(
                    BrokenRule(.option, agent: shift.agent, day: shift.day, found: shift.pattern, allowed: 0))
                continue
            }
            perDay[shift.agent, default: [:]][shift.day, default: 0] += 1
            if let count = perDay[shift.agent]?[shift.day], count > 1 {
                report.broken.append(
                    BrokenRule(.oneShiftPerDay, agent: shift.agent, day: shift.day, found: count, allowed: 1))
                continue
            }
            report.wages += cost
            lines[shift.agent, default: [:]][shift.day] = shift.pattern
        }
        for agent in roster.agents {
            let line = lines[agent.id] ?? [:]
            report.broken += ContractCheck(problem: problem, roster: roster, agent: agent, line: line).broken
            let skills = Set(agent.skills).sorted()
            for (day, pattern) in line {
                add(pattern, day, 1, to: &staff[skills, default: [Int](repeating: 0, count: problem.slots)])
            }
        }
    }

    /// Fills places from the dearest on, moving agents between skills where that makes room (augmenting paths).
    private func cover(_ staff: [(skills: [Int], present: [Int])], _ report: inout ScheduleReport) {
        for slot in 0..<problem.slots {
            report.onShift[slot] = staff.reduce(0) { $0 + $1.present[slot] }
            var filling = SlotFilling(skills: problem.skills, groups: staff.map { ($0.skills, $0.present[slot]) })
            var places: [(cost: Int, skill: Int, count: Int)] = []
            for skill in 0..<problem.skills { places += self.places(skill, slot).map { ($0.cost, skill, $0.count) } }
            places.sort { ($1.cost, $0.skill) < ($0.cost, $1.skill) }
            for place in places {
                let missing = place.count - filling.fill(place.skill, place.count)
                report.missing += missing
                report.missingBySlot[place.skill][slot] += missing
                report.coverCost += missing * place.cost
            }
            let over = problem.coverage.over
            for index in 0..<min(filling.idle, over.count) { report.coverCost += over[index] }
            report.coverCost += max(0, filling.idle - over.count) * (over.last ?? 0)
        }
    }

    /// What each agent that a skill asks for in a slot costs when missing.
    private func places(_ skill: Int, _ slot: Int) -> [(cost: Int, count: Int)] {
        let demand = problem.demand[skill][slot]
        let coverage = problem.coverage
        let minimum = coverage.minimum.isEmpty ? 0 : coverage.minimum[skill][slot]
        var places = [(cost: coverage.belowMinimum, count: minimum)]
        let free = demand - minimum
        for (index, cost) in coverage.under.enumerated() where index < free {
            places.append((cost, index == coverage.under.count - 1 ? free - index : 1))
        }
        return places
    }
}

/// Agents of one slot on their way to the skills that they serve.
package struct SlotFilling {
    private let groups: [(skills: [Int], present: Int)]
    private var used: [Int]
    /// By group and skill.
    package private(set) var serving: [[Int]]

    package init(skills: Int, groups: [(skills: [Int], present: Int)]) {
        self.groups = groups
        used = [Int](repeating: 0, count: groups.count)
        serving = [[Int]](repeating: [Int](repeating: 0, count: skills), count: groups.count)
    }

    var idle: Int { groups.reduce(0) { $0 + $1.present } - used.reduce(0, +) }

    /// Fills up to `count` places of a skill and returns how many could be filled.
    package mutating func fill(_ skill: Int, _ count: Int) -> Int {
        var filled = 0
        while filled < count, let amount = augment(skill, count - filled) { filled += amount }
        return filled
    }

    private mutating func augment(_ skill: Int, _ wanted: Int) -> Int? {
        // Breadth first: from a skill that needs somebody, through groups that serve it, to skills they leave.
        var from: [Int: (group: Int, skill: Int)] = [:]
        var queue = [skill]
        var seen: Set<Int> = [skill]
        while !queue.isEmpty {
            let needing = queue.removeFirst()
            for (group, entry) in groups.enumerated() where entry.skills.contains(needing) {
                if used[group] < entry.present {
                    var path = [(group, needing)]
                    var amount = min(wanted, entry.present - used[group])
                    var place = needing
                    while place != skill, let step = from[place] {
                        amount = min(amount, serving[step.group][place])
                        path.append((step.group, step.skill))
                        place = step.skill
                    }
                    used[group] += amount
                    var left: Int?
                    for (group, skill) in path {
                        if let left { serving[group][left] -= amount }
                        serving[group][skill] += amount
                        left = skill
                    }
                    return amount
                }
                for other in entry.skills where serving[group][other] > 0 && seen.insert(other).inserted {
                    from[other] = (group, needing)
                    queue.append(other)
                }
            }
        }
        return nil
    }
}
