import ArgumentParser
import CCCore
import CCRouting
import CCSQLite
import CCScenario

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `ccctl whatif --store center.sqlite --agents +2`: the recorded day once more, with other staff or rules.
struct WhatIf: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whatif",
        abstract: "Run a day with other staff, skills, rules or volumes, and compare service and money.",
        discussion: """
            The day is recorded (--store: arrivals, talks, wrap-ups and the patience of who abandoned are those of the \
            records) or described (--scenario). Both together: the records' contacts with the scenario's staff and rules. \
            It runs as it is and with the changes, each pair of runs with the same chance, so that the difference is due \
            to the changes; ± is half of its 95 % interval. Changes: --agents, --skill, --volume, --handle-time, \
            --patience, --policy, --selection, or any other scenario by --with. The production router decides in both.
            """)

    @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("The day, or staff and rules for the recorded one.", valueName: "scenario.yml"))
    var scenario: String?

    @Option(help: ArgumentHelp("A second scenario to compare with, before other changes.", valueName: "scenario.yml"))
    var with: String?

    @Option(
        help: ArgumentHelp("So many agents more or fewer: +2 in each group, or early=-1 in one.", valueName: "change"))
    var agents: [String] = []

    @Option(help: ArgumentHelp("A group learns or loses a skill: early=+es, early=-es.", valueName: "change"))
    var skill: [String] = []

    @Option(help: ArgumentHelp("Contacts times a factor: 1.1, or in one queue sales=1.1.", valueName: "change"))
    var volume: [String] = []

    @Option(help: ArgumentHelp("Talk and wrap-up times a factor: 0.9 or sales=0.9.", valueName: "change"))
    var handleTime: [String] = []

    @Option(help: ArgumentHelp("Patience times a factor: 0.5 or sales=0.5.", valueName: "change"))
    var patience: [String] = []

    @Option(help: "Which contact an agent gets, such as longestWait.")
    var policy: String?

    @Option(help: ArgumentHelp("Which agent a contact gets: longestIdle or sales=longestIdle.", valueName: "change"))
    var selection: [String] = []

    @Option(help: ArgumentHelp("Money for an hour of an agent: 21, or of one group early=24.", valueName: "cost"))
    var agentHour: [String] = []

    @Option(help: "Money for a minute that a contact waits or talks.")
    var lineMinute = 0.0

    @Option(help: "Money for a contact given up in line.")
    var perAbandoned = 0.0

    @Option(help: "Money for a contact that was turned away.")
    var perBlocked = 0.0

    @Option(help: "Money for a contact answered after the threshold.")
    var perLate = 0.0

    @Option(help: "Only contacts that arrived at this ISO 8601 date or later.")
    var from: DateArgument?

    @Option(help: "Only contacts that arrived before this ISO 8601 date.")
    var until: DateArgument?

    @Option(help: "Pairs of runs.")
    var replications = 20

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Report: Codable {
        /// The figures of the records; nil without a store.
        let recorded: SimulationFigures?
        let comparison: WhatIfComparison
    }

    func validate() throws {
        guard store != nil || scenario != nil else { throw ValidationError("expected --store, --scenario or both") }
        guard (1...10_000).contains(replications) else { throw ValidationError("--replications is 1 to 10000") }
    }

    func run() async throws {
        let records = try await recorded()
        let before = try day(scenario, records)
        let after = try (with.map { try day($0, records) } ?? before).changed(by: try changes())
        let report = Report(
            recorded: records.isEmpty ? nil : SimulationFigures(records: records, as: before),
            comparison: try WhatIfComparison(
                of: before, with: after, costs: try rates(before), replications: replications, seed: seed))
        if json { return print(try CenterJSON.line(report)) }
        if let recorded = report.recorded {
            print("recorded")
            for line in FiguresTable(recorded).lines { print("  " + line) }
        }
        for line in lines(report.comparison) { print(line) }
    }

    // MARK: The day

    private func recorded() async throws -> [ContactRecord] {
        guard let store else { return [] }
        let filter = ContactFilter(from: from?.date, until: until?.date)
        let records = try await SQLiteStore(path: store, access: .readOnly).records(filter)
        guard !records.isEmpty else { throw ValidationError("the store has no contact of that time") }
        return records
    }

    private func day(_ file: String?, _ records: [ContactRecord]) throws -> Scenario {
        if records.isEmpty, let file { return try ScenarioFile.read(file) }
        guard let day = Scenario(recorded: records) else {
            throw ValidationError("the store has no contact that came to a queue")
        }
        guard let file else { return day }
        var replay = try ScenarioFile.read(file)
        replay.warmUp = .zero
        // A file whose day is another one is laid over the recorded day, from its first contact on.
        let isSameDay = (0..<replay.horizon.inSeconds).contains(day.start.timeIntervalSince(replay.start))
        if !isSameDay { (replay.start, replay.horizon) = (day.start, day.horizon) }
        return replay.replaying(records)
    }

    // MARK: Changes and costs

    private func changes() throws -> [ScenarioChange] {
        var changes: [ScenarioChange] = []
        for text in agents {
            let (name, value) = parts(text)
            guard let more = Int(value) else { throw ValidationError("--agents takes +2, -1 or group=+2, not \(text)") }
            changes.append(.agents(name.map { AgentGroupID($0) }, more))
        }
        for text in skill {
            let (name, value) = parts(text)
            guard let name, value.count > 1, let sign = value.first, sign == "+" || sign == "-" else {
                throw ValidationError("--skill takes group=+skill or group=-skill, not \(text)")
            }
            changes.append(.skill(AgentGroupID(name), SkillID(String(value.dropFirst())), level: sign == "+" ? 0 : nil))
        }
        for (texts, option, change) in [
            (volume, "volume", ScenarioChange.volume), (handleTime, "handle-time", ScenarioChange.handleTime),
            (patience, "patience", ScenarioChange.patience),
        ] {
            for text in texts {
                let (name, factor) = try number(text, option)
                changes.append(change(name.map { QueueID($0) }, factor))
            }
        }
        if let policy { changes.append(.policy(try Policy(policy))) }
        for text in selection {
            let (name, value) = parts(text)
            changes.append(.selection(name.map { QueueID($0) }, try Policy(value)))
        }
        return changes
    }

    private func rates(_ scenario: Scenario) throws -> CostRates? {
        var rates = CostRates(lineMinute: lineMinute, abandoned: perAbandoned, blocked: perBlocked, late: perLate)
        for text in agentHour {
            let (name, cost) = try number(text, "agent-hour")
            guard let name else {
                rates.agentHour = cost
                continue
            }
            guard scenario.groups.contains(where: { $0.id.rawValue == name }) else {
                throw ValidationError("--agent-hour: there is no group \(name)")
            }
            rates.agentHours[AgentGroupID(name)] = cost
        }
        return rates == CostRates() ? nil : rates
    }

    /// `name=value` or `value`.
    private func parts(_ text: String) -> (name: String?, value: String) {
        // A policy's text has `=` in no place, so the first one ends the name.
        guard let sign = text.firstIndex(of: "=") else { return (nil, text) }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    private func number(_ text: String, _ option: String) throws -> (String?, Double) {
        let (name, value) = parts(text)
        guard let number = Double(value), number.isFinite, number >= 0 else {
            throw ValidationError("--\(option) takes a number or name=number, not \(text)")
        }
        return (name, number)
    }

    // MARK: For people

    private func lines(_ comparison: WhatIfComparison) -> [String] {
        let shares: Set = ["serviceLevel", "abandonRate", "blockRate", "occupancy"]
        let words = [
            "serviceLevel": "service level, %", "abandonRate": "abandoned, %", "blockRate": "turned away, %",
            "averageSpeedOfAnswer": "speed of answer, s", "averageWait": "wait of all, s", "occupancy": "occupancy, %",
        ]
        var rows = [["", "", "before", "after", "difference"]]
        for figure in comparison.figures {
            let factor = shares.contains(figure.name) ? 100.0 : 1
            rows.append(
                [figure.queue?.rawValue ?? "overall", words[figure.name] ?? figure.name]
                    + [figure.before, figure.after, figure.difference].map { FiguresTable.text($0, 2, factor) })
        }
        return FiguresTable.aligned(rows)
    }
}
