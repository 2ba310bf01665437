import CCCore

extension History {
    /// Which columns of a table hold what.
    public struct Columns: Hashable, Sendable {
        public var time: String
        /// Contacts; nil takes the first of `calls`, `contacts`, `count` and `offered` that is there.
        public var count: String?
        /// Mean handle time in seconds; used when there is such a column.
        public var handleTime: String
        /// The channel's or queue's name.
        public var channel: String

        public init(
            time: String = "timestamp", count: String? = nil, handleTime: String = "handle_time",
            channel: String = "channel"
        ) {
            self.time = time
            self.count = count
            self.handleTime = handleTime
            self.channel = channel
        }
    }

    /// The history in a table with one row per interval.
    ///
    /// An empty count is one that is not known. Intervals that are missing altogether are allowed. The hour that occurs twice
    /// when clocks are put back may be there twice: times of a Sunday before four that come again within an hour have the mean
    /// of both rows.
    ///
    /// - Parameter intervalMinutes: the length of an interval; nil finds it out, for which two rows are needed.
    /// - Throws: `FileError` with line and column for what is no time or number, negative counts, times that do not ascend,
    ///   fewer than two rows, and intervals of different lengths.
    public init(_ table: CSVTable, columns: Columns = Columns(), intervalMinutes: Int? = nil) throws {
        let reader = try HistoryReader(table, columns)
        var rows = HistoryRows()
        for row in 0..<table.count { try rows.add(try reader.point(row), row, of: reader) }
        self = try reader.history(rows, "", intervalMinutes: intervalMinutes)
    }

    /// One history per channel of a table that has a row per interval and channel, in the order of their first rows.
    ///
    /// All have the interval that is the smallest of any: a quiet channel may have rows for busy hours only.
    ///
    /// - Throws: as ``init(_:columns:intervalMinutes:)``; times ascend within a channel.
    public static func channels(
        _ table: CSVTable, columns: Columns = Columns()
    ) throws -> [(channel: String, history: History)] {
        let reader = try HistoryReader(table, columns)
        let channel = try table.column(columns.channel)
        var names: [String] = []
        var places: [String: Int] = [:]
        var rows: [HistoryRows] = []
        for row in 0..<table.count {
            let name = table[row, channel]
            let place = places[name] ?? names.count
            if place == names.count {
                places[name] = place
                names.append(name)
                rows.append(HistoryRows())
            }
            try rows[place].add(try reader.point(row), row, of: reader)
        }
        guard !names.isEmpty else { throw reader.empty }
        let interval = rows.compactMap(\.smallestStep).min().map(divisor)
        return try names.indices.map {
            (names[$0], try reader.history(rows[$0], names[$0], intervalMinutes: interval))
        }
    }
}

/// The rows of one channel.
private struct HistoryRows {
    private(set) var points: [History.Point] = []
    /// By point: its row, the first of two.
    private(set) var numbers: [Int] = []
    /// Points of the night in which clocks were put back last that were there a second time.
    private var repeated: [Int] = []

    mutating func add(_ point: History.Point, _ row: Int, of reader: HistoryReader) throws {
        guard let last = points.last, point.time <= last.time else {
            points.append(point)
            numbers.append(row)
            return
        }
        guard let place = repetition(of: point.time, last: last.time) else {
            throw reader.unordered(point.time, after: last.time, row)
        }
        if let first = repeated.first, points[first].time.date != point.time.date { repeated = [] }
        repeated.append(place)
        points[place] = Self.mean(points[place], point)
    }

    /// The point of a time that comes again because clocks were put back by an hour.
    private func repetition(of time: WallTime, last: WallTime) -> Int? {
        guard time.date == last.date, time.date.weekday == .sun, time.minute < 240, last.minute - time.minute < 60
        else { return nil }
        if let first = repeated.first, let latest = repeated.last, points[first].time.date == time.date {
            guard points[latest].time < time, time.minute - points[first].time.minute < 60 else { return nil }
        }
        return points.lastIndex { $0.time <= time }.flatMap { points[$0].time == time ? $0 : nil }
    }

