#if CBC
import CCbc

/// COIN-OR CBC (Forrest & Lougee-Heimer 2005), a branch-and-cut solver. It is there when the package is built with the
/// trait `CBC`.
public struct Cbc: MixedIntegerSolver {
    /// How many threads look through branches.
    public var threads: Int

    /// - Parameter threads: 1 to 64; numbers beyond are taken as the nearest of them.
    public init(threads: Int = 2) { self.threads = min(max(threads, 1), 64) }

    public func solve(
        _ program: MixedIntegerProgram, from start: [Double]? = nil, seconds: Double
    ) throws -> MixedIntegerAnswer {
        guard let model = Cbc_newModel() else { throw SolverError(.failed, "CBC makes no model") }
        defer { Cbc_deleteModel(model) }
        Cbc_setLogLevel(model, 0)
        Cbc_loadProblem(
            model, Int32(program.columnCount), Int32(program.rowCount), program.starts, program.rows, program.values,
            program.lower, program.upper.map(Self.finite), program.costs, program.rowLower.map(Self.finite),
            program.rowUpper.map(Self.finite))
        let whole = (0..<program.columnCount).filter { program.isWhole[$0] }.map { Int32($0) }
        for column in whole { Cbc_setInteger(model, column) }
        Cbc_setParameter(model, "log", "0")
        Cbc_setParameter(model, "slog", "0")
        Cbc_setParameter(model, "timeM", "elapsed")
        Cbc_setParameter(model, "sec", "\(seconds)")
        // As with HiGHS; and it does not ask for the time.
        Cbc_setParameter(model, "preprocess", "off")
        if threads > 1 { Cbc_setParameter(model, "threads", "\(threads)") }
        Cbc_setAllowableGap(model, MixedIntegerAnswer.gap)
        if let start, start.count == program.columnCount {
            Cbc_setMIPStartI(model, Int32(whole.count), whole, whole.map { start[Int($0)] })
        }
        Cbc_solve(model)
        let bound = Cbc_getBestPossibleObjValue(model)
        let values = Cbc_bestSolution(model).map {
            [Double](UnsafeBufferPointer(start: $0, count: program.columnCount))
        }
        return MixedIntegerAnswer(values: values, bound: abs(bound) < 1e17 ? bound : nil)
    }

    /// What CBC takes for infinite.
    private static func finite(_ bound: Double) -> Double { min(max(bound, -1e30), 1e30) }
}
#endif
