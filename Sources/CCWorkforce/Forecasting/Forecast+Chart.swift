import CCCore

extension Forecast {
    /// A picture: the end of the history, the forecast, and its bands.
    ///
    /// - Parameters:
    ///   - title: what is forecast.
    ///   - historyDays: how many days of the history are shown before the forecast; nil shows as many as are forecast, at least 14.
    public func chart(
        _ title: String = "Contacts per interval", history: History, historyDays: Int? = nil
    ) -> Chart {
        let interval = history.intervalMinutes
        var chart = Chart(title, x: .time(), y: Chart.Axis("contacts in \(interval) min"), width: 1_200, height: 420)
        guard let first = points.first, let last = points.last else { return chart }
        let shown = historyDays ?? max(14, last.time.date.dayNumber &- first.time.date.dayNumber &+ 1)
        let start = first.time.date.advanced(by: 0 - max(0, shown))
        let past = history.points.filter { $0.time.date >= start }
        var seen = Curve(interval: interval)
        for point in past { seen.add(point.time, [point.count ?? .nan]) }
        var ahead = Curve(interval: interval)
        for point in points { ahead.add(point.time, [point.mean] + point.quantiles) }
        let hasQuantiles = points.allSatisfy { $0.quantiles.count == levels.count }
        let pairs = hasQuantiles ? levels.count / 2 : 0
        for pair in 0..<pairs {
            let share = levels[levels.count - 1 - pair] - levels[pair]
            guard abs(levels[pair] + levels[levels.count - 1 - pair] - 1) < 1e-9 else { continue }
            chart.add(
                .band(lower: ahead.values(pair + 1), upper: ahead.values(levels.count - pair)), x: ahead.x,
                as: "\(Int((share * 100).rounded())) % band", ink: .orange)
        }
        if !seen.x.isEmpty { chart.add(.line(seen.values(0)), x: seen.x, as: "history", ink: .blue) }
        chart.add(.line(ahead.values(0)), x: ahead.x, as: "forecast", ink: .orange)
        chart.addMark(at: Double(first.time.minuteNumber), "forecast from here")
        return chart
    }
}

/// Values by time, with a gap where intervals are missing or the centre is closed.
private struct Curve {
    let interval: Int
    private(set) var x: [Double] = []
    private var rows: [[Double]] = []
    private var last: Int?

    init(interval: Int) { self.interval = interval }

    mutating func add(_ time: WallTime, _ values: [Double]) {
        let minute = time.minuteNumber
        if let last, minute &- last > interval {
            x.append(Double(last &+ interval))
            rows.append([Double](repeating: .nan, count: values.count))
        }
        x.append(Double(minute))
        rows.append(values)
        last = minute
    }

    func values(_ column: Int) -> [Double] { rows.map { $0[column] } }
}
