import ArgumentParser
import CCCore
import CCWorkforce

/// `ccctl plan --forecast future.csv --aht 240 --patience 150 --service-level 0.8 --output agents.csv`
struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Agents per interval for a forecast.",
        discussion: """
            The forecast has a column timestamp and a column mean, as ccctl forecast writes it, and may have \
            handle_time (or aht_s) and channel. Written are the agents at work and on the payroll, and the service to expect at \
            the mean. The totals go to standard error.
            """)

    @Option(help: ArgumentHelp("Contacts per interval.", valueName: "file"))
    var forecast: String

    @Option(help: "Of a forecast with several channels the one to staff.")
    var channel: String?

    @Option(help: "Minutes of an interval; without it the smallest distance of two.")
    var interval: Double?

    @Option(help: "Mean handle time where the forecast has none. Seconds.")
    var aht: Double?

    @Option(help: "Mean patience. Seconds; without it nobody gives up.")
    var patience: Double?

    @Option(help: "The share of contacts answered in time.")
    var serviceLevel = 0.8

    @Option(help: "Seconds within which an answer is in time.")
    var threshold = 20.0

    @Option(help: "The share that gives up at most.")
    var abandonMax: Double?

    @Option(help: "The share of agents' time with contacts at most.")
    var occupancyMax: Double?

    @Option(
        help: ArgumentHelp(
            "Staff for this column instead of the mean, such as q0.9; the service is still that at the mean.",
            valueName: "column"))
    var quantile: String?

    @Flag(help: "Count the work that intervals leave to the next ones (modified offered load).")
    var trailing = false

    @Flag(
        help:
            "With --trailing: before the first interval it was as busy as in it; else each opening begins with nothing."
    )
    var openBefore = false

    @Option(help: "Holidays, training, meetings: a share of the paid time.")
    var planned = 0.0

    @Option(help: "Illness, lateness: a share of what is left.")
    var unplanned = 0.0

    @Option(help: "Agents at least.")
    var minimum = 0

    @Option(help: ArgumentHelp("Write the table there instead of printing it.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Draw the agents there, as SVG.", valueName: "file"))
    var plot: String?

    func run() throws {
        let table = try TextFile.table(forecast)
        let (time, mean) = (try table.column("timestamp"), try table.column("mean"))
        let staffed = try quantile.map { try table.column($0) }
        let handle = table.optionalColumn("handle_time") ?? table.optionalColumn("aht_s")
        let rows = try rows(of: table)
        let minutes = try rows.map { row in
            let wall = try table.time(row, time)
            return Double(wall.date.dayNumber) * 1440 + Double(wall.minute)
        }
        let distances = zip(minutes.dropFirst(), minutes).map { $0 - $1 }
        let length = (interval ?? distances.min() ?? 30) * 60
        for (place, distance) in distances.enumerated() where distance <= 0 || distance * 60 < length {
            throw table.error(rows[place + 1], time, "expected a later time, an interval after the one before or more")
        }
        func number(_ row: Int, _ column: Int) throws -> Double {
            guard let value = try table.number(row, column) else {
                throw table.error(row, column, "expected a number, 0 or more")
            }
            return value
        }
        var columns = ["contacts": mean, "load": staffed ?? mean]
        columns["contactsAtHand"] = mean
        columns["contactsToStaff"] = staffed
        columns["handleTime"] = handle
        let plan: StaffingPlan
        do {
            var demand = try rows.map { row in
                guard let seconds = try handle.flatMap({ try table.number(row, $0) }) ?? aht else {
                    throw ValidationError("--aht is missing, or a column handle_time")
                }
                return IntervalDemand(
                    contacts: try number(row, mean), contactsToStaff: try staffed.map { try number(row, $0) },
                    handleTime: seconds, patience: patience ?? .infinity)
            }
            if trailing {
                demand = try OfferedLoad.trailing(
                    demand, starts: minutes.map { $0 * 60 }, interval: length, past: openBefore ? .steady : .empty)
            }
            var targets = StaffingTargets.service(serviceLevel, within: threshold)
            targets.abandonRateMax = abandonMax
            targets.occupancyMax = occupancyMax
            plan = try StaffingPlan(
                demand, interval: length, targets: targets,
                shrinkage: Shrinkage(planned: planned, unplanned: unplanned), minimum: minimum)
        } catch let error as WorkforceError {
            throw Self.told(error, in: table, rows, columns)
        }
        var csv = CSVText([
            "timestamp", "contacts", "agents", "scheduled", "service_level", "abandon_rate", "occupancy", "asa_s",
        ])
        for (row, interval) in zip(rows, plan.intervals) {
            let figures = interval.figures
            let values = [
                (figures.serviceLevel(), 5), (figures.abandonRate, 5), (figures.occupancy, 5),
                (figures.averageSpeedOfAnswer, 2),
            ].map { CSVText.number($0.0, digits: $0.1) }
            let contacts = CSVText.number(interval.demand.contacts, digits: 3)
            csv.add([table[row, time], contacts, "\(interval.agents)", "\(interval.scheduled)"] + values)
        }
        try TextFile.write(csv.text, to: output)
        if let plot { try TextFile.write(chart(plan, minutes, length).svg, to: plot) }
        TextFile.remark(summary(plan.totals))
    }

    /// Those of one channel.
    private func rows(of table: CSVTable) throws -> [Int] {
        var rows = Array(0..<table.count)
        if let column = table.optionalColumn("channel") {
            let channels = Set(rows.map { table[$0, column] }).sorted()
            guard let channel = channel ?? (channels.count == 1 ? channels[0] : nil), channels.contains(channel) else {
                throw ValidationError("--channel is one of \(channels.joined(separator: ", "))")
            }
            rows = rows.filter { table[$0, column] == channel }
        } else if let channel {
            throw FileError(file: forecast, line: 1, path: "channel", message: "there is no such column for \(channel)")
        }
        guard !rows.isEmpty else { throw FileError(file: forecast, message: "there is no interval") }
        return rows
    }

    /// What is wrong with `demand[17]` as a mistake in its row of the file; others as they are.
    ///
    /// - Parameter columns: which column a value comes from, where it does.
    private static func told(
        _ error: WorkforceError, in table: CSVTable, _ rows: [Int], _ columns: [String: Int]
    ) -> any Error {
        let parts = error.place.split(separator: ".", maxSplits: 1)
        guard let place = parts.first, place.hasPrefix("demand["), let index = Int(place.dropFirst(7).dropLast()),
            rows.indices.contains(index)
        else { return error }
        let name = parts.count > 1 ? String(parts[1]) : ""
        if let column = columns[name] { return table.error(rows[index], column, error.message) }
        // Without a column it is an option's value.
        if let option = ["handleTime": "--aht", "patience": "--patience"][name] {
            return ValidationError("\(option): \(error.message)")
        }
        return FileError(file: table.file, line: table.line(rows[index]), path: name, message: error.message)
    }

    private func summary(_ totals: StaffingTotals) -> String {
        func percent(_ value: Double) -> String { FiguresTable.number(value * 100, 1) + " %" }
        return "\(FiguresTable.number(totals.offered, 0)) contacts, service level \(percent(totals.serviceLevel())), "
            + "abandoned \(percent(totals.abandonRate)), occupancy \(percent(totals.occupancy)), "
            + "\(FiguresTable.number(totals.hours, 1)) hours at work, \(FiguresTable.number(totals.scheduledHours, 1)) paid, "
            + "at most \(totals.peakAgents) agents"
    }

    private func chart(_ plan: StaffingPlan, _ minutes: [Double], _ length: Double) -> Chart {
        var chart = Chart("Agents needed", x: .time(), y: Chart.Axis("agents"))
        chart.add(.step(plan.intervals.map { Double($0.scheduled) }), x: minutes, as: "on the payroll", ink: .grey)
        chart.add(.step(plan.intervals.map { Double($0.agents) }), x: minutes, as: "at work", ink: .blue)
        let loads = plan.intervals.map { $0.demand.contacts * $0.demand.handleTime / length }
        chart.add(.line(loads), x: minutes, as: "load, Erlangs", ink: .orange)
        return chart
    }
}
