import Synchronization

/// HiGHS (Huangfu & Hall 2018), a branch-and-cut solver. Its library is looked for when a `Highs` is made, so that no
/// package needs it to be built.
public struct Highs: MixedIntegerSolver {
    /// How many threads HiGHS may use; version 1.15 works on one mostly.
    public var threads: Int
    private let library: HighsLibrary

    /// HiGHS keeps its threads for a whole process: solves wait for each other.
    private static let turn = Mutex(())

    /// - Parameters:
    ///   - path: The file of the library, such as the `libhighs.so.1` that comes with the Python package highspy; nil:
    ///     wherever the loader finds it.
    ///   - threads: 1 to 64; numbers beyond are taken as the nearest of them.
    /// - Throws: `SolverError` `.noLibrary` and `.unfitLibrary`.
    public init(library path: String? = nil, threads: Int = 2) throws {
        library = try HighsLibrary(path)
        self.threads = min(max(threads, 1), 64)
    }

    /// Such as 1.15.1.
    public var version: String { String(cString: library.version()) }

    public func solve(
        _ program: MixedIntegerProgram, from start: [Double]? = nil, seconds: Double
    ) throws -> MixedIntegerAnswer {
        try Self.turn.withLock { _ in
            defer { library.resetGlobalScheduler(1) }
            guard let model = library.create() else { throw SolverError(.failed, "HiGHS makes no model") }
            defer { library.destroy(model) }
            try pass(program, start, seconds, to: model)
            try check(library.run(model), "run")
            return answer(program, model)
        }
    }

    private func pass(
        _ program: MixedIntegerProgram, _ start: [Double]?, _ seconds: Double, to model: OpaquePointer
    ) throws {
        try check(library.setBoolOption(model, "output_flag", 0), "output_flag")
        try check(library.setDoubleOption(model, "time_limit", max(seconds, 0)), "time_limit")
        try check(library.setIntOption(model, "threads", Int32(threads)), "threads")
        try check(library.setDoubleOption(model, "mip_rel_gap", 0), "mip_rel_gap")
        try check(library.setDoubleOption(model, "mip_abs_gap", MixedIntegerAnswer.gap), "mip_abs_gap")
        // On large programs it takes longer than all the rest, and there is little that can be left out.
        try check(library.setStringOption(model, "presolve", "off"), "presolve")
        // Large relaxations are solved several times as fast from within. Older libraries know no such option.
        _ = library.setStringOption(model, "mip_lp_solver", "ipm")
        let columnwise: Int32 = 1
        let minimise: Int32 = 1
        try check(
            library.passMip(
                model, Int32(program.columnCount), Int32(program.rowCount), Int32(program.rows.count), columnwise,
                minimise, 0, program.costs, program.lower, program.upper, program.rowLower, program.rowUpper,
                program.starts, program.rows, program.values, program.isWhole.map { $0 ? 1 : 0 }), "passMip")
        if let start, start.count == program.columnCount {
            try check(library.setSolution(model, start, nil, nil, nil), "setSolution")
        }
    }

    private func answer(_ program: MixedIntegerProgram, _ model: OpaquePointer) -> MixedIntegerAnswer {
        var answer = MixedIntegerAnswer()
        var bound = -Double.infinity
        if library.getDoubleInfo(model, "mip_dual_bound", &bound) == 0, abs(bound) < 1e17 { answer.bound = bound }
        var status: Int32 = 0
        let feasible: Int32 = 2
        guard library.getIntInfo(model, "primal_solution_status", &status) == 0, status == feasible else {
            return answer
        }
        var values = [Double](repeating: 0, count: program.columnCount)
        var rows = [Double](repeating: 0, count: program.rowCount)
        if library.getSolution(model, &values, nil, &rows, nil) == 0 { answer.values = values }
        return answer
    }

    /// 0: good; 1: a warning, such as that time is over; −1: an error.
    private func check(_ status: Int32, _ step: String) throws {
        if status < 0 { throw SolverError(.failed, "HiGHS refuses \(step)") }
    }
}
