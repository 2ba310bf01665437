import CCCore
import CCMedia
import Foundation

/// The example centre as its users start it: a process of its own, beside the tests in the build folder.
struct FullCenterProcess {
    let folder: URL
    let sipPort: UInt16
    let rtpPorts: ClosedRange<UInt16>
    let process: PeerProcess

    struct Options {
        var agents = 20
        /// Where every agent's calls go without a registration.
        var staticContact: String?
        var rtpPorts = 400
        /// More of the command line.
        var extra: [String] = []
    }

    /// Starts it on free ports, with a SQLite store and a recordings folder below `folder`, and waits until it is ready.
    static func run<Result>(
        in folder: URL, _ options: Options = Options(), body: (FullCenterProcess) async throws -> Result
    ) async throws -> Result {
        let sipPort = try FreePorts.one()
        let rtpPorts = try FreePorts.run(of: options.rtpPorts)
        let arguments =
            ["--host", "127.0.0.1", "--sip-port", "\(sipPort)"]
            + ["--rtp-ports", "\(rtpPorts.lowerBound)-\(rtpPorts.upperBound)"]
            + ["--store", store(in: folder).path, "--recordings", folder.appending(path: "recordings").path]
            + ["--agents", "\(options.agents)"] + (options.staticContact.map { ["--static-contact", $0] } ?? [])
            + options.extra
        let name = "FullCenter-\(sipPort)"
        return try await withProcess(tool("FullCenter"), arguments, name: name, in: folder) { process in
            try await process.says("ready")
            return try await body(
                FullCenterProcess(folder: folder, sipPort: sipPort, rtpPorts: rtpPorts, process: process))
        }
    }

    /// The contact records that stand in the store, oldest first, as `ccctl contacts list` prints them.
    func records() async throws -> [ContactRecord] { try await Self.records(in: folder) }

    /// The contact records in the store of a centre that ran in `folder`.
    static func records(in folder: URL) async throws -> [ContactRecord] {
        let arguments = ["contacts", "list", "--store", Self.store(in: folder).path, "--json"]
        let output = try await withProcess(Self.tool("ccctl"), arguments, name: "ccctl", in: folder) { process in
            let status = try await process.exit(within: .seconds(20))
            guard status == 0 else { throw Disappointment("ccctl ended with \(status)", shows: process.output) }
            return process.output
        }
        return try output.split(separator: "\n").map { try CenterJSON.value(ContactRecord.self, from: String($0)) }
    }

    /// What `ccctl journal check` makes of the store of a centre that ran in `folder`.
    static func check(in folder: URL) async throws -> (status: Int32, output: String) {
        let arguments = ["journal", "check", "--store", store(in: folder).path]
        return try await withProcess(tool("ccctl"), arguments, name: "check", in: folder) { process in
            (try await process.exit(within: .seconds(60)), process.output)
        }
    }

    /// Waits until there are `count` records: they are written in batches, a moment after the calls have ended.
    func records(_ count: Int, within limit: Duration = .seconds(20)) async throws -> [ContactRecord] {
        var found: [ContactRecord] = []
        try await eventually("\(count) contact records", within: limit, shows: { "there are \(found.count)" }) {
            found = try await records()
            return found.count >= count
        }
        return found
    }

    /// The finished and unfinished recordings, by name.
    func recordingFiles() throws -> [URL] {
        let folder = folder.appending(path: "recordings")
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".wav") }
        return found.sorted().map { folder.appending(path: $0) }
    }

    /// How long the first recording plays, as its own header says.
    func recordedSeconds() throws -> Double {
        guard let file = try recordingFiles().first else { return 0 }
        return try WavFile(path: file.path).duration.inSeconds
    }

    private static func store(in folder: URL) -> URL { folder.appending(path: "center.sqlite") }

    /// A program of this package, from the folder where the tests were built.
    private static func tool(_ name: String) throws -> URL {
        let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
        let usual = Sipp.scenarios.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/debug/" + name)
        guard let found = [built, usual].first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            throw Disappointment("\(name) is not built: neither \(built.path) nor \(usual.path)")
        }
        return found
    }
}
