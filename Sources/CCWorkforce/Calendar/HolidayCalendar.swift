import CCCore

/// The days that are not like others and are known beforehand: public holidays, their eves, and events of one's own.
public struct HolidayCalendar: Hashable, Sendable {
    /// What a day is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A public holiday, whether the centre is open or not.
        case holiday
        /// The day before one.
        case eve
        /// A day of one's own: a mailing, a sale, a price change. Events of one name are taken to work alike.
        case event
    }

    /// One such day.
    public struct Day: Hashable, Sendable {
        public var date: CalendarDate
        public var kind: Kind
        /// Days of one name are taken to be alike; an empty name is like no other.
        public var name: String
        /// How many times the usual volume is expected; nil when that is to be learned from the history.
        public var factor: Double?

        public init(_ date: CalendarDate, _ kind: Kind, name: String, factor: Double? = nil) {
            self.date = date
            self.kind = kind
            self.name = name
            self.factor = factor
        }
    }

    /// In the order of their dates.
    public let days: [Day]
    private let byDate: [Int: [Day]]

    /// No special days.
    public static let none = HolidayCalendar([])

    public init(_ days: [Day]) {
        // A stable order whatever the caller's, so that nothing after it depends on it.
        self.days = days.sorted { ($0.date, $0.kind.rawValue, $0.name) < ($1.date, $1.kind.rawValue, $1.name) }
        byDate = Dictionary(grouping: self.days, by: \.date.dayNumber)
    }

    /// What is special about a day.
    public subscript(date: CalendarDate) -> [Day] { byDate[date.dayNumber] ?? [] }

    /// The product of the factors that are given for a day.
    func factor(_ dayNumber: Int) -> Double {
        (byDate[dayNumber] ?? []).reduce(1) { product, day in
            guard let factor = day.factor, factor.isFinite, factor >= 0 else { return product }
            return product * min(factor, 1e6)
        }
    }

    func isSpecial(_ dayNumber: Int) -> Bool { byDate[dayNumber] != nil }
    func isHoliday(_ dayNumber: Int) -> Bool { byDate[dayNumber]?.contains { $0.kind == .holiday } ?? false }
}
