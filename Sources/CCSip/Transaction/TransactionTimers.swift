/// The base timers of RFC 3261 §17.1.1.1 (table 4): all others are multiples of these.
public struct TransactionTimers: Sendable, Equatable {
    /// The round-trip estimate: first retransmission interval.
    public var t1: Duration
    /// The longest retransmission interval of non-INVITE requests and of INVITE responses.
    public var t2: Duration
    /// How long a message may linger in the network.
    public var t4: Duration

    public init(t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
    }

    /// 64·T1: timers B, F, H, J, L and M, and how long a 2xx is repeated. 32 s by default.
    public var timeout: Duration { t1 * 64 }
}
