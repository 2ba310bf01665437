import CCCore
import CCWorkforce
import Foundation
import Testing

@Suite("How good forecasts were")
struct AccuracyTests {
    @Test("the figures are what their definitions say")
    func figures() throws {
        let day = CalendarDate("2026-01-05")!
        let times = [480, 510].map { WallTime(day, minute: $0) } + [WallTime(day.advanced(by: 1), minute: 480)]
        let forecast = Forecast(
            levels: [0.1, 0.5, 0.9],
            points: [
                .init(times[0], mean: 10, quantiles: [5, 10, 15]), .init(times[1], mean: 20, quantiles: [15, 20, 25]),
                .init(times[2], mean: 30, quantiles: [25, 30, 35]),
            ])
        var accuracy = ForecastAccuracy(levels: [0.1, 0.5, 0.9])
        try accuracy.add(
            forecast,
            actual: [
                .init(times[0], 12), .init(times[1], 26), .init(times[2], 30),
                .init(times[2].advanced(byMinutes: 30), 5),
            ])
        let all = accuracy.figures
        #expect(all.intervals == 3)
        #expect(all.wape == 8.0 / 68)
        #expect(abs(all.bias! + 8.0 / 68) < 1e-12)
        #expect(abs(all.rmse - (40.0 / 3).squareRoot()) < 1e-12)
        #expect(all.bands.map(\.covered) == [2.0 / 3])
        #expect(abs(all.bands[0].nominal - 0.8) < 1e-12)
        #expect(all.below == [0, 1.0 / 3, 2.0 / 3])
        // Pinball by hand: first interval .1·7 + .5·2 + .1·3 = 2.0; second .1·11 + .5·6 + .9·1 = 5.0; third .5 + 0 + .5 = 1.0.
        #expect(abs(all.pinball! - 8.0 / 3 / 68) < 1e-12)
        #expect(accuracy.figures(ahead: 1).intervals == 2)
        #expect(accuracy.byTimeOfDay.map(\.minute) == [480, 510])
        #expect(accuracy.byTimeOfDay[0].figures.actual == 42)
        #expect(accuracy.byWeekday.map(\.weekday) == [.mon, .tue])
        #expect(accuracy.byDay.map(\.figures.intervals) == [2, 1])
        var other = ForecastAccuracy()
        #expect(throws: WorkforceError.self) { try other.add(forecast, actual: []) }
    }

    @Test("quantiles of others that cross, are no numbers or are not there are measured as they are")
    func othersQuantiles() throws {
        let times = (0..<4).map { WallTime(CalendarDate("2026-01-05")!, minute: 480 + 30 * $0) }
        let forecast = Forecast(
            levels: [0.1, 0.9],
            points: [
                .init(times[0], mean: 3, quantiles: [5, 1]), .init(times[1], mean: 3, quantiles: [.nan, 4]),
                .init(times[2], mean: 3, quantiles: [2, 4]), .init(times[3], mean: 3),
            ])
        var accuracy = ForecastAccuracy(levels: [0.1, 0.9])
        try accuracy.add(forecast, actual: times.map { .init($0, 3) })
        #expect(accuracy.figures.bands.map(\.covered) == [0.25])
        #expect(forecast.quantiles(0.1) == nil)
        let history = try History([.init(WallTime(minuteNumber: 0), 1), .init(WallTime(minuteNumber: 30), 1)])
        #expect(forecast.chart(history: history).svg.contains("forecast"))
        #expect(forecast.chart(history: history, historyDays: .max).svg.contains("history"))
        let whole = Forecast(levels: forecast.levels, points: Array(forecast.points[..<3]))
        #expect(whole.quantiles(0.9) == [1, 4, 4])
        #expect(whole.quantiles(0.5) == nil)
    }

