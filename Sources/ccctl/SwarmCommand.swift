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
            long, 3 a process died, 4 the tool itself failed or made no run. A failing case is made small and kept as a \
            file, which --case runs again.
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
    @Option(help: .hidden) var program = "/proc/self/exe"

    func validate() throws {
        guard ["contact", "telephony", "both"].contains(depth) else {
            throw ValidationError("--depth is contact, telephony or both, not \(depth)")
        }
        guard seeds > 0, jobs > 0, limit > 0 else { throw ValidationError("--seeds, --jobs and --limit are above 0") }
    }

    func run() async throws {
        let code: Int32
        do { code = try await worst() } catch {
            FileHandle.standardError.write(Data("ccctl swarm: \(error)\n".utf8))
            code = SwarmChild.ownFailure
        }
        if code > 0 { throw ExitCode(code) }
    }

    /// - Returns: The exit code.
    private func worst() async throws -> Int32 {
        if let file {
            let text = try TextFile.read(file)
            let verdict = try await CenterJSON.value(SwarmCase.self, from: text).run()
            print(try CenterJSON.line(verdict))
            return verdict.exitCode
        }
        let (runs, failures) = try await swarm()
        for (failing, verdict) in failures { try await report(failing, verdict) }
        guard runs > 0 else { throw SwarmChild.Failure(description: "no run was made") }
        return failures.map(\.1.exitCode).max() ?? 0
    }

    private var child: SwarmChild { SwarmChild(program: program, folder: folder, limit: .seconds(limit)) }

    private var depths: [SwarmCase.Depth] { SwarmCase.Depth(rawValue: depth).map { [$0] } ?? [.contact, .telephony] }

    /// Runs all seeds, several at once.
    private func swarm() async throws -> (runs: Int, failures: [(SwarmCase, SwarmVerdict)]) {
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
            let child = child
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
            return (counts.reduce(0, +), failures)
        }
    }

    private func report(_ failing: SwarmCase, _ verdict: SwarmVerdict) async throws {
        let child = child
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
