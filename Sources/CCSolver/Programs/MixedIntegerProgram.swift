/// A linear program some of whose columns have to be whole: minimise Σ cost × value, where every column and the sum of
/// every row lie within bounds.
///
/// Entries are kept column by column, as solvers read them. Infinite bounds are ±`Double.infinity`.
public struct MixedIntegerProgram: Hashable, Sendable {
    /// By column.
    public private(set) var costs: [Double] = []
    /// By column.
    public private(set) var lower: [Double] = []
    /// By column.
    public private(set) var upper: [Double] = []
    /// By column.
    public private(set) var isWhole: [Bool] = []
    /// By row.
    public private(set) var rowLower: [Double] = []
    /// By row.
    public private(set) var rowUpper: [Double] = []
    /// The entries of column c are those from `starts[c]` to before `starts[c + 1]`.
    public private(set) var starts: [Int32] = [0]
    /// By entry.
    public private(set) var rows: [Int32] = []
    /// By entry.
    public private(set) var values: [Double] = []

    /// Rows, columns and entries beyond which a program is refused, because solvers take about 1 kB for each.
    public static let sizeMax = 2_000_000

    public init() {}

    public var columnCount: Int { costs.count }
    public var rowCount: Int { rowLower.count }

    /// - Returns: The row's number.
    /// - Throws: `SolverError` `.tooLarge`.
    public mutating func addRow(_ bounds: ClosedRange<Double>) throws -> Int {
        try grow(by: 1)
        rowLower.append(bounds.lowerBound)
        rowUpper.append(bounds.upperBound)
        return rowLower.count - 1
    }

    /// - Parameter entries: rows that there are already, each at most once, and the factors of the column in them.
    /// - Returns: The column's number.
    /// - Throws: `SolverError` `.tooLarge`.
    public mutating func addColumn(
        cost: Double, _ bounds: ClosedRange<Double>, isWhole: Bool, _ entries: [(row: Int, value: Double)]
    ) throws -> Int {
        try grow(by: 1 + entries.count)
        costs.append(cost)
        lower.append(bounds.lowerBound)
        upper.append(bounds.upperBound)
        self.isWhole.append(isWhole)
        for entry in entries {
            rows.append(Int32(entry.row))
            values.append(entry.value)
        }
        starts.append(Int32(rows.count))
        return costs.count - 1
    }

    /// A column's value, rounded, and within 0, its upper bound and a million whatever a solver says.
    func whole(_ column: Int, of values: [Double]) -> Int {
        values[column] > 0 ? Int(min(values[column], upper[column], 1e6).rounded()) : 0
    }

    private func grow(by more: Int) throws {
        guard rowLower.count + costs.count + rows.count + more <= Self.sizeMax else {
            throw SolverError(
                .tooLarge,
                "this makes a program of more than \(Self.sizeMax) rows, columns and entries, too large for a solver")
        }
    }
}
