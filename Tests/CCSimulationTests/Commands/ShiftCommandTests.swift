import Foundation
import Testing

@Suite("ccctl intraday and shifts change a schedule within its rules")
struct ShiftCommandTests {
    /// Three agents with the same contract, one or two morning shifts a week; agent 2 cannot come on day 0.
    private static func folder() throws -> CommandFolder {
        let options = [1, 2, 3].flatMap { agent in
            (0..<7).filter { agent != 2 || $0 > 0 }.map { [agent, $0, 0, 32] }
        }
        let agents = [1, 2, 3].map { #"{"id": \#($0), "min_slots": 8, "max_slots": 16, "max_days": 2}"# }
        let demand = (0..<336).map { (16..<24).contains($0 % 48) && $0 % 48 != 19 && $0 < 144 ? 1 : 0 }
        return try CommandFolder([
            "week.json": """
            {"kind": "roster", "slots": 336, "demand": \(demand), "under_cost": [10, 14], "rest_slots": 22,
             "patterns": [{"start": 16, "length": 8, "breaks": [3], "paid": 8}],
             "agents": [\(agents.joined(separator: ","))], "options": \(options)}
            """, "plan.json": #"{"assign": [[1, 0, 0], [2, 1, 0], [3, 2, 0]]}"#,
        ])
    }

    private struct Changes: Decodable {
        struct Shift: Decodable {
            var start, length: Int
            var breaks: [Int]
        }
        struct Change: Decodable {
            var kind: String
            var agent, coverGain, wages: Int
            var before, after: Shift
        }
        var coverCostBefore, coverCostAfter: Int
        var changes: [Change]
    }

    private struct Awards: Decodable {
        struct Award: Decodable {
            var agent: Int
            var line: Int?
            var refused: [String]
        }
        var awards: [Award]
    }

    private static let today = [
        "intraday", "--instance", "@week.json", "--schedule", "@plan.json", "--day", "1", "--now", "8:15",
    ]

    @Test("more work than was forecast brings overtime, a quiet slot moves a break, and nothing else is changed")
    func intraday() async throws {
        let folder = try Self.folder()
        // Work until 13:00.
        try folder.write("timestamp,agents\n2026-03-03 12:00,1\n2026-03-03 12:30,1\n", to: "more.csv")
        let (code, text) = try await folder.ccctl(
            Self.today + ["--demand", "@more.csv", "--first", "2026-03-02", "--output", "@changes.json"])
        #expect(code == 0)
        #expect(text.contains("overtime  8:00–12:00  8:00–13:00    -20    +12"), "\(text)")
        let changes = try JSONDecoder().decode(Changes.self, from: Data(folder.read("changes.json").utf8))
        #expect(changes.changes.map(\.agent) == [2])
        #expect(changes.changes.map(\.after.length) == [10])
        #expect(changes.coverCostBefore - changes.coverCostAfter == 20)
        // The busy slot is now where the break was.
        try folder.write("slot,agents\n67,1\n69,0\n", to: "other.csv")
        let (_, json) = try await folder.ccctl(Self.today + ["--demand", "@other.csv", "--json"])
        let moved = try JSONDecoder().decode(Changes.self, from: Data(json.utf8))
        #expect(moved.changes.map(\.kind) == ["breakMove"])
        #expect(moved.changes.map(\.after.breaks) == [[5]])
        let (_, without) = try await folder.ccctl(Self.today + ["--demand", "@other.csv", "--kinds", "overtime"])
        #expect(without.contains("no change is worth it"), "\(without)")
        // Too late: the break is over.
        let late = Self.today.map { $0 == "8:15" ? "10:00" : $0 } + ["--demand", "@other.csv"]
        #expect(try await folder.ccctl(late).output.contains("no change is worth it"))
    }

    @Test("a trade is made with its cost, or refused with the rule that it breaks")
    func trades() async throws {
        let folder = try Self.folder()
        let trade = ["shifts", "trade", "--instance", "@week.json", "--schedule", "@plan.json"]
        let made = try await folder.ccctl(
            trade + ["--giver", "2", "--day", "1", "--taker", "1", "--in-return", "0", "--output", "@new.json"])
        #expect(made.code == 1)
        #expect(made.output.contains("agent 2, day 0: pattern 0 is not among the agent's options"), "\(made.output)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/new.json"))
        let swap = try await folder.ccctl(
            trade + ["--giver", "2", "--day", "1", "--taker", "3", "--in-return", "2", "--output", "@new.json"])
        #expect(swap.code == 0)
        #expect(swap.output.contains("made: the schedule costs 0 more"), "\(swap.output)")
        #expect(try folder.read("new.json") == #"{"assign":[[1,0,0],[2,2,0],[3,1,0]]}"# + "\n")
        // It keeps the rules also for who checks it anew.
        let check = try await folder.ccctl("schedule", "--instance", "@week.json", "--check", "@new.json")
        #expect(check.code == 0, "\(check.output)")
        struct Refused: Decodable {
            var made: Bool
            var rule: String?
        }
        let hours = try await folder.ccctl(trade + ["--giver", "1", "--day", "0", "--taker", "3", "--json"])
        #expect(hours.code == 1)
        let refused = try JSONDecoder().decode(Refused.self, from: Data(hours.output.utf8))
        #expect(!refused.made && refused.rule == "minHours")
    }

    @Test("lines go to bidders by seniority or points, and who may not have one is told the rule")
    func bids() async throws {
        let folder = try Self.folder()
        try folder.write("line,day,pattern\n0,0,0\n0,2,0\n1,1,0\n1,3,0\n", to: "lines.csv")
        try folder.write(
            "agent,line,seniority,points\n1,1,5,20\n1,0,5,90\n2,0,9,10\n2,1,9,60\n3,1,1,80\n", to: "bids.csv")
        let bids = ["shifts", "bids", "--instance", "@week.json", "--lines", "@lines.csv", "--bids", "@bids.csv"]
        func awards(_ options: [String]) async throws -> [Awards.Award] {
            let (code, output) = try await folder.ccctl(bids + ["--json"] + options)
            #expect(code == 0, "\(output)")
            return try JSONDecoder().decode(Awards.self, from: Data(output.utf8)).awards
        }
        let bySeniority = try await awards(["--output", "@plan.json"])
        #expect(bySeniority.map(\.line) == [0, 1, nil])
        #expect(bySeniority[1].refused == ["agent 2, day 0: pattern 0 is not among the agent's options"])
        #expect(try folder.read("plan.json") == #"{"assign":[[1,0,0],[1,2,0],[2,1,0],[2,3,0]]}"# + "\n")
        #expect(try await awards(["--by", "points"]).map(\.line) == [0, nil, 1])
    }

    @Test("mistakes are told with file, line and column, or with the rule that the schedule breaks")
    func mistakes() async throws {
        let folder = try Self.folder()
        func refused(_ arguments: [String], _ message: String) async throws {
            let (code, output) = try await folder.ccctl(arguments)
            #expect(code != 0)
            #expect(output.contains(message), "\(output)")
        }
        try folder.write("timestamp,agents\n2026-03-03 12:00,1\n2026-03-03 12:30,few\n", to: "d.csv")
        try await refused(Self.today + ["--demand", "@d.csv", "--first", "2026-03-02"], "d.csv:3: agents: \"few\"")
        try folder.write("timestamp,agents\n2026-03-03 12:00,1\n", to: "d.csv")
        try await refused(Self.today + ["--demand", "@d.csv"], "d.csv:2: timestamp: for times the date of day 0")
        try await refused(Self.today + ["--demand", "@no.csv"], "no.csv: there is no such file")
        try await refused(Self.today.map { $0 == "8:15" ? "815" : $0 }, "--now is a time")
        try await refused(Self.today.map { $0 == "1" ? "7" : $0 }, "expected 0 to 6")
        try await refused(Self.today + ["--kinds", "naps"], "none of overtime")
        try await refused(Self.today + ["--overtime-max=-1"], "rules.overtimeMax: expected 0 to 48, not -1")
        try folder.write(#"{"assign": [[1, 0, 0], [2, 1, 0], [3, 2, 0], [3, 2, 0]]}"#, to: "plan.json")
        try await refused(Self.today, "agent 3, day 2: 2 shifts, and one is allowed")
        try folder.write(#"{"assign": [[1, 0]]}"#, to: "plan.json")
        try await refused(Self.today, "plan.json: assign[0]: expected [agent, day, pattern]")
        try folder.write("line,day,pattern\n0,9,0\n", to: "lines.csv")
        try folder.write("agent,line\n1,0\n", to: "bids.csv")
        let bids = ["shifts", "bids", "--instance", "@week.json", "--lines", "@lines.csv", "--bids", "@bids.csv"]
        try await refused(bids, "lines.csv:2: day: expected a whole number from 0 to 6")
        try folder.write("line,day,pattern\n0,1,0\n", to: "lines.csv")
        try folder.write("agent,line\n1,0\n9,0\n", to: "bids.csv")
        try await refused(bids, "bids.csv:3: agent: there is no agent 9")
    }
}
