import ArgumentParser
import CCCore
import CCRouting
import CCScenario
import Foundation

/// `ccctl policies help-desk.yml --policy 'fixedQueueRatio(german: 2, english: 1)'`: one scenario with each policy.
struct Policies: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario with each routing policy and compare.",
        discussion: """
            The same customers come in every row. A policy is used on both sides: it chooses among agents in every queue, \
            and among contacts for an agent; on the side that it says nothing about it is the default. Docs/Policies.md \
            tells what each is for.
            """)

    @Argument(help: ArgumentHelp("Scenario files.", valueName: "scenario.yml"))
    var files: [String]

    @Option(name: .customLong("policy"), help: "One more policy, or several; only these with --only.")
    var more: [String] = []

    @Flag(help: "Only the policies that are given with --policy.")
    var only = false

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Option(help: "How often to run it, instead of what the file says.")
    var replications: Int?

    @Flag(help: "The errors of the estimates of the wait instead, by queue, with the default policy.")
    var estimates = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    /// Those that need no parameters.
    private static let standard = Policy.names.filter { (try? Policy($0)) != nil && $0 != "affineScores" }

    func run() throws {
        for file in files {
            var scenario = try ScenarioFile.read(file)
            if let replications { scenario.replications = replications }
            if !json { print("\(scenario.name)\n") }
            if estimates { try compareEstimates(scenario) } else { try compare(scenario) }
            if !json { print("") }
        }
    }

    private func compare(_ scenario: Scenario) throws {
        var rows = [
            ["policy", "service level, %", "worst ÷ target", "abandoned, %", "wait, s", "√ wait², s", "p95, s"]
        ]
        for text in (only ? [] : Self.standard) + more {
            var changed = scenario
            changed.policy = try Policy(text)
            for queue in changed.queues.indices { changed.queues[queue].rules.selection = changed.policy }
            let figures = try ContactSimulation(changed).run(seed: seed)
            if json {
                print(try CenterJSON.line(Row(policy: text, figures: figures)))
                continue
            }
            let worst = figures.queues.compactMap { queue in
                queue.serviceLevels.ofOffered.value.map { $0 / max(queue.target ?? 1, 0.001) }
            }.min()
            let squares = figures.overall.averageSquaredWait.value.map { $0.squareRoot() }
            rows.append([
                text, FiguresTable.text(figures.overall.serviceLevels.ofOffered, 1, 100),
                FiguresTable.number(worst, 2), FiguresTable.text(figures.overall.abandonRate, 1, 100),
                FiguresTable.text(figures.overall.averageWait, 1), FiguresTable.number(squares, 1),
                FiguresTable.number(figures.overall.waitPercentiles["p95"], 0),
            ])
        }
        if !json { for line in FiguresTable.aligned(rows) { print(line) } }
    }

    private struct Row: Encodable {
        let policy: String
        let figures: SimulationFigures
    }

    private func compareEstimates(_ scenario: Scenario) throws {
        let figures = try ContactSimulation(scenario).run(seed: seed)
        if json { return print(try CenterJSON.line(figures.queues.map(\.estimates))) }
        var rows = [
            ["queue", "estimator", "waited", "mean wait, s", "bias, s", "mean |error|, s", "rms, s", "close, %"]
        ]
        for queue in figures.queues {
            guard let estimates = queue.estimates else { continue }
            for (name, error) in [
                ("last to enter service", estimates.lastServed), ("head of line", estimates.headOfLine),
                ("queue length", estimates.queueLength), ("combined", estimates.combined),
            ] {
                rows.append([
                    queue.queue?.rawValue ?? "", name, "\(error.count)", FiguresTable.number(estimates.meanWait, 1),
                    FiguresTable.number(error.bias, 1), FiguresTable.number(error.meanAbsolute, 1),
                    FiguresTable.number(error.rootMeanSquare, 1), FiguresTable.number(error.coverage * 100, 1),
                ])
            }
        }
        for line in FiguresTable.aligned(rows) { print(line) }
    }
}
