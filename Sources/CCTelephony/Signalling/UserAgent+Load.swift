import CCCore
import CCSip

/// What a user agent holds at a moment. All of it is 0 some time after the last call: transactions wait up to 32 seconds
/// for late repetitions.
public struct UserAgentLoad: Hashable, Sendable, Codable {
    public var calls = 0
    public var dialogs = 0
    /// Client and server transactions.
    public var transactions = 0
    /// Requests that have a transaction, and invitations that have a call.
    public var requests = 0
    /// Media legs, each with two ports.
    public var legs = 0
    /// Pairs of media ports that are taken.
    public var portPairs = 0
    /// TCP connections.
    public var connections = 0

    public init() {}

    public var isNothing: Bool { self == UserAgentLoad() }
}

extension UserAgent {
    /// What it holds now: for metrics, and for tests that nothing is left over.
    public func load() async -> UserAgentLoad {
        var load = UserAgentLoad()
        load.calls = calls.count
        load.dialogs = dialogs.count
        load.transactions = layer.clientTransactionCount + layer.serverTransactionCount
        load.requests = requests.count + invites.count
        load.connections = transports.connections.count
        for engine in engines {
            load.legs += await engine.legCount
            load.portPairs += await engine.portPairCount
        }
        return load
    }
}
