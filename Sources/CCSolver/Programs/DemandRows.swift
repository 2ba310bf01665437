import CCWorkforce

/// The rows of cover, one for each skill and slot:
///
/// > people who serve the skill + missing − idle = people asked for,
///
/// with columns for missing people by what they cost and, when idle people cost something, for those too.
struct DemandRows {
    /// By skill and slot; nil where nobody is asked for and idle people cost nothing.
    let rows: [[Int?]]

    private struct Part {
        var column: Int
        var skill: Int
        var slot: Int
        var size: Int
    }

    private let problem: ScheduleProblem
    /// By skill, slot and ascending cost.
    private var missing: [Part] = []
    /// People who serve a skill and are too many; only when they cost something.
    private var idle: [Part] = []
    /// Idle people of a slot, by ascending cost.
    private var over: [Part] = []

    private var idleCosts: Bool { !problem.coverage.over.isEmpty }

    init(_ problem: ScheduleProblem, _ program: inout MixedIntegerProgram) throws {
        self.problem = problem
        let idleCosts = !problem.coverage.over.isEmpty
        rows = try problem.demand.map { row in
            try row.map { count in
                if count == 0, !idleCosts { return nil }
                return try program.addRow(Double(count)...(idleCosts ? Double(count) : .infinity))
            }
        }
        try addMissing(&program)
        if idleCosts { try addIdle(&program) }
    }

    private mutating func addMissing(_ program: inout MixedIntegerProgram) throws {
        let coverage = problem.coverage
        for (skill, row) in problem.demand.enumerated() {
            for (slot, count) in row.enumerated() where count > 0 {
                let minimum = coverage.minimum.isEmpty ? 0 : coverage.minimum[skill][slot]
                let free = count - minimum
                var parts = coverage.under.enumerated().filter { $0.offset < free }.map { index, cost in
                    (cost: cost, size: index == coverage.under.count - 1 ? free - index : 1)
                }
                if minimum > 0 { parts.append((coverage.belowMinimum, minimum)) }
                for part in parts {
                    let column = try program.addColumn(
                        cost: Double(part.cost), 0...Double(part.size), isWhole: true,
                        rows[skill][slot].map { [($0, 1)] } ?? [])
                    missing.append(Part(column: column, skill: skill, slot: slot, size: part.size))
                }
            }
        }
    }

    private mutating func addIdle(_ program: inout MixedIntegerProgram) throws {
        let costs = problem.coverage.over
        for slot in 0..<problem.slots {
            let total = try program.addRow(0...0)
            for skill in 0..<problem.skills {
                guard let row = rows[skill][slot] else { continue }
                let column = try program.addColumn(
                    cost: 0, 0...(.infinity), isWhole: true, [(row, -1), (total, 1)])
                idle.append(Part(column: column, skill: skill, slot: slot, size: .max))
            }
            for (index, cost) in costs.enumerated() {
                let size = index == costs.count - 1 ? Int.max : 1
                let column = try program.addColumn(
                    cost: Double(cost), 0...(size == .max ? .infinity : 1), isWhole: true, [(total, -1)])
                over.append(Part(column: column, skill: 0, slot: slot, size: size))
            }
        }
    }

    /// Fills in who is missing and who is idle.
    ///
    /// - Parameters:
    ///   - report: What the checker says of the schedule.
    ///   - serving: People sent to each skill and slot, needed there or not.
    func fill(_ values: inout [Double], _ report: ScheduleReport, serving: [[Int]]) {
        var left = report.missingBySlot
        for part in missing {
            let count = min(left[part.skill][part.slot], part.size)
            left[part.skill][part.slot] -= count
            values[part.column] = Double(count)
        }
        var total = [Int](repeating: 0, count: problem.slots)
        for part in idle {
            let (skill, slot) = (part.skill, part.slot)
            let count = serving[skill][slot] + report.missingBySlot[skill][slot] - problem.demand[skill][slot]
            values[part.column] = Double(count)
            total[slot] += count
        }
        for part in over {
            let count = min(total[part.slot], part.size)
            total[part.slot] -= count
            values[part.column] = Double(count)
        }
    }
}
