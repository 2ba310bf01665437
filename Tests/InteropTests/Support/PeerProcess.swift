import Foundation
import Synchronization

/// A child process of one test. What it writes is kept in a file, and it is ended with the scope that began it; no other
/// process is ever touched.
struct PeerProcess: Sendable {
    let name: String
    private let process: Process
    private let log: URL

    /// The process's number in the system.
    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// How many files and sockets it has open; nil where the system does not say.
    var descriptors: Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd").count
    }

    /// All that it has written so far, to both of its outputs.
    var output: String { (try? String(decoding: Data(contentsOf: log), as: UTF8.self)) ?? "" }

    fileprivate init(_ executable: URL, _ arguments: [String], name: String, in folder: URL) throws {
        self.name = name
        log = folder.appending(path: name + ".log")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try Self.withAllSignals { try process.run() }
    }

    /// A child inherits which signals are blocked, and the threads that tests run on block nearly all of them.
    private static func withAllSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// Waits until it has ended by itself.
    /// - Returns: its exit status; for a signal, the signal's number + 128.
    @discardableResult
    func exit(within limit: Duration) async throws -> Int32 {
        try await eventually("\(name) ends", within: limit, shows: { output }) { !process.isRunning }
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// Waits until it has written `text`.
    func says(_ text: String, within limit: Duration = .seconds(20)) async throws {
        try await eventually("\(name) says “\(text)”", within: limit, shows: { output }) {
            if output.contains(text) { return true }
            try requireAlive()
            return false
        }
    }

    /// Throws when it has ended.
    func requireAlive() throws {
        guard !process.isRunning else { return }
        throw Disappointment("\(name) ended with status \(process.terminationStatus)", shows: output)
    }

    func send(signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

    fileprivate func end() async {
        send(signal: SIGTERM)
        try? await eventually("\(name) ends", within: .seconds(10)) { !process.isRunning }
        send(signal: SIGKILL)
        process.waitUntilExit()
    }
}

/// Runs a program for the length of `body`.
func withProcess<Result>(
    _ executable: URL, _ arguments: [String], name: String, in folder: URL,
    body: (PeerProcess) async throws -> Result
) async throws -> Result {
    let process = try PeerProcess(executable, arguments, name: name, in: folder)
    do {
        let result = try await body(process)
        await process.end()
        return result
    } catch {
        await process.end()
        throw error
    }
}

/// Something that did not happen in time, with what the program in question had to say.
struct Disappointment: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, shows output: String = "") {
        let lines = output.split(separator: "\n").suffix(40).joined(separator: "\n")
        description = lines.isEmpty ? what : what + "\n" + lines
    }
}

/// Waits for a condition outside this process, looking again and again; throws when it does not come true in time.
func eventually(
    _ what: String, within limit: Duration, shows output: () -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw Disappointment("within \(limit), not: \(what)", shows: output())
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// A folder for one test's files, removed at the end of the scope.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
