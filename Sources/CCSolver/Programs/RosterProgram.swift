import CCWorkforce

/// Problems with names.
struct RosterProgram {
    private(set) var program = MixedIntegerProgram()
    private let problem: ScheduleProblem
    private let roster: Roster
    private let demand: DemandRows
    private let serving: ServingRows
    private let choices: RosterChoices
    private let contracts: ContractRows
    /// By choice: 1 when the agent works it.
    private var chosen: [Int] = []
    /// By block and pattern: how many of its agents have their breaks so; empty when there is one pattern only.
    private var placed: [[Int]] = []

    init(_ problem: ScheduleProblem, _ roster: Roster) throws {
        self.problem = problem
        self.roster = roster
        demand = try DemandRows(problem, &program)
        serving = try ServingRows(problem, roster, demand, &program)
        choices = RosterChoices(problem, roster, groupOf: serving.groupOf)
        contracts = try ContractRows(problem, roster, choices, &program)
        let covers = problem.patterns.map(\.cover)
        var size = [Int](repeating: 0, count: choices.blocks.count)
        for choice in choices.choices { size[choice.block] += 1 }
        // A block's row: agents who work its shift = agents whose breaks lie in one of its ways.
        var rows: [Int?] = []
        for (block, size) in zip(choices.blocks, size) {
            guard block.patterns.count > 1 else {
                rows.append(nil)
                placed.append([])
                continue
            }
            let row = try program.addRow(0...0)
            rows.append(row)
            placed.append(
                try block.patterns.map { pattern in
                    try program.addColumn(
                        cost: 0, 0...Double(size), isWhole: true, [(row, 1)] + cover(block, covers[pattern]))
                })
        }
        for (number, choice) in choices.choices.enumerated() {
            let block = choices.blocks[choice.block]
            let entries = rows[choice.block].map { [(row: $0, value: -1.0)] } ?? cover(block, covers[block.patterns[0]])
            chosen.append(
                try program.addColumn(
                    cost: Double(choice.cost), 0...1, isWhole: true, entries + contracts.entries(number, choice)))
        }
    }

    private func cover(_ block: RosterChoices.Block, _ cover: [Int]) -> [(row: Int, value: Double)] {
        cover.compactMap { slot in
            serving.rows[block.group][(block.day * problem.slotsPerDay + slot) % problem.slots].map { ($0, 1) }
        }
    }

    func assignments(_ values: [Double]) -> [ScheduleSolution.Assignment] {
        // By block: the patterns that are left, the next one last.
        var left = zip(choices.blocks, placed).map { block, columns in
            zip(block.patterns, columns).reversed().flatMap { pattern, column in
                [Int](repeating: pattern, count: program.whole(column, of: values))
            }
        }
        var result: [ScheduleSolution.Assignment] = []
        for (choice, column) in zip(choices.choices, chosen) where values[column] > 0.5 {
            let patterns = choices.blocks[choice.block].patterns
            guard let pattern = patterns.count == 1 ? patterns[0] : left[choice.block].popLast() else { continue }
            result.append(.init(agent: roster.agents[choice.agent].id, day: choice.day, pattern: pattern))
        }
        return result.sorted()
    }

    func values(_ assignments: [ScheduleSolution.Assignment]) -> [Double]? {
        var values = [Double](repeating: 0, count: program.columnCount)
        var present = serving.groups.map { _ in [Int](repeating: 0, count: problem.slots) }
        for shift in assignments {
            guard let (number, pattern) = choices.find(shift) else { return nil }
            let choice = choices.choices[number]
            values[chosen[number]] += 1
            if !placed[choice.block].isEmpty { values[placed[choice.block][pattern]] += 1 }
            for slot in problem.patterns[shift.pattern].cover {
                let place = (shift.day * problem.slotsPerDay + slot) % problem.slots
                present[choices.blocks[choice.block].group][place] += 1
            }
        }
        contracts.fill(&values, chosen.map { values[$0] })
        let report = ScheduleChecker(problem).check(.roster(assignments))
        demand.fill(&values, report, serving: serving.fill(&values, report, present: present))
        return values
    }
}
