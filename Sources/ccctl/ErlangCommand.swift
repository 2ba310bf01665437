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
            --load-max: the most load that they can carry. With --slots: of agents who have several chats at once. --csv reads lam_per_h, aht_s, n, T_s, patience_s and adds every figure. \
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

    @Option(help: "The share of those who give up who call again, each time.")
    var retrials: Double?

    @Option(help: "Variance ÷ mean² of handle times that are not exponential, 0 to 10000; their figures for --agents.")
    var variation: Double?

    @OptionGroup(title: "Chats") var chats: ChatOptions

    @Flag(help: "The most load for --agents and the targets.")
    var loadMax = false

    @Option(help: ArgumentHelp("A table instead of one point.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write the table there instead of printing it.", valueName: "file"))
    var output: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    private static var formulas: String { ServiceLevelFormula.allCases.map(\.rawValue).joined(separator: ", ") }

    func validate() throws {
        let more = retrials != nil || variation != nil || chats.isGiven
        if csv != nil || loadMax, more {
            throw ValidationError("--retrials, --variation and chats are for one point, not --csv and --load-max")
        }
        if retrials != nil, patience == nil {
            throw ValidationError("--retrials needs --patience: without it nobody gives up")
        }
        if chats.isGiven, retrials != nil { throw ValidationError("--retrials: not with chats") }
    }

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
        if let agents { return try report(work, agents) }
        if let concurrency = try chats.concurrency() {
            return try report(work, work.agents(for: targets(), concurrency: concurrency))
        }
        try report(work, work.agents(for: targets(), retrials: retrials ?? 0))
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
        let report = try ErlangReport(
            work, agents: agents, threshold: threshold, retrials: retrials, concurrency: chats.concurrency(),
            variation: variation)
        if json { return print(try CenterJSON.line(report)) }
        for line in report.lines { print(line) }
    }
}
