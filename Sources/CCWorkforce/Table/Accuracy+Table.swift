import CCCore

extension Forecast {
    /// The forecast in a table with the columns `timestamp`, `mean` and one for each quantile, such as `q0.9`, as `ccctl forecast` writes it.
    ///
    /// - Parameter channel: of a table with a column `channel` the one to read; nil when all rows are of one.
    /// - Throws: `FileError` with line and column, also for times that do not ascend.
    public init(_ table: CSVTable, channel: String? = nil) throws {
        let (time, mean) = (try table.column("timestamp"), try table.column("mean"))
        let quantiles = table.header.indices.filter { table.header[$0].hasPrefix("q") }
        let levels = try quantiles.map { column in
            guard let level = Double(table.header[column].dropFirst()), level > 0, level < 1 else {
                throw FileError(
                    file: table.file, line: 1, path: table.header[column], message: "expected a level such as q0.9")
            }
            return level
        }
        guard zip(levels.dropFirst(), levels).allSatisfy(>) else {
            throw FileError(file: table.file, line: 1, message: "the quantiles' levels do not ascend")
        }
        func number(_ row: Int, _ column: Int) throws -> Double {
            guard let value = try table.number(row, column), (0...1e12).contains(value) else {
                throw table.error(row, column, "expected a number from 0 to 10¹²")
            }
            return value
        }
        var points: [Point] = []
        for row in try table.rows(channel: channel) {
            let point = Point(
                try table.time(row, time), mean: try number(row, mean),
                quantiles: try quantiles.map { try number(row, $0) })
            if let last = points.last, point.time <= last.time {
                throw table.error(row, time, "\(point.time) does not come after \(last.time)")
            }
            points.append(point)
        }
        self.init(levels: levels, points: points)
    }
}

extension StaffingAccuracy {
    /// The intervals in a table with the columns `timestamp`, `planned`, `scheduled`, `present` and `needed`.
    ///
    /// - Parameter intervalMinutes: of an interval; nil: the smallest distance of two, 30 when there is only one.
    /// - Throws: `FileError` with line and column.
    public init(_ table: CSVTable, intervalMinutes: Int? = nil) throws {
        let names = ["planned", "scheduled", "present", "needed"]
        let columns = try names.map { try table.column($0) }
        let times = try table.times()
        let steps = zip(times.dropFirst(), times).map { $0.minuteNumber - $1.minuteNumber }
        do { try self.init(intervalMinutes: intervalMinutes ?? steps.min() ?? 30) } catch let error as WorkforceError {
            throw FileError(file: table.file, path: "timestamp", message: error.message)
        }
        for (row, time) in times.enumerated() {
            let values = try columns.map { column in
                guard let value = try table.number(row, column), (0...1e7).contains(value) else {
                    throw table.error(row, column, "expected agents, 0 to 10⁷")
                }
                return value
            }
            try add(
                Interval(time, planned: values[0], scheduled: values[1], present: values[2], needed: values[3]))
        }
    }
}

extension CSVTable {
    /// The rows of one channel, or all of a table without channels.
    ///
    /// - Parameter channel: nil when there is only one.
    /// - Throws: `FileError` for a channel that there is not, several without a choice, and for no rows.
    public func rows(channel: String?) throws -> [Int] {
        var rows = Array(0..<count)
        if let column = optionalColumn("channel") {
            let channels = Set(rows.map { self[$0, column] }).sorted()
            if let channel = channel ?? (channels.count == 1 ? channels[0] : nil), channels.contains(channel) {
                rows = rows.filter { self[$0, column] == channel }
            } else if !channels.isEmpty {
                throw FileError(
                    file: file, path: "channel", message: "expected one of \(channels.joined(separator: ", "))")
            }
        } else if let channel {
            throw FileError(file: file, line: 1, path: "channel", message: "there is no such column for \(channel)")
        }
        guard !rows.isEmpty else {
            throw FileError(file: file, line: 1, message: "there are no rows under the header")
        }
        return rows
    }
}
