import CCCore
import CCWorkforce
import Testing

@Suite("Forecasts")
struct ForecastTests {
    @Test(
        "every kind of centre is forecast better than by last week, with bands that hold",
        arguments: SyntheticCenter.Kind.allCases)
    func kinds(kind: SyntheticCenter.Kind) throws {
        let center = SyntheticCenter(kind)
        let step = kind == .yearly ? 100 : 19
        let auto = try center.score(AutoForecaster(), step: step)
        let naive = try center.score(SeasonalNaive(), step: step)
        #expect(auto.wape < naive.wape * 0.95, "\(auto.wape) and \(naive.wape)")
        #expect(auto.c80 > 0.68, "\(auto.c80)")
        #expect(auto.c95 > 0.86, "\(auto.c95)")
        #expect(kind == .levelShift || abs(auto.bias) < 0.08, "\(auto.bias)")
    }

    @Test(
        "three weeks are enough to do better than last week",
        arguments: [SyntheticCenter.Kind.office, .aroundTheClock, .gaps])
    func shortHistories(kind: SyntheticCenter.Kind) throws {
        let center = SyntheticCenter(kind, seed: 3)
        let auto = try center.score(AutoForecaster(), step: 9, historyDays: 21)
        let naive = try center.score(SeasonalNaive(), step: 9, historyDays: 21)
        #expect(auto.wape < naive.wape * 0.95, "\(auto.wape) and \(naive.wape)")
        #expect(auto.c95 > 0.88, "\(auto.c95)")
    }

    @Test("a level that moves is followed after a few days")
    func levelShift() throws {
        let center = SyntheticCenter(.levelShift)
        let origin = center.firstOrigin + 15 + 7
        let history = try History(center.seen.filter { $0.time.date.dayNumber < origin })
        let future = center.truth.filter { (origin..<origin + 7).contains($0.time.date.dayNumber) }
        let forecast = try AutoForecaster().forecast(history, for: future.map(\.time))
        let sum = forecast.points.reduce(0) { $0 + $1.mean }
        let came = future.reduce(0) { $0 + ($1.count ?? 0) }
        #expect(abs(sum / came - 1) < 0.1)
    }

    private static func week(_ from: CalendarDate, minutes: Range<Int> = 480..<1_200, interval: Int = 30) -> [WallTime]
    {
        (0..<7).flatMap { day in
            stride(from: minutes.lowerBound, to: minutes.upperBound, by: interval).map {
                WallTime(from.advanced(by: day), minute: $0)
            }
        }
    }

    private static func history(days: Int, _ count: (Int, Int) -> Double?) throws -> History {
        let start = CalendarDate("2026-01-05")!
        return try History(
            (0..<days).flatMap { day in
                stride(from: 480, to: 1_200, by: 30).map {
                    History.Point(WallTime(start.advanced(by: day), minute: $0), count(day, $0))
                }
            })
    }

    private static func isSane(_ forecast: Forecast) -> Bool {
        forecast.points.allSatisfy { point in
            point.mean.isFinite && point.mean >= 0 && point.quantiles.allSatisfy { $0.isFinite && $0 >= 0 }
                && zip(point.quantiles, point.quantiles.dropFirst()).allSatisfy { $0 <= $1 }
                && point.quantiles.count == forecast.levels.count
        }
    }

    @Test(
        "odd histories give sane numbers: nothing ever, always the same, one burst, alternating, huge, mostly unknown",
        arguments: 0..<8)
    func odd(kind: Int) throws {
        let history = try Self.history(days: 25) { day, minute in
            switch kind {
            case 0: 0
            case 1: 7
            case 2: day == 12 && minute == 600 ? 1e6 : 1
            case 3: day % 2 == 0 ? 0 : 1_000
            case 4: 1e11
            case 5: minute == 600 || day < 2 ? 5 : nil
            case 6: day < 20 ? 0 : 40
            default: day < 20 ? 1_000 : 0
            }
        }
        let times = Self.week(CalendarDate("2026-01-30")!, minutes: 0..<1_440)
        let forecast = try AutoForecaster().forecast(
            history, for: times, calendar: .none, levels: [0.001, 0.3, 0.5, 0.77, 0.999])
        #expect(forecast.points.map(\.time) == times)
        #expect(Self.isSane(forecast))
        let open = forecast.points.filter { (480..<1_200).contains($0.time.minute) }
        let mean = open.reduce(0) { $0 + $1.mean } / Double(open.count)
        switch kind {
        case 0: #expect(mean < 0.1)
        case 1: #expect(abs(mean - 7) < 0.2)
        case 2: #expect(abs(mean - 1) < 0.3)
        case 4: #expect(abs(mean / 1e11 - 1) < 0.05)
        default: break
        }
    }

