import CCCore
import CCSimulation
import Foundation

/// Runs cases in processes of their own, so that one that dies or hangs is only that.
struct SwarmChild: Sendable {
    let program: String
    let folder: String
    let limit: Duration

    /// The exit code of a process that could not do its work: no folder, no space, a file that is not a case.
    static let ownFailure: Int32 = 4
    /// So much of what a process that died had to say is kept, in bytes from its end.
    static let lastWordsMax = 4_000

    /// What has gone wrong with the tool itself, and says nothing of the case.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func run(_ one: SwarmCase) async throws -> SwarmVerdict {
        let own = "\(folder)/.swarm-\(ProcessInfo.processInfo.processIdentifier)-\(Entropy().token())"
        // What a process leaves when it is killed goes with the folder.
        defer { try? FileManager.default.removeItem(atPath: own) }
        try FileManager.default.createDirectory(atPath: own + "/tmp", withIntermediateDirectories: true)
        try CenterJSON.line(one).write(toFile: own + "/case", atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program).resolvingSymlinksInPath()
        process.arguments = ["swarm", "--case", own + "/case"]
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": own + "/tmp"]) { $1 }
        process.standardOutput = try file(own + "/out")
        process.standardError = try file(own + "/err")
        let ended = OneShot<Void>()
        process.terminationHandler = { _ in ended.fulfil(()) }
        try process.run()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await ended.value() }
            group.addTask {
                let time = SystemTime()
                try? await time.sleep(until: time.now.advanced(by: limit), tolerance: nil)
            }
            await group.next()
            group.cancelAll()
        }
        if ended.current == nil {
            kill(process.processIdentifier, SIGKILL)
            await ended.valueWhateverHappens()
            return .stuck("no end after \(limit) of real time")
        }
        return try verdict(
            isSignal: process.terminationReason != .exit, status: process.terminationStatus,
            out: text(own + "/out"), err: text(own + "/err"))
    }

    /// What a process says counts only when its exit code says the same.
    private func verdict(isSignal: Bool, status: Int32, out: String, err: String) throws -> SwarmVerdict {
        if isSignal { return crash("signal \(status)", err) }
        guard let verdict = try? CenterJSON.value(SwarmVerdict.self, from: out) else {
            if status == Self.ownFailure { throw Failure(description: err) }
            return crash("exit \(status) without a verdict", out + err)
        }
        guard verdict.exitCode == status else { return crash("exit \(status) after: \(verdict.summary)", err) }
        return verdict
    }

    /// - Returns: a crash whose first line says how the process ended and why, and which has its last words below.
    private func crash(_ end: String, _ words: String) -> SwarmVerdict {
        let reason = words.split(separator: "\n").first { $0.contains("Fatal error") || $0.contains("ERROR: ") }
        let first = reason.map { "\(end): \($0)" } ?? end
        return .crash(words.isEmpty ? first : "\(first)\n\(words)")
    }

    private func file(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        return handle
    }

    private func text(_ path: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return String(decoding: data.suffix(path.hasSuffix("/err") ? Self.lastWordsMax : data.count), as: UTF8.self)
    }
}

extension SwarmVerdict {
    var summary: String {
        switch self {
        case .fine: "fine"
        case .wrong(let findings): "wrong: " + Set(findings.map(\.rule)).sorted().joined(separator: ", ")
        case .stuck(let reason): "stuck: \(reason)"
        case .crash(let reason): "crash: \(reason.prefix { $0 != "\n" })"
        }
    }

    var story: String {
        switch self {
        case .fine, .stuck: ""
        case .wrong(let findings): findings.prefix(3).map(\.text).joined(separator: "\n")
        case .crash(let reason): reason.split(separator: "\n").dropFirst().joined(separator: "\n")
        }
    }
}
