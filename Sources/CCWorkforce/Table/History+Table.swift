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
    /// An empty count is one that is not known. Intervals that are missing altogether are allowed.
    ///
    /// - Throws: `FileError` with line and column for what is no time or number, negative counts, and times that do not ascend;
    ///   ``WorkforceError`` for fewer than two rows and for intervals of different lengths.
    public init(_ table: CSVTable, columns: Columns = Columns()) throws {
        let reader = try HistoryReader(table, columns)
        var points: [Point] = []
        points.reserveCapacity(table.count)
        for row in 0..<table.count {
            let point = try reader.point(row)
            try reader.check(point.time, after: points.last?.time, row)
            points.append(point)
        }
        self = try reader.history(points, Array(0..<table.count), "")
    }

    /// One history per channel of a table that has a row per interval and channel, in the order of their first rows.
    ///
    /// - Throws: as ``init(_:columns:)``; times ascend within a channel.
    public static func channels(
        _ table: CSVTable, columns: Columns = Columns()
    ) throws -> [(channel: String, history: History)] {
        let reader = try HistoryReader(table, columns)
        let channel = try table.column(columns.channel)
        var names: [String] = []
        var places: [String: Int] = [:]
        var points: [[Point]] = []
        var rows: [[Int]] = []
        for row in 0..<table.count {
            let name = table[row, channel]
            let place = places[name] ?? names.count
            if place == names.count {
                places[name] = place
                names.append(name)
                points.append([])
                rows.append([])
            }
            let point = try reader.point(row)
            try reader.check(point.time, after: points[place].last?.time, row)
            points[place].append(point)
            rows[place].append(row)
        }
        guard !names.isEmpty else { throw reader.empty }
        return try names.indices.map { (names[$0], try reader.history(points[$0], rows[$0], names[$0])) }
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

    func check(_ time: WallTime, after last: WallTime?, _ row: Int) throws {
        guard let last, time <= last else { return }
        throw table.error(row, self.time, time == last ? "\(time) is there twice" : "\(time) comes after \(last)")
    }

    var empty: FileError { FileError(file: table.file, line: 1, message: "there are no rows under the header") }

    func history(_ points: [History.Point], _ rows: [Int], _ channel: String) throws -> History {
        guard !points.isEmpty else { throw empty }
        do { return try History(points, intervalMinutes: History.interval(points)) } catch let mistake
            as History.Mistake
        {
            let row = mistake.place.map { rows[$0] } ?? rows[0]
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
