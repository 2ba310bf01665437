/// Something that minimises a `MixedIntegerProgram`: a library that the machine has.
public protocol MixedIntegerSolver: Sendable {
    /// Looks for the best values of all columns, on the calling thread and as many more as the solver was told. Costs of
    /// schedules are whole, so a solver may stop when nothing can be cheaper by 0.98.
    ///
    /// - Parameters:
    ///   - start: values to begin with, by column, which keep all rows; nil: from nothing.
    ///   - seconds: how long, as the solver measures it. Solvers ask between steps of theirs, so that they may go on a
    ///     little longer.
    /// - Throws: `SolverError` `.failed` when the solver gives up for reasons of its own.
    func solve(_ program: MixedIntegerProgram, from start: [Double]?, seconds: Double) throws -> MixedIntegerAnswer
}

/// What a solver found out within its time.
public struct MixedIntegerAnswer: Hashable, Sendable {
    /// By column; nil: no values were found that keep all rows. As exact as the solver's tolerances, some 1e-6.
    public var values: [Double]?
    /// No values cost less, again within tolerances; nil: not known.
    public var bound: Double?

    public init(values: [Double]? = nil, bound: Double? = nil) {
        self.values = values
        self.bound = bound
    }

    /// How near the bound may be to the cost for a solver to stop. Less than 1 proves that no schedule is cheaper; the rest
    /// is for tolerances.
    static let gap = 0.98
}
