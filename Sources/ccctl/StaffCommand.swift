import ArgumentParser
import CCCore
import CCScenario
import CCWorkforce
import Foundation

/// `ccctl staff --scenario day.yml --seconds 20`: how many agents of each group.
struct Staff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff",
        abstract: "The cheapest numbers of agents per group that meet every queue's target, by simulation.",
        discussion: """
            The production router is run with one choice of numbers after the other, always with the same customers. The counts in \
            the scenario do not matter. At the end the choice is checked with other customers.
            """)

    @Option(help: ArgumentHelp("Customers, groups and targets.", valueName: "scenario.yml"))
    var scenario: String

    @Option(
        help: ArgumentHelp(
            "What an agent of a group costs, 1 where nothing is said: seniors=1.4. May be repeated.", valueName: "cost")
    )
    var cost: [String] = []

    @Option(help: "Every queue's share of given up at most.")
    var abandonMax: Double?

    @Option(help: "Stop after so many seconds with the best so far.")
    var seconds = 60.0

    @Option(help: "Stop after so many simulated contacts.")
    var contacts = 50_000_000

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Flag(help: "Targets are met when the lower end of the 95 % interval is.")
    var certain = false

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Report: Codable {
        struct Group: Codable {
            var group: String
            var agents, erlang: Int
        }
        var groups: [Group]
        var cost: Double
        var met: Bool
        var ending: GroupStaffing.Ending
        var trials, contacts: Int
        var seconds: Double
        var figures: SimulationFigures
        var check: SimulationFigures?
    }

    func run() throws {
        guard seconds > 0, seconds < 1e9 else { throw ValidationError("--seconds is a time above 0") }
        let scenario = try ScenarioFile.read(scenario)
        var options = GroupStaffing.Options()
        for text in cost {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = Double(parts[1]) else {
                throw ValidationError("--cost takes group=1.4, not \(text)")
            }
            options.costs[AgentGroupID(parts[0])] = value
        }
        options.abandonRateMax = abandonMax
        options.contactsMax = contacts
        options.certain = certain
        let begin = nanoseconds(CLOCK_MONOTONIC)
        func spent() -> Double { Double(nanoseconds(CLOCK_MONOTONIC) - begin) / 1e9 }
        let staffing = try GroupStaffing(scenario, options: options)
        guard let result = staffing.search(seed: seed, goesOn: { spent() < seconds }) else {
            throw ValidationError("--seconds \(seconds) is too short for one run of the scenario")
        }
        let groups = zip(scenario.groups, zip(result.best.counts, result.start)).map {
            Report.Group(group: $0.id.rawValue, agents: $1.0, erlang: $1.1)
        }
        if json {
            let report = Report(
                groups: groups, cost: result.best.cost, met: result.best.met, ending: result.ending,
                trials: result.trials, contacts: result.contacts, seconds: spent(), figures: result.best.figures,
                check: result.check)
            return print(try CenterJSON.line(report))
        }
        var lines = FiguresTable.aligned(
            [["group", "agents", "Erlang alone"]] + groups.map { [$0.group, "\($0.agents)", "\($0.erlang)"] })
        lines.append("")
        var rows = [["queue", "target, %", "reached, %", "with other customers, %"]]
        for (place, queue) in result.best.figures.queues.enumerated() {
            let check = result.check.map { FiguresTable.text($0.queues[place].serviceLevels.ofOffered, 2, 100) } ?? "-"
            rows.append([
                queue.queue?.rawValue ?? "", FiguresTable.number(scenario.queues[place].target * 100, 1),
                FiguresTable.text(queue.serviceLevels.ofOffered, 2, 100), check,
            ])
        }
        lines += FiguresTable.aligned(rows)
        lines.append("")
        let verdict = result.best.met ? "targets met" : "targets not met"
        let cost = FiguresTable.number(result.best.cost, 2)
        lines.append(
            "\(verdict), cost \(cost), \(result.trials) runs, \(result.contacts) contacts, \(result.ending.rawValue)")
        for line in lines { print(line) }
    }
}
