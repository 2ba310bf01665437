import CCCore
import CCSQLite
import Foundation
import Testing

@Suite("ccctl adherence compares plans with what agents did")
struct AdherenceCommandTests {
    private static let plan = """
        agent,activity,start,end
        anna,work,2026-03-02 08:00,2026-03-02 10:00
        anna,shortBreak,2026-03-02 10:00,2026-03-02 10:15
        anna,work,2026-03-02 10:15,2026-03-02 12:00
        ben,work,2026-03-02 09:00,2026-03-02 12:00

        """
    private static let states = """
        agent,time,state
        anna,2026-03-02 08:05,idle
        anna,2026-03-02 08:30,talking
        anna,2026-03-02 10:00,notReady:break
        anna,2026-03-02 10:25,idle
        anna,2026-03-02 12:00,checkedOut

        """

    private struct Report: Decodable {
        struct Figures: Decodable {
            var adherence, conformance: Double?
            var scheduled, inAdherence, worked: Double
        }
        struct Deviation: Decodable {
            var kind: String
            var seconds: Double
        }
        struct Agent: Decodable {
            var agent: String
            var figures: Figures
            var deviations: [Deviation]
        }
        var agents: [Agent]
        var total: Figures
        var from, until: String
    }

    private static func folder() throws -> CommandFolder {
        try CommandFolder(["plan.csv": plan, "states.csv": states])
    }

    @Test("figures and deviations of each agent, from tables")
    func tables() async throws {
        let folder = try Self.folder()
        let report = try await folder.json(
            Report.self, "adherence", "--states", "@states.csv", "--plan", "@plan.csv", "--zone", "Europe/Berlin")
        #expect(report.from == "2026-03-02T07:00:00.000Z")
        #expect(report.agents.map(\.agent) == ["anna", "ben"])
        // Late for five minutes, the break ten minutes longer.
        #expect(report.agents[0].figures.inAdherence == 225 * 60)
        #expect(report.agents[0].figures.adherence == 225.0 / 240)
        #expect(report.agents[0].figures.conformance == 210.0 / 225)
        #expect(report.agents[0].deviations.map(\.kind) == ["late", "longBreak"])
        #expect(report.agents[0].deviations.map(\.seconds) == [300, 600])
        #expect(report.agents[1].deviations.map(\.kind) == ["noShow"])
        #expect(report.total.scheduled == 7 * 3600)
        let (code, text) = try await folder.ccctl("adherence", "--states", "@states.csv", "--plan", "@plan.csv")
        #expect(code == 0)
        #expect(text.contains("anna   longBreak  2026-03-02 10:15  2026-03-02 10:25"), "\(text)")
        let (_, quiet) = try await folder.ccctl(
            "adherence", "--states", "@states.csv", "--plan", "@plan.csv", "--tolerance", "301")
        #expect(!quiet.contains(" late ") && quiet.contains("longBreak"), "\(quiet)")
    }

