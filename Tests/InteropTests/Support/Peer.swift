import Foundation
import Testing

/// All tests that talk to other programs, one after the other: they run in real time and share the machine's processors
/// with their peers.
@Suite("Interoperation", .serialized)
enum Interop {}

/// A program from elsewhere that a test talks to.
enum Peer: String {
    case sipp, baresip, kamailio

    /// Where it is installed; nil when it is not.
    var url: URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        // Debian keeps servers in /usr/sbin, which is not on everybody's path.
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin"])
            .map { URL(filePath: $0).appending(path: rawValue) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where a peer that it talks to is not installed.
    static func needs(_ peer: Peer) -> Self {
        .enabled(if: peer.url != nil, "\(peer.rawValue) is not installed: make setup-peers")
    }

    /// SIPp plays captures through raw sockets, which are the superuser's.
    static var needsRawSockets: Self { .enabled(if: geteuid() == 0, "playing a capture needs the superuser's rights") }
}
