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

            --work says what the contacts are: calls; chats, of which an agent has several at once; backlog, such as e-mail, \
            which may wait until it is due (a column open says with 1 and 0 in which intervals somebody works, a column due \
            until when an interval's contacts have to be done); outbound, customers whom the centre is to reach.
            """)

    enum Work: String, ExpressibleByArgument, CaseIterable {
        case calls, chats, backlog, outbound
    }

    @Option(help: ArgumentHelp("Contacts per interval.", valueName: "file"))
    var forecast: String

    @Option(help: "What the contacts are: calls, chats, backlog or outbound.")
    var work = Work.calls

    @Option(help: "Of a forecast with several channels the one to staff.")
    var channel: String?

    @Option(help: "Minutes of an interval; without it the smallest distance of two.")
    var interval: Double?

    @Option(help: "Mean handle time where the forecast has none. Seconds.")
    var aht: Double?

    @Option(
        help: ArgumentHelp(
            "Staff for this column instead of the mean, such as q0.9; the service is still that at the mean.",
            valueName: "column"))
    var quantile: String?

    @OptionGroup(title: "Calls and chats") var service: ServiceOptions
    @OptionGroup(title: "Chats") var chats: ChatOptions

    @Option(
        help:
            "Backlog: contacts are due after so many hours in which the centre is open, counted from their interval's end."
    )
    var due: Double?

    @Option(help: "Outbound: the share of attempts that reach the customer.")
    var contactRate: Double?

    @Option(help: "Outbound: mean seconds of an agent per attempt that reaches nobody.")
    var missTime: Double?

    @Option(help: "The share of agents' time with contacts at most; outbound 0.85 without it.")
    var occupancyMax: Double?

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

    func validate() throws {
        let goes = [
            ("--slots, --slowdown and --efficiency", chats.isGiven, [Work.chats]),
            ("--due", due != nil, [.backlog]),
            ("--contact-rate and --miss-time", contactRate ?? missTime != nil, [.outbound]),
            ("--occupancy-max", occupancyMax != nil, [.calls, .chats, .outbound]),
            ("--retrials", service.retrials != nil, [.calls]),
            ("options of calls and chats", service.isGiven, [.calls, .chats]),
        ]
        for (options, isGiven, works) in goes where isGiven && !works.contains(work) {
            throw ValidationError("\(options): not with --work \(work.rawValue)")
        }
        if service.retrials != nil, service.patience == nil {
            throw ValidationError("--retrials needs --patience: without it nobody gives up")
        }
        if work == .chats, !chats.isGiven { throw ValidationError("--work chats needs --slots or --efficiency") }
        if work == .outbound, contactRate == nil { throw ValidationError("--work outbound needs --contact-rate") }
        guard (0...1_000_000).contains(minimum) else { throw ValidationError("--minimum is 0 to 1000000") }
    }

    func run() throws {
        let table = try PlanTable(self)
        let intervals: [PlannedInterval]
        do {
            let shrinkage = try Shrinkage(planned: planned, unplanned: unplanned)
            switch work {
            case .calls, .chats: intervals = try answered(table, shrinkage)
            case .backlog: intervals = try backlog(table, shrinkage)
            case .outbound: intervals = try outbound(table, shrinkage)
            }
        } catch let error as WorkforceError { throw table.told(error) }
        var csv = CSVText([
            "timestamp", "contacts", "agents", "scheduled", "service_level", "abandon_rate", "occupancy", "asa_s",
        ])
        for (row, interval) in zip(table.rows, intervals) {
            let figures = interval.figures
            csv.add([
                table.time(row), CSVText.number(interval.contacts, digits: 3), "\(interval.agents)",
                "\(interval.scheduled)", CSVText.number(figures?.serviceLevel(), digits: 5),
                CSVText.number(figures?.abandonRate, digits: 5), CSVText.number(interval.occupancy, digits: 5),
                CSVText.number(figures?.averageSpeedOfAnswer, digits: 2),
            ])
        }
        try TextFile.write(csv.text, to: output)
        if let plot { try TextFile.write(chart(intervals, table.minutes).svg, to: plot) }
    }

    private func answered(_ table: PlanTable, _ shrinkage: Shrinkage) throws -> [PlannedInterval] {
        var demand = try table.rows.map { row in
            IntervalDemand(
                contacts: try table.mean(row), contactsToStaff: try table.staffed(row),
                handleTime: try table.handleTime(row), patience: service.patience ?? .infinity)
        }
        if service.trailing {
            demand = try OfferedLoad.trailing(
                demand, starts: table.minutes.map { $0 * 60 }, interval: table.length,
                past: service.openBefore ? .steady : .empty)
        }
        var targets = StaffingTargets.service(service.serviceLevel ?? 0.8, within: service.threshold ?? 20)
        targets.abandonRateMax = service.abandonMax
        targets.occupancyMax = occupancyMax
        let concurrency = try chats.concurrency()
        let plan = try StaffingPlan(
            demand, interval: table.length, targets: targets,
            channel: concurrency.map { .chats($0) } ?? .calls(retrials: service.retrials ?? 0), shrinkage: shrinkage,
            minimum: minimum)
        TextFile.remark(summary(plan.totals))
        return plan.intervals.map {
            PlannedInterval(
                contacts: $0.demand.contacts, load: $0.demand.contacts * $0.demand.handleTime / table.length,
                agents: $0.agents, scheduled: $0.scheduled, occupancy: $0.occupancy, figures: $0.figures)
        }
    }

    private func backlog(_ table: PlanTable, _ shrinkage: Shrinkage) throws -> [PlannedInterval] {
        let open = try table.open()
        let work = try table.dueWork(open: open, hours: due)
        let plan = try BacklogPlan(work, open: open, interval: table.length)
        // Nobody comes while the centre is closed.
        let agents = zip(plan.agents, open).map { $1 ? max($0, minimum) : 0 }
        let done = BacklogPlan.progress(work, agents: agents, interval: table.length).done
        let intervals = try table.rows.indices.map { place in
            PlannedInterval(
                contacts: try table.mean(table.rows[place]), load: done[place] / table.length, agents: agents[place],
                scheduled: shrinkage.gross(agents[place]),
                occupancy: agents[place] > 0 ? done[place] / table.length / Double(agents[place]) : 0)
        }
        TextFile.remark(summary(intervals, table.length))
        return intervals
    }

    private func outbound(_ table: PlanTable, _ shrinkage: Shrinkage) throws -> [PlannedInterval] {
        let intervals = try table.rows.enumerated().map { place, row in
            do {
                let contacts = try table.mean(row)
                func goal(_ contacts: Double) throws -> OutboundGoal {
                    try OutboundGoal(
                        contactsPerHour: contacts * 3_600 / table.length, contactRate: contactRate ?? 1,
                        handleTime: table.handleTime(row), missTime: missTime ?? 0)
                }
                let agents = max(
                    try goal(table.staffed(row) ?? contacts).agents(occupancyMax: occupancyMax ?? 0.85), minimum)
                let load = try goal(contacts).load
                return PlannedInterval(
                    contacts: contacts, load: load, agents: agents, scheduled: shrinkage.gross(agents),
                    occupancy: agents > 0 ? min(1, load / Double(agents)) : 0)
            } catch let error as WorkforceError {
                throw WorkforceError(error.code, at: "demand[\(place)].\(error.place)", error.message)
            }
        }
        TextFile.remark(summary(intervals, table.length))
        return intervals
    }

    private func summary(_ totals: StaffingTotals) -> String {
        func percent(_ value: Double) -> String { FiguresTable.number(value * 100, 1) + " %" }
        return "\(FiguresTable.number(totals.offered, 0)) contacts, service level \(percent(totals.serviceLevel())), "
            + "abandoned \(percent(totals.abandonRate)), occupancy \(percent(totals.occupancy)), "
            + "\(FiguresTable.number(totals.hours, 1)) hours at work, \(FiguresTable.number(totals.scheduledHours, 1)) paid, "
            + "at most \(totals.peakAgents) agents"
    }

    private func summary(_ intervals: [PlannedInterval], _ length: Double) -> String {
        func sum(_ value: (PlannedInterval) -> Double) -> String {
            FiguresTable.number(intervals.reduce(0) { $0 + value($1) } * length / 3_600, 1)
        }
        let contacts = FiguresTable.number(intervals.reduce(0) { $0 + $1.contacts }, 0)
        return "\(contacts) contacts, \(sum(\.load)) hours of work, \(sum { Double($0.agents) }) hours at work, "
            + "\(sum { Double($0.scheduled) }) paid, at most \(intervals.map(\.agents).max() ?? 0) agents"
    }

    private func chart(_ intervals: [PlannedInterval], _ minutes: [Double]) -> Chart {
        var chart = Chart("Agents needed", x: .time(), y: Chart.Axis("agents"))
        chart.add(.step(intervals.map { Double($0.scheduled) }), x: minutes, as: "on the payroll", ink: .grey)
        chart.add(.step(intervals.map { Double($0.agents) }), x: minutes, as: "at work", ink: .blue)
        chart.add(.line(intervals.map(\.load)), x: minutes, as: "load, Erlangs", ink: .orange)
        return chart
    }
}

/// One row of a plan.
private struct PlannedInterval {
    var contacts: Double
    /// Agents' work in Erlangs.
    var load: Double
    var agents: Int
    var scheduled: Int
    var occupancy: Double
    /// Nil where nobody waits for an agent.
    var figures: WaitingFigures?
}

/// What customers who wait for an agent should get.
struct ServiceOptions: ParsableArguments {
    @Option(help: "Mean patience. Seconds; without it nobody gives up.")
    var patience: Double?

    @Option(help: "The share of contacts answered in time; 0.8 without it.")
    var serviceLevel: Double?

    @Option(help: "Seconds within which an answer is in time; 20 without it.")
    var threshold: Double?

    @Option(help: "The share that gives up at most.")
    var abandonMax: Double?

    @Option(help: "Calls: the share of those who give up who call again, each time.")
    var retrials: Double?

    @Flag(help: "Count the work that intervals leave to the next ones (modified offered load).")
    var trailing = false

    @Flag(
        help:
            "With --trailing: before the first interval it was as busy as in it; else each opening begins with nothing."
    )
    var openBefore = false

    var isGiven: Bool {
        [patience, serviceLevel, threshold, abandonMax].contains { $0 != nil } || trailing || openBefore
    }
}

/// Several chats at once.
struct ChatOptions: ParsableArguments {
    @Option(help: "Chats that an agent has at once at most.")
    var slots: Int?

    @Option(help: "By which share of it every further chat makes each chat longer, 0 to 1.")
    var slowdown: Double?

    @Option(
        help: ArgumentHelp(
            "What an agent with 1, 2, … chats gets done relative to one, such as 1,1.7,2.1, instead of --slots.",
            valueName: "numbers"))
    var efficiency: String?

    var isGiven: Bool { slots != nil || slowdown != nil || efficiency != nil }

    func validate() throws {
        if efficiency != nil, slots != nil || slowdown != nil {
            throw ValidationError("--efficiency stands instead of --slots and --slowdown")
        }
        if slowdown != nil, slots == nil { throw ValidationError("--slowdown needs --slots") }
    }

    /// Nil when nothing is said about chats.
    func concurrency() throws -> ChatConcurrency? {
        do {
            if let slots { return try ChatConcurrency(slots: slots, slowdown: slowdown ?? 0) }
            guard let efficiency else { return nil }
            let parts = efficiency.split(separator: ",", omittingEmptySubsequences: false)
            return try ChatConcurrency(
                efficiency: parts.map { part in
                    guard let value = Double(part.filter { $0 != " " }) else {
                        throw ValidationError("--efficiency: \"\(part)\" is not a number")
                    }
                    return value
                })
        } catch let error as WorkforceError { throw ValidationError("--\(error.place): \(error.message)") }
    }
}
