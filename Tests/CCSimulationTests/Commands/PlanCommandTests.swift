import Foundation
import Testing

@Suite("ccctl plan tells where a forecast is wrong")
struct PlanCommandTests {
    private static func run(_ text: String, _ options: [String] = []) async throws -> (code: Int32, output: String) {
        let path = FileManager.default.temporaryDirectory.path + "/plan-command-\(UUID()).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return try await SwarmCommandTests.ccctl(["plan", "--forecast", path] + options, folder: nil)
    }

    @Test("by file, line and column", arguments: ["plain", "trailing"])
    func places(way: String) async throws {
        let options = way == "trailing" ? ["--trailing"] : []
        let handle = try await Self.run(
            "timestamp,mean,handle_time\n2026-03-02 08:00,20,240\n\n2026-03-02 08:30,20,-5\n", options)
        #expect(handle.code != 0)
        #expect(handle.output.contains(".csv:4: handle_time: expected"), "\(handle.output)")
        let quantile = try await Self.run(
            "timestamp,mean,q0.9\n2026-03-02 08:00,20,25\n2026-03-02 08:30,20,-1\n",
            options + ["--aht", "240", "--quantile", "q0.9"])
        #expect(quantile.output.contains(".csv:3: q0.9: expected"), "\(quantile.output)")
        let option = try await Self.run("timestamp,mean\n2026-03-02 08:00,20\n", options + ["--aht", "0"])
        #expect(option.output.contains("--aht: expected"), "\(option.output)")
    }

    @Test("a night without rows keeps nothing of the evening")
    func night() async throws {
        let rows = ["01", "02"].flatMap { day in
            ["17:00,90", "17:30,90", "18:00,90"].map { "2026-03-\(day) \($0)" }
        }
        let (code, output) = try await Self.run(
            "timestamp,mean\n" + rows.joined(separator: "\n") + "\n", ["--aht", "1200", "--trailing"])
        #expect(code == 0, "\(output)")
        let agents = output.split(separator: "\n").filter { $0.hasPrefix("2026") }.map { line in
            line.split(separator: ",").dropFirst(2).first.map(String.init) ?? ""
        }
        #expect(agents.count == 6)
        #expect(Array(agents.prefix(3)) == Array(agents.suffix(3)))
        #expect(agents[0] != agents[2])
    }
}
