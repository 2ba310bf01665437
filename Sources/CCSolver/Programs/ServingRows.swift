import CCWorkforce

/// Which row an agent on shift counts in. Agents of one skill count where that skill is served. Those of several count in
/// a row of their group of equal skills,
///
/// > agents on shift ≥ Σ over their skills of agents sent there,
///
/// and whoever is sent to a skill is a column in its row of cover. Whole numbers of agents on shift make these columns
/// whole by themselves, because the rest is a flow.
struct ServingRows {
    /// Sets of skills that agents have, ascending.
    let groups: [[Int]]
    /// By agent, in the order of the roster.
    let groupOf: [Int]
    /// By group and slot; nil where nobody can be needed.
    private(set) var rows: [[Int?]] = []

    private struct Flow {
        var column: Int
        var group: Int
        var skill: Int
        var slot: Int
    }

    private let problem: ScheduleProblem
    private var flows: [Flow] = []

    init(
        _ problem: ScheduleProblem, _ roster: Roster, _ demand: DemandRows, _ program: inout MixedIntegerProgram
    ) throws {
        self.problem = problem
        let sets = roster.agents.map { Set($0.skills).sorted() }
        let groups = Set(sets).sorted { $0.lexicographicallyPrecedes($1) }
        let numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
        (self.groups, groupOf) = (groups, sets.map { numbers[$0] ?? 0 })
        for (group, skills) in groups.enumerated() {
            if skills.count == 1 {
                rows.append(demand.rows[skills[0]])
                continue
            }
            var row: [Int?] = []
            for slot in 0..<problem.slots {
                let needed = skills.filter { demand.rows[$0][slot] != nil }
                guard !needed.isEmpty else {
                    row.append(nil)
                    continue
                }
                // Whoever is on shift has to be counted when idle people cost something.
                let number = try program.addRow(0...(problem.coverage.over.isEmpty ? .infinity : 0))
                for skill in needed {
                    guard let served = demand.rows[skill][slot] else { continue }
                    let column = try program.addColumn(
                        cost: 0, 0...(.infinity), isWhole: false, [(number, -1), (served, 1)])
                    flows.append(Flow(column: column, group: group, skill: skill, slot: slot))
                }
                row.append(number)
            }
            rows.append(row)
        }
    }

    /// Fills in who is sent where, and tells how many serve each skill in each slot.
    ///
    /// - Parameter present: Agents on shift, by group and slot.
    func fill(_ values: inout [Double], _ report: ScheduleReport, present: [[Int]]) -> [[Int]] {
        var serving = [[Int]](repeating: [Int](repeating: 0, count: problem.slots), count: problem.skills)
        for (group, skills) in groups.enumerated() where skills.count == 1 {
            for slot in 0..<problem.slots { serving[skills[0]][slot] += present[group][slot] }
        }
        var (slot, filling) = (-1, SlotFilling(skills: 0, groups: []))
        var left: [Int] = []
        for flow in flows.sorted(by: { ($0.slot, $0.column) < ($1.slot, $1.column) }) {
            if flow.slot != slot {
                slot = flow.slot
                filling = SlotFilling(
                    skills: problem.skills, groups: groups.indices.map { (groups[$0], present[$0][slot]) })
                for skill in 0..<problem.skills {
                    _ = filling.fill(skill, problem.demand[skill][slot] - report.missingBySlot[skill][slot])
                }
                left = groups.indices.map { present[$0][slot] - filling.serving[$0].reduce(0, +) }
            }
            var count = filling.serving[flow.group][flow.skill]
            // The idle ones go where their group's first skill is.
            if !problem.coverage.over.isEmpty { count += left[flow.group] }
            left[flow.group] = 0
            values[flow.column] = Double(count)
            serving[flow.skill][slot] += count
        }
        return serving
    }
}
