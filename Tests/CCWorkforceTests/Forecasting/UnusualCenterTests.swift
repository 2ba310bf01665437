import CCCore
import CCWorkforce
import Foundation
import Testing

/// What some centres have and others have not.
@Suite("Forecasts of unusual centres")
struct UnusualCenterTests {
    /// Counts of a rate by day and interval, as many days as are asked for, from a Monday.
    private static func history(
        days: Int, slots: Int, interval: Int = 60, seed: UInt64 = 11, isOpen: (CalendarDate) -> Bool = { _ in true },
        rate: (CalendarDate, Int) -> Double
    ) throws -> History {
        var random = SplitMix64(state: seed)
        let start = CalendarDate("2021-01-04")!
        return try History(
            (0..<days).map { start.advanced(by: $0) }.filter(isOpen).flatMap { date in
                (0..<slots).map { slot in
                    History.Point(
                        WallTime(date, minute: 480 + slot * interval), Double(random.poisson(rate(date, slot))))
                }
            })
    }

    /// Days differ by a tenth, in no order.
    private static func luck(_ date: CalendarDate) -> Double {
        1 + 0.1 * sin(Double(date.dayNumber % 1_009 * 613 % 1_009))
    }

    /// Forecasts some days after a history by what each is times what is expected.
    private static func ratios(
        _ history: History, days: Int, slots: Int, interval: Int = 60, rate: (CalendarDate, Int) -> Double
    ) throws -> [(date: CalendarDate, ratio: Double)] {
        let start = history.points[history.points.count - 1].time.date.advanced(by: 1)
        let dates = (0..<days).map { start.advanced(by: $0) }
        let times = dates.flatMap { date in (0..<slots).map { WallTime(date, minute: 480 + $0 * interval) } }
        let forecast = try AutoForecaster().forecast(history, for: times)
        return dates.enumerated().map { place, date in
            let mean = forecast.points[place * slots..<(place + 1) * slots].reduce(0) { $0 + $1.mean }
            return (date, mean / (0..<slots).reduce(0) { $0 + rate(date, $1) })
        }
    }

    @Test(
        "bands of three weeks cover what they say, where counting is most of what is not known",
        arguments: [SyntheticCenter.Kind.office, .aroundTheClock])
    func threeWeeks(kind: SyntheticCenter.Kind) throws {
        let scores = try [UInt64(3), 4].map {
            try SyntheticCenter(kind, seed: $0).score(AutoForecaster(), step: 8, historyDays: 21)
        }
        let c80 = scores.reduce(0) { $0 + $1.c80 } / Double(scores.count)
        let c95 = scores.reduce(0) { $0 + $1.c95 } / Double(scores.count)
        #expect((0.75...0.85).contains(c80), "\(c80)")
        #expect((0.92...0.98).contains(c95), "\(c95)")
    }

    @Test("any day of the month may be the one of the bills")
    func bills() throws {
        func rate(_ date: CalendarDate, _: Int) -> Double { (date.day == 12 ? 68 : 40) * Self.luck(date) }
        let history = try Self.history(days: 365, slots: 6, rate: rate)
        let ratios = try Self.ratios(history, days: 14, slots: 6, rate: rate)
        #expect(ratios.contains { $0.date.day == 12 })
        for (date, ratio) in ratios { #expect(abs(ratio - 1) < 0.25, "\(date): \(ratio)") }
    }

    @Test("a month that was quiet in two years is quiet in the third, from its first day")
    func quietMonth() throws {
        func rate(_ date: CalendarDate, _: Int) -> Double { (date.month == 8 ? 60 : 100) * Self.luck(date) }
        // To the end of July 2023.
        let history = try Self.history(days: 938, slots: 2, rate: rate)
        let ratios = try Self.ratios(history, days: 14, slots: 2, rate: rate)
        #expect(ratios[0].date == CalendarDate("2023-07-31")!)
        let mean = ratios.dropFirst(4).reduce(0) { $0 + $1.ratio } / 10
        #expect(abs(mean - 1) < 0.12, "\(mean)")
    }
}
