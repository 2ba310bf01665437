import CCCore
import CCMedia
import CCSip
import CCTelephony
import CCTestKit
import Foundation
import Synchronization

/// Two user agents on loopback, with real sockets: `here` places calls, `there` takes them.
struct Loopback {
    let here: UserAgent
    let there: UserAgent
    let address: NetworkAddress

    /// The URI of a number at `there`.
    func uri(_ user: String, transport: String? = nil) -> SipURI {
        SipURI(user: user, address: address, transport: transport)
    }

    static func run<Result: Sendable>(
        host: String = "127.0.0.1", here: UserAgentConfiguration? = nil, there: UserAgentConfiguration? = nil,
        handlers: UserAgentHandlers, _ body: @escaping @Sendable (Loopback) async throws -> Result
    ) async throws -> Result {
        let caller = UserAgent(configuration: here ?? configuration(host: host))
        let callee = UserAgent(configuration: there ?? configuration(host: host))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await caller.run(UserAgentHandlers { _ in }) }
            group.addTask { try await callee.run(handlers) }
            guard await caller.waitUntilListening() != nil, let address = await callee.waitUntilListening()?.first
            else {
                try await group.waitForAll()
                throw TelephonyError(.unreachable, "not listening")
            }
            let result = try await body(Loopback(here: caller, there: callee, address: address))
            await caller.stop(within: .zero)
            await callee.stop(within: .zero)
            try await group.waitForAll()
            return result
        }
    }

    static func configuration(
        host: String = "127.0.0.1", codecs: [AudioCodec] = [.pcmu], ports: ClosedRange<UInt16> = nextPorts()
    ) -> UserAgentConfiguration {
        var configuration = UserAgentConfiguration(
            listen: [NetworkAddress(host: host, port: 0) ?? NetworkAddress(ip: IPAddress(v4: 0x7F00_0001), port: 0)])
        configuration.capabilities.codecs = codecs
        configuration.media.ports = ports
        return configuration
    }

    private static let portBlocks = Atomic<Int>(0)

    /// A range of its own for each user agent, so that tests beside each other meet no foreign packets. Ports that other
    /// programs hold are passed over by the engine.
    static func nextPorts() -> ClosedRange<UInt16> {
        let block = portBlocks.add(1, ordering: .relaxed).oldValue % 150
        let first = UInt16(40_000 + block * 100)
        return first...(first + 99)
    }
}

/// Collects what one party says, from a call's tap.
final class Ear: Sendable {
    private let heard = Mutex<(party: [Int16], other: [Int16])>(([], []))

    var party: [Int16] { heard.withLock { $0.party } }
    var otherSide: [Int16] { heard.withLock { $0.other } }

    func listen(_ audio: RecordedAudio) {
        heard.withLock {
            $0.party += audio.party
            $0.other += audio.otherSide
        }
    }
}

/// How clearly `reference` is in `heard`: 1 as it is, 0 not at all. It is sought piece by piece, since a jitter buffer
/// stretches and shrinks what it plays; the median of the pieces counts.
func likeness(of reference: [Int16], in heard: [Int16], rate: Int) -> Double {
    let pieces = AudioCorrelation.track(of: reference, in: heard, window: rate / 10, slack: rate / 25)
    guard pieces.count >= 4 else { return 0 }
    return pieces.map(\.coefficient).sorted()[pieces.count / 2]
}

/// Waits until a condition holds, looking again and again, for at most `limit`.
func eventually(
    within limit: Duration = .seconds(5), _ condition: @Sendable () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}

/// The telephony error that `body` throws; nil when it throws none, or another one.
func failure(_ body: @Sendable () async throws -> Void) async -> TelephonyError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? TelephonyError
    }
}
