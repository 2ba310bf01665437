import CCScenario
import CCSimulation
import Foundation
import Testing

@Suite("The same seed gives the same bytes")
struct DeterminismTests {
    static func log(seed: UInt64, scheduling: SimulationOptions.Scheduling) async throws -> [String] {
        let options = TelephonyOptions(
            scheduling: scheduling, audioEvery: 5, link: .poor,
            faults: [NetworkFault(.partition, at: .agent(1), start: .seconds(50), duration: .seconds(30))],
            keepsEvents: true)
        let day = TelephonyTests.day(mistakes: TelephonyTests.mistakes, horizon: .seconds(120))
        let result = try await TelephonySimulation(day, options: options).run(seed: seed)
        return result.events + ["\(result.digest) \(result.network)"]
    }

    @Test("twice in one process, and other seeds give others", arguments: SimulationOptions.Scheduling.allCases)
    func oneProcess(scheduling: SimulationOptions.Scheduling) async throws {
        let first = try await Self.log(seed: 3, scheduling: scheduling)
        #expect(first.count > 50)
        #expect(try await Self.log(seed: 3, scheduling: scheduling) == first)
        #expect(try await Self.log(seed: 4, scheduling: scheduling) != first)
    }

    /// Dictionaries have another order in each process: whatever hangs on it shows here.
    @Test("in two processes", arguments: SimulationOptions.Scheduling.allCases)
    func twoProcesses(scheduling: SimulationOptions.Scheduling) async throws {
        let key = "SIMULATION_LOG"
        let environment = ProcessInfo.processInfo.environment
        guard environment[key] == nil else {
            // The child: leaves its log, and is done.
            guard environment["SIMULATION_SCHEDULING"] == scheduling.rawValue, let path = environment[key] else {
                return
            }
            let log = try await Self.log(seed: 3, scheduling: scheduling)
            try log.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let path = FileManager.default.temporaryDirectory.path + "/simulation-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--testing-library", "swift-testing", "--filter", "DeterminismTests/twoProcesses"]
        process.environment = environment.merging([key: path, "SIMULATION_SCHEDULING": scheduling.rawValue]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        await withCheckedContinuation { done in
            process.terminationHandler = { _ in done.resume() }
            do { try process.run() } catch { done.resume() }
        }
        let theirs = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(try await Self.log(seed: 3, scheduling: scheduling) == theirs)
    }
}
