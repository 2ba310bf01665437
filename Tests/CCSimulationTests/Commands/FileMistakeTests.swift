import Foundation
import Testing

@Suite("Every command that reads a file tells a mistake in it in the same way")
struct FileMistakeTests {
    /// A command, the file that it reads as `@file`, and what is wrong with that.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var command: [String]
        var file: String
        var message: String

        init(_ command: String, _ file: String, _ message: String) {
            self.command = command.split(separator: " ").map(String.init)
            (self.file, self.message) = (file, message)
        }

        var testDescription: String { "\(command[0]): \(message)" }
    }

    static let mistakes = [
        Mistake("erlang --csv @file", "lam_per_h,aht_s,n\n9,9,9\n9,x,9\n", ":3: aht_s: \"x\" is not a number"),
        Mistake(
            "plan --forecast @file --aht 9", "timestamp,mean\n2026-03-02 08:00,x\n", ":2: mean: \"x\" is not a number"),
        Mistake("plan --forecast @file --aht 9", "timestamp,mean\n", ":1: there are no rows"),
        Mistake(
            "forecast --history @file --future @file", "timestamp,calls\n2026-03-02 08:00,1\n2026-03-02 08:00,1\n",
            ":3: timestamp: 2026-03-02 08:00:00 is there twice"),
        Mistake("forecast --history @file --future @file", "timestamp,calls\n", ":1: there are no rows"),
        Mistake(
            "forecast --history @file --future @file", "timestamp,calls\n2026-03-02 08:00,-4\n",
            ":2: calls: -4 is not within"),
        Mistake("patience --csv @file", "wait_s,abandoned\n5,2\n", ":2: abandoned: expected 0 or 1"),
        Mistake("handletime --csv @file", "handle_s\n5\n-1\n", ":3: handle_s: expected seconds"),
        Mistake("schedule --instance @file --output -", "{\"kind\": \"cover\"", ": this is not JSON"),
        Mistake(
            "schedule --instance @file --output -", "{\"kind\": \"cover\", \"slots\": 48}", ": demand: this is missing"),
        Mistake("adherence --plan @file --states @file", "agent,activity,start\n", ":1: end: there is no such column"),
        Mistake("adherence --plan @file --states @file", "a,b\n1\n", ":2: 1 fields where the header has 2"),
        Mistake("simulate @file", "queues: 4\n", ":1: the key horizon is missing"),
    ]

    @Test("with its name and place", arguments: mistakes)
    func places(mistake: Mistake) async throws {
        let (code, output) = try await CommandFolder(["file": mistake.file]).ccctl(mistake.command)
        #expect(code != 0)
        #expect(output.contains("/file" + mistake.message), "\(output)")
    }

    @Test("also when there is no such file", arguments: Set(mistakes.map(\.command)).sorted { $0[0] < $1[0] })
    func missing(command: [String]) async throws {
        let (code, output) = try await CommandFolder().ccctl(command)
        #expect(code != 0)
        #expect(output.contains("/file: there is no such file, or it may not be read"), "\(output)")
    }

    @Test("and when a file cannot be written")
    func unwritable() async throws {
        let folder = try CommandFolder(["file": "timestamp,mean\n2026-03-02 08:00,9\n"])
        try await folder.expectFailure(
            "plan", "--forecast", "@file", "--aht", "9", "--output", "@missing/plan.csv",
            says: "missing/plan.csv: it cannot be written")
    }
}
