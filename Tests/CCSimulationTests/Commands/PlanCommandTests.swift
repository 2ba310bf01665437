import Foundation
import Testing

@Suite("ccctl plan staffs calls, chats, backlog and outbound, and tells where a forecast is wrong")
struct PlanCommandTests {
    private static func run(_ text: String, _ options: [String]) async throws -> (code: Int32, output: String) {
        try await CommandFolder(["forecast.csv": text]).ccctl(["plan", "--forecast", "@forecast.csv"] + options)
    }

    /// The rows of the plan, their columns by name.
    private static func rows(_ text: String, _ options: [String]) async throws -> [[String: String]] {
        let folder = try CommandFolder(["forecast.csv": text])
        let (code, output) = try await folder.ccctl(
            ["plan", "--forecast", "@forecast.csv", "--output", "@plan.csv"] + options)
        #expect(code == 0, "\(output)")
        let lines = try folder.read("plan.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    private static let morning = """
        timestamp,mean,open
        2026-03-02 07:00,30,0
        2026-03-02 08:00,60,1
        2026-03-02 09:00,60,1
        2026-03-02 10:00,60,1
        2026-03-02 11:00,30,1

        """

    @Test("by file, line and column", arguments: [false, true])
    func places(trailing: Bool) async throws {
        let way = trailing ? "--trailing" : "--threshold=20"
        let handle = try await Self.run(
            "timestamp,mean,handle_time\n2026-03-02 08:00,20,240\n\n2026-03-02 08:30,20,-5\n", [way])
        #expect(handle.code != 0)
        #expect(handle.output.contains(".csv:4: handle_time: expected"), "\(handle.output)")
        let quantile = try await Self.run(
            "timestamp,mean,q0.9\n2026-03-02 08:00,20,25\n2026-03-02 08:30,20,-1\n",
            [way, "--aht", "240", "--quantile", "q0.9"])
        #expect(quantile.output.contains(".csv:3: q0.9: expected"), "\(quantile.output)")
        let option = try await Self.run("timestamp,mean\n2026-03-02 08:00,20\n", [way, "--aht", "0"])
        #expect(option.output.contains("--aht: expected"), "\(option.output)")
    }

    @Test("a night without rows keeps nothing of the evening")
    func night() async throws {
        let rows = ["01", "02"].flatMap { day in
            ["17:00,90", "17:30,90", "18:00,90"].map { "2026-03-\(day) \($0)" }
        }
        let agents = try await Self.rows(
            "timestamp,mean\n" + rows.joined(separator: "\n") + "\n", ["--aht", "1200", "--trailing"]
        ).map { $0["agents"] }
        #expect(agents.count == 6)
        #expect(Array(agents.prefix(3)) == Array(agents.suffix(3)))
        #expect(agents[0] != agents[2])
    }

    @Test("chats need fewer agents than calls, and those who call again more")
    func channels() async throws {
        func agents(_ options: String...) async throws -> [Int] {
            try await Self.rows(Self.morning, ["--aht", "600", "--patience", "120"] + options).compactMap {
                Int($0["agents"] ?? "")
            }
        }
        let calls = try await agents()
        let chats = try await agents("--work", "chats", "--slots", "3", "--slowdown", "0.3")
        #expect(zip(chats, calls).allSatisfy(<))
        // No gain at all is one at a time.
        #expect(try await agents("--work", "chats", "--efficiency", "1") == calls)
        #expect(try await zip(agents("--retrials", "0.8"), calls).allSatisfy(>=))
        #expect(try await agents("--retrials", "0.8") != calls)
        #expect(try await agents("--retrials", "0") == calls)
    }

    @Test("backlog is done when it is due, by whoever is there, and nobody comes while the centre is closed")
    func backlog() async throws {
        func plan(_ text: String, due: String) async throws -> [[String: String]] {
            try await Self.rows(text, ["--aht", "300", "--work", "backlog", "--due", due])
        }
        // At once: what came before the opening is done in the first hour.
        let atOnce = try await plan(Self.morning, due: "0")
        #expect(atOnce.map { $0["agents"] } == ["0", "8", "5", "5", "3"])
        #expect(atOnce.map { $0["service_level"] } == ["", "", "", "", ""])
        // With time it is levelled: twenty hours of work in four hours.
        #expect(try await plan(Self.morning, due: "8").map { $0["agents"] } == ["0", "5", "5", "5", "5"])
        // A column says until when, row by row.
        let dated = Self.morning.replacing("\n2026-03-02 07:00,30,0", with: "\n2026-03-02 07:00,30,0,2026-03-02 10:00")
            .replacing("mean,open", with: "mean,open,due").replacing(",1\n", with: ",1,\n")
        #expect(try await plan(dated, due: "0").map { $0["agents"] } == ["0", "7", "6", "5", "3"])
        #expect(try atOnce.allSatisfy { try #require(Double($0["occupancy"] ?? "")) <= 1 })
    }

    @Test("outbound staff reach so many customers at the contact rate")
    func outbound() async throws {
        let rows = try await Self.rows(
            Self.morning,
            [
                "--aht", "200", "--work", "outbound", "--contact-rate", "0.25", "--miss-time", "40", "--occupancy-max",
                "0.8",
            ])
        // 60 an hour: 60 × 200 s and 180 misses × 40 s are 5.33 Erlangs.
        #expect(rows[1]["agents"] == "7")
        let occupancy = try #require(Double(rows[1]["occupancy"] ?? ""))
        #expect(abs(occupancy - 16.0 / 21) < 1e-5)
    }

    @Test(
        "what does not fit is refused",
        arguments: [
            (["--due", "3"], "--due: not with --work calls"),
            (["--work", "backlog"], "--work backlog needs --due, or a column due"),
            (["--work", "backlog", "--due=-1"], "--due is 0 to"),
            (["--work", "backlog", "--due", "1", "--patience", "9"], "options of calls and chats: not with"),
            (["--work", "chats"], "--work chats needs --slots or --efficiency"),
            (["--work", "chats", "--slots", "101"], "--slots: expected 1 to 100"),
            (["--work", "chats", "--slots", "2", "--slowdown", "2"], "--slowdown: expected 0 to 1"),
            (["--work", "chats", "--efficiency", "1,x"], "\"x\" is not a number"),
            (["--work", "chats", "--efficiency", "1,3"], "--efficiency[1]: expected 1 to 2"),
            (["--work", "outbound"], "--work outbound needs --contact-rate"),
            (["--work", "outbound", "--contact-rate", "0"], "--contact-rate: expected"),
            (["--retrials", "0.5"], "--retrials needs --patience"),
            (["--retrials", "5", "--patience", "60"], "retrials: expected 0 to 1"),
        ])
    func options(options: [String], message: String) async throws {
        let (code, output) = try await Self.run(Self.morning, ["--aht", "300"] + options)
        #expect(code != 0)
        #expect(output.contains(message), "\(output)")
    }

    @Test("mistakes in a backlog are told with file, line and column")
    func backlogPlaces() async throws {
        func refused(_ text: String, _ message: String) async throws {
            let (code, output) = try await Self.run(text, ["--aht", "300", "--work", "backlog", "--due", "1"])
            #expect(code != 0)
            #expect(output.contains(message), "\(output)")
        }
        try await refused("timestamp,mean,open\n2026-03-02 08:00,1,maybe\n", ".csv:2: open: \"maybe\"")
        try await refused("timestamp,mean,open\n2026-03-02 08:00,1,2\n", ".csv:2: open: expected 0 or 1")
        try await refused("timestamp,mean,open\n2026-03-02 08:00,1,1\n2026-03-02 09:00,1,0\n", ".csv:3: ")
        try await refused(
            "timestamp,mean,due\n2026-03-02 08:00,1,\n2026-03-02 09:00,1,2026-03-02 09:30\n", ".csv:3: due: expected")
        try await refused("timestamp,mean\n2026-03-02 08:00,1\n2026-03-02 09:00,-1\n", ".csv:3: mean: expected")
        try await refused("timestamp,mean,aht_s\n2026-03-02 08:00,1,0\n", ".csv:2: aht_s: expected")
        let rows = (0..<1_001).map { "2026-03-\(10 + $0 / 60) \(10 + $0 % 60 / 6):\($0 % 6)0,1" }
        try await refused(
            "timestamp,mean\n" + rows.joined(separator: "\n") + "\n", ".csv:1002: a backlog is planned for")
    }
}
