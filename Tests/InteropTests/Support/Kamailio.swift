import Foundation

/// A proxy between the callers and the server under test.
struct Kamailio {
    let folder: URL

    /// Relays what comes to `port` to the server, and stays in the way of the whole dialog.
    func relay<Result>(
        from port: UInt16, to server: UInt16, body: (PeerProcess) async throws -> Result
    ) async throws -> Result {
        guard let kamailio = Peer.kamailio.url else { throw Disappointment("kamailio is not installed") }
        let runtime = folder.appending(path: "kamailio")
        try FileManager.default.createDirectory(at: runtime, withIntermediateDirectories: true)
        let template = try String(contentsOf: Sipp.scenarios.appending(path: "kamailio-proxy.cfg"), encoding: .utf8)
        let config = template.replacing("LISTEN_PORT", with: "\(port)").replacing("SERVER_PORT", with: "\(server)")
        let file = folder.appending(path: "kamailio.cfg")
        try config.write(to: file, atomically: true, encoding: .utf8)
        // In the foreground, with its workers as its children: they end with it.
        let arguments = ["-f", file.path, "-DD", "-E", "-Y", runtime.path, "-m", "32", "-M", "4"]
        return try await withProcess(kamailio, arguments, name: "kamailio", in: folder) { process in
            let probe = try SipProbe(server: port)
            try await eventually("kamailio answers", within: .seconds(20), shows: { process.output }) {
                // What it is asked does not matter here: any answer shows that it listens.
                try await probe.options(maxForwards: 0, within: .milliseconds(200)) != nil
            }
            return try await body(process)
        }
    }
}
