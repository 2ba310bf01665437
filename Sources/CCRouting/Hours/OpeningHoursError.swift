/// What is wrong with opening hours, and where.
public struct OpeningHoursError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of mistake. Safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case unknownZone, badTime, badSpan, badWeekday, badDay, overlap }
        private let value: Value

        /// The time zone is not one that the machine knows by this IANA name.
        public static let unknownZone = Code(value: .unknownZone)
        /// Not a time of day such as `09:30`.
        public static let badTime = Code(value: .badTime)
        /// Not a span such as `09:00-14:00`, or one without length.
        public static let badSpan = Code(value: .badSpan)
        /// Not a day of the week, or one that stands there twice.
        public static let badWeekday = Code(value: .badWeekday)
        /// Not a date, or a rule for dates that fits no day.
        public static let badDay = Code(value: .badDay)
        /// Two spans share time.
        public static let overlap = Code(value: .overlap)

        public var description: String { value.rawValue }
    }

    public var code: Code
    /// Where: `timeZone`, `week.fri`, `days[2]`, `days[2].sat`.
    public var place: String
    /// What is wrong and what is expected instead.
    public var message: String

    public init(_ code: Code, at place: String, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    public var description: String { place.isEmpty ? message : "\(place): \(message)" }

    /// The same one level further out.
    func within(_ outer: String) -> OpeningHoursError {
        OpeningHoursError(code, at: place.isEmpty ? outer : "\(outer).\(place)", message)
    }
}
