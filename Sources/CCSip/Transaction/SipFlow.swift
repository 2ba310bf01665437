import CCCore

/// How SIP messages travel.
public enum SipTransport: String, Sendable, Hashable, Codable {
    case udp = "UDP"
    case tcp = "TCP"

    /// Whether the transport repeats and orders by itself, so that transactions need not.
    public var isReliable: Bool { self != .udp }
}

/// A pair of addresses that messages travel between. Over TCP a flow is one connection.
public struct SipFlow: Hashable, Sendable, Codable, CustomStringConvertible {
    public var transport: SipTransport
    /// This side's address.
    public var local: NetworkAddress
    /// The peer's address.
    public var remote: NetworkAddress

    public init(transport: SipTransport, local: NetworkAddress, remote: NetworkAddress) {
        self.transport = transport
        self.local = local
        self.remote = remote
    }

    public var description: String { "\(transport.rawValue) \(local) \(remote)" }
}
