import ArgumentParser
import CCCore
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
        abstract: "Replay recorded contacts with other staff or rules, and compare.",
        discussion: """
            Arrivals, talks, wrap-ups and the patience of who abandoned are those of the records. Staff and rules are those \
            of the scenario, or without one the agents who appear in the records. The figures of the day stand beside \
            those of the replay.
            """)

    @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
    var store: String

    @Option(help: ArgumentHelp("Staff and rules for the replay.", valueName: "scenario.yml"))
    var scenario: String?

    @Option(
        help: ArgumentHelp(
            "How many agents more (+2) or less (-1); for one group: early=+2. May be repeated.", valueName: "change"))
    var agents: [String] = []

    @Option(help: "Only contacts that arrived at this ISO 8601 date or later.")
    var from: String?

    @Option(help: "Only contacts that arrived before this ISO 8601 date.")
    var until: String?

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Comparison: Codable {
        let recorded: SimulationFigures
        let replayed: SimulationFigures
    }

    func run() async throws {
        func date(_ text: String?, _ option: String) throws -> Date? {
            guard let text else { return nil }
            guard let date = Date(iso8601: text) else {
                throw ValidationError("--\(option) is not an ISO 8601 date, such as 2025-11-21T22:20:00Z: \(text)")
            }
            return date
        }
        let filter = ContactFilter(from: try date(from, "from"), until: try date(until, "until"))
        let records = try await SQLiteStore(path: store, access: .readOnly).records(filter)
        guard let day = Scenario(recorded: records) else {
            throw ValidationError("the store has no contact that came to a queue")
        }
        var replay = day
        if let scenario {
            replay = try ScenarioFile.read(scenario)
            replay.warmUp = .zero
            // A file whose day is another one is laid over the recorded day, from its first contact on.
            let isSameDay = (0..<replay.horizon.inSeconds).contains(day.start.timeIntervalSince(replay.start))
            if !isSameDay { (replay.start, replay.horizon) = (day.start, day.horizon) }
            replay = replay.replaying(records)
        }
        for change in agents { try apply(change, to: &replay) }
        let comparison = Comparison(
            recorded: SimulationFigures(records: records, as: replay),
            replayed: try ContactSimulation(replay).run(seed: seed))
        if json { return print(try CenterJSON.line(comparison)) }
        for (name, figures) in [("recorded", comparison.recorded), ("replayed", comparison.replayed)] {
            print(name)
            for line in FiguresTable(figures).lines { print("  " + line) }
        }
    }

    private func apply(_ change: String, to scenario: inout Scenario) throws {
        let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
        guard let text = parts.last, let number = Int(text) else {
            throw ValidationError("--agents takes +2, -1 or group=+2, not \(change)")
        }
        let places = scenario.groups.indices.filter {
            parts.count < 2 || scenario.groups[$0].id.rawValue == parts[0]
        }
        guard !places.isEmpty else {
            let names = scenario.groups.map(\.id.rawValue).joined(separator: ", ")
            throw ValidationError("there is no group \(parts[0]); there are \(names)")
        }
        for place in places { scenario.groups[place].count = max(0, scenario.groups[place].count + number) }
    }
}
