/// A way to forecast contacts per interval from a history.
///
/// Equal arguments give equal forecasts. A forecaster looks at nothing but its arguments.
public protocol Forecaster: Sendable {
    /// Forecasts the contacts of intervals after the history.
    ///
    /// - Parameters:
    ///   - history: what was; everything in it may be used.
    ///   - times: beginnings of the intervals in which the centre will be open, ascending, after the history. Days without any
    ///     are closed.
    ///   - calendar: special days before and after the history's end.
    ///   - levels: probabilities of the quantiles, ascending, between 0 and 1.
    /// - Throws: ``WorkforceError``.
    func forecast(_ history: History, for times: [WallTime], calendar: HolidayCalendar, levels: [Double]) throws
        -> Forecast
}

extension Forecaster {
    /// With the usual levels and, unless it is given, without a calendar.
    public func forecast(
        _ history: History, for times: [WallTime], calendar: HolidayCalendar = .none
    ) throws -> Forecast {
        try forecast(history, for: times, calendar: calendar, levels: Forecast.usualLevels)
    }
}

/// The forecaster to use: needs no tuning.
///
/// Each day's level is forecast by Kalman filters with effects of weekday, holiday, day of the month and season, whose settings and
/// weights are learned by forecasts from earlier days of the history; the level is spread by a profile per weekday and by what
/// days' profiles have in common; the quantiles are as wide as the forecasts from earlier days were wrong. `Docs/Forecasting.md`
/// has the formulas. The cost grows in proportion to the history, of which the last six years are used.
public struct AutoForecaster: Forecaster {
    public init() {}

    /// The fewest days with contacts that a history must have.
    public static let daysMin = 5

    public func forecast(
        _ history: History, for times: [WallTime], calendar: HolidayCalendar, levels: [Double]
    ) throws -> Forecast {
        try Forecast.check(levels: levels)
        try Forecast.check(times: times, after: history)
        return try ForecastModel(history, for: times, calendar: calendar).forecast(levels: levels)
    }
}

/// What the same interval had a week ago (or two, or more, when that one is missing): the forecast that others must beat.
///
/// Quantiles come from the differences between weeks in the history.
public struct SeasonalNaive: Forecaster {
    public init() {}

    public func forecast(
        _ history: History, for times: [WallTime], calendar: HolidayCalendar, levels: [Double]
    ) throws -> Forecast {
        try Forecast.check(levels: levels)
        try Forecast.check(times: times, after: history)
        var known: [Int: Double] = [:]
        var sum = 0.0
        for point in history.points {
            guard let count = point.count else { continue }
            known[point.time.minuteNumber] = count
            sum += count
        }
        guard !known.isEmpty else { throw WorkforceError(.empty, at: "history", "no interval's count is known") }
        let average = sum / Double(known.count)
        func weekBefore(_ time: WallTime, weeks: Int) -> Double? {
            for week in 1...weeks {
                if let count = known[time.minuteNumber - week * 10_080] { return count }
            }
            return nil
        }
        var differences: [Double] = []
        for point in history.points.suffix(50_000) {
            guard let count = point.count, let before = weekBefore(point.time, weeks: 1) else { continue }
            differences.append((count + 0.25).squareRoot() - (before + 0.25).squareRoot())
        }
        differences.sort()
        return Forecast(
            levels: levels,
            points: times.map { time in
                let mean = weekBefore(time, weeks: 60) ?? average
                let root = (mean + 0.25).squareRoot()
                let quantiles = levels.map { level in
                    let shifted = max(0, root + quantile(differences, level))
                    return max(0, shifted * shifted - 0.25)
                }
                return Forecast.Point(time, mean: mean, quantiles: quantiles)
            })
    }
}
