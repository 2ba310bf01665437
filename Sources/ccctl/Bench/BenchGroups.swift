import ArgumentParser
import CCCore
import CCScenario
import Foundation

extension Bench {
    /// `ccctl bench groups --scenario Examples/Scenarios/three-classes.yml --json`
    struct Groups: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The search for agents per group beside all choices.",
            discussion: """
                Both run the production router with the same customers. The choices are all counts from --least to --most for \
                each group. Costs are 1 for the first group, and --cost times as much for every next one.
                """)

        @Option(help: ArgumentHelp("Customers, groups and targets.", valueName: "scenario.yml"))
        var scenario: String

        @Option(help: "Agents of a group at least.")
        var least = 1

        @Option(help: "Agents of a group at most.")
        var most = 12

        @Option(help: "How much dearer each next group is.")
        var cost = 1.0

        @Option(help: "Every queue's target instead of the scenario's, 0 to 1.")
        var target: Double?

        @Option(help: "The horizon instead of the scenario's. Hours.")
        var hours: Int?

        @Option(help: "Begins all random numbers.")
        var seed: UInt64 = 1

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            guard least >= 0, most >= least, most < 100 else {
                throw ValidationError("expected 0 ≤ --least ≤ --most < 100")
            }
            var scenario = try ScenarioFile.read(scenario)
            if let target { for place in scenario.queues.indices { scenario.queues[place].target = target } }
            if let hours { scenario.horizon = .seconds(3600 * min(max(hours, 1), 100_000)) }
            var options = GroupStaffing.Options()
            options.contactsMax = .max / 2
            var price = 1.0
            for group in scenario.groups {
                options.costs[group.id] = price
                price *= cost
            }
            let staffing = try GroupStaffing(scenario, options: options)
            var begin = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
            let result = staffing.search(seed: seed)
            let searched = Double(nanoseconds(CLOCK_THREAD_CPUTIME_ID) - begin) / 1e9
            begin = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
            let choices = scenario.groups.map { _ in least...most }
            let optimum = staffing.exhaustive(choices, seed: seed)
            let exhausted = Double(nanoseconds(CLOCK_THREAD_CPUTIME_ID) - begin) / 1e9
            func counts(_ counts: [Int]?) -> String {
                "[" + (counts ?? []).map(String.init).joined(separator: ", ") + "]"
            }
            func rounded(_ value: Double?) -> String { FiguresTable.number(value, 3) }
            let all = choices.reduce(1) { $0 * $1.count }
            if json {
                print(
                    "{\"benchmark\": \"staffing.groups\", \"counts\": \(counts(result?.best.counts)), "
                        + "\"cost\": \(rounded(result?.best.cost)), \"trials\": \(result?.trials ?? 0), "
                        + "\"cpu_s\": \(rounded(searched)), \"optimum\": \(counts(optimum?.counts)), "
                        + "\"optimum_cost\": \(rounded(optimum?.cost)), \"choices\": \(all), "
                        + "\"optimum_cpu_s\": \(rounded(exhausted))}")
            } else {
                print(
                    "search: \(counts(result?.best.counts)), cost \(rounded(result?.best.cost)), \(result?.trials ?? 0) runs,",
                    "\(rounded(searched)) s")
                print(
                    "all \(all) choices: \(counts(optimum?.counts)), cost \(rounded(optimum?.cost)), \(rounded(exhausted)) s"
                )
            }
        }
    }
}
