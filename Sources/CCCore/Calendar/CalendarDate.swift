/// A day of the Gregorian calendar, nowhere in particular.
public struct CalendarDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1 January 1970.
    public let dayNumber: Int

    public init(dayNumber: Int) { self.dayNumber = dayNumber }

    /// Nil when there is no such day: 30 February, 29 February 2027.
    ///
    /// - Parameters:
    ///   - year: −9999 to 9999.
    ///   - month: 1 to 12.
    ///   - day: from 1.
    public init?(year: Int, month: Int, day: Int) {
        guard (-9_999...9_999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        self.init(dayNumber: Self.number(year, month, day))
        guard self.year == year, self.month == month, self.day == day else { return nil }
    }

    /// `2026-12-25`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    public var year: Int { fields.year }
    public var month: Int { fields.month }
    public var day: Int { fields.day }
    /// 1 January 1970 was a Thursday.
    public var weekday: Weekday { Weekday.allCases[(dayNumber % 7 + 10) % 7] }

    /// The day so many days later; the last or first that there can be when it would be beyond.
    public func advanced(by days: Int) -> CalendarDate {
        let (sum, overflow) = dayNumber.addingReportingOverflow(days)
        return CalendarDate(dayNumber: overflow ? (days > 0 ? .max : .min) : sum)
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.dayNumber < rhs.dayNumber }

    /// `2026-12-25`
    public var description: String {
        let fields = fields
        return "\(Self.padded(fields.year, 4))-\(Self.padded(fields.month, 2))-\(Self.padded(fields.day, 2))"
    }

    package static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Easter Sunday of a year of the Gregorian calendar, by the computus that Nature printed in 1876 (vol. 13, p. 487),
    /// as J. Meeus gives it in *Astronomical Algorithms*, chapter 8. It holds for all years from 1583.
    public static func easter(_ year: Int) -> CalendarDate {
        let golden = year % 19
        let (century, ofCentury) = year.quotientAndRemainder(dividingBy: 100)
        let (leaps, afterLeaps) = century.quotientAndRemainder(dividingBy: 4)
        let correction = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * golden + century - leaps - correction + 15) % 30
        let (quarters, rest) = ofCentury.quotientAndRemainder(dividingBy: 4)
        let toSunday = (32 + 2 * afterLeaps + 2 * quarters - epact - rest) % 7
        let late = (golden + 11 * epact + 22 * toSunday) / 451
        let (month, day) = (epact + toSunday - 7 * late + 114).quotientAndRemainder(dividingBy: 31)
        return CalendarDate(dayNumber: number(year, month, day + 1))
    }

    // Years are counted from March, so that the leap day is their last; eras are the 400 years after which all repeats.
    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let fromMarch = month > 2 ? year : year - 1
        let era = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400
        let ofEra = fromMarch - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private var fields: (year: Int, month: Int, day: Int) {
        // Beyond some 10¹⁵ years all days are alike.
        let shifted = min(max(dayNumber, -1 << 60), 1 << 60) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * fromMarch + 2) / 5 + 1)
    }
}

extension Character {
    package var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