    @Test("another plan, excuses, other rules and another period give other figures from the same states")
    func again() async throws {
        let folder = try Self.folder()
        func anna(_ options: String...) async throws -> Report.Agent {
            let (code, output) = try await folder.ccctl(
                ["adherence", "--states", "@states.csv", "--json"] + options)
            try #require(code == 0, "\(output)")
            return try JSONDecoder().decode(Report.self, from: Data(output.utf8)).agents[0]
        }
        try folder.write(
            Self.plan.replacing("10:00,2026-03-02 10:15", with: "10:00,2026-03-02 10:25")
                .replacing("2026-03-02 10:15,", with: "2026-03-02 10:25,"), to: "other.csv")
        #expect(try await anna("--plan", "@other.csv").deviations.map(\.kind) == ["late"])
        try folder.write("agent,start,end\nanna,2026-03-02 07:00,2026-03-02 08:03\n", to: "excused.csv")
        #expect(
            try await anna("--plan", "@plan.csv", "--excused", "@excused.csv").deviations.map(\.seconds) == [120, 600])
        #expect(
            try await anna("--plan", "@plan.csv", "--pause", "break=lunch").deviations.map(\.kind) == [
                "late", "wrongPause", "longBreak",
            ])
        let part = try await anna("--plan", "@plan.csv", "--from", "2026-03-02 09:00", "--until", "2026-03-02 10:20")
        #expect(part.figures.scheduled == 80 * 60)
        #expect(part.deviations.map(\.seconds) == [300])
    }

    @Test("states come from a centre's journal, and the plan from a schedule")
    func store() async throws {
        let folder = try Self.folder()
        let store = try SQLiteStore(path: folder.path + "/center.sqlite")
        _ = try await store.openJournal()
        func date(_ minute: Int) -> Date { Date(timeIntervalSince1970: 1_772_406_000 + Double(minute) * 60) }
        let events: [(CenterEvent.Kind, Int)] = [
            (.centerStarted, 0), (.agentStateChanged("anna", .idle, until: nil, cause: .agent), 8 * 60 + 5),
            (.agentStateChanged("anna", .notReady("break"), until: nil, cause: .agent), 10 * 60),
            (.agentStateChanged("anna", .idle, until: nil, cause: .agent), 10 * 60 + 40),
            (.agentStateChanged("anna", .checkedOut, until: nil, cause: .agent), 12 * 60),
        ]
        try await store.commit(
            JournalBatch(
                entries: events.enumerated().map { place, event in
                    JournalEntry(
                        position: UInt64(place) + 1, event: CenterEvent(event.0, at: date(event.1)))
                }))
        try await store.closeJournal()
        let zeros = [Int](repeating: 0, count: 48)
        try folder.write(
            """
            {"kind": "roster", "slots": 48, "demand": \(zeros), "under_cost": [1], "patterns": [{"start": 16, "length": 8,
             "breaks": [4], "paid": 8}], "agents": [{"id": 7, "min_slots": 0, "max_slots": 40, "max_days": 5}],
             "options": [[7, 0, 0, 4]]}
            """, to: "week.json")
        try folder.write(#"{"assign": [[7, 0, 0]]}"#, to: "schedule.json")
        try folder.write("id,agent\n7,anna\n", to: "names.csv")
        let schedule = [
            "adherence", "--store", "@center.sqlite", "--plan", "@schedule.json", "--instance", "@week.json", "--zone",
            "Europe/Berlin",
        ]
        let (code, output) = try await folder.ccctl(
            schedule + ["--first", "2026-03-02", "--names", "@names.csv", "--json"])
        try #require(code == 0, "\(output)")
        let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
        #expect(report.agents.map(\.agent) == ["anna"])
        // 8:00 to 12:00 with a break at 10:00.
        #expect(report.agents[0].figures.scheduled == 4 * 3600)
        #expect(report.agents[0].deviations.map(\.kind) == ["late", "longBreak"])
        #expect(report.agents[0].deviations.map(\.seconds) == [300, 600])
        let wrong = try await folder.ccctl(schedule)
        #expect(wrong.code != 0 && wrong.output.contains("needs --instance and --first"))
        try folder.write("id,agent\n8,anna\n", to: "names.csv")
        let unnamed = try await folder.ccctl(schedule + ["--first", "2026-03-02", "--names", "@names.csv"])
        #expect(unnamed.output.contains("names.csv: id: there is no agent 7"), "\(unnamed.output)")
    }

    @Test(
        "a mistake is told with file, line and column",
        arguments: [
            ("states.csv", "talking", "speaking", "states.csv:3: state: \"speaking\" is no state"),
            ("states.csv", "02 08:30", "02 08:01", "states.csv:3: time: it lies before"),
            ("states.csv", "02 08:30", "30 08:30", "states.csv:4: time: it lies before"),
            ("states.csv", "2026-03-02 08:30", "soon", "states.csv:3: time: \"soon\" is not a time"),
            ("states.csv", "anna,2026-03-02 08:30", ",2026-03-02 08:30", "states.csv:3: agent: expected an agent"),
            (
                "plan.csv", "10:15,2026-03-02 12", "10:10,2026-03-02 12",
                "plan.csv:4: start: it begins before the activity"
            ),
            ("plan.csv", "ben,work", "ben,sleep", "plan.csv:5: activity: \"sleep\" is none of work"),
            ("plan.csv", "02 09:00,2026-03-02 12", "02 09:00,2026-03-02 09", "plan.csv:5: end: expected a time after"),
            ("plan.csv", "activity", "what", "plan.csv:1: activity: there is no such column"),
        ])
    func mistakes(file: String, old: String, new: String, message: String) async throws {
        let folder = try Self.folder()
        try folder.write(try folder.read(file).replacing(old, with: new, maxReplacements: 1), to: file)
        try await folder.expectFailure(
            "adherence", "--states", "@states.csv", "--plan", "@plan.csv", says: message)
    }

    @Test("what cannot be is refused: no plan, no period, two sources, unknown zones and activities")
    func options() async throws {
        let folder = try Self.folder()
        func refused(_ options: String..., says message: String) async throws {
            let (code, output) = try await folder.ccctl(["adherence", "--plan", "@plan.csv"] + options)
            #expect(code != 0)
            #expect(output.contains(message), "\(output)")
        }
        try await refused(says: "either --store or --states")
        try await refused(
            "--states", "@states.csv", "--zone", "Middle/Earth", says: "'Middle/Earth' is invalid for '--zone")
        try await refused("--states", "@states.csv", "--pause", "tea=fun", says: "--pause takes")
        try await refused("--states", "@states.csv", "--from", "yesterday", says: "'yesterday' is invalid for '--from")
        try await refused("--states", "@states.csv", "--until", "2020-01-01", says: "nothing to count")
        try await refused("--states", "@missing.csv", says: "missing.csv: there is no such file")
        try folder.write("agent,activity,start,end\n", to: "plan.csv")
        try await refused("--states", "@states.csv", says: "plan.csv: nothing is planned")
    }
}