    @Test("times beyond all calendars are measured or refused, and trap nowhere")
    func extremeTimes() throws {
        let ends = [WallTime(CalendarDate(dayNumber: .min)), WallTime(CalendarDate(dayNumber: .max), minute: 1_439)]
        let forecast = Forecast(levels: [], points: ends.map { .init($0, mean: 1) })
        var accuracy = ForecastAccuracy(levels: [])
        try accuracy.add(forecast, actual: ends.map { .init($0, 2) })
        #expect(accuracy.byWeekday.map(\.figures.intervals).reduce(0, +) == 2)
        let history = try History([.init(WallTime(minuteNumber: 0), 1), .init(WallTime(minuteNumber: 30), 1)])
        _ = forecast.chart(history: history)
        for end in ends {
            #expect(throws: WorkforceError.self) { try History([.init(end, 1)], intervalMinutes: 30) }
            #expect(throws: WorkforceError.self) { try SeasonalNaive().forecast(history, for: [end]) }
            #expect(throws: WorkforceError.self) { try ForecastModel(history, for: [end]) }
        }
    }

    @Test("a backtest forecasts only what it has all of, and refuses what makes no sense")
    func backtest() throws {
        let center = SyntheticCenter(.office)
        let history = try History(center.seen)
        let accuracy = try Backtest(stepDays: 20, horizonDays: 7).run(SeasonalNaive(), on: history)
        #expect(accuracy.intervals.allSatisfy { $0.ahead <= 7 })
        #expect(try #require(accuracy.figures.wape) > 0.05)
        #expect(throws: WorkforceError.self) { try Backtest(stepDays: 0).run(SeasonalNaive(), on: history) }
        #expect(throws: WorkforceError.self) { try Backtest(horizonDays: 0).run(SeasonalNaive(), on: history) }
        for first in [Int.min, -1_000_000_000, history.points[0].time.date.dayNumber] {
            let early = try Backtest(first: CalendarDate(dayNumber: first), stepDays: 50, horizonDays: 7)
                .run(SeasonalNaive(), on: history)
            #expect(early.intervals.first!.time.date > history.points[0].time.date)
        }
        let once = try Backtest(stepDays: .max, horizonDays: 7).run(SeasonalNaive(), on: history)
        #expect(Set(once.intervals.map { $0.time.date.dayNumber - $0.ahead }).count == 1)
        #expect(throws: WorkforceError.self) {
            try Backtest(first: CalendarDate(dayNumber: .max)).run(SeasonalNaive(), on: history)
        }
        #expect(throws: WorkforceError.self) { try Backtest(horizonDays: 400).run(SeasonalNaive(), on: history) }
    }
}

@Suite("A real centre")
struct RealCenterTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "shared/data/wfm/data")
    static let isThere = FileManager.default.fileExists(atPath: folder.appending(path: "bank_us_2003_30min.csv").path)

    private static func table(_ name: String) throws -> CSVTable {
        try CSVTable(String(contentsOf: folder.appending(path: name), encoding: .utf8), file: name)
    }

    @Test(
        "a bank's calls are forecast within six percent, with bands that hold",
        .enabled(if: isThere, "the bank's calls are not beside the package, in ../shared/data"))
    func bank() throws {
        let history = try History(Self.table("bank_us_2003_30min.csv"))
        let calendar = try HolidayCalendar(Self.table("bank_us_2003_holidays.csv"))
        let test = Backtest(first: CalendarDate("2003-06-10"), stepDays: 17, horizonDays: 14)
        let auto = try test.run(AutoForecaster(), on: history, calendar: calendar).figures
        let naive = try test.run(SeasonalNaive(), on: history, calendar: calendar).figures
        #expect(try #require(auto.wape) < 0.06)
        #expect(try #require(auto.wape) < 0.75 * #require(naive.wape))
        #expect((0.72...0.9).contains(auto.bands[1].covered), "\(auto.bands)")
        #expect((0.88...0.995).contains(auto.bands[0].covered), "\(auto.bands)")
    }
}
