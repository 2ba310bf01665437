import ArgumentParser
import CCCore
import CCWorkforce

/// The forecast that `ccctl plan` reads: the rows of one channel.
struct PlanTable {
    let rows: [Int]
    /// By row: since 1970, on the wall.
    let minutes: [Double]
    /// Of an interval, in seconds.
    let length: Double
    private let table: CSVTable
    private let aht: Double?
    private let columns: (time: Int, mean: Int, staffed: Int?, handle: Int?, open: Int?, due: Int?)

    init(_ plan: Plan) throws {
        let table = try TextFile.table(plan.forecast)
        self.table = table
        aht = plan.aht
        columns = (
            try table.column("timestamp"), try table.column("mean"), try plan.quantile.map { try table.column($0) },
            table.optionalColumn("handle_time") ?? table.optionalColumn("aht_s"), table.optionalColumn("open"),
            table.optionalColumn("due")
        )
        rows = try table.rows(channel: plan.channel)
        let time = columns.time
        minutes = try rows.map { Double(try table.time($0, time).minuteNumber) }
        let distances = zip(minutes.dropFirst(), minutes).map { $0 - $1 }
        length = (plan.interval ?? distances.min() ?? 30) * 60
        guard length <= 1e6, length > 0 else {
            throw ValidationError("--interval is more than 0 minutes, and at most a week")
        }
        for (place, distance) in distances.enumerated() where distance <= 0 || distance * 60 < length {
            throw table.error(rows[place + 1], time, "expected a later time, an interval after the one before or more")
        }
    }

    func time(_ row: Int) -> String { table[row, columns.time] }

    func mean(_ row: Int) throws -> Double { try number(row, columns.mean) }

    /// For how many to staff, when that is not the mean.
    func staffed(_ row: Int) throws -> Double? { try columns.staffed.map { try number(row, $0) } }

    func handleTime(_ row: Int) throws -> Double {
        guard let seconds = try columns.handle.flatMap({ try table.number(row, $0) }) ?? aht else {
            throw ValidationError("--aht is missing, or a column handle_time")
        }
        return seconds
    }

    private func number(_ row: Int, _ column: Int) throws -> Double {
        guard let value = try table.number(row, column) else {
            throw table.error(row, column, "expected a number, 0 or more")
        }
        return value
    }

    // MARK: Backlog

    /// By row: whether somebody works; without a column always.
    func open() throws -> [Bool] {
        guard let column = columns.open else { return rows.map { _ in true } }
        return try rows.map { row in
            guard let flag = try table.number(row, column), flag == 0 || flag == 1 else {
                throw table.error(row, column, "expected 0 or 1")
            }
            return flag == 1
        }
    }

    /// Each row's contacts, until the last interval that ends in time; what is due after the last row is to be done by its end.
    ///
    /// - Parameter hours: of opening, counted from the end of the row's interval; a row's own `due` goes before.
    func dueWork(open: [Bool], hours: Double?) throws -> [DueWork] {
        guard rows.count <= BacklogPlan.intervalsMax else {
            throw FileError(
                file: table.file, line: table.line(rows[BacklogPlan.intervalsMax]),
                message: "a backlog is planned for at most \(BacklogPlan.intervalsMax) intervals")
        }
        guard (0...1e6).contains(hours ?? 0) else { throw ValidationError("--due is 0 to 1000000 hours") }
        let openPlaces = open.indices.filter { open[$0] }
        let count = hours.map { Int(($0 * 3_600 / length + 1e-9).rounded(.down)) }
        return try rows.enumerated().map { place, row in
            let mean = try staffed(row) ?? mean(row)
            let through: Int
            if let column = columns.due, !table[row, column].isEmpty {
                let due = Double(try table.time(row, column).minuteNumber)
                through = (minutes.firstIndex { $0 + length / 60 > due } ?? rows.count) - 1
            } else if let count {
                // What comes while the centre is closed has at least the next interval in which it is open.
                let next = openPlaces.firstIndex { $0 >= place } ?? openPlaces.count
                let last = next + (open[place] ? count : max(count, 1) - 1)
                through = last < openPlaces.count ? openPlaces[last] : rows.count - 1
            } else {
                throw ValidationError("--work backlog needs --due, or a column due")
            }
            let seconds = try handleTime(row)
            guard seconds > 0, seconds <= 1e9 else {
                throw WorkforceError(.outOfRange, at: "work[\(place)].handleTime", "expected seconds, more than 0")
            }
            return DueWork(from: place, through: through, seconds: mean * seconds)
        }
    }

    // MARK: Mistakes

    /// What is wrong with `demand[17]` or `work[17]` as a mistake in its row of the file; others as they are.
    func told(_ error: WorkforceError) -> any Error {
        let parts = error.place.split(separator: ".", maxSplits: 1)
        guard let place = parts.first, let bracket = place.firstIndex(of: "["),
            ["demand", "work"].contains(place[..<bracket]),
            let index = Int(place[bracket...].dropFirst().dropLast()), rows.indices.contains(index)
        else { return error }
        let name = parts.count > 1 ? String(parts[1]) : ""
        let staffed = columns.staffed ?? columns.mean
        let column: Int? =
            switch name {
            case "contacts", "contactsAtHand", "contactsPerHour": columns.mean
            case "contactsToStaff", "load", "seconds": staffed
            case "handleTime": columns.handle
            case "through": columns.due
            default: nil
            }
        if let column { return table.error(rows[index], column, error.message) }
        // Without a column it is an option's value.
        let options = [
            "handleTime": "--aht", "patience": "--patience", "contactRate": "--contact-rate",
            "missTime": "--miss-time", "occupancyMax": "--occupancy-max",
        ]
        if let option = options[name] { return ValidationError("\(option): \(error.message)") }
        return FileError(file: table.file, line: table.line(rows[index]), path: name, message: error.message)
    }
}
