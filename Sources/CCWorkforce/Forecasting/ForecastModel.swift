import CCCore

/// A fitted ``AutoForecaster``: forecasts, and forecasts the rest of a day anew while it goes on.
public struct ForecastModel: Sendable {
    /// The intervals it forecasts.
    public let times: [WallTime]
    let volume: VolumeModel
    let handleTime: HandleTimeModel?

    /// - Parameters: as in ``Forecaster/forecast(_:for:calendar:levels:)``.
    /// - Throws: ``WorkforceError`` `tooShort` for fewer than ``AutoForecaster/daysMin`` days with counts; `mismatch` for times that do
    ///   not fit the history's intervals.
    public init(_ history: History, for times: [WallTime], calendar: HolidayCalendar = .none) throws {
        try Forecast.check(times: times, after: history)
        let interval = history.intervalMinutes
        let offset = history.points[0].time.minute % interval
        if let place = times.firstIndex(where: { $0.minute % interval != offset }) {
            throw WorkforceError(
                .mismatch, at: "times[\(place)]",
                "\(times[place]) does not fit the history's intervals of \(interval) minutes")
        }
        let matrix = DayMatrix(history, times: times) { $0.count }
        guard matrix.rows >= AutoForecaster.daysMin else {
            throw WorkforceError(
                .tooShort, at: "history",
                "it has \(matrix.rows) days with counts, and a forecast needs \(AutoForecaster.daysMin)")
        }
        self.times = times
        volume = VolumeModel(matrix, calendar: calendar, future: Set(times.map(\.date.dayNumber)))
        handleTime = HandleTimeModel(history, times: times, calendar: calendar)
    }

    /// One day of the times: where it begins and ends in them, and what is expected.
    struct Day {
        var range: Range<Int>
        var means: [Double]
        var variance: Double
        var ahead: Int
        var handleTimes: [Double]?
    }

    func days() -> [Day] {
        var days: [Day] = []
        var start = 0
        while start < times.count {
            var end = start
            while end < times.count, times[end].date == times[start].date { end += 1 }
            var open = [Bool](repeating: false, count: volume.matrix.slots)
            for time in times[start..<end] {
                if let slot = volume.matrix.slot(time) { open[slot] = true }
            }
            let number = times[start].date.dayNumber
            let (means, variance, ahead) = volume.day(number, open: open)
            days.append(
                Day(
                    range: start..<end, means: means, variance: variance, ahead: ahead,
                    handleTimes: handleTime?.day(number)))
            start = end
        }
        return days
    }

    /// - Parameter levels: probabilities of the quantiles, ascending, between 0 and 1.
    /// - Throws: ``WorkforceError`` for levels that are not.
    public func forecast(levels: [Double] = Forecast.usualLevels) throws -> Forecast {
        try Forecast.check(levels: levels)
        var points: [Forecast.Point] = []
        points.reserveCapacity(times.count)
        for day in days() {
            for time in times[day.range] {
                guard let slot = volume.matrix.slot(time) else { continue }
                points.append(
                    Forecast.Point(
                        time, mean: day.means[slot],
                        quantiles: volume.calibration.quantiles(
                            levels, mean: day.means[slot], level: day.variance, slot: slot, ahead: day.ahead,
                            isSeen: volume.isSeen[slot]),
                        handleTime: day.handleTimes?[slot]))
            }
        }
        return Forecast(levels: levels, points: points)
    }
}
