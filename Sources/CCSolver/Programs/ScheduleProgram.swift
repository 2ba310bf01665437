import CCWorkforce

/// A `ScheduleProblem` as a `MixedIntegerProgram`: their optima are the same schedules at the same costs.
public struct ScheduleProgram: Sendable {
    public let program: MixedIntegerProgram
    private let form: Form

    private enum Form {
        case cover(CoverProgram)
        case roster(RosterProgram)
    }

    /// - Throws: `SolverError` `.tooLarge`.
    public init(_ problem: ScheduleProblem) throws {
        switch problem.work {
        case .cover(let shifts):
            let cover = try CoverProgram(problem, shifts)
            (program, form) = (cover.program, .cover(cover))
        case .roster(let roster):
            let roster = try RosterProgram(problem, roster)
            (program, form) = (roster.program, .roster(roster))
        }
    }

    /// The schedule that values of the columns stand for; nil when there are too few of them. `ScheduleChecker` tells
    /// whether it keeps the rules.
    public func solution(_ values: [Double]) -> ScheduleSolution? {
        guard values.count == program.columnCount else { return nil }
        return switch form {
        case .cover(let cover): .cover(cover.counts(values))
        case .roster(let roster): .roster(roster.assignments(values))
        }
    }

    /// Values of all columns for a schedule, who serves what chosen so that the cost is least. They keep all rows when the
    /// schedule keeps all rules.
    ///
    /// - Returns: nil for a schedule of another problem.
    public func values(_ solution: ScheduleSolution) -> [Double]? {
        switch (form, solution) {
        case (.cover(let cover), .cover(let counts)): cover.values(counts)
        case (.roster(let roster), .roster(let assignments)): roster.values(assignments)
        default: nil
        }
    }
}
