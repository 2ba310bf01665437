import CCCore
import CCRouting
import Foundation
import Testing

/// Opening hours as one would do them without thinking: look at the clock on the wall every minute. The clock is set
/// forward in spring and stands still in autumn.
private struct NaiveHours {
    let spans: (CalendarDate) -> [HoursSpan]
    let zone: TimeZone
    /// The latest time that the clock has shown, in minutes since 1970.
    private var shown = Int.min
    private var offset = 0
    private var known: [Int: [HoursSpan]] = [:]

    init(zone: TimeZone, spans: @escaping (CalendarDate) -> [HoursSpan]) {
        self.zone = zone
        self.spans = spans
    }

    mutating func isOpen(atMinute minute: Int) -> Bool {
        // Nobody sets clocks between the quarters.
        if minute % 15 == 0 || shown == .min {
            offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute) * 60)) / 60
        }
        shown = max(shown, minute + offset)
        let day = shown / 1_440
        for start in (day - 1)...day {
            let ofDay = shown - start * 1_440
            if known[start] == nil { known[start] = spans(CalendarDate(dayNumber: start)) }
            for span in known[start] ?? [] where span.start <= ofDay && ofDay < span.end { return true }
        }
        return false
    }
}

@Suite("Opening hours when the clocks change")
struct ClockChangeTests {
    private func stretches(_ hours: OpeningHours, from: String, until: String) throws -> [String] {
        var at = try #require(Date(iso8601: from))
        let end = try #require(Date(iso8601: until))
        var found: [String] = []
        while at < end {
            let status = hours.status(at: at)
            let next = try #require(status.changesAt)
            if status.isOpen {
                found.append("\(at.iso8601.dropFirst(5).prefix(11))-\(next.iso8601.dropFirst(5).prefix(11))")
            }
            at = next
        }
        return found
    }

    @Test(
        "a night is an hour shorter in spring and longer in autumn",
        arguments: [
            ("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", ["03-28T21:00-03-29T04:00"]),
            ("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", ["10-24T20:00-10-25T05:00"]),
        ])
    func nights(from: String, until: String, expected: [String]) throws {
        let hours = try OpeningHours("Europe/Madrid", week: ["daily": "22:00-06:00"])
        #expect(try stretches(hours, from: from, until: until) == expected)
    }

    @Test("what begins in the hour that does not exist begins with the jump; what lies in it is left out")
    func gap() throws {
        let day = (from: "2026-03-28T12:00:00Z", until: "2026-03-29T12:00:00Z")
        let begins = try OpeningHours("Europe/Madrid", week: ["sun": "02:30-04:00"])
        #expect(try stretches(begins, from: day.from, until: day.until) == ["03-29T01:00-03-29T02:00"])
        let ends = try OpeningHours("Europe/Madrid", week: ["sun": "01:30-02:30"])
        #expect(try stretches(ends, from: day.from, until: day.until) == ["03-29T00:30-03-29T01:00"])
        let within = try OpeningHours("Europe/Madrid", week: ["sun": "02:10-02:50"])
        #expect(try stretches(within, from: day.from, until: day.until).isEmpty)
        // With nothing left of the time between them, two spans are one.
        let around = try OpeningHours("Europe/Madrid", week: ["sun": "01:00-02:15, 02:45-04:00"])
        #expect(try stretches(around, from: day.from, until: day.until) == ["03-29T00:00-03-29T02:00"])
    }

    @Test("what begins or ends in the hour that comes twice does so once, the first time")
    func overlap() throws {
        let day = (from: "2026-10-24T12:00:00Z", until: "2026-10-25T12:00:00Z")
        let ends = try OpeningHours("Europe/Madrid", week: ["sun": "01:00-02:30"])
        #expect(try stretches(ends, from: day.from, until: day.until) == ["10-24T23:00-10-25T00:30"])
        let begins = try OpeningHours("Europe/Madrid", week: ["sun": "02:30-04:00"])
        #expect(try stretches(begins, from: day.from, until: day.until) == ["10-25T00:30-10-25T03:00"])
        let both = try OpeningHours("Europe/Madrid", week: ["sun": "01:00-02:30, 02:30-04:00"])
        #expect(try stretches(both, from: day.from, until: day.until) == ["10-24T23:00-10-25T03:00"])
    }

