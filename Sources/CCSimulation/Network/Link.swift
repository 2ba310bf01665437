import CCCore

/// What happens to datagrams on their way from one host to another. Each direction has a link of its own.
public struct Link: Hashable, Sendable, Codable {
    /// How long a datagram is under way at least.
    public var latency: Duration
    /// A further time, uniform between zero and this. It delays, but does not reorder.
    public var jitter: Duration
    /// The share of datagrams that are lost, 0 to 1.
    public var loss: Double
    /// The share of datagrams that arrive twice, 0 to 1.
    public var duplication: Double
    /// The share of datagrams that others overtake, 0 to 1.
    public var reordering: Double

    /// How long an overtaken datagram is late, on top of everything else.
    static let reorderingDelay = Duration.milliseconds(30)

    public init(
        latency: Duration = .milliseconds(1), jitter: Duration = .zero, loss: Double = 0, duplication: Double = 0,
        reordering: Double = 0
    ) {
        self.latency = latency
        self.jitter = jitter
        self.loss = loss
        self.duplication = duplication
        self.reordering = reordering
    }

    /// A wire without faults.
    public static let lan = Link()
    /// Bad, but such that people still talk: 40 ms, 20 ms of jitter, 2 % lost, 0.5 % doubled, 1 % overtaken.
    public static let poor = Link(
        latency: .milliseconds(40), jitter: .milliseconds(20), loss: 0.02, duplication: 0.005, reordering: 0.01)
}

/// Two addresses, in the direction of travel.
struct Direction: Hashable, Sendable {
    let from: IPAddress
    let to: IPAddress
}