    @Test(
        "a feed that is down for days at the end of a history is no forecast of nothing; a month without contacts is",
        arguments: [1, 2, 5, 7])
    func silence(down: Int) throws {
        var random = SplitMix64(state: 5)
        func mean(open: Int, silent: Int) throws -> Double {
            let history = try Self.history(days: open + silent) { day, _ in
                day < open ? Double(random.poisson(22)) : day == open ? 0.01 : 0
            }
            let times = Self.week(history.points.last!.time.date.advanced(by: 1))
            let points = try AutoForecaster().forecast(history, for: times).points
            return points.reduce(0) { $0 + $1.mean } / Double(points.count)
        }
        #expect(abs(try mean(open: 70, silent: down) / 22 - 1) < 0.1)
        #expect(try mean(open: 70, silent: 28) < 1)
    }

    @Test("hours in which the centre was never open are like those beside them, with a wide band")
    func newHours() throws {
        var random = SplitMix64(state: 7)
        let history = try Self.history(days: 60) { _, minute in Double(random.poisson(minute < 600 ? 20 : 60)) }
        let times = Self.week(CalendarDate("2026-03-06")!, minutes: 360..<1_320)
        let model = try ForecastModel(history, for: times)
        for forecast in [
            try model.forecast(), try model.reforecast(arrived: times.prefix(2).map { .init($0, 20) }),
        ] {
            #expect(Self.isSane(forecast))
            for point in forecast.points.dropFirst(4) where !(480..<1_200).contains(point.time.minute) {
                let usual = point.time.minute < 480 ? 20.0 : 60
                #expect(abs(point.mean / usual - 1) < 0.3, "\(point)")
                #expect(point.quantiles[1] < 0.6 * usual && point.quantiles[3] > 1.5 * usual, "\(point)")
            }
        }
    }

    @Test("the same arguments give the same forecast")
    func repeatable() throws {
        let center = SyntheticCenter(.holidays)
        let history = try History(center.seen.prefix(1_000).map { $0 })
        let times = Self.week(history.points.last!.time.date.advanced(by: 1))
        let first = try AutoForecaster().forecast(history, for: times, calendar: center.calendar)
        #expect(try AutoForecaster().forecast(history, for: times, calendar: center.calendar) == first)
    }

