import CCWorkforce

/// Problems without names: how often each shift is worked (Dantzig 1954).
struct CoverProgram {
    private(set) var program = MixedIntegerProgram()
    private let problem: ScheduleProblem
    private let demand: DemandRows
    /// The column of each shift.
    private var columns: [Int] = []

    init(_ problem: ScheduleProblem, _ shifts: [AnonymousShift]) throws {
        self.problem = problem
        demand = try DemandRows(problem, &program)
        let covers = problem.patterns.map(\.cover)
        for shift in shifts {
            let rows = covers[shift.pattern].compactMap { slot in
                demand.rows[0][(shift.day * problem.slotsPerDay + slot) % problem.slots]
            }
            columns.append(
                try program.addColumn(
                    cost: Double(shift.cost), 0...(.infinity), isWhole: true, rows.map { ($0, 1) }))
        }
    }

    func counts(_ values: [Double]) -> [Int] {
        columns.map { program.whole($0, of: values) }
    }

    func values(_ counts: [Int]) -> [Double]? {
        guard counts.count == columns.count else { return nil }
        let report = ScheduleChecker(problem).check(.cover(counts))
        var values = [Double](repeating: 0, count: program.columnCount)
        for (column, count) in zip(columns, counts) { values[column] = Double(count) }
        demand.fill(&values, report, serving: [report.onShift])
        return values
    }
}
