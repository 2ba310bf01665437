import CCCore
import CCRouting
import Foundation
import Testing

@Suite("Opening hours")
struct OpeningHoursTests {
    static let madrid = "Europe/Madrid"

    private func date(_ text: String) throws -> Date { try #require(Date(iso8601: text)) }

    /// What `status(at:)` says, as text: `open until 2026-…`.
    private func status(_ hours: OpeningHours, _ text: String) throws -> String {
        let status = hours.status(at: try date(text))
        return (status.isOpen ? "open" : "closed") + (status.changesAt.map { " until \($0.iso8601)" } ?? "")
    }

    @Test(
        "a week with a break at noon says when it changes next",
        arguments: [
            ("2026-01-05T07:59:59Z", "closed until 2026-01-05T08:00:00.000Z"),
            ("2026-01-05T08:00:00Z", "open until 2026-01-05T13:00:00.000Z"),
            ("2026-01-05T12:59:59Z", "open until 2026-01-05T13:00:00.000Z"),
            ("2026-01-05T13:00:00Z", "closed until 2026-01-05T15:00:00.000Z"),
            ("2026-01-09T19:00:00Z", "closed until 2026-01-10T09:00:00.000Z"),
            // Saturday evening to Monday morning.
            ("2026-01-10T13:00:00Z", "closed until 2026-01-12T08:00:00.000Z"),
            // In summer an hour earlier by the world's clock.
            ("2026-07-06T07:00:00Z", "open until 2026-07-06T12:00:00.000Z"),
        ])
    func week(at: String, expected: String) throws {
        let hours = try OpeningHours(
            Self.madrid, week: ["mon-fri": "09:00-14:00, 16:00-20:00", "sat": "10:00-14:00"])
        #expect(try status(hours, at) == expected)
    }

    @Test("a night belongs to the day on which it begins, holidays or not")
    func nights() throws {
        let hours = try OpeningHours(
            "UTC", week: ["daily": "22:00-06:00"], days: ["2026-01-10": "closed"])
        // Friday the 9th goes on into the holiday; the holiday's own night is missing.
        #expect(try status(hours, "2026-01-10T03:00:00Z") == "open until 2026-01-10T06:00:00.000Z")
        #expect(try status(hours, "2026-01-10T23:00:00Z") == "closed until 2026-01-11T22:00:00.000Z")
    }

    @Test("days that touch at midnight are one stretch, and a week without an end never changes")
    func touching() throws {
        let whole = try OpeningHours(Self.madrid, week: ["mon-wed": "00:00-24:00"])
        #expect(try status(whole, "2026-01-05T12:00:00Z") == "open until 2026-01-07T23:00:00.000Z")
        let always = try OpeningHours(Self.madrid, week: ["daily": "00:00-24:00"])
        #expect(try status(always, "2026-01-05T12:00:00Z") == "open")
        let never = try OpeningHours(Self.madrid, week: [:])
        #expect(try status(never, "2026-01-05T12:00:00Z") == "closed")
    }

    @Test(
        "a day is found years ahead",
        arguments: [
            ("12-25", "2026-12-25"), ("02-29", "2028-02-29"), ("easter-2", "2026-04-03"), ("easter+50", "2026-05-25"),
            ("4th thu of nov", "2026-11-26"), ("last mon of may", "2026-05-25"), ("2031-07-01", "2031-07-01"),
            ("5th sat of february", "2048-02-29"),
        ])
    func rules(rule: String, expected: String) throws {
        let days = KeyValuePairs(dictionaryLiteral: (rule, "10:00-11:00"))
        let hours = try OpeningHours("UTC", week: [:], days: days)
        var at = try date("2026-02-01T00:00:00Z")
        // What is further than eight years away has to be asked for again.
        for _ in 0..<4 {
            let status = hours.status(at: at)
            #expect(!status.isOpen)
            at = try #require(status.changesAt)
            if hours.status(at: at).isOpen { break }
        }
        #expect(at.iso8601 == "\(expected)T10:00:00.000Z")
    }

    @Test("the first day that fits has its say, and a season can have a week of its own")
    func precedence() throws {
        let summer = try WeekHours(["mon-fri": "08:00-15:00"])
        let hours = try OpeningHours(
            timeZone: "UTC", week: WeekHours(["daily": "09:00-18:00"]),
            days: [
                .init(DayRule("2026-08-14"), hours: WeekHours(["daily": "10:00-12:00"])),
                .init(DayRule("06-15..09-15"), hours: summer),
                .init(DayRule("12-24..01-06")),
            ])
        #expect(try status(hours, "2026-08-14T10:30:00Z") == "open until 2026-08-14T12:00:00.000Z")
        #expect(try status(hours, "2026-08-17T08:00:00Z") == "open until 2026-08-17T15:00:00.000Z")
        #expect(try status(hours, "2026-08-15T10:00:00Z") == "closed until 2026-08-17T08:00:00.000Z")
        #expect(try status(hours, "2026-12-24T10:00:00Z") == "closed until 2027-01-07T09:00:00.000Z")
    }

    @Test(
        "Easter Sundays",
        arguments: [
            "1818-03-22", "1886-04-25", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23",
            "2011-04-24",
            "2016-03-27", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25",
            "2049-04-18",
            "2285-03-22",
        ])
    func easter(date: String) throws {
        let day = try #require(CalendarDate(date))
        #expect(CalendarDate.easter(day.year) == day)
        #expect(day.weekday == .sun)
    }

    @Test("the computus agrees with golden number, solar and lunar correction for a thousand years")
    func computus() {
        // Christopher Clavius' epact tables as the Book of Common Prayer gives them: the Paschal full moon, and the Sunday
        // after it.
        for year in 1_583...2_583 {
            let golden = year % 19 + 1
            let century = year / 100 + 1
            let leapYearsLeftOut = 3 * century / 4 - 12
            let moon = (8 * century + 5) / 25 - 5
            let sunday = 5 * year / 4 - leapYearsLeftOut - 10
            var epact = (11 * golden + 20 + moon - leapYearsLeftOut) % 30
            if epact < 0 { epact += 30 }
            if (epact == 25 && golden > 11) || epact == 24 { epact += 1 }
            var day = 44 - epact
            if day < 21 { day += 30 }
            day += 7 - (sunday + day) % 7
            let expected = CalendarDate(
                year: year, month: day > 31 ? 4 : 3, day: day > 31 ? day - 31 : day)
            #expect(CalendarDate.easter(year) == expected)
        }
    }

    @Test("calendar dates are Foundation's Gregorian ones")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for number in stride(from: -40_000, through: 80_000, by: 37) {
            let date = CalendarDate(dayNumber: number)
            let known = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(number) * 86_400))
            #expect(
                [date.year, date.month, date.day, (Weekday.allCases.firstIndex(of: date.weekday) ?? 0) + 1]
                    == [known.year, known.month, known.day, ((known.weekday ?? 0) + 5) % 7 + 1])
            #expect(CalendarDate(year: date.year, month: date.month, day: date.day) == date)
            #expect(CalendarDate("\(date)") == date)
        }
    }

    @Test(
        "a mistake is a typed error that names its place",
        arguments: [
            ("Europe/Madird", "mon", "09:00-14:00", "12-25", "unknownZone timeZone"),
            ("CET", "mon", "09:00-14:00", "12-25", "unknownZone timeZone"),
            ("", "mon", "09:00-14:00", "12-25", "unknownZone timeZone"),
            ("UTC", "mon", "09:00-25:00", "12-25", "badTime week.mon"),
            ("UTC", "mon", "9-14", "12-25", "badTime week.mon"),
            ("UTC", "mon", "09:60-14:00", "12-25", "badTime week.mon"),
            ("UTC", "mon", "24:00-02:00", "12-25", "badTime week.mon"),
            ("UTC", "mon", "09:00-09:00", "12-25", "badSpan week.mon"),
            ("UTC", "mon", "09:00", "12-25", "badSpan week.mon"),
            ("UTC", "mon", "", "12-25", "badSpan week.mon"),
            ("UTC", "mon", "09:00-12:00, 11:00-14:00", "12-25", "overlap week.mon"),
            ("UTC", "daily", "22:00-06:00, 05:00-08:00", "12-25", "overlap week.mon"),
            ("UTC", "mon, mon", "09:00-14:00", "12-25", "badWeekday week.mon, mon"),
            ("UTC", "fun", "09:00-14:00", "12-25", "badWeekday week.fun"),
            ("UTC", "mon", "09:00-14:00", "02-30", "badDay days[0]"),
            ("UTC", "mon", "09:00-14:00", "2027-02-29", "badDay days[0]"),
            ("UTC", "mon", "09:00-14:00", "2027-03-01..2027-02-01", "badDay days[0]"),
            ("UTC", "mon", "09:00-14:00", "easter+400", "badDay days[0]"),
            ("UTC", "mon", "09:00-14:00", "6th mon of may", "badDay days[0]"),
        ])
    func mistakes(zone: String, day: String, spans: String, rule: String, expected: String) {
        let error = #expect(throws: OpeningHoursError.self) {
            try OpeningHours(
                zone, week: KeyValuePairs(dictionaryLiteral: (day, spans)),
                days: KeyValuePairs(dictionaryLiteral: (rule, "closed")))
        }
        #expect(error.map { "\($0.code) \($0.place)" } == expected)
    }

    @Test("an overlap over midnight is found from Sunday to Monday too")
    func overlapOverTheWeek() {
        let error = #expect(throws: OpeningHoursError.self) {
            try OpeningHours("UTC", week: ["sun": "20:00-09:30", "mon": "09:00-17:00"])
        }
        #expect(error?.place == "week.sun")
        #expect(error?.message == "20:00-09:30 reaches into mon and overlaps 09:00-17:00 there")
    }

    @Test("days, spans and weeks have one text, which reads back")
    func text() throws {
        for text in [
            "2026-12-24", "2026-08-01..2026-08-31", "12-25", "06-15..09-15", "4th thu of november", "last mon of may",
            "easter", "easter-2", "easter+1",
        ] {
            #expect(try DayRule(text).description == text)
        }
        let week = try WeekHours([
            "Monday-Thursday": "14:00-20:00,8:30-13:00", "fri, sat": "22:00-2:00", "sun": "closed",
        ])
        #expect(week.description == "mon-thu 08:30-13:00, 14:00-20:00; fri-sat 22:00-02:00")
        #expect(try WeekHours(week.text.map { ($0.days, $0.spans) }) == week)
    }

    @Test("opening hours survive JSON, and JSON that contradicts itself does not become opening hours")
    func coding() throws {
        let hours = try OpeningHours(
            Self.madrid, week: ["mon-fri": "09:00-14:00, 16:00-20:00", "sat": "22:00-06:00"],
            days: ["12-25": "closed", "easter-2": "10:00-12:00"])
        let data = try JSONEncoder().encode(hours)
        #expect(try JSONDecoder().decode(OpeningHours.self, from: data) == hours)
        let bad = String(decoding: data, as: UTF8.self).replacing("Madrid", with: "Nowhere")
        #expect(throws: OpeningHoursError.self) { try JSONDecoder().decode(OpeningHours.self, from: Data(bad.utf8)) }
    }

    @Test("no date is too far away to ask about")
    func extremes() throws {
        let hours = try OpeningHours(Self.madrid, week: ["mon": "09:00-14:00"], days: ["easter": "closed"])
        for date in [
            Date.distantPast, .distantFuture, Date(timeIntervalSince1970: 1e300), Date(timeIntervalSince1970: -1e300),
        ] {
            _ = hours.status(at: date)
        }
        #expect(hours.status(at: .distantFuture).changesAt != nil)
    }
}
