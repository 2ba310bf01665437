import ArgumentParser
import CCCore
import CCScenario
import CCSimulation
import Foundation

/// `ccctl swarm`: many seeds, each another centre with other faults, all rules checked.
struct Swarm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs random centres with random faults and checks all rules.",
        discussion: """
            Every run is a process of its own. Exit code: 0 all fine, 1 a rule was broken, 2 a run stood still or took too \
            long, 3 a process died. A failing case is made small and kept as a file, which --case runs again.
            """)

    @Option(help: "How many seeds.") var seeds = 100
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Begin no further run after so many seconds.") var seconds: Double?
    @Option(help: "contact, telephony or both.") var depth = "both"
    @Option(help: "How many runs go on at once.") var jobs = 2
    @Option(help: "A run that takes so many seconds of real time counts as stuck.") var limit = 120.0
    @Option(help: "How many runs may be spent on making a failing case small.") var shrinkRuns = 200
    @Option(help: "Where failing cases are kept.") var folder = FileManager.default.temporaryDirectory.path
    @Option(name: .customLong("case"), help: "Runs the case of a file in this process, and nothing else.")
    var file: String?
    @Flag(help: "One line of JSON for each run.") var json = false

    func validate() throws {
        guard ["contact", "telephony", "both"].contains(depth) else {
            throw ValidationError("--depth is contact, telephony or both, not \(depth)")
        }
        guard seeds > 0, jobs > 0, limit > 0 else { throw ValidationError("--seeds, --jobs and --limit are above 0") }
    }

    func run() async throws {
        if let file {
            let verdict = try await CenterJSON.value(
                SwarmCase.self, from: String(contentsOfFile: file, encoding: .utf8)
            ).run()
            print(try CenterJSON.line(verdict))
            throw ExitCode(verdict.exitCode)
        }
        let failures = try await swarm()
        for (failing, verdict) in failures { try await report(failing, verdict) }
        let worst = failures.map(\.1.exitCode).max() ?? 0
        if worst > 0 { throw ExitCode(worst) }
    }

    private var depths: [SwarmCase.Depth] { SwarmCase.Depth(rawValue: depth).map { [$0] } ?? [.contact, .telephony] }

    /// Runs all seeds, several at once, and returns those that failed.
    private func swarm() async throws -> [(SwarmCase, SwarmVerdict)] {
        let began = SystemTime().now
        return try await withThrowingTaskGroup(of: (SwarmCase, SwarmVerdict).self) { group in
            var failures: [(SwarmCase, SwarmVerdict)] = []
            var counts = [0, 0, 0, 0]
            func take(_ result: (SwarmCase, SwarmVerdict)) throws {
                counts[Int(result.1.exitCode)] += 1
                if json {
                    print(try CenterJSON.line(Line(seed: result.0.seed, depth: result.0.depth, verdict: result.1)))
                } else if result.1 != .fine {
                    print("seed \(result.0.seed), \(result.0.depth): \(result.1.summary)")
                }
                if result.1 != .fine { failures.append(result) }
                // A line is seen when it is printed, also through a pipe.
                fflush(nil)
            }
            var live = 0
            let child = Child(folder: folder, limit: .seconds(limit))
            seeding: for seed in from..<from + UInt64(seeds) {
                for depth in depths {
                    if let seconds, began.duration(to: SystemTime().now) > .seconds(seconds) { break seeding }
                    if live == jobs, let result = try await group.next() {
                        try take(result)
                        live -= 1
                    }
                    live += 1
                    group.addTask {
                        let one = SwarmCase(seed: seed, depth: depth)
                        return (one, try await child.run(one))
                    }
                }
            }
            for try await result in group { try take(result) }
            let seconds = began.duration(to: SystemTime().now).inSeconds
            if !json {
                print(
                    "\(counts.reduce(0, +)) runs in \(seconds.rounded()) s: \(counts[0]) fine, \(counts[1]) wrong, "
                        + "\(counts[2]) stuck, \(counts[3]) crashed")
            }
            return failures
        }
    }

    private func report(_ failing: SwarmCase, _ verdict: SwarmVerdict) async throws {
        let child = Child(folder: folder, limit: .seconds(limit))
        let small = await Shrinker(runsMax: shrinkRuns) { (try? await child.run($0)) ?? .fine }
            .shrink(failing, like: verdict)
        let path = "\(folder)/swarm-\(small.depth)-\(small.seed).json"
        try CenterJSON.line(small).write(toFile: path, atomically: true, encoding: .utf8)
        guard !json else { return }
        let again = try await child.run(small)
        print("\nseed \(small.seed), \(small.depth): \(again.summary)\n\(again.story)\n\n\(small.scenario.yaml)")
        if small.depth == .telephony { print("options: \(try CenterJSON.line(small.options))") }
        print("again with: ccctl swarm --case \(path)")
    }

    private struct Line: Encodable {
        let seed: UInt64
        let depth: SwarmCase.Depth
        let verdict: SwarmVerdict
    }
}

extension SwarmVerdict {
    var summary: String {
        switch self {
        case .fine: "fine"
        case .wrong(let findings): "wrong: " + Set(findings.map(\.rule)).sorted().joined(separator: ", ")
        case .stuck(let reason): "stuck: \(reason)"
        case .crash(let reason): "crash: \(reason)"
        }
    }

    var story: String {
        if case .wrong(let findings) = self { findings.prefix(3).map(\.text).joined(separator: "\n") } else { "" }
    }
}

/// Runs cases in processes of their own, so that one that dies or hangs is only that.
private struct Child: Sendable {
    let folder: String
    let limit: Duration

    func run(_ one: SwarmCase) async throws -> SwarmVerdict {
        let name = "\(folder)/.swarm-\(ProcessInfo.processInfo.processIdentifier)-\(Entropy().token())"
        defer { for end in [".case", ".out"] { try? FileManager.default.removeItem(atPath: name + end) } }
        try CenterJSON.line(one).write(toFile: name + ".case", atomically: true, encoding: .utf8)
        guard FileManager.default.createFile(atPath: name + ".out", contents: nil),
            let output = FileHandle(forWritingAtPath: name + ".out")
        else { throw CocoaError(.fileWriteUnknown) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["swarm", "--case", name + ".case"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
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
        guard process.terminationReason == .exit else { return .crash("signal \(process.terminationStatus)") }
        let text = try String(contentsOfFile: name + ".out", encoding: .utf8)
        return (try? CenterJSON.value(SwarmVerdict.self, from: text))
            ?? .crash("exit \(process.terminationStatus): \(text)")
    }
}
