import ArgumentParser
import CCCore
import CCWorkforce

/// `ccctl erlang --calls-per-hour 1200 --aht 300 --patience 180 --service-level 0.8`: Erlang's models at one point or over a table.
struct ErlangFigures: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erlang",
        abstract: "Exact figures of Erlang B, C and A, and the agents for a target.",
        discussion: """
            With --agents: the figures. Without: the fewest agents for the targets, and their figures. With --agents and \
            --load-max: the most load that they can carry. --csv reads lam_per_h, aht_s, n, T_s, patience_s and adds every figure. \
            Docs/Staffing.md defines them.
            """)

    @Option(help: "Erlangs.")
    var load: Double?

    @Option(help: "Contacts per hour, instead of --load.")
    var callsPerHour: Double?

    @Option(help: "Mean handle time. Seconds.")
    var aht: Double?

    @Option(help: "Agents.")
    var agents: Int?

    @Option(help: "Mean patience. Seconds; without it nobody gives up.")
    var patience: Double?

    @Option(help: "Seconds within which an answer is in time.")
    var threshold = 20.0

    @Option(help: "Target: the share of contacts answered in time.")
    var serviceLevel: Double?

    @Option(help: ArgumentHelp("Which share --service-level is: \(formulas) or virtual.", valueName: "formula"))
    var formula = "ofOffered"

    @Option(help: "Target: the mean wait of the answered at most. Seconds.")
    var asaMax: Double?

    @Option(help: "Target: the share that gives up at most.")
    var abandonMax: Double?

    @Option(help: "Target: the share of agents' time with contacts at most.")
    var occupancyMax: Double?

    @Flag(help: "The most load for --agents and the targets.")
    var loadMax = false

    @Option(help: ArgumentHelp("A table instead of one point.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write the table there instead of printing it.", valueName: "file"))
    var output: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    private static var formulas: String { ServiceLevelFormula.allCases.map(\.rawValue).joined(separator: ", ") }

    func run() throws {
        if let csv {
            return try TextFile.write(ErlangTable(TextFile.table(csv)).csv.text, to: output)
        }
        guard let aht else { throw ValidationError("--aht is missing") }
        let mean = patience ?? .infinity
        if loadMax {
            guard let agents else { throw ValidationError("--load-max needs --agents") }
            let probe = try Workload(load: 0, handleTime: aht, patience: mean)
            return try report(
                Workload(load: probe.loadMax(agents: agents, for: try targets()), handleTime: aht, patience: mean),
                agents)
        }
        let work: Workload
        if let load {
            work = try Workload(load: load, handleTime: aht, patience: mean)
        } else if let callsPerHour {
            work = try Workload(contactsPerHour: callsPerHour, handleTime: aht, patience: mean)
        } else {
            throw ValidationError("--load or --calls-per-hour is missing")
        }
        try report(work, try agents ?? work.agents(for: targets()))
    }

    private func targets() throws -> StaffingTargets {
        var targets = StaffingTargets(
            speedOfAnswerMax: asaMax, abandonRateMax: abandonMax, occupancyMax: occupancyMax)
        if let serviceLevel {
            if formula == "virtual" {
                targets.virtualServiceLevel = serviceLevel
                targets.serviceLevel = .init(0, within: threshold)
            } else if let formula = ServiceLevelFormula(rawValue: formula) {
                targets.serviceLevel = .init(serviceLevel, within: threshold, formula: formula)
            } else {
                throw ValidationError("--formula is one of \(Self.formulas), virtual")
            }
        }
        guard targets != StaffingTargets() else {
            throw ValidationError("--agents or a target is missing, such as --service-level 0.8")
        }
        return targets
    }

    private func report(_ work: Workload, _ agents: Int) throws {
        let report = try ErlangReport(work, agents: agents, threshold: threshold)
        if json { return print(try CenterJSON.line(report)) }
        for line in report.lines { print(line) }
    }
}

