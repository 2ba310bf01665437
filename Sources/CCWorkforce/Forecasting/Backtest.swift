import CCCore

/// Forecasts of the past from what was known then, by a rolling origin (Tashman 2000): how good a forecaster would have been.
///
/// The forecaster sees the history before each origin, the calendar, and in which intervals the centre was open afterwards.
public struct Backtest: Hashable, Sendable {
    /// The first day from which is forecast, the history's first at the earliest; nil: after two thirds of the history.
    public var first: CalendarDate?
    /// Days from one origin to the next, at least 1; an origin on a day without intervals moves to the next one that has some.
    public var stepDays: Int
    /// Days that are forecast from each origin, at least 1.
    public var horizonDays: Int
    public var levels: [Double]

    public init(
        first: CalendarDate? = nil, stepDays: Int = 7, horizonDays: Int = 14, levels: [Double] = Forecast.usualLevels
    ) {
        self.first = first
        self.stepDays = stepDays
        self.horizonDays = horizonDays
        self.levels = levels
    }

    /// Only origins after which the history has all of the horizon are used.
    ///
    /// - Throws: ``WorkforceError`` `outOfRange` for days below 1, `tooShort` when there is no origin, and what the forecaster throws.
    public func run(
        _ forecaster: some Forecaster, on history: History, calendar: HolidayCalendar = .none
    ) throws -> ForecastAccuracy {
        guard stepDays >= 1 else {
            throw WorkforceError(.outOfRange, at: "stepDays", "\(stepDays) is less than 1")
        }
        guard horizonDays >= 1, horizonDays <= Forecast.aheadMax else {
            throw WorkforceError(
                .outOfRange, at: "horizonDays", "\(horizonDays) is not within 1 and \(Forecast.aheadMax)")
        }
        var accuracy = ForecastAccuracy(levels: levels)
        let days = history.points.map(\.time.date.dayNumber)
        let (start, end) = (days[0], days[days.count - 1])
        var nominal = max(start, first?.dayNumber ?? start + (end - start) * 2 / 3)
        let step = min(stepDays, end - start + 1)
        var last = Int.min
        var place = 0
        while nominal <= end + 1 - horizonDays {
            defer { nominal += step }
            while place < days.count, days[place] < nominal { place += 1 }
            guard place < days.count, days[place] > last, days[place] + horizonDays <= end + 1 else { continue }
            let origin = days[place]
            last = origin
            guard let past = history.before(WallTime(CalendarDate(dayNumber: origin))) else { continue }
            let future = history.points[place...].prefix { $0.time.date.dayNumber < origin + horizonDays }
            let forecast = try forecaster.forecast(past, for: future.map(\.time), calendar: calendar, levels: levels)
            try accuracy.add(forecast, actual: future)
        }
        guard !accuracy.intervals.isEmpty else {
            throw WorkforceError(
                .tooShort, at: "history", "no day of it has history before it and \(horizonDays) days after it")
        }
        return accuracy
    }
}