    @Test("an island that changed its side of the date line has no Friday, 30 December 2011")
    func missingDay() throws {
        let hours = try OpeningHours("Pacific/Apia", week: ["daily": "09:00-17:00"])
        let found = try stretches(hours, from: "2011-12-29T12:00:00Z", until: "2012-01-01T12:00:00Z")
        #expect(found == ["12-29T19:00-12-30T03:00", "12-30T19:00-12-31T03:00", "12-31T19:00-01-01T03:00"])
    }

    @Test(
        "looking at the clock every minute for two years says the same, and nothing changes before it is announced",
        arguments: [
            "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu",
            "America/Havana",
        ])
    func naive(zone: String) throws {
        var random = SplitMix64(state: 4)
        for _ in 0..<2 {
            let hours = try Self.randomHours(zone, using: &random)
            let start = Int(try #require(Date(iso8601: "2026-01-01T00:00:00Z")).timeIntervalSince1970) / 60
            var naive = NaiveHours(zone: try #require(TimeZone(identifier: zone))) { date in
                (hours.days.first { $0.rule.fits(date) }?.hours ?? hours.week)[date.weekday]
            }
            var expected = hours.status(at: Date(timeIntervalSince1970: Double(start) * 60))
            var changes = 0
            for minute in start..<(start + 2 * 365 * 1_440) {
                let date = Date(timeIntervalSince1970: Double(minute) * 60)
                if let next = expected.changesAt, date >= next {
                    let before = expected
                    expected = hours.status(at: date)
                    #expect(before.changesAt == date && before.isOpen != expected.isOpen, "\(hours) at \(date.iso8601)")
                    changes += 1
                }
                guard naive.isOpen(atMinute: minute) == expected.isOpen else {
                    Issue.record("\(hours): \(date.iso8601) is not \(expected.isOpen ? "open" : "closed")")
                    break
                }
            }
            #expect(changes > 700)
            // What is asked in between is what was announced.
            for _ in 0..<500 {
                let second = Double(start * 60) + Double.random(in: 0..<(2 * 365 * 86_400), using: &random)
                let status = hours.status(at: Date(timeIntervalSince1970: second))
                let next = try #require(status.changesAt)
                let middle = Date(timeIntervalSince1970: (second + next.timeIntervalSince1970) / 2)
                #expect(hours.status(at: middle) == status)
            }
        }
    }

    /// Many boundaries between one and four in the morning, when clocks change.
    private static func randomHours(_ zone: String, using random: inout SplitMix64) throws -> OpeningHours {
        func time(_ hours: ClosedRange<Int>) -> Int {
            Int.random(in: hours, using: &random) * 60 + [0, 10, 15, 30, 45, 59].randomElement(using: &random)!
        }
        func day() throws -> [HoursSpan] {
            var spans: [HoursSpan] = []
            let (first, second) = (time(0...1), time(2...3))
            spans.append(try HoursSpan(start: first, end: second))
            if Bool.random(using: &random) {
                let start = max(second, time(2...3))
                spans.append(try HoursSpan(start: start, end: max(start + 1, time(3...8))))
            }
            if Bool.random(using: &random) {
                let start = time(9...12)
                spans.append(try HoursSpan(start: start, end: max(start + 1, time(13...20))))
            }
            return spans
        }
        var week = WeekHours.closed
        for weekday in Weekday.allCases where weekday != .thu { week[weekday] = try day() }
        week[.wed] = [try HoursSpan("22:00-03:30")]
        return try OpeningHours(
            timeZone: zone, week: week,
            days: [
                .init(try DayRule("12-25")), .init(try DayRule("easter-2")),
                .init(try DayRule("last sun of mar"), hours: WeekHours(daily: try day())),
                .init(try DayRule("2026-08-01..2026-08-20"), hours: WeekHours(daily: [try HoursSpan("00:00-24:00")])),
            ])
    }
}
