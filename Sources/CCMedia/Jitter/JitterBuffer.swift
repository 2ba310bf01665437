internal import CCCore

/// Puts packets back in order and in time: payloads go in as they arrive, and come out when they are due.
///
/// How long packets wait adapts to the network: see ``target``. The buffer knows nothing of codecs. It works in ticks
/// of the RTP clock, with packets of any length.
///
/// Buffering → Playing → (no packet for 100 ms) → Buffering
public struct JitterBuffer: Sendable {
    public struct Settings: Hashable, Sendable {
        /// The least delay that is aimed at.
        public var minimumDelay: Duration
        /// The greatest delay; what waits longer is skipped. At most 2 s.
        public var maximumDelay: Duration
        /// The most packets that wait; 4 to 500.
        public var packetsMax: Int { didSet { packetsMax = Self.legal(packetsMax) } }

        public init(
            minimumDelay: Duration = .zero, maximumDelay: Duration = .milliseconds(200), packetsMax: Int = 100
        ) {
            self.minimumDelay = minimumDelay
            self.maximumDelay = maximumDelay
            self.packetsMax = Self.legal(packetsMax)
        }

        private static func legal(_ packets: Int) -> Int { min(max(packets, 4), 500) }
    }

    /// What became of a packet.
    public enum Insertion: Hashable, Sendable {
        case stored
        /// Its time to be played is over.
        case late
        case duplicate
        /// The timestamps have jumped by more than a second; the second packet of the new kind is taken.
        case jumped
        /// Too many packets wait: the oldest made room.
        case overflowed
    }

    /// What is due.
    public enum Output: Hashable, Sendable {
        /// A packet: its payload is in ``JitterBuffer/payload``.
        case packet
        /// A packet of so many ticks is missing. With `isFollowed` the next one is in ``JitterBuffer/payload``, for
        /// codecs that carry redundancy.
        case lost(ticks: Int, isFollowed: Bool)
        /// The sender was silent for so many ticks: nothing is lost.
        case silence(ticks: Int)
        /// Nothing is there. While `isPlaying`, make something up for one frame: a packet may only be late.
        case empty(isPlaying: Bool)
    }

    struct Entry: Sendable {
        var sequence: Int64
        var timestamp: Int64
        var ticks: Int
        var slot: Int
    }

    enum State: Hashable, Sendable {
        case buffering
        case playing
    }

    /// After so long without a packet the next one starts anew, with the target delay.
    static let starvation: Int64 = 100_000_000
    static let jump: Int64 = 1_000_000_000

    public let clockRate: Int
    let settings: Settings
    let minimum: Int64
    let maximum: Int64

    var state = State.buffering
    var estimator: DelayEstimator
    /// Waiting packets by sequence.
    var entries: [Entry] = []
    /// Octets of the waiting packets; slots are used again and again.
    var slots: [[UInt8]] = []
    var freeSlots: [Int] = []
    /// The payload that ``next(now:queued:)`` speaks of.
    public internal(set) var payload: [UInt8] = []

    var newestSequence: Int64?
    var newestTimestamp: Int64 = 0
    /// Timestamp that is due next.
    var position: Int64 = 0
    var lastSequence: Int64 = .min
    /// Length of the last packet.
    var lastTicks: Int
    /// Ticks that were made up while waiting for `position`.
    var madeUp: Int64 = 0
    var starvedSince: Instant?
    var lastTransit: Int64 = 0
    var jumpedTransit: Int64?
    /// The smallest delays of this and of the last quarter of a second, in nanoseconds.
    var lowestDelay = (current: Int64.max, last: Int64.max)
    var lowestDelayFrames = 0
    var framesSinceShortening = 0

    /// Packets that came too late to be played.
    public internal(set) var latePackets = 0
    /// Packets that came twice.
    public internal(set) var duplicatePackets = 0
    /// Packets that were thrown away because the buffer was full or too long.
    public internal(set) var skippedPackets = 0

    /// - Parameters:
    ///   - clockRate: ticks a second of the timestamps; at least 1000.
    ///   - settings: limits of the delay and of the packets.
    public init(clockRate: Int, settings: Settings = Settings()) {
        self.clockRate = max(1000, clockRate)
        self.settings = settings
        maximum = min(max(settings.maximumDelay.inNanoseconds, 20_000_000), 2_000_000_000)
        minimum = min(max(settings.minimumDelay.inNanoseconds, 0), maximum)
        estimator = DelayEstimator(maximum: maximum)
        lastTicks = self.clockRate / 50
        entries.reserveCapacity(16)
    }

    /// Packets that wait.
    public var count: Int { entries.count }

    /// The delay aimed at: what 98 % of the packets of about the last ten seconds needed, and 5 ms.
    public var target: Duration { .nanoseconds(needed + 5_000_000) }

    var needed: Int64 { min(max(estimator.needed, minimum), maximum) }
}
