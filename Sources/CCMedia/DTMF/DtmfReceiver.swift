public import CCCore

/// Makes key presses of telephone-event packets (RFC 4733 §2.5.2).
///
/// One press has one RTP timestamp: that, not the marker bit, tells presses apart, and so retransmitted, repeated and
/// reordered packets count once. A press that lasts longer than its 16-bit duration continues with a new timestamp
/// exactly where the last segment ended (§2.5.1.3) and is still one press. When all ends are lost, the next press or
/// ``timeout`` without a packet ends it.
public struct DtmfReceiver: Sendable {
    /// How long a press is believed in without a packet: senders repeat them at least every 50 ms or so.
    public static let timeout = Duration.milliseconds(200)

    private struct Press: Sendable {
        var digit: DtmfDigit
        var timestamp: UInt32
        /// Ticks of segments that are over.
        var earlier: UInt64 = 0
        /// Ticks of this segment so far.
        var duration: UInt16
        var lastPacket: Instant
    }

    /// Ticks a second of the durations.
    var clockRate: Int { didSet { clockRate = max(1, clockRate) } }
    private var press: Press?
    /// The timestamp of the last press that ended: what still comes of it is an echo.
    private var endedTimestamp: UInt32?

    /// - Parameter clockRate: of the durations, as negotiated.
    public init(clockRate: Int = 8_000) { self.clockRate = max(1, clockRate) }

    /// The key that is down.
    public var digit: DtmfDigit? { press?.digit }

    /// Takes one packet; appends what it tells, which is nothing for most packets.
    public mutating func receive(
        _ payload: TelephoneEventPayload, timestamp: UInt32, now: Instant, into events: inout [DtmfEvent]
    ) {
        guard let digit = DtmfDigit(code: payload.event), !isOver(timestamp) else { return }
        if var current = press {
            let distance = Int(Int32(bitPattern: timestamp &- current.timestamp))
            if distance == 0 {
                guard digit == current.digit else { return }
                current.duration = max(current.duration, payload.duration)
            } else if digit == current.digit, isNextSegment(distance, after: current.duration) {
                current.earlier += UInt64(distance)
                current.timestamp = timestamp
                current.duration = payload.duration
            } else if distance < 0 {
                return
            } else {
                end(into: &events)
                begin(digit, payload, timestamp, now, &events)
                return
            }
            current.lastPacket = now
            press = current
        } else {
            begin(digit, payload, timestamp, now, &events)
            return
        }
        if payload.isEnd { end(into: &events) }
    }

    /// Ends a press whose packets have ceased to come. To be called every tick.
    public mutating func advance(now: Instant, into events: inout [DtmfEvent]) {
        guard let press, press.lastPacket.duration(to: now) > Self.timeout else { return }
        end(into: &events)
    }

    /// Forgets all timestamps: another source speaks now. A key that is down comes up.
    public mutating func reset(into events: inout [DtmfEvent]) {
        end(into: &events)
        endedTimestamp = nil
    }

    /// Segments are cut when the duration is about to overflow; the last packets of the old one may be missing.
    private func isNextSegment(_ distance: Int, after duration: UInt16) -> Bool {
        duration >= 0x7000 && distance >= Int(duration) && distance <= Int(duration) + clockRate / 10
    }

    /// Whether a timestamp belongs to a press that has been told already (or is up to 30 s older than one).
    private func isOver(_ timestamp: UInt32) -> Bool {
        guard let endedTimestamp else { return false }
        let distance = Int64(Int32(bitPattern: timestamp &- endedTimestamp))
        return distance <= 0 && distance > -30 * Int64(clockRate)
    }

    private mutating func begin(
        _ digit: DtmfDigit, _ payload: TelephoneEventPayload, _ timestamp: UInt32, _ now: Instant,
        _ events: inout [DtmfEvent]
    ) {
        press = Press(digit: digit, timestamp: timestamp, duration: payload.duration, lastPacket: now)
        events.append(.pressed(digit))
        if payload.isEnd { end(into: &events) }
    }

    private mutating func end(into events: inout [DtmfEvent]) {
        guard let press else { return }
        let ticks = Double(press.earlier) + Double(press.duration)
        events.append(.released(press.digit, held: .microseconds(Int64(ticks * 1e6 / Double(clockRate)))))
        endedTimestamp = press.timestamp
        self.press = nil
    }
}
