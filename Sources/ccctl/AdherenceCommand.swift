import ArgumentParser
import CCCore
import CCSQLite
import CCWorkforce
import Foundation

/// `ccctl adherence --store center.sqlite --plan plan.csv`: who kept to the plan.
struct Adherence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Adherence and conformance of each agent over a period, with every deviation.",
        discussion: """
            What agents did comes from a centre's journal (--store) or from a table (--states: agent, time, state). What was \
            planned is a table (--plan: agent, activity, start, end) or a schedule in JSON with its instance. Everything is \
            counted from scratch: with another plan the same journal gives other figures. Times without a zone are those of \
            --zone. Docs/Adherence.md defines every figure and names every deviation.
            """)

    @Option(help: ArgumentHelp("A centre's store.", valueName: "file"), completion: .file())
    var store: String?

    @Option(help: ArgumentHelp("Changes of state, instead of --store.", valueName: "csv"), completion: .file())
    var states: String?

    @Option(help: ArgumentHelp("What was planned.", valueName: "csv or json"), completion: .file())
    var plan: String

    @Option(help: ArgumentHelp("With a schedule: its problem.", valueName: "json"), completion: .file())
    var instance: String?

    @Option(help: ArgumentHelp("With a schedule: the date of its day 0, such as 2026-03-02.", valueName: "date"))
    var first: CalendarDate?

    @Option(
        help: ArgumentHelp(
            "With a schedule: columns id and agent, where the centre does not call agents by the schedule's numbers.",
            valueName: "csv"))
    var names: String?

    @Option(help: "With a schedule: which break of a shift is the lunch, counted from 1.")
    var lunch: Int?

    @Option(help: ArgumentHelp("Spans that count as in adherence: agent, start, end.", valueName: "csv"))
    var excused: String?

    @Option(help: "Where the clocks hang, as an IANA name.")
    var zone = ZoneArgument.utc

    @Option(help: "Count from this time on, such as 2026-03-02 08:00; without it from the plan's first activity.")
    var from: TimeArgument?

    @Option(
        help:
            "Count up to this time; without it to the plan's last activity, or the last change of state if that is earlier."
    )
    var until: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "What a pause with a reason is, such as coffee=shortBreak; may be repeated.", valueName: "reason=activity"))
    var pause: [String] = []

    @Flag(help: "Breaks and lunch are taken checked in, with a pause; checked out is out of adherence.")
    var checkedInAtBreaks = false

    @Option(help: "List deviations of at least so many seconds; figures count all.")
    var tolerance = 120.0

    @Flag(help: "Print one JSON object, with all deviations.")
    var json = false

    func validate() throws {
        guard (store == nil) != (states == nil) else { throw ValidationError("expected either --store or --states") }
        guard lunch ?? 1 >= 1 else { throw ValidationError("--lunch counts from 1") }
        guard (0...1e9).contains(tolerance) else { throw ValidationError("--tolerance is a number of seconds") }
    }

    func run() async throws {
        let zone = zone.zone
        let plans = try plans(zone)
        guard let begin = plans.values.compactMap(\.entries.first?.start).min(),
            let end = plans.values.compactMap(\.entries.last?.end).max()
        else { throw FileError(file: plan, message: "nothing is planned") }
        let start = from?.milliseconds(in: zone) ?? begin
        var board = AdherenceBoard(rules: try rules(), from: start)
        for (agent, plan) in plans { board.change(plan, of: agent) }
        if let excused { try board.excuse(TextFile.table(excused), in: zone) }
        let stop = until?.milliseconds(in: zone)
        if let states {
            try board.apply(TextFile.table(states), until: stop ?? .max, in: zone)
        } else if let store {
            try await board.apply(store: store, until: stop ?? .max)
        }
        let last = board.agents.compactMap { board.monitor($0)?.history.changes.last?.time }.max()
        let finish = stop ?? min(end, last ?? end)
        guard start < finish else {
            throw ValidationError("there is nothing to count: the period would end before it begins")
        }
        let report = AdherenceReport(board, from: start, until: finish)
        if json { return print(try CenterJSON.line(report)) }
        for line in report.lines(zone, tolerance: tolerance) { print(line) }
    }

    private func plans(_ zone: TimeZone) throws -> [AgentID: AgentPlan] {
        guard try TextFile.data(plan).first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{")
        else {
            if instance ?? names != nil || first != nil || lunch != nil {
                throw ValidationError("--instance, --first, --names and --lunch go with a schedule in JSON")
            }
            return try AgentPlan.plans(TextFile.table(plan), in: zone)
        }
        guard let instance, let first else {
            throw ValidationError("a schedule needs --instance and --first")
        }
        let problem = try TextFile.json(instance) { try ScheduleProblem(json: $0) }
        let plans = try TextFile.json(plan) { data in
            guard case .roster(let assignments) = try ScheduleSolution(json: data, for: problem) else {
                throw WorkforceError(.mismatch, at: "", "a schedule without names has no agents")
            }
            return try AgentPlan.plans(assignments, in: problem, from: first, zone: zone, lunch: lunch.map { $0 - 1 })
        }
        let names = try self.names.map { try agents($0) }
        var named: [AgentID: AgentPlan] = [:]
        for (number, plan) in plans.sorted(by: { $0.key < $1.key }) {
            guard let names else {
                named[AgentID("\(number)")] = plan
                continue
            }
            guard let name = names[number] else {
                throw FileError(file: self.names, path: "id", message: "there is no agent \(number)")
            }
            named[name] = plan
        }
        return named
    }

    private func agents(_ file: String) throws -> [Int: AgentID] {
        let table = try TextFile.table(file)
        let (id, agent) = (try table.column("id"), try table.column("agent"))
        var (names, taken): ([Int: AgentID], Set<String>) = ([:], [])
        for row in 0..<table.count {
            guard let number = Int(table[row, id]) else { throw table.error(row, id, "expected a whole number") }
            guard names.updateValue(AgentID(table[row, agent]), forKey: number) == nil else {
                throw table.error(row, id, "there are two agents \(number)")
            }
            guard !table[row, agent].isEmpty, taken.insert(table[row, agent]).inserted else {
                throw table.error(row, agent, "expected the name of one agent")
            }
        }
        return names
    }

    private func rules() throws -> AdherenceRules {
        var rules = AdherenceRules(checkedOutAtBreaks: !checkedInAtBreaks)
        for text in pause {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let activity = PlannedActivity(rawValue: parts[1]) else {
                throw ValidationError("--pause takes reason=activity, such as coffee=shortBreak, not \(text)")
            }
            rules.reasons[NotReadyReason(parts[0])] = activity
        }
        return rules
    }
}

extension AdherenceBoard {
    /// The changes of state in a centre's journal that come before a time.
    fileprivate mutating func apply(store: String, until end: Int) async throws {
        for try await entry in JournalEntries(store: try SQLiteStore(path: store, access: .readOnly)) {
            guard Self.milliseconds(entry.event.date) < end else { continue }
            do { try apply(entry.event) } catch let error as WorkforceError {
                throw FileError(file: store, path: "position \(entry.position)", message: error.message)
            }
        }
    }
}
