import Foundation
import Testing

@Suite("ccctl erlang knows chats, retrials and other handle times")
struct ErlangCommandTests {
    private struct Report: Decodable {
        struct Figures: Decodable {
            var serviceLevel, abandonRate, occupancy: Double
            var averageWait: Double?
        }
        struct Chats: Decodable {
            var figures: Figures
            var chatsAtOnce, averageDurationSeconds: Double
        }
        var load: Double
        var loadWithRetrials: Double?
        var agents: Int
        var erlangC: Figures
        var erlangA: Figures?
        var chats: Chats?
    }

    private static func report(_ options: String...) async throws -> Report {
        let (code, output) = try await CommandFolder().ccctl(["erlang", "--json"] + options)
        #expect(code == 0, "\(output)")
        return try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    }

    @Test("one chat at a time is Erlang A, and more at a time need fewer agents")
    func chats() async throws {
        let calls = try await Self.report(
            "--load", "20", "--aht", "600", "--patience", "180", "--service-level", "0.8")
        let one = try await Self.report(
            "--load", "20", "--aht", "600", "--patience", "180", "--service-level", "0.8", "--slots", "1")
        #expect(one.agents == calls.agents)
        let (level, exact) = (try #require(one.chats).figures.serviceLevel, try #require(calls.erlangA).serviceLevel)
        #expect(abs(level - exact) < 1e-12)
        let three = try await Self.report(
            "--load", "20", "--aht", "600", "--patience", "180", "--service-level", "0.8", "--slots", "3",
            "--slowdown", "0.3")
        #expect(three.agents < calls.agents)
        #expect((three.chats?.figures.serviceLevel ?? 0) >= 0.8)
        #expect((three.chats?.averageDurationSeconds ?? 0) > 600)
        #expect(calls.chats == nil)
    }

    @Test("who calls again is more load, and needs more agents")
    func retrials() async throws {
        let base = ["--load", "20", "--aht", "600", "--patience", "180"]
        let (code, output) = try await CommandFolder().ccctl(
            ["erlang", "--json", "--agents", "18", "--retrials", "0.5"] + base)
        #expect(code == 0)
        let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
        let all = try #require(report.loadWithRetrials)
        // What comes is what is new and half of those who gave up.
        let back = 0.5 * all * (report.erlangA?.abandonRate ?? 0)
        #expect(abs(20 + back - all) < 1e-9)
        #expect(report.load == 20)
    }

    @Test("handle times that spread more make waits longer, as for one agent Pollaczek and Khinchine say")
    func general() async throws {
        struct Waits: Decodable {
            struct General: Decodable { var averageWait: Double }
            var general: General
        }
        let (code, output) = try await CommandFolder().ccctl(
            "erlang", "--json", "--load", "0.7", "--aht", "90", "--agents", "1", "--variation", "3")
        #expect(code == 0)
        let waits = try JSONDecoder().decode(Waits.self, from: Data(output.utf8))
        let exact = 0.7 * 90 * (1 + 3) / (2 * 0.3)
        #expect(abs(waits.general.averageWait - exact) < 1e-9)
    }

    @Test(
        "what does not fit is refused",
        arguments: [
            (["--slowdown", "0.3"], "--slowdown needs --slots"), (["--slots", "0"], "--slots: expected 1 to 100"),
            (["--retrials", "0.3"], "--retrials needs --patience"),
            (["--retrials", "0.3", "--patience", "9", "--slots", "2"], "--retrials: not with chats"),
            (["--variation", "2", "--load-max"], "are for one point"), (["--variation=-2"], "variation: expected"),
            (["--slots", "100", "--agents", "99999999"], "agents: expected 0 to 10000"),
        ])
    func options(options: [String], message: String) async throws {
        let (code, output) = try await CommandFolder().ccctl(
            ["erlang", "--load", "5", "--aht", "60"] + (options.contains("--agents") ? [] : ["--agents", "9"]) + options
        )
        #expect(code != 0)
        #expect(output.contains(message), "\(output)")
    }
}
