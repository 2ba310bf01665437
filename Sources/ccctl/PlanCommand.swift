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

    @Option(help: "Minutes of an interval; without it the distance of the first two.")
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

    @Option(help: ArgumentHelp("Staff for this column instead of the mean, such as q0.9.", valueName: "column"))
    var quantile: String?

    @Flag(help: "Count the work that intervals leave to the next ones (modified offered load).")
    var trailing = false

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
        let table = try CSVTable(try TextFile.read(forecast), file: forecast)
        let (time, mean) = (try table.column("timestamp"), try table.column("mean"))
        let staffed = try quantile.map { try table.column($0) }
        let handle = table.optionalColumn("handle_time") ?? table.optionalColumn("aht_s")
        let rows = try rows(of: table)
        let minutes = try rows.map { row in
            let wall = try table.time(row, time)
            return Double(wall.date.dayNumber) * 1440 + Double(wall.minute)
        }
        for place in minutes.indices.dropFirst() where minutes[place] <= minutes[place - 1] {
            throw table.error(rows[place], time, "expected a later time than the one before")
        }
        let length = (interval ?? (minutes.count > 1 ? minutes[1] - minutes[0] : 30)) * 60
        func number(_ row: Int, _ column: Int) throws -> Double {
            guard let value = try table.number(row, column), value >= 0 else {
                throw table.error(row, column, "expected a number, 0 or more")
            }
            return value
        }
        var demand = try rows.map { row in
            guard let seconds = try handle.flatMap({ try table.number(row, $0) }) ?? aht else {
                throw ValidationError("--aht is missing, or a column handle_time")
            }
            return IntervalDemand(
                contacts: try number(row, mean), contactsToStaff: try staffed.map { try number(row, $0) },
                handleTime: seconds, patience: patience ?? .infinity)
        }
        if trailing { try trail(&demand, length) }
        var targets = StaffingTargets.service(serviceLevel, within: threshold)
        targets.abandonRateMax = abandonMax
        targets.occupancyMax = occupancyMax
        let plan = try StaffingPlan(
            demand, interval: length, targets: targets, shrinkage: Shrinkage(planned: planned, unplanned: unplanned),
            minimum: minimum)
        var lines = ["timestamp,contacts,agents,scheduled,service_level,abandon_rate,occupancy,asa_s"]
        for (row, interval) in zip(rows, plan.intervals) {
            let figures = interval.figures
            let values = [
                (figures.serviceLevel(), 5), (figures.abandonRate, 5), (figures.occupancy, 5),
                (figures.averageSpeedOfAnswer, 2),
            ].map { FiguresTable.number($0.0, $0.1) }
            let contacts = FiguresTable.number(interval.demand.contacts, 3)
            lines.append(
                ([table[row, time], contacts, "\(interval.agents)", "\(interval.scheduled)"] + values).joined(
                    separator: ","))
        }
        try TextFile.write(lines.joined(separator: "\n") + "\n", to: output)
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

    /// Contacts to staff for become those whose work is at hand, not those that come.
    private func trail(_ demand: inout [IntervalDemand], _ length: Double) throws {
        let total = demand.reduce(0) { $0 + $1.contacts }
        let work = demand.reduce(0) { $0 + $1.contacts * $1.handleTime }
        guard total > 0 else { return }
        let handleTime = work / total
        let loads = try OfferedLoad.modified(
            contacts: demand.map { ($0.contactsToStaff ?? $0.contacts) * $0.handleTime / handleTime }, interval: length,
            handleTime: handleTime)
        for (row, load) in loads.enumerated() {
            // After closing somebody stays for what is likely still to be done, not for every trace of it.
            let counts = demand[row].contacts > 0 || load >= 0.05
            demand[row].contactsToStaff = counts ? load * length / demand[row].handleTime : 0
        }
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
