import ArgumentParser
import CCCore
import CCSolver
import CCWorkforce
import Foundation

/// `ccctl schedule --instance week.json --output plan.json --seconds 60`: who works when.
struct Schedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a schedule, or check one.",
        discussion: """
            An instance says who may work when, what is needed and what everything costs (Docs/Scheduling.md). The answer \
            keeps all rules of all contracts, and is checked once more before it is written. When no schedule can keep \
            them, an irreducible set of rules in conflict (none can be left out) is printed for each agent, up to ten.
            """)

    @Option(help: ArgumentHelp("The problem.", valueName: "json"))
    var instance: String

    @Option(help: ArgumentHelp("Where to write the schedule; -: standard output.", valueName: "json"))
    var output: String?

    @Option(help: ArgumentHelp("A schedule to check instead of making one.", valueName: "json"))
    var check: String?

    @Option(help: ArgumentHelp("A schedule to begin with.", valueName: "json"))
    var start: String?

    @Option(help: "How long to search, reading and checking included.")
    var seconds = 60.0

    @Option(help: "Changes tried by each worker instead: then the same seed gives the same answer.")
    var moves: Int?

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Option(help: "Searches at the same time.")
    var workers = 2

    @Option(
        help:
            "Whom to ask; cbc (the package's trait CBC) and highs (its library) follow the search after half of the time."
    )
    var solver = Solver.search

    @Option(help: ArgumentHelp("HiGHS's library, when the loader does not find it.", valueName: "file"))
    var highsLibrary: String?

    @Flag(help: "For a roster, spend a fifth of the time on a bound that no schedule can beat.")
    var bound = false

    @Option(help: ArgumentHelp("A picture of demand and cover.", valueName: "svg"))
    var plot: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    enum Solver: String, ExpressibleByArgument, CaseIterable {
        case search, cbc, highs
    }

    /// Agents whose conflicts are told; of others, how many there are.
    private static let described = 10

    func validate() throws {
        guard seconds > 0, seconds <= 1e7 else {
            throw ValidationError("seconds: expected more than 0 and at most 1e7")
        }
        guard (1...64).contains(workers) else { throw ValidationError("workers: expected 1 to 64") }
        guard moves ?? 1 > 0 else { throw ValidationError("moves: expected more than 0") }
        if highsLibrary != nil, solver != .highs { throw ValidationError("highs-library: needs --solver highs") }
        if check == nil, output == nil { throw ValidationError("expected --output or --check") }
    }

    func run() async throws {
        let begin = nanoseconds(CLOCK_MONOTONIC)
        let problem = try TextFile.json(instance) { try ScheduleProblem(json: $0) }
        if let check {
            let solution = try TextFile.json(check) { try ScheduleSolution(json: $0, for: problem) }
            let report = ScheduleChecker(problem).check(solution)
            try show(problem, report, Figures(problem, report))
            if !report.broken.isEmpty { throw ExitCode(1) }
            return
        }
        let first = try start.map { file in try TextFile.json(file) { try ScheduleSolution(json: $0, for: problem) } }
        let answer: ScheduleResult
        do { answer = try await solve(problem, first, begin) } catch let error as WorkforceError {
            guard error.code == .infeasible else { throw error }
            let agents = ScheduleConflict.agents(in: problem)
            for conflict in ScheduleConflict.find(problem, agents: Array(agents.prefix(Self.described))) {
                TextFile.remark("\(conflict)")
            }
            if agents.count > Self.described {
                let more = agents.count - Self.described
                TextFile.remark("and \(more) more agents whose rules cannot be kept")
            }
            throw ExitCode(1)
        }
        let report = ScheduleChecker(problem).check(answer.solution)
        var figures = Figures(problem, report)
        figures.bound = answer.bound
        figures.gap = answer.gap
        figures.moves = answer.moves
        figures.seconds = Double(nanoseconds(CLOCK_MONOTONIC) - begin) / 1e9
        if let output { try TextFile.write(answer.solution.json + "\n", to: output) }
        try show(problem, report, figures)
        if !report.broken.isEmpty { throw ExitCode(1) }
    }

    private func solve(_ problem: ScheduleProblem, _ first: ScheduleSolution?, _ begin: UInt64) async throws
        -> ScheduleResult
    {
        // What is left after a margin for checking and writing.
        let end = max(seconds * 0.98 - 0.1, seconds * 0.5)
        let isRoster = if case .roster = problem.work { true } else { false }
        let forBound = bound && isRoster ? 0.2 : 0
        let (moves, search) = (moves, LocalSearch(seed: seed, workers: workers))
        @Sendable func spent(_ share: Double) -> @Sendable () -> Double {
            { Double(nanoseconds(CLOCK_MONOTONIC) - begin) / 1e9 / (end * share) }
        }
        // The bound's share is the last, before it the solver's, which is as long as the search's.
        let forSearch = (1 - forBound) / (solver == .search ? 1 : 2)
        let budget = moves.map { ScheduleBudget.moves($0) } ?? ScheduleBudget(spent: spent(forSearch))
        let solver: any ScheduleSolver =
            try engine().map { MixedIntegerSearch($0, seconds: end * forSearch, search: search) } ?? search
        var answer = try await solver.solve(problem, from: first, budget: budget)
        if bound, isRoster {
            let rest = moves.map { ScheduleBudget.moves($0 / 1_000_000 + 10) } ?? ScheduleBudget(spent: spent(1))
            let lagrangian = RosterBound.bound(problem, target: answer.cost, budget: rest)
            answer.bound = [answer.bound, lagrangian].compactMap(\.self).max()
        }
        return answer
    }

    /// Nil: the search alone.
    private func engine() throws -> (any MixedIntegerSolver)? {
        switch solver {
        case .search: return nil
        case .highs: return try Highs(library: highsLibrary, threads: workers)
        case .cbc:
            #if CBC
            return Cbc(threads: workers)
            #else
            throw ValidationError("solver: this ccctl was built without cbc; swift build --traits CBC")
            #endif
        }
    }
}

extension Schedule {
    private struct Figures: Encodable {
        var name: String
        var cost: Int
        var wages: Int
        var coverCost: Int
        var demand: Int
        var missing: Int
        var onShift: Int
        var bound: Int?
        var gap: Double?
        var moves: Int?
        var seconds: Double?
        var broken: [String]

        init(_ problem: ScheduleProblem, _ report: ScheduleReport) {
            name = problem.name
            (cost, wages, coverCost) = (report.cost, report.wages, report.coverCost)
            demand = problem.demand.joined().reduce(0, +)
            (missing, onShift) = (report.missing, report.onShift.reduce(0, +))
            broken = report.broken.map(\.description)
        }
    }

    private func show(_ problem: ScheduleProblem, _ report: ScheduleReport, _ figures: Figures) throws {
        if let plot { try TextFile.write(SchedulePicture(problem, report).chart.svg, to: plot) }
        if output == "-" { return }
        if json { return print(try CenterJSON.line(figures)) }
        print("\(figures.name.isEmpty ? "schedule" : figures.name): cost \(figures.cost)")
        print("  wages \(figures.wages), missing cover \(figures.coverCost)")
        print("  \(figures.missing) of \(figures.demand) agent slots missing, \(figures.onShift) on shift")
        if let bound = figures.bound, let gap = figures.gap {
            print("  no schedule costs less than \(bound): at most \(FiguresTable.number(gap * 100, 2)) % to gain")
        }
        print(figures.broken.isEmpty ? "  broken rules: none" : "  broken rules: \(figures.broken.count)")
        for line in figures.broken { print("    \(line)") }
    }
}