/// One point, for people and as JSON. Figures that are infinite, because the queue grows without end, are left out.
private struct ErlangReport: Codable {
    struct Figures: Codable {
        var waitingProbability, serviceLevel, serviceLevelOfAnswered, serviceLevelExcludingAbandonedInTime: Double
        var serviceLevelIncludingAbandonedInTime, serviceLevelVirtual, abandonRate, abandonedInTime: Double
        var averageWait, averageSpeedOfAnswer: Double?
        var occupancy: Double
        var queueLength: Double?

        init(_ figures: WaitingFigures) {
            func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
            waitingProbability = figures.waitingProbability
            serviceLevel = figures.serviceLevel()
            serviceLevelOfAnswered = figures.serviceLevel(.ofAnswered)
            serviceLevelExcludingAbandonedInTime = figures.serviceLevel(.excludingAbandonedInTime)
            serviceLevelIncludingAbandonedInTime = figures.serviceLevel(.includingAbandonedInTime)
            serviceLevelVirtual = figures.virtualServiceLevel
            abandonRate = figures.abandonRate
            abandonedInTime = figures.abandonedInTime
            averageWait = finite(figures.averageWait)
            averageSpeedOfAnswer = finite(figures.averageSpeedOfAnswer)
            occupancy = figures.occupancy
            queueLength = finite(figures.queueLength)
        }
    }

    var load, contactsPerHour, handleTimeSeconds: Double
    var patienceSeconds: Double?
    var agents: Int
    var thresholdSeconds: Double
    var stable: Bool
    var erlangB: Double
    var erlangC: Figures
    var erlangA: Figures?

    init(_ work: Workload, agents: Int, threshold: Double) throws {
        let patient = try WaitingFigures(
            Workload(load: work.load, handleTime: work.handleTime), agents: agents, threshold: threshold)
        (load, contactsPerHour, handleTimeSeconds) = (work.load, work.contactsPerHour, work.handleTime)
        self.agents = agents
        thresholdSeconds = threshold
        stable = patient.isStable
        erlangB = try ErlangB.blocking(load: work.load, servers: agents)
        erlangC = Figures(patient)
        if work.patience.isFinite {
            patienceSeconds = work.patience
            erlangA = Figures(try WaitingFigures(work, agents: agents, threshold: threshold))
        }
    }

    var lines: [String] {
        var rows = [["", "Erlang C"] + (erlangA == nil ? [] : ["Erlang A"])]
        func add(_ name: String, _ digits: Int, _ factor: Double = 1, _ value: (Figures) -> Double?) {
            rows.append(
                [name]
                    + [erlangC, erlangA].compactMap { $0 }.map {
                        FiguresTable.number(value($0).map { $0 * factor }, digits)
                    })
        }
        add("service level, %", 3, 100) { $0.serviceLevel }
        add("  of answered, %", 3, 100) { $0.serviceLevelOfAnswered }
        add("  without abandoned in time, %", 3, 100) { $0.serviceLevelExcludingAbandonedInTime }
        add("  with abandoned in time, %", 3, 100) { $0.serviceLevelIncludingAbandonedInTime }
        add("  of a patient test customer, %", 3, 100) { $0.serviceLevelVirtual }
        add("abandoned, %", 3, 100) { $0.abandonRate }
        add("waiting probability, %", 3, 100) { $0.waitingProbability }
        add("speed of answer, s", 3) { $0.averageSpeedOfAnswer }
        add("wait of all, s", 3) { $0.averageWait }
        add("occupancy, %", 3, 100) { $0.occupancy }
        add("queue length", 3) { $0.queueLength }
        let head =
            "\(agents) agents, \(FiguresTable.number(load, 3)) Erlangs; Erlang B \(FiguresTable.number(erlangB * 100, 3)) %"
        return [head] + FiguresTable.aligned(rows)
    }
}
