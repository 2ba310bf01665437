/// What is wrong with numbers that were handed in, and where.
///
/// Mistakes in files are `FileError`s, which name line and column.
public struct WorkforceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of mistake. Safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case empty, tooShort, notFinite, outOfRange, unordered, duplicate, mismatch, infeasible
        }
        private let value: Value

        /// There is nothing to work on.
        public static let empty = Code(value: .empty)
        /// There is something, and too little of it.
        public static let tooShort = Code(value: .tooShort)
        /// Not a number, or infinite.
        public static let notFinite = Code(value: .notFinite)
        /// A number that its meaning does not allow, such as negative contacts.
        public static let outOfRange = Code(value: .outOfRange)
        /// Times that do not ascend.
        public static let unordered = Code(value: .unordered)
        /// The same time, agent or shift twice.
        public static let duplicate = Code(value: .duplicate)
        /// Two things that must fit each other and do not, such as lists of different lengths.
        public static let mismatch = Code(value: .mismatch)
        /// No answer can satisfy all that is asked.
        public static let infeasible = Code(value: .infeasible)

        public var description: String { value.rawValue }
    }

    public var code: Code
    /// Where: `history[17].count`, `agents`, `contracts[3].hours`.
    public var place: String
    /// What is wrong and what is expected instead.
    public var message: String

    public init(_ code: Code, at place: String, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
