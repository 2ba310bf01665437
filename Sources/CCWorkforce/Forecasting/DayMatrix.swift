import CCCore

/// A history as a matrix: one row per day that has anything, one column per interval of the day.
struct DayMatrix: Sendable {
    /// Ascending.
    var dayNumbers: [Int]
    /// Row by row; NaN where nothing is known.
    var values: [Double]
    let slots: Int
    let interval: Int
    /// The minute of the first column.
    let firstMinute: Int

    /// Longer ago than this nothing is looked at: six years.
    static let daysMax = 2_192

    /// - Parameter times: further times that must have a column.
    init(_ history: History, times: [WallTime] = [], value: (History.Point) -> Double?) {
        let interval = history.intervalMinutes
        let last = history.points[history.points.count - 1].time.date.dayNumber
        let points = history.points.drop { $0.time.date.dayNumber <= last - Self.daysMax }
        var low = 1_440
        var high = 0
        for point in points {
            low = min(low, point.time.minute)
            high = max(high, point.time.minute)
        }
        for time in times {
            low = min(low, time.minute)
            high = max(high, time.minute)
        }
        self.interval = interval
        firstMinute = low
        slots = (high - low) / interval + 1
        dayNumbers = []
        values = []
        values.reserveCapacity(points.count)
        for point in points {
            guard let value = value(point) else { continue }
            let day = point.time.date.dayNumber
            if dayNumbers.last != day {
                dayNumbers.append(day)
                values.append(contentsOf: repeatElement(.nan, count: slots))
            }
            values[values.count - slots + (point.time.minute - low) / interval] = value
        }
    }

    var rows: Int { dayNumbers.count }
    func slot(_ time: WallTime) -> Int? {
        let distance = time.minute - firstMinute
        guard distance >= 0, distance % interval == 0, distance / interval < slots else { return nil }
        return distance / interval
    }
}
