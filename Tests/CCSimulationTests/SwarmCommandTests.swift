import CCCore
import CCSimulation
import Foundation
import Testing

@Suite("ccctl swarm tells how its processes ended")
struct SwarmCommandTests {
    /// A process in the place of the one that runs a case.
    struct Stand: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        var options: [String] = []
        let code: Int32
        let says: String
    }

    static let wrong = SwarmVerdict.wrong([SwarmVerdict.Finding(rule: "no contact lost", text: "its story")])

    static func script(_ verdict: SwarmVerdict, exit code: Int32) -> String {
        "echo '\((try? CenterJSON.line(verdict)) ?? "")'; exit \(code)"
    }

    static let stands = [
        Stand(testDescription: "fine", script: script(.fine, exit: 0), code: 0, says: "1 fine"),
        Stand(
            testDescription: "a broken rule", script: script(wrong, exit: 1), code: 1, says: "wrong: no contact lost"),
        Stand(
            testDescription: "it says fine and ends otherwise", script: script(.fine, exit: 77), code: 3,
            says: "exit 77 after: fine"),
        Stand(
            testDescription: "it dies with a reason",
            script: "echo started; echo 'a.swift:1: Fatal error: gone' >&2; kill -ILL $$", code: 3,
            says: "signal 4: a.swift:1: Fatal error: gone"),
        Stand(
            testDescription: "it hangs", script: "exec sleep 1000", options: ["--limit", "0.2"], code: 2,
            says: "stuck: no end after"),
        Stand(testDescription: "the tool fails", script: "echo 'no space' >&2; exit 4", code: 4, says: "no space"),
        Stand(
            testDescription: "no run is made", script: script(.fine, exit: 0), options: ["--seconds=-1"], code: 4,
            says: "no run was made"),
    ]

    @Test("by its exit code and its lines", arguments: stands)
    func ends(_ stand: Stand) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/swarm-command-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let program = folder + "/program"
        try "#!/bin/sh\n\(stand.script)\n".write(toFile: program, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let (code, output) = try await Self.ccctl(
            ["swarm", "--seeds", "1", "--depth", "contact", "--shrink-runs", "0", "--folder", folder]
                + ["--program", program] + stand.options, folder: folder)
        #expect(code == stand.code, "\(output)")
        #expect(output.contains(stand.says), "\(output)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".swarm-") }
        #expect(left == [])
    }

    @Test("a case that is no case is the tool's failure")
    func noCase() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let (code, _) = try await Self.ccctl(["swarm", "--case", folder + "/there is none"], folder: nil)
        #expect(code == 4)
    }

    @Test("crashes are alike by their reasons, and so are runs that are stuck")
    func alike() {
        #expect(SwarmVerdict.crash("signal 4: a\nmore").isLike(.crash("signal 4: a\nother")))
        #expect(!SwarmVerdict.crash("signal 4: a").isLike(.crash("signal 4: b")))
        #expect(SwarmVerdict.stuck("timeLimit: at 3 s").isLike(.stuck("timeLimit: at 4 s")))
        #expect(!SwarmVerdict.stuck("timeLimit: at 3 s").isLike(.stuck("stepLimit: at 3 s")))
        #expect(!SwarmVerdict.stuck("timeLimit").isLike(.crash("timeLimit")))
    }

    /// Runs `ccctl`, which is built beside the tests.
    static func ccctl(_ arguments: [String], folder: String?) async throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("ccctl")
        process.arguments = arguments
        let path = (folder ?? FileManager.default.temporaryDirectory.path) + "/output-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data().write(to: URL(fileURLWithPath: path))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        process.standardOutput = output
        process.standardError = output
        let failure: (any Error)? = await withCheckedContinuation { done in
            process.terminationHandler = { _ in done.resume(returning: nil) }
            do { try process.run() } catch { done.resume(returning: error) }
        }
        if let failure { throw failure }
        return (process.terminationStatus, try String(contentsOfFile: path, encoding: .utf8))
    }
}
