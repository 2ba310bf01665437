import CCCore
import Foundation

/// When something is open, by the clock of a place: a week, and the days that differ from it.
///
/// ```swift
/// let hours = try OpeningHours(
///     "Europe/Madrid", week: ["mon-fri": "09:00-14:00, 16:00-20:00", "sat": "10:00-14:00"],
///     days: ["12-25": "closed", "easter-2": "closed", "2026-12-24": "09:00-13:00"])
/// ```
///
/// A span belongs to the day on which it begins: Friday's `22:00-06:00` goes on into a Saturday that is a holiday, and
/// falls out as a whole when Friday is one.
///
/// Times are those of a clock on the wall that is set forward in spring and *stopped* in autumn until its hour is over:
/// each time of day comes once a day. So a span whose start the clocks jump over begins with the jump, one that lies wholly
/// in the hour that does not exist is left out, and what begins or ends within the hour that comes twice does so the
/// first time.
public struct OpeningHours: Hashable, Sendable {
    /// A day that differs from the week.
    public struct SpecialDay: Hashable, Sendable {
        public var rule: DayRule
        /// The hours on such days, by day of the week, so that a season can have a week of its own.
        public var hours: WeekHours

        public init(_ rule: DayRule, hours: WeekHours = .closed) {
            self.rule = rule
            self.hours = hours
        }
    }

    /// The IANA name of the place's time zone, such as `Europe/Madrid`.
    public let timeZone: String
    public let week: WeekHours
    /// The first that fits a date has its say.
    public let days: [SpecialDay]
    let zone: TimeZone

    /// - Throws: ``OpeningHoursError``, naming the place.
    public init(timeZone: String, week: WeekHours, days: [SpecialDay] = []) throws(OpeningHoursError) {
        guard let zone = TimeZone(identifier: timeZone), Self.isPlace(timeZone) else {
            throw OpeningHoursError(
                .unknownZone, at: "timeZone", "\"\(timeZone)\" is not a time zone such as Europe/Madrid")
        }
        do { try week.check() } catch { throw error.within("week") }
        for (place, day) in days.enumerated() {
            do throws(OpeningHoursError) {
                try day.rule.check()
                try day.hours.check()
            } catch {
                throw error.within("days[\(place)]")
            }
        }
        self.timeZone = timeZone
        self.week = week
        self.days = days
        self.zone = zone
    }

    /// - Parameters:
    ///   - timeZone: an IANA name.
    ///   - week: spans by days: see ``WeekHours``.
    ///   - days: spans, or `closed`, by dates: see ``DayRule``. The first that fits a date has its say.
    /// - Throws: ``OpeningHoursError``, naming the place.
    public init(
        _ timeZone: String, week: KeyValuePairs<String, String>, days: KeyValuePairs<String, String> = [:]
    ) throws(OpeningHoursError) {
        var parsed: WeekHours
        do { parsed = try WeekHours(week) } catch { throw error.within("week") }
        var special: [SpecialDay] = []
        for (place, (rule, spans)) in days.map({ ($0.key, $0.value) }).enumerated() {
            do throws(OpeningHoursError) {
                special.append(SpecialDay(try DayRule(rule), hours: WeekHours(daily: try WeekHours.spans(spans))))
            } catch {
                throw error.within("days[\(place)]")
            }
        }
        try self.init(timeZone: timeZone, week: parsed, days: special)
    }

    /// Abbreviations and offsets (`CET`, `GMT+1`) have no summer time, or somebody else's.
    private static func isPlace(_ name: String) -> Bool { name.contains("/") || name == "UTC" || name == "GMT" }

    /// Two are equal when they say the same.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.timeZone == rhs.timeZone && lhs.week == rhs.week && lhs.days == rhs.days
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(timeZone)
        hasher.combine(week)
        hasher.combine(days)
    }

    /// The spans of a date.
    func spans(on date: CalendarDate) -> [HoursSpan] {
        (days.first { $0.rule.fits(date) }?.hours ?? week)[date.weekday]
    }
}

/// Coded as `{"timeZone": "Europe/Madrid", "week": {"mon-fri": "09:00-14:00"}, "days": [{"day": "12-25", "hours": {}}]}`.
extension OpeningHours: Codable {
    private enum Keys: String, CodingKey { case timeZone, week, days, day, hours }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        var days: [SpecialDay] = []
        if fields.contains(.days) {
            var list = try fields.nestedUnkeyedContainer(forKey: .days)
            while !list.isAtEnd {
                let day = try list.nestedContainer(keyedBy: Keys.self)
                days.append(
                    SpecialDay(
                        try DayRule(day.decode(String.self, forKey: .day)), hours: try Self.week(in: day, .hours)))
            }
        }
        try self.init(
            timeZone: fields.decode(String.self, forKey: .timeZone), week: Self.week(in: fields, .week), days: days)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Keys.self)
        try fields.encode(timeZone, forKey: .timeZone)
        try Self.encode(week, in: &fields, .week)
        guard !days.isEmpty else { return }
        var list = fields.nestedUnkeyedContainer(forKey: .days)
        for day in days {
            var entry = list.nestedContainer(keyedBy: Keys.self)
            try entry.encode(day.rule.description, forKey: .day)
            try Self.encode(day.hours, in: &entry, .hours)
        }
    }

    private static func week(in fields: KeyedDecodingContainer<Keys>, _ key: Keys) throws -> WeekHours {
        let week = try fields.nestedContainer(keyedBy: Name.self, forKey: key)
        // Each key says which days it is about, so their order does not matter.
        return try WeekHours(week.allKeys.map { ($0.stringValue, try week.decode(String.self, forKey: $0)) })
    }

    private static func encode(
        _ week: WeekHours, in fields: inout KeyedEncodingContainer<Keys>, _ key: Keys
    ) throws {
        var entries = fields.nestedContainer(keyedBy: Name.self, forKey: key)
        for line in week.text { try entries.encode(line.spans, forKey: Name(stringValue: line.days)) }
    }
}