    private static func mean(_ first: History.Point, _ second: History.Point) -> History.Point {
        var both = first
        both.count = second.count
        if let one = first.count { both.count = second.count.map { (one + $0) / 2 } ?? one }
        both.handleTime = first.handleTime ?? second.handleTime
        if let one = first.handleTime, let other = second.handleTime {
            let weights = (first.count ?? 1, second.count ?? 1)
            let sum = weights.0 + weights.1
            both.handleTime = sum > 0 ? (one * weights.0 + other * weights.1) / sum : (one + other) / 2
        }
        return both
    }

    /// Minutes; nil for fewer than two points.
    var smallestStep: Int? {
        zip(points, points.dropFirst()).map { $1.time.minuteNumber - $0.time.minuteNumber }.min()
    }
}

private struct HistoryReader {
    let table: CSVTable
    let time: Int
    let count: Int
    let handleTime: Int?

    init(_ table: CSVTable, _ columns: History.Columns) throws {
        self.table = table
        time = try table.column(columns.time)
        if let name = columns.count {
            count = try table.column(name)
        } else {
            count = try table.column("calls", "contacts", "count", "offered")
        }
        handleTime = table.optionalColumn(columns.handleTime)
    }

    func point(_ row: Int) throws -> History.Point {
        let value = try table.number(row, count)
        if let value, !(0...1e12).contains(value) {
            throw table.error(row, count, "\(table[row, count]) is not within 0 and 10¹²")
        }
        let seconds = try handleTime.flatMap { try table.number(row, $0) }
        if let seconds, let handleTime, !(0...1e9).contains(seconds) {
            throw table.error(row, handleTime, "\(table[row, handleTime]) s is not within 0 and 10⁹")
        }
        return History.Point(try table.time(row, time), value, handleTime: seconds == 0 ? nil : seconds)
    }

    func unordered(_ time: WallTime, after last: WallTime, _ row: Int) -> FileError {
        table.error(row, self.time, time == last ? "\(time) is there twice" : "\(time) comes after \(last)")
    }

    var empty: FileError { FileError(file: table.file, line: 1, message: "there are no rows under the header") }

    func history(_ rows: HistoryRows, _ channel: String, intervalMinutes: Int?) throws -> History {
        guard !rows.points.isEmpty else { throw empty }
        do {
            return try History(rows.points, intervalMinutes: History.interval(rows.points, given: intervalMinutes))
        } catch let mistake as History.Mistake {
            let row = rows.numbers[mistake.place ?? 0]
            throw FileError(
                file: table.file, line: table.line(row),
                path: mistake.place == nil ? (channel.isEmpty ? "" : "channel \(channel)") : table.header[time],
                message: mistake.message)
        }
    }
}

extension HolidayCalendar {
    /// The days in a table with the columns `date`, `kind` (holiday, eve or event), `name` and, when it is there, `factor`.
    ///
    /// - Throws: `FileError` with line and column.
    public init(_ table: CSVTable) throws {
        let date = try table.column("date")
        let kind = try table.column("kind")
        let name = table.optionalColumn("name")
        let factor = table.optionalColumn("factor")
        self.init(
            try (0..<table.count).map { row in
                guard let what = Kind(rawValue: table[row, kind]) else {
                    throw table.error(row, kind, "\"\(table[row, kind])\" is none of holiday, eve and event")
                }
                let times = try factor.flatMap { try table.number(row, $0) }
                if let times, let factor, !(0...1_000).contains(times) {
                    throw table.error(row, factor, "\(times) is not within 0 and 1000")
                }
                return Day(
                    try table.date(row, date), what, name: name.map { table[row, $0] } ?? "", factor: times)
            })
    }
}

extension CSVTable {
    /// The times in a column, ascending.
    ///
    /// - Throws: `FileError` with line and column.
    public func times(_ name: String = "timestamp") throws -> [WallTime] {
        let column = try column(name)
        var times: [WallTime] = []
        times.reserveCapacity(count)
        for row in 0..<count {
            let time = try time(row, column)
            if let last = times.last, time <= last {
                throw error(row, column, time == last ? "\(time) is there twice" : "\(time) comes after \(last)")
            }
            times.append(time)
        }
        guard !times.isEmpty else {
            throw FileError(file: file, line: 1, message: "there are no rows under the header")
        }
        return times
    }
}
