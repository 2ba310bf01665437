import CCCore

/// Which dates a special day falls on.
public enum DayRule: Hashable, Sendable, CustomStringConvertible {
    /// One date: `2026-12-24`.
    case date(CalendarDate)
    /// All dates from the first through the last: `2026-08-01..2026-08-31`.
    case dates(CalendarDate, CalendarDate)
    /// The same date every year: `12-25`. 29 February comes in leap years only.
    case yearly(MonthDay)
    /// The same dates every year, both included: `06-15..09-15`; `12-24..01-06` goes over the end of the year.
    case season(MonthDay, MonthDay)
    /// The first, second, … or last such day of a month: `4th thu of 11`, `last mon of 5`. −1 is the last.
    case weekday(Int, Weekday, month: Int)
    /// Days after Easter Sunday, negative before it: `easter-2` is Good Friday, `easter+1` Easter Monday.
    case easter(Int)

    /// A day of every year.
    public struct MonthDay: Hashable, Comparable, Sendable, CustomStringConvertible {
        public let month: Int
        public let day: Int

        /// Nil when no year has such a day.
        public init?(month: Int, day: Int) {
            // 2000 was a leap year.
            guard CalendarDate(year: 2_000, month: month, day: day) != nil else { return nil }
            self.month = month
            self.day = day
        }

        init?(_ text: some StringProtocol) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.map(\.count) == [2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
                let month = Int(parts[0]), let day = Int(parts[1])
            else { return nil }
            self.init(month: month, day: day)
        }

        init(of date: CalendarDate) {
            month = date.month
            day = date.day
        }

        public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.month, lhs.day) < (rhs.month, rhs.day) }
        public var description: String { "\(CalendarDate.padded(month, 2))-\(CalendarDate.padded(day, 2))" }
    }

    /// - Throws: `badDay` when it is not one of the forms above.
    public init(_ text: String) throws(OpeningHoursError) {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        let plain = words.joined()
        if let date = CalendarDate(plain) {
            self = .date(date)
        } else if let day = MonthDay(plain) {
            self = .yearly(day)
        } else if let rule = Self.range(plain) ?? Self.relative(words) ?? Self.easter(plain) {
            self = rule
        } else {
            throw OpeningHoursError(
                .badDay, at: "",
                "\"\(text)\" is not a day such as 2026-12-24, 12-25, 06-15..09-15, easter-2 or last mon of may")
        }
        try check()
    }

    /// - Throws: `badDay` when it fits no day.
    func check() throws(OpeningHoursError) {
        let isSound =
            switch self {
            case .dates(let first, let last): first <= last
            case .weekday(let number, _, let month):
                (number == -1 || (1...5).contains(number)) && (1...12).contains(month)
            case .easter(let offset): (-366...366).contains(offset)
            case .date, .yearly, .season: true
            }
        guard isSound else { throw OpeningHoursError(.badDay, at: "", "no day fits \(self)") }
    }

    /// Whether a date is one of them.
    public func fits(_ date: CalendarDate) -> Bool {
        switch self {
        case .date(let day): return date == day
        case .dates(let first, let last): return first <= date && date <= last
        case .yearly(let day): return MonthDay(of: date) == day
        case .season(let first, let last):
            let day = MonthDay(of: date)
            return first <= last ? first <= day && day <= last : first <= day || day <= last
        case .weekday(let number, let weekday, let month):
            guard date.weekday == weekday, date.month == month else { return false }
            return number == -1 ? date.advanced(by: 7).month != month : (date.day - 1) / 7 + 1 == number
        case .easter(let offset):
            let sunday = date.advanced(by: -offset)
            return sunday.weekday == .sun && sunday.year >= 1_583 && .easter(sunday.year) == sunday
        }
    }

    public var description: String {
        switch self {
        case .date(let date): "\(date)"
        case .dates(let first, let last): "\(first)..\(last)"
        case .yearly(let day): "\(day)"
        case .season(let first, let last): "\(first)..\(last)"
        case .weekday(let number, let weekday, let month):
            "\(number == -1 ? "last" : Self.ordinals[(number - 1 + 5) % 5]) \(weekday) of \(Self.months[(month + 11) % 12])"
        case .easter(let offset): offset == 0 ? "easter" : offset < 0 ? "easter\(offset)" : "easter+\(offset)"
        }
    }

    // MARK: Text

    private static let ordinals = ["1st", "2nd", "3rd", "4th", "5th"]
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private static func range(_ text: String) -> DayRule? {
        guard let dots = text.firstRange(of: "..") else { return nil }
        let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
        if let first = CalendarDate(first), let last = CalendarDate(last) { return .dates(first, last) }
        if let first = MonthDay(first), let last = MonthDay(last) { return .season(first, last) }
        return nil
    }

    private static func relative(_ words: [Substring]) -> DayRule? {
        guard words.count == 4, words[2] == "of", let weekday = Weekday(words[1]),
            let month = months.firstIndex(where: { $0 == words[3] || (words[3].count == 3 && $0.hasPrefix(words[3])) })
        else { return nil }
        if words[0] == "last" { return .weekday(-1, weekday, month: month + 1) }
        return ordinals.firstIndex { $0 == words[0] }.map { .weekday($0 + 1, weekday, month: month + 1) }
    }

    private static func easter(_ text: String) -> DayRule? {
        guard text.hasPrefix("easter") else { return nil }
        let offset = text.dropFirst("easter".count)
        guard let sign = offset.first else { return .easter(0) }
        guard sign == "+" || sign == "-", offset.dropFirst().allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(offset).map { .easter($0) }
    }
}
