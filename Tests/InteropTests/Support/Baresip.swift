import Foundation

/// A soft phone that registers, answers by itself and plays one sound file, without a sound card or a screen.
struct Baresip {
    let folder: URL

    /// - Parameters:
    ///   - user: the account; the password is the demo's.
    ///   - server: the registrar's port.
    ///   - proxy: the port of a proxy that everything goes through.
    ///   - sound: a WAV file, 8 kHz mono, that the phone's person "says" when the call is answered.
    func run<Result>(
        as user: String, password: String = "demo", server: UInt16, through proxy: UInt16? = nil, sound: URL,
        transport: String = "udp", body: (PeerProcess) async throws -> Result
    ) async throws -> Result {
        guard let baresip = Peer.baresip.url else { throw Disappointment("baresip is not installed") }
        let media = try FreePorts.run(of: 20)
        let home = folder.appending(path: "baresip-" + user)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let config = """
            sip_listen 127.0.0.1:\(try FreePorts.one())
            net_interface 127.0.0.1
            rtp_ports \(media.lowerBound)-\(media.upperBound)
            audio_source aufile,\(sound.path)
            audio_player aubridge,speaker
            audio_alert aubridge,alert
            ausrc_srate 8000
            auplay_srate 8000
            ausrc_channels 1
            auplay_channels 1
            module_path \(Self.modules)
            module g711.so
            module aufile.so
            module aubridge.so
            module_tmp account.so
            module_app menu.so

            """
        let outbound = proxy.map { ";outbound=\"sip:127.0.0.1:\($0);transport=\(transport)\"" } ?? ""
        let account = """
            <sip:\(user)@127.0.0.1:\(server);transport=\(transport)>;auth_user=\(user);auth_pass=\(password)\
            \(outbound);answermode=auto;regint=60;audio_codecs=PCMU,PCMA

            """
        try config.write(to: home.appending(path: "config"), atomically: true, encoding: .utf8)
        try account.write(to: home.appending(path: "accounts"), atomically: true, encoding: .utf8)
        try "".write(to: home.appending(path: "contacts"), atomically: true, encoding: .utf8)
        return try await withProcess(baresip, ["-4", "-f", home.path], name: "baresip-" + user, in: folder) { process in
            try await process.says("baresip is ready.")
            return try await body(process)
        }
    }

    private static var modules: String {
        ["/usr/lib/baresip/modules", "/opt/homebrew/lib/baresip/modules", "/usr/local/lib/baresip/modules"]
            .first { FileManager.default.fileExists(atPath: $0) } ?? "/usr/lib/baresip/modules"
    }
}
