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
}
