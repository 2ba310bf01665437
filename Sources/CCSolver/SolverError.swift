/// Why a solver could not be asked.
public struct SolverError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of trouble. Safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case noLibrary, unfitLibrary, tooLarge, failed
        }
        private let value: Value

        /// The solver's library is not where it was looked for.
        public static let noLibrary = Code(value: .noLibrary)
        /// There is a library, and it lacks functions or is built in another way.
        public static let unfitLibrary = Code(value: .unfitLibrary)
        /// The program has more than `MixedIntegerProgram.sizeMax` rows, columns and entries.
        public static let tooLarge = Code(value: .tooLarge)
        /// The solver gave up for reasons of its own.
        public static let failed = Code(value: .failed)

        public var description: String { value.rawValue }
    }

    public var code: Code
    /// What is wrong and what helps.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