    @Test("what is asked for wrongly is refused with its place")
    func mistakes() throws {
        let history = try Self.history(days: 10) { _, _ in 3 }
        let times = Self.week(CalendarDate("2026-01-15")!)
        func refused(_ times: [WallTime], levels: [Double] = [0.5], history given: History? = nil) -> WorkforceError? {
            #expect(throws: WorkforceError.self) {
                try AutoForecaster().forecast(given ?? history, for: times, calendar: .none, levels: levels)
            }
        }
        #expect(refused([])?.code == .empty)
        #expect(refused(times.reversed())?.code == .unordered)
        #expect(refused([times[0], times[0]])?.code == .duplicate)
        #expect(refused([history.points[5].time])?.code == .unordered)
        #expect(refused([times[0].advanced(byMinutes: 7)])?.code == .mismatch)
        #expect(refused([times[0].advanced(byMinutes: 1_440 * 1_000)])?.code == .outOfRange)
        #expect(refused(times, levels: [0.5, 0.5])?.place == "levels[1]")
        #expect(refused(times, levels: [0])?.place == "levels[0]")
        #expect(refused(times, levels: [.nan])?.place == "levels[0]")
        #expect(refused(times, history: try Self.history(days: 4) { _, _ in 3 })?.code == .tooShort)
    }

    @Test("what came after the origin changes nothing that is forecast from it")
    func noLeak() throws {
        let center = SyntheticCenter(.office)
        let origin = WallTime(CalendarDate(dayNumber: center.firstOrigin))
        let all = try History(center.seen)
        let past = try #require(all.before(origin))
        #expect(past.points == center.seen.filter { $0.time < origin })
        // A backtest that is handed another future forecasts the same.
        let other = try History(center.seen.map { $0.time < origin ? $0 : .init($0.time, ($0.count ?? 0) * 3 + 50) })
        let test = Backtest(first: origin.date, stepDays: 1_000, horizonDays: 7)
        let first = try test.run(AutoForecaster(), on: all)
        let second = try test.run(AutoForecaster(), on: other)
        #expect(first.intervals.map(\.forecast) == second.intervals.map(\.forecast))
        #expect(first.intervals.map(\.quantiles) == second.intervals.map(\.quantiles))
        #expect(first.intervals.map(\.actual) != second.intervals.map(\.actual))
    }

    @Test("an event with a factor is multiplied, and one that was seen before is learned")
    func events() throws {
        let days = [10, 24, 38, 52]
        let start = CalendarDate("2026-01-05")!
        let history = try Self.history(days: 45) { day, minute in
            (days.contains(day) ? 90 : 60) + Double((day * 7 + minute) % 5)
        }
        let times = Self.week(start.advanced(by: 50))
        func mean(_ calendar: HolidayCalendar, on day: Int) throws -> Double {
            let points = try AutoForecaster().forecast(history, for: times, calendar: calendar).points
                .filter { $0.time.date == start.advanced(by: day) }
            return points.reduce(0) { $0 + $1.mean } / Double(points.count)
        }
        let learned = HolidayCalendar(days.map { .init(start.advanced(by: $0), .event, name: "mailing") })
        #expect(abs(try mean(learned, on: 52) / 92 - 1) < 0.08)
        let known = HolidayCalendar(
            days.map { .init(start.advanced(by: $0), .event, name: "mailing", factor: $0 == 52 ? 2 : 1.5) })
        #expect(abs(try mean(known, on: 52) / 124 - 1) < 0.05)
    }

    @Test("handle times are forecast with their daily pattern and trend, contacts as weights")
    func handleTimes() throws {
        var random = SplitMix64(state: 3)
        let start = CalendarDate("2026-01-05")!
        var points: [History.Point] = []
        for day in 0..<40 {
            for minute in stride(from: 480, to: 1_200, by: 60) {
                let count = Double(random.poisson(50))
                let mean = 200 * (minute < 720 ? 1.2 : 0.9) * (day >= 20 ? 1.1 : 1)
                let noise = 1 + random.normal() / max(1, count).squareRoot()
                points.append(
                    .init(WallTime(start.advanced(by: day), minute: minute), count, handleTime: max(5, mean * noise)))
            }
        }
        let times = Self.week(start.advanced(by: 40), interval: 60)
        let forecast = try AutoForecaster().forecast(History(points), for: times)
        for point in forecast.points {
            let truth = 220 * (point.time.minute < 720 ? 1.2 : 0.9)
            let time = try #require(point.handleTime)
            #expect(abs(time / truth - 1) < 0.12, "\(point.time): \(time) and \(truth)")
        }
        #expect(
            try AutoForecaster().forecast(Self.history(days: 9) { _, _ in 3 }, for: times).points[0].handleTime == nil)
    }

    @Test("the picture has the history, the forecast and a band per pair of levels")
    func picture() throws {
        let history = try Self.history(days: 15) { day, minute in Double(minute / 60 + day % 7) }
        let forecast = try AutoForecaster().forecast(history, for: Self.week(CalendarDate("2026-01-20")!))
        let svg = forecast.chart(history: history).svg
        for word in ["history", "forecast", "80 % band", "95 % band"] { #expect(svg.contains(word), "\(word)") }
    }
}
