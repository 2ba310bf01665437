import CCSolver
import CCWorkforce
import Testing

@Suite("A program says of a schedule what the checker says")
struct ScheduleProgramTests {
    @Test("a roster keeps all rows exactly when it keeps all rules, and costs the same", arguments: [1, 2, 3])
    func rosters(skills: Int) async throws {
        var kept = 0
        var broken = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            var random = try RandomProblem(roster: seed, skills: skills)
            let program = try ScheduleProgram(random.problem)
            var schedules = (0..<20).map { _ in random.schedule() }
            if let found = try? await LocalSearch(seed: seed, workers: 1).solve(random.problem, budget: .moves(300)) {
                schedules.append(found.solution)
            }
            for schedule in schedules {
                let report = ScheduleChecker(random.problem).check(schedule)
                let values = try #require(program.values(schedule))
                #expect(program.program.isKept(by: values) == report.broken.isEmpty, "seed \(seed): \(report.broken)")
                guard report.broken.isEmpty else {
                    broken += 1
                    continue
                }
                kept += 1
                #expect(program.program.cost(of: values) == Double(report.cost), "seed \(seed)")
                let again = ScheduleChecker(random.problem).check(try #require(program.solution(values)))
                #expect(again.broken.isEmpty && again.cost == report.cost, "seed \(seed): breaks may change hands only")
            }
        }
        #expect(kept >= 12 && broken >= 12)
    }

    @Test("shifts without names cost the same")
    func covers() throws {
        for seed in 1...12 as ClosedRange<UInt64> {
            var random = try RandomProblem(cover: seed)
            let program = try ScheduleProgram(random.problem)
            for _ in 0..<10 {
                let schedule = random.schedule()
                let values = try #require(program.values(schedule))
                #expect(program.program.isKept(by: values))
                #expect(
                    program.program.cost(of: values) == Double(ScheduleChecker(random.problem).check(schedule).cost))
                #expect(program.solution(values) == schedule)
            }
        }
    }

    @Test("a schedule of another problem has no values")
    func mismatch() throws {
        let roster = try ScheduleProgram(RandomProblem(roster: 1).problem)
        #expect(roster.values(.cover([1])) == nil)
        #expect(roster.values(.roster([.init(agent: 0, day: 0, pattern: 99)])) == nil)
        #expect(roster.values(.roster([.init(agent: 99, day: 0, pattern: 0)])) == nil)
        #expect(roster.values(.roster([.init(agent: 0, day: -1, pattern: 0)])) == nil)
        #expect(roster.solution([1]) == nil)
        #expect(try ScheduleProgram(RandomProblem(cover: 1).problem).values(.cover([1])) == nil)
    }

    @Test("what is too large for a solver is refused before it is made")
    func tooLarge() throws {
        var program = MixedIntegerProgram()
        let row = try program.addRow(0...1)
        let entries = [(row: Int, value: Double)](repeating: (row, 1), count: MixedIntegerProgram.sizeMax)
        let error = #expect(throws: SolverError.self) {
            try program.addColumn(cost: 0, 0...1, isWhole: true, entries)
        }
        #expect(error?.code == .tooLarge)
        #expect(program.columnCount == 0)
    }
}

extension MixedIntegerProgram {
    func cost(of values: [Double]) -> Double { zip(costs, values).reduce(0) { $0 + $1.0 * $1.1 } }

    func isKept(by columns: [Double]) -> Bool {
        var sums = [Double](repeating: 0, count: rowCount)
        for column in 0..<columnCount {
            let value = columns[column]
            if value < lower[column] || value > upper[column] || isWhole[column] && value != value.rounded() {
                return false
            }
            for entry in Int(starts[column])..<Int(starts[column + 1]) {
                sums[Int(rows[entry])] += values[entry] * value
            }
        }
        return zip(sums, zip(rowLower, rowUpper)).allSatisfy { $0 >= $1.0 && $0 <= $1.1 }
    }
}
