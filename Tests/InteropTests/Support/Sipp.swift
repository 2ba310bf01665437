import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Which transport SIPp uses.
enum SippTransport: String, CaseIterable {
    case udp = "u1"
    case tcp = "t1"
}

/// What SIPp counted when it ended.
struct SippCounts: Equatable {
    var created = 0
    var successful = 0
    var failed = 0
    var retransmissions = 0

    /// From the last line of the statistics that SIPp writes with `-trace_stat`: one heading, fields between semicolons.
    init(statistics: String) throws {
        let rows = statistics.split(separator: "\n").map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        guard let heading = rows.first, let last = rows.last, rows.count > 1 else {
            throw Disappointment("SIPp wrote no statistics", shows: statistics)
        }
        let fields = Dictionary(zip(heading.map(String.init), last.map(String.init))) { first, _ in first }
        func count(_ name: String) throws -> Int {
            guard let value = fields[name].flatMap({ Int($0) }) else { throw Disappointment("SIPp counted no \(name)") }
            return value
        }
        created = try count("TotalCallCreated")
        successful = try count("SuccessfulCall(C)")
        failed = try count("FailedCall(C)")
        retransmissions = try count("Retransmissions(C)")
    }
}

/// The scenarios beside this folder, played by SIPp.
struct Sipp {
    let folder: URL
    var transport: SippTransport = .udp
    /// Where its own audio comes and goes.
    var mediaPort: UInt16?
    /// Sends back the audio that it gets.
    var echoesAudio = false
    /// Of its messages, the share that it loses on purpose, in percent.
    var lossPercent = 0

    static let scenarios = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios")

    /// Places calls and waits for their end.
    /// - Parameters:
    ///   - service: the user part of the request URI.
    ///   - rate: calls per second.
    ///   - pause: how long the scenario's open pause lasts.
    func call(
        _ scenario: String, to port: UInt16, service: String, calls: Int = 1, rate: Int = 10,
        pause: Duration = .zero, limit: Duration = .seconds(60), extra: [String] = []
    ) async throws -> SippCounts {
        let file = try copy(scenario)
        let statistics = folder.appending(path: file.lastPathComponent + ".csv")
        let arguments =
            ["127.0.0.1:\(port)", "-s", service, "-r", "\(rate)", "-m", "\(calls)", "-l", "\(calls)"]
            + ["-d", "\(pause.milliseconds)", "-trace_stat", "-stf", statistics.path, "-fd", "1"]
            + ["-timeout", "\(limit.components.seconds)", "-timeout_error"] + extra
        return try await run(file, arguments) { process in
            let status = try await process.exit(within: limit + .seconds(10))
            let counts = try SippCounts(statistics: String(contentsOf: statistics, encoding: .utf8))
            if counts.failed > 0 || counts.created < calls {
                print(
                    "SIPp \(scenario) ended with \(status): \(counts)", process.output, errors(of: file),
                    separator: "\n")
            }
            return counts
        }
    }

    /// Answers calls for the length of `body`.
    func answer<Result>(
        _ scenario: String, at port: UInt16, pause: Duration = .zero, calls: Int? = nil,
        body: (PeerProcess) async throws -> Result
    ) async throws -> Result {
        let count = calls.map { ["-m", "\($0)"] } ?? []
        let file = try copy(scenario)
        return try await run(file, ["-p", "\(port)", "-d", "\(pause.milliseconds)"] + count) { process in
            try await eventually("SIPp listens", within: .seconds(20), shows: { process.output + errors(of: file) }) {
                try process.requireAlive()
                return FreePorts.isTaken(port, transport == .tcp ? SOCK_STREAM : SOCK_DGRAM)
            }
            return try await body(process)
        }
    }

    private func run<Result>(
        _ scenario: URL, _ arguments: [String], body: (PeerProcess) async throws -> Result
    ) async throws -> Result {
        guard let sipp = Peer.sipp.url else { throw Disappointment("SIPp is not installed") }
        let media = try mediaPort ?? FreePorts.run(of: 4).lowerBound
        let own = arguments.contains("-p") ? [] : ["-p", "\(try FreePorts.one())"]
        let all =
            ["-sf", scenario.path, "-i", "127.0.0.1", "-t", transport.rawValue, "-nostdin", "-mp", "\(media)"] + own
            + arguments + ["-trace_err", "-error_file", scenario.path + ".errors", "-buff_size", "4000000"]
            + (echoesAudio ? ["-rtp_echo"] : []) + (lossPercent > 0 ? ["-lost", "\(lossPercent)"] : [])
        return try await withProcess(
            sipp, all, name: scenario.deletingPathExtension().lastPathComponent, in: folder, body: body)
    }

    /// SIPp looks for captures, and writes its logs, beside the scenario.
    private func copy(_ scenario: String) throws -> URL {
        let copy = folder.appending(path: "\(scenario)-\(UInt32.random(in: 0...999_999)).xml")
        try FileManager.default.copyItem(at: Self.scenarios.appending(path: scenario + ".xml"), to: copy)
        return copy
    }

    private func errors(of scenario: URL) -> String {
        (try? String(contentsOf: URL(filePath: scenario.path + ".errors"), encoding: .utf8)) ?? ""
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
