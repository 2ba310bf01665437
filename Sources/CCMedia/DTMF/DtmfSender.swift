/// Turns digits into telephone-event packets, one each 20 ms (RFC 4733 §2.5.1).
///
/// Idle → Pressing → Ending (two repetitions of the end) → Pausing → Idle or the next digit
public struct DtmfSender: Sendable {
    /// The most digits that wait.
    public static let queueMax = 64
    /// Level of the tones that the receiver is to make: -10 dBm0.
    public static let volume: UInt8 = 10

    /// What to send in this tick.
    public struct Packet: Hashable, Sendable {
        public var payload: TelephoneEventPayload
        /// The first packet of a digit.
        public var isFirst: Bool
        /// Ticks of the clock from the beginning of the digit to that of this packet's segment.
        public var segmentOffset: UInt32
    }

    private struct Press: Sendable {
        var digit: DtmfDigit
        var frames: Int
        var pauseFrames: Int
        /// Frames sent so far.
        var sent = 0
    }

    private var queue: [Press] = []
    private var current: Press?
    private let ticksPerFrame: Int

    /// - Parameter clockRate: of the durations, as negotiated.
    public init(clockRate: Int = 8_000) { ticksPerFrame = min(max(clockRate, 1_000), 192_000) / 50 }

    /// Whether digits or their pauses are still to come.
    public var isBusy: Bool { current != nil || !queue.isEmpty }

    /// Digits that wait for their turn.
    public var waiting: Int { queue.count }

    /// Queues digits.
    /// - Parameters:
    ///   - digits: `0-9 * # A-D`.
    ///   - duration: of each tone, rounded up to 20 ms; 40 ms to 60 s.
    ///   - pause: after each tone, rounded up to 20 ms; 60 ms to 10 s.
    /// - Returns: false, and nothing is queued, when a character is no key or the queue would overflow.
    public mutating func send(
        _ digits: String, duration: Duration = .milliseconds(100), pause: Duration = .milliseconds(80)
    ) -> Bool {
        let keys = digits.compactMap { DtmfDigit($0) }
        guard keys.count == digits.count, queue.count + keys.count <= Self.queueMax else { return false }
        let frames = Self.frames(duration, 2, 3_000)
        let pauseFrames = Self.frames(pause, 3, 500)
        queue += keys.map { Press(digit: $0, frames: frames, pauseFrames: pauseFrames) }
        return true
    }

    /// Drops what waits and ends the digit that sounds at its next packet.
    public mutating func cancel() {
        queue.removeAll()
        guard var press = current, press.sent < press.frames else { return }
        press.frames = press.sent + 1
        current = press
    }

    /// The packet of this tick; `nil`: audio may be sent. To be called once each 20 ms.
    public mutating func next() -> Packet? {
        guard var press = startedPress() else { return nil }
        defer { store(press) }
        press.sent += 1
        guard press.sent <= press.frames + 2 else { return nil }
        let total = min(press.sent, press.frames) * ticksPerFrame
        // The duration has 16 bits: a longer event continues in a new segment (§2.5.1.3).
        let segment = (total - 1) / 0xFFFF
        let payload = TelephoneEventPayload(
            event: press.digit.code, isEnd: press.sent >= press.frames, volume: Self.volume,
            duration: UInt16(total - segment * 0xFFFF))
        return Packet(payload: payload, isFirst: press.sent == 1, segmentOffset: UInt32(segment * 0xFFFF))
    }

    /// For a peer without telephone-event: the key whose tones must sound in this tick, in band. To be called instead
    /// of ``next()``.
    public mutating func nextTone() -> DtmfDigit? {
        guard var press = startedPress() else { return nil }
        defer { store(press) }
        press.sent += 1
        return press.sent <= press.frames ? press.digit : nil
    }

    private mutating func startedPress() -> Press? {
        if let current { return current }
        return queue.isEmpty ? nil : queue.removeFirst()
    }

    private mutating func store(_ press: Press) {
        current = press.sent >= press.frames + press.pauseFrames ? nil : press
    }

    private static func frames(_ duration: Duration, _ least: Int, _ most: Int) -> Int {
        let frames = (duration.inMilliseconds + 19) / 20
        return min(max(frames, least), most)
    }
}
