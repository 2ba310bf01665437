import CCCore
import CCWorkforce
import Testing

@Suite("Staffing accuracy")
struct StaffingAccuracyTests {
    private static func time(_ minute: Int) -> WallTime { WallTime(CalendarDate(dayNumber: 20_000), minute: minute) }

    @Test("tells hours too many and too few, and which step is to blame")
    func figures() throws {
        var accuracy = try StaffingAccuracy(intervalMinutes: 30)
        // Forecast two too few, one late; then forecast one too many, everybody there.
        try accuracy.add(.init(Self.time(480), planned: 8, scheduled: 8, present: 7, needed: 10))
        try accuracy.add(.init(Self.time(510), planned: 6, scheduled: 7, present: 7, needed: 5))
        let figures = accuracy.figures
        #expect(figures.neededHours == 7.5 && figures.presentHours == 7)
        #expect(figures.underHours == 1.5 && figures.overHours == 1)
        #expect(figures.byForecast == -0.5 && figures.bySchedule == 0.5 && figures.byAdherence == -0.5)
        #expect(
            figures.byForecast + figures.bySchedule + figures.byAdherence == figures.presentHours - figures.neededHours)
        let share = try #require(figures.accuracy)
        #expect(abs(share - (1 - 2.5 / 7.5)) < 1e-12)
        #expect(accuracy.figures(accuracy.intervals.filter { $0.time.minute >= 500 }).intervals == 1)
    }

    @Test("without anybody needed has no share, and refuses what makes no sense")
    func corners() throws {
        #expect(throws: WorkforceError.self) { try StaffingAccuracy(intervalMinutes: 0) }
        var accuracy = try StaffingAccuracy(intervalMinutes: 15)
        #expect(accuracy.figures.accuracy == nil)
        try accuracy.add(.init(Self.time(0), planned: 0, scheduled: 0, present: 1, needed: 0))
        #expect(accuracy.figures.accuracy == nil)
        #expect(throws: WorkforceError.self) {
            try accuracy.add(.init(Self.time(0), planned: 0, scheduled: 0, present: 0, needed: 0))
        }
        for bad in [-1, .nan, .infinity] {
            #expect(throws: WorkforceError.self) {
                try accuracy.add(.init(Self.time(15), planned: 0, scheduled: 0, present: bad, needed: 0))
            }
        }
        #expect(accuracy.intervals.count == 1)
    }
}
