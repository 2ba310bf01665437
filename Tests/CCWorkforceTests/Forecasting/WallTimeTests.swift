import CCCore
import CCWorkforce
import Testing

@Suite("Times on the wall")
struct WallTimeTests {
    @Test("a time is read and written as tables have it")
    func text() {
        #expect(WallTime("2026-12-25 07:30:00")?.description == "2026-12-25 07:30:00")
        #expect(WallTime("2026-12-25T07:30")?.minute == 450)
        for wrong in [
            "", "2026-12-25", "2026-12-25 7:30", "2026-12-25 07:30:01", "2026-12-25 07:60:00", "2026-13-25 07:30",
        ] {
            #expect(WallTime(wrong) == nil, "\(wrong)")
        }
    }

    @Test("minutes beyond a day count into other days")
    func arithmetic() {
        let newYear = WallTime(CalendarDate("2027-01-01")!)
        #expect(newYear.advanced(byMinutes: -1).description == "2026-12-31 23:59:00")
        #expect(newYear.advanced(byMinutes: 3 * 1_440 + 5).description == "2027-01-04 00:05:00")
        #expect(WallTime(minuteNumber: newYear.minuteNumber) == newYear)
    }

    @Test("the greatest and smallest numbers trap nowhere and keep their order")
    func extremes() {
        let times = [Int.min, -1, 0, 1, .max].flatMap { day in
            [Int.min, 0, .max].map { WallTime(CalendarDate(dayNumber: day), minute: $0) }
        }
        for time in times {
            for minutes in [Int.min, -1, 1, .max] {
                let moved = time.advanced(byMinutes: minutes)
                #expect((0..<1_440).contains(moved.minute))
                #expect(!moved.description.isEmpty)
                #expect(minutes > 0 ? moved.date >= time.date : moved.date <= time.date)
            }
            #expect(Weekday.allCases.contains(time.date.weekday))
        }
        #expect(WallTime(minuteNumber: .min) < WallTime(minuteNumber: .max))
        #expect(WallTime(minuteNumber: .min).minuteNumber == .min)
        #expect(WallTime(CalendarDate(dayNumber: .min)) < WallTime(CalendarDate(dayNumber: .max)))
        #expect(CalendarDate(dayNumber: -1).weekday == .wed)
        #expect(CalendarDate(dayNumber: .max).advanced(by: 1).dayNumber == .max)
    }
}
