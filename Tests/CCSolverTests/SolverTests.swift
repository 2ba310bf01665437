import CCSolver
import CCWorkforce
import Foundation
import Testing

@Suite("Solvers find the best schedules", .enabled(if: !Installed.names.isEmpty, "neither CBC nor HiGHS is here"))
struct SolverTests {
    @Test("the optimum of a tiny roster is what trying everything finds", arguments: Installed.names)
    func everything(solver: String) async throws {
        let solver = try #require(Installed.solver(solver))
        for (seed, skills) in zip(1...10 as ClosedRange<UInt64>, [1, 2, 3, 2, 3, 1, 2, 3, 2, 3]) {
            let problem = try RandomProblem(
                roster: seed, agents: 2, days: 3, skills: skills, fewer: 6, loose: seed % 2 == 0
            ).problem
            let best = Self.best(problem)
            let program = try ScheduleProgram(problem)
            let answer = try solver.solve(program.program, from: nil, seconds: 30)
            guard let best else {
                #expect(answer.values == nil, "seed \(seed): nothing keeps the rules")
                continue
            }
            let solution = try #require(answer.values.flatMap(program.solution), "seed \(seed)")
            let report = ScheduleChecker(problem).check(solution)
            #expect(report.broken.isEmpty && report.cost == best, "seed \(seed)")
            #expect(try #require(answer.bound) <= Double(best) + 0.001, "seed \(seed)")
            #expect(try #require(answer.bound) > Double(best) - 1, "seed \(seed)")
        }
    }

    /// The least cost of all schedules that keep the rules.
    private static func best(_ problem: ScheduleProblem) -> Int? {
        guard case .roster(let roster) = problem.work else { return nil }
        var schedules: [[ScheduleSolution.Assignment]] = [[]]
        for agent in roster.agents {
            for day in 0..<problem.days {
                let options = roster.options.filter { $0.agent == agent.id && $0.day == day }
                schedules = schedules.flatMap { schedule in
                    [schedule] + options.map { schedule + [.init(agent: $0.agent, day: $0.day, pattern: $0.pattern)] }
                }
            }
        }
        return schedules.lazy.map { ScheduleChecker(problem).check(.roster($0)) }.filter(\.broken.isEmpty).map(\.cost)
            .min()
    }

    @Test("with a solver a schedule is never dearer, and never below the bound", arguments: Installed.names)
    func improves(solver: String) async throws {
        let solver = try #require(Installed.solver(solver))
        var problems = try (1...3 as ClosedRange<UInt64>).map { try RandomProblem(cover: $0).problem }
        problems += try (1...3 as ClosedRange<UInt64>).map {
            try RandomProblem(roster: $0, skills: Int($0), loose: true).problem
        }
        for problem in problems {
            let search = LocalSearch(seed: 1, workers: 1)
            let alone = try await search.solve(problem, budget: .moves(200))
            let both = try await MixedIntegerSearch(solver, seconds: 30, search: search)
                .solve(problem, budget: .moves(200))
            #expect(both.cost <= alone.cost)
            #expect(try #require(both.bound) <= both.cost)
            let report = ScheduleChecker(problem).check(both.solution)
            #expect(report.broken.isEmpty && report.cost == both.cost)
        }
    }
}

@Suite("HiGHS is looked for when it is asked for")
struct HighsTests {
    @Test("a library that is not there, or is another, is told")
    func libraries() throws {
        let none = #expect(throws: SolverError.self) { try Highs(library: "/nowhere/libhighs.so.1") }
        #expect(none?.code == .noLibrary)
        #expect(none?.message.contains("/nowhere/libhighs.so.1") == true)
        #if os(Linux)
        let other = #expect(throws: SolverError.self) { try Highs(library: "libm.so.6") }
        #expect(other?.code == .unfitLibrary)
        #endif
    }

    @Test(
        "solves in one process wait for each other", .enabled(if: Installed.highs != nil, "libhighs is not here"))
    func together() async throws {
        let problem = try RandomProblem(roster: 1, skills: 2, loose: true).problem
        let program = try ScheduleProgram(problem)
        let costs = await withTaskGroup(of: Double?.self) { group in
            for threads in 1...3 {
                group.addTask {
                    var highs = Installed.highs
                    highs?.threads = threads
                    let answer = try? highs?.solve(program.program, seconds: 30)
                    return answer?.values.map { program.program.cost(of: $0).rounded() }
                }
            }
            var costs: [Double?] = []
            for await cost in group { costs.append(cost) }
            return costs
        }
        #expect(costs[0] != nil)
        #expect(Set(costs).count == 1)
    }
}

/// The solvers that this machine has.
enum Installed {
    static let highs: Highs? = (try? Highs(threads: 1)) ?? fromPython.flatMap { try? Highs(library: $0, threads: 1) }

    static var names: [String] {
        var names = highs == nil ? [] : ["HiGHS"]
        #if CBC
        names.append("CBC")
        #endif
        return names
    }

    static func solver(_ name: String) -> (any MixedIntegerSolver)? {
        #if CBC
        if name == "CBC" { return Cbc(threads: 1) }
        #endif
        return highs
    }

    /// The library within the Python package highspy.
    private static let fromPython: String? = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import importlib.util as u; print(u.find_spec('highspy').origin)"]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let origin = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return origin.isEmpty
            ? nil
            : URL(fileURLWithPath: origin).deletingLastPathComponent().appendingPathComponent("libhighs.so.1").path
    }()
}
