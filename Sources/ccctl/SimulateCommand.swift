import ArgumentParser
import CCCore
import CCScenario
import CCSimulation
import Foundation

/// `ccctl simulate day.yml --seed 7`: runs a scenario and prints its figures.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario in virtual time and print its figures.",
        discussion: """
            A scenario file says who calls when and who works when (Docs/Scenarios.md). The same file and seed give the \
            same figures. At contact depth the production router runs alone. At telephony depth the whole centre runs, \
            with a telephone for each agent and caller; rules that it breaks are printed to standard \
            error, and the exit code is 1.
            """)

    enum Depth: String, ExpressibleByArgument, CaseIterable {
        case contact, telephony
    }

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "scenario.yml"))
    var file: String?

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Option(help: "contact: the router alone; telephony: with SIP and RTP.")
    var depth = Depth.contact

    @Option(help: "How often to run it, instead of what the file says.")
    var replications: Int?

    @Option(help: "At telephony depth one call in so many has audio; 0: none.")
    var audioEvery = 0

    @Flag(help: "At telephony depth: print every event as a line of JSON, and no figures.")
    var events = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Print the JSON Schema of scenario files and stop.")
    var schema = false

    func run() async throws {
        if schema { return print(Scenario.schema) }
        guard let file else { throw ValidationError("a scenario file is missing") }
        var scenario = try ScenarioFile.read(file)
        if let replications { scenario.replications = replications }
        let (figures, violations) = try await figures(of: scenario)
        if json, !events {
            print(try CenterJSON.line(figures))
        } else if !events {
            for line in FiguresTable(figures).lines { print(line) }
        }
        for violation in violations { FileHandle.standardError.write(Data("\(violation)\n".utf8)) }
        if !violations.isEmpty { throw ExitCode(1) }
    }

    private func figures(of scenario: Scenario) async throws -> (SimulationFigures, [InvariantViolation]) {
        switch depth {
        case .contact: return (try ContactSimulation(scenario).run(seed: seed), [])
        case .telephony: return try await telephony(scenario)
        }
    }
}

extension Simulate {
    private func telephony(_ scenario: Scenario) async throws -> (SimulationFigures, [InvariantViolation]) {
        let simulation = TelephonySimulation(
            scenario, options: TelephonyOptions(audioEvery: audioEvery, keepsEvents: events))
        let (figures, runs) = try await simulation.figures(seed: seed)
        for line in runs.flatMap(\.events) { print(line) }
        return (figures, runs.flatMap(\.violations))
    }
}

/// Scenario files and the tables that they name, which lie beside them.
enum ScenarioFile {
    static func read(_ file: String) throws -> Scenario {
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return try Scenario(yaml: TextFile.read(file), file: file) { name in
            try TextFile.read(name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name)
        }
    }
}

/// Figures as columns for people.
struct FiguresTable {
    let lines: [String]

    init(_ figures: SimulationFigures) {
        let columns = [figures.overall] + figures.queues
        var rows = [["", "overall"] + figures.queues.map { $0.queue?.rawValue ?? "" }]
        func add(_ name: String, _ value: (QueueFigures) -> String) { rows.append([name] + columns.map(value)) }
        add("offered") { Self.text($0.offered, 1) }
        add("answered") { Self.text($0.answered, 1) }
        add("abandoned") { Self.text($0.abandoned, 1) }
        add("blocked") { Self.text($0.blocked, 1) }
        add("redials") { Self.text($0.redials, 1) }
        add("abandoned ÷ offered, %") { Self.text($0.abandonRate, 2, 100) }
        add("service level, %") { Self.text($0.serviceLevels.ofOffered, 2, 100) }
        add("  of answered, %") { Self.text($0.serviceLevels.ofAnswered, 2, 100) }
        add("  without abandoned in time, %") { Self.text($0.serviceLevels.excludingAbandonedInTime, 2, 100) }
        add("  with abandoned in time, %") { Self.text($0.serviceLevels.includingAbandonedInTime, 2, 100) }
        add("speed of answer, s") { Self.text($0.averageSpeedOfAnswer, 2) }
        add("wait of all, s") { Self.text($0.averageWait, 2) }
        add("wait p95, s") { Self.number($0.waitPercentiles["p95"], 1) }
        add("longest wait, s") { Self.number($0.longestWait, 1) }
        add("waiting probability, %") { Self.text($0.waitingProbability, 2, 100) }
        add("queue length") { Self.text($0.queueLength, 3) }
        add("handle time, s") { Self.text($0.averageHandleTime, 1) }
        add("occupancy, %") { Self.text($0.occupancy, 2, 100) }
        var lines = Self.aligned(rows)
        lines.append("")
        rows = [["group", "agents", "occupancy, %", "utilisation, %", "hours signed in"]]
        for group in figures.groups {
            rows.append([
                group.group.rawValue, "\(group.agents)", Self.text(group.occupancy, 2, 100),
                Self.text(group.utilisation, 2, 100), Self.text(group.loginHours, 1),
            ])
        }
        self.lines = lines + Self.aligned(rows)
    }

    /// `94.21 ± 0.30`.
    static func text(_ estimate: Estimate, _ digits: Int, _ factor: Double = 1) -> String {
        guard let value = estimate.value else { return "-" }
        let half = estimate.halfWidth.map { " ± " + number($0 * factor, digits) } ?? ""
        return number(value * factor, digits) + half
    }

    static func number(_ value: Double?, _ digits: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "-" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((abs(value) * Double(scale)).rounded())
        let fraction = String(whole % scale + scale).dropFirst()
        return (value < 0 && whole > 0 ? "-" : "") + "\(whole / scale)" + (digits > 0 ? ".\(fraction)" : "")
    }

    static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }
            return cells.joined(separator: "  ")
        }
    }
}
