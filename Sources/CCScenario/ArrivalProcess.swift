import CCCore

/// When contacts come.
public enum ArrivalProcess: Hashable, Sendable {
    case none
    /// At random with a constant rate, in contacts per second, above 0.
    case poisson(rate: Double)
    /// At random with a rate that changes at stated times.
    case piecewise([RateInterval])
    /// One every `interval` seconds, the first after one interval.
    case regular(interval: Double)
    /// At stated offsets from the start, ascending: a recorded day.
    case recorded([RecordedArrival])

    /// The rate from `start` until the next interval's start, or the horizon.
    public struct RateInterval: Hashable, Sendable {
        /// Offset from the scenario's start.
        public var start: Duration
        /// Contacts per second, 0 or more.
        public var rate: Double

        public init(start: Duration, rate: Double) {
            self.start = start
            self.rate = rate
        }
    }

    public static func recorded(_ offsets: [Duration]) -> Self {
        .recorded(offsets.map { RecordedArrival(offset: $0) })
    }
}

/// A contact that came at a known time; what else is known of it replaces what would be drawn.
public struct RecordedArrival: Hashable, Sendable {
    /// From the scenario's start.
    public var offset: Duration
    /// How long the customer would wait, in seconds; nil: drawn.
    public var patience: Double?
    /// The customer waited so long, in seconds, and was then served: patience is drawn from what is longer.
    public var waited: Double?
    /// Talk in seconds; nil: drawn.
    public var talk: Double?
    /// Wrap-up in seconds; nil: drawn.
    public var wrapUp: Double?

    public init(
        offset: Duration, patience: Double? = nil, waited: Double? = nil, talk: Double? = nil, wrapUp: Double? = nil
    ) {
        self.offset = offset
        self.patience = patience
        self.waited = waited
        self.talk = talk
        self.wrapUp = wrapUp
    }
}
