import ArgumentParser
import CCCore
import CCWorkforce

/// `ccctl shifts …`: agents give shifts to each other, or bid for lines of shifts.
struct Shifts: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trades of shifts and bids for them, within the rules.", subcommands: [Trade.self, Bids.self])

    /// `ccctl shifts trade --instance week.json --schedule plan.json --giver 3 --day 2 --taker 5 --output new.json`
    struct Trade: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One agent gives a shift to another, and may get one for it.",
            discussion: """
                The schedule after the trade is checked against every rule of both contracts. A trade that breaks one, or \
                makes the schedule dearer than --allowed, is refused with the reason, and the exit code is 1.
                """)

        @OptionGroup var files: ScheduleFiles

        @Option(help: "Who gives the shift away.")
        var giver: Int

        @Option(help: "The shift's day.")
        var day: Int

        @Option(help: "Who takes it.")
        var taker: Int

        @Option(help: "The day whose shift the taker gives for it.")
        var inReturn: Int?

        @Option(help: "How much more the schedule may cost; any amount without it.")
        var allowed: Int?

        @Option(help: ArgumentHelp("Where to write the schedule after the trade.", valueName: "json"))
        var output: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        private struct Report: Encodable {
            var made: Bool
            /// How much more the schedule costs.
            var change: Int?
            /// Why not.
            var refused: String?
            /// The rule that the trade would break, when it is one.
            var rule: String?
        }

        func run() throws {
            let (problem, assignments) = try files.read()
            let trade = ShiftTrade(giver: giver, day: day, taker: taker, inReturn: inReturn)
            let after: [ScheduleSolution.Assignment]
            let change: Int
            do {
                (after, change) = try trade.apply(to: assignments, in: problem, allowed: allowed ?? .max)
            } catch {
                var report = Report(made: false, refused: error.description)
                if case .breaks(let broken) = error { report.rule = broken.rule.rawValue }
                if json { print(try CenterJSON.line(report)) } else { print("refused: \(error)") }
                throw ExitCode(1)
            }
            if let output { try TextFile.write(ScheduleSolution.roster(after).json + "\n", to: output) }
            if output == "-" { return }
            if json { return print(try CenterJSON.line(Report(made: true, change: change))) }
            print("made: the schedule costs \(change.magnitude) \(change < 0 ? "less" : "more")")
        }
    }

    /// `ccctl shifts bids --instance week.json --lines lines.csv --bids bids.csv --output plan.json`
    struct Bids: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give lines of shifts to the agents who bid for them.",
            discussion: """
                Lines are a table with line, day and pattern, a row for each shift. Bids are a table with agent and line, a \
                row for each wish, the dearest first, and with seniority or points. A line goes to one agent, and only where \
                it keeps all rules of the contract; which rules kept others from an agent is told.
                """)

        enum Method: String, ExpressibleByArgument, CaseIterable {
            case seniority, points
        }

        @Option(help: ArgumentHelp("The problem.", valueName: "json"), completion: .file())
        var instance: String

        @Option(help: ArgumentHelp("The lines.", valueName: "csv"), completion: .file())
        var lines: String

        @Option(help: ArgumentHelp("The bids.", valueName: "csv"), completion: .file())
        var bids: String

        @Option(help: "Who comes first: seniority, or points.")
        var by = Method.seniority

        @Option(help: ArgumentHelp("Where to write the schedule of all awards.", valueName: "json"))
        var output: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        private struct Report: Encodable {
            struct Award: Encodable {
                var agent: Int
                var line: Int?
                var refused: [String]
            }
            var awards: [Award]
        }

        func run() throws {
            let problem = try TextFile.json(instance) { try ScheduleProblem(json: $0) }
            let table = try TextFile.table(lines)
            let offer = ShiftBids(problem, lines: try ShiftBids.lines(table, in: problem))
            let awards = try offer.award(
                offer.bids(TextFile.table(bids)), by: by == .points ? .points : .seniority)
            if let output {
                let assignments = awards.flatMap { award in
                    (award.line.map { offer.lines[$0] } ?? [:]).map { day, pattern in
                        ScheduleSolution.Assignment(agent: award.agent, day: day, pattern: pattern)
                    }
                }
                try TextFile.write(ScheduleSolution.roster(assignments).json + "\n", to: output)
                if output == "-" { return }
            }
            if json {
                let report = Report(
                    awards: awards.map {
                        .init(agent: $0.agent, line: $0.line, refused: $0.refused.map(\.description))
                    })
                return print(try CenterJSON.line(report))
            }
            let rows = awards.map { ["\($0.agent)", $0.line.map { "\($0)" } ?? "-"] }
            for line in FiguresTable.aligned([["agent", "line"]] + rows) { print(line) }
            for rule in awards.flatMap(\.refused) { print("refused: \(rule)") }
        }
    }
}
