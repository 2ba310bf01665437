import CCSolver
import CCWorkforce
import Foundation
import Testing

@Suite("A solver's word is checked, and waited for so long")
struct MixedIntegerSearchTests {
    private static let search = LocalSearch(seed: 3, workers: 1)

    private static func results(_ solver: any MixedIntegerSolver, seconds: Double = 60) async throws
        -> (alone: ScheduleResult, both: ScheduleResult)
    {
        let problem = try RandomProblem(roster: 5, skills: 2, loose: true).problem
        let alone = try await search.solve(problem, budget: .moves(100))
        let both = try await MixedIntegerSearch(solver, seconds: seconds, search: search)
            .solve(problem, budget: .moves(100))
        return (alone, both)
    }

    @Test("a solver that fails costs nothing but its bound")
    func fails() async throws {
        let (alone, both) = try await Self.results(Told { _, _ in throw SolverError(.failed, "no") })
        #expect(both == alone)
    }

    @Test("a schedule that breaks rules, or costs more, is dropped")
    func lies() async throws {
        for value in [0.0, 1, -1, 1e300, .nan] {
            let (alone, both) = try await Self.results(
                Told { program, _ in MixedIntegerAnswer(values: .init(repeating: value, count: program.columnCount)) })
            #expect(both.cost <= alone.cost)
            let problem = try RandomProblem(roster: 5, skills: 2, loose: true).problem
            let report = ScheduleChecker(problem).check(both.solution)
            #expect(report.broken.isEmpty && report.cost == both.cost)
        }
    }

    @Test("a bound is rounded up, less what a solver may be wrong by, and never beyond the cost")
    func bounds() async throws {
        for (told, bound) in [
            (10.5, 11), (10.001, 10), (9.999_999_9, 10), (10, 10), (-5, 0), (-.infinity, nil), (.nan, nil),
        ] {
            let (_, both) = try await Self.results(Told { _, _ in MixedIntegerAnswer(bound: told) })
            #expect(both.bound == bound)
        }
        let (alone, both) = try await Self.results(Told { _, _ in MixedIntegerAnswer(bound: 1e12) })
        #expect(both.bound == alone.cost)
    }

    @Test("the solver begins with the schedule of the search")
    func start() async throws {
        let problem = try RandomProblem(roster: 5, skills: 2, loose: true).problem
        let program = try ScheduleProgram(problem)
        let (alone, both) = try await Self.results(Told { _, start in MixedIntegerAnswer(values: start, bound: 1) })
        #expect(both.cost == alone.cost)
        #expect(program.values(both.solution) != nil)
        #expect(both.bound == 1)
    }

    @Test("a solver that does not stop is left behind")
    func late() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (alone, both) = try await Self.results(
            Told { _, _ in
                gate.wait()
                return MixedIntegerAnswer(bound: 1)
            }, seconds: 0.05)
        #expect(both == alone)
        gate.signal()
    }
}

/// A solver that does what it is told.
private struct Told: MixedIntegerSolver {
    var answer: @Sendable (MixedIntegerProgram, [Double]?) throws -> MixedIntegerAnswer

    func solve(_ program: MixedIntegerProgram, from start: [Double]?, seconds: Double) throws -> MixedIntegerAnswer {
        try answer(program, start)
    }
}
