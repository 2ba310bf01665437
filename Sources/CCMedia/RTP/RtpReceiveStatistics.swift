public import CCCore

/// Sequence validation, loss and jitter of one source (RFC 3550 §6.4.1, A.1, A.3, A.8).
///
/// Unlike A.1 there is no probation at the start: the first packet of a call is played.
public struct RtpReceiveStatistics: Sendable {
    /// What a sequence number says of its packet.
    public enum Verdict: Hashable, Sendable {
        case valid
        /// Far from what was expected: not to be used, unless the next one follows it.
        case suspicious
        /// The source has begun to count anew, with this and the packet before it.
        case restarted
    }

    private static let dropoutMax: UInt16 = 3000
    private static let misorderMax: UInt16 = 100

    public let ssrc: UInt32
    /// Packets with valid sequence numbers, late and duplicate ones included.
    public private(set) var received: UInt64 = 0
    /// Interarrival jitter in ticks of the RTP clock.
    public var jitter: UInt32 { UInt32(jitterEstimate) }

    private var baseSequence: UInt16
    private var highest: UInt16
    private var cycles: UInt32 = 0
    private var suspect: UInt16?
    private var jitterEstimate: Double = 0
    private var last: (arrival: Int64, timestamp: UInt32)?

    public init(ssrc: UInt32, firstSequence: UInt16) {
        self.ssrc = ssrc
        baseSequence = firstSequence
        highest = firstSequence
    }

    /// The highest sequence number received, with the count of its cycles in the upper half.
    public var extendedHighestSequence: UInt32 { cycles &+ UInt32(highest) }

    /// Packets that should have come.
    public var expected: UInt64 {
        let span = Int64(cycles) + Int64(highest) - Int64(baseSequence) + 1
        return UInt64(max(0, span))
    }

    /// Packets missing; negative when duplicates outnumber losses.
    public var lost: Int64 { Int64(clamping: expected) - Int64(clamping: received) }

    /// Takes one packet's sequence number (A.1).
    public mutating func receive(sequence: UInt16) -> Verdict {
        let ahead = sequence &- highest
        if ahead < Self.dropoutMax {
            if sequence < highest { cycles &+= 0x1_0000 }
            highest = sequence
        } else if ahead <= UInt16.max - Self.misorderMax {
            guard suspect == sequence else {
                suspect = sequence &+ 1
                return .suspicious
            }
            self = RtpReceiveStatistics(ssrc: ssrc, firstSequence: sequence)
            highest = sequence
            received = 1
            return .restarted
        }
        suspect = nil
        received += 1
        return .valid
    }

    /// Takes one audio packet's timestamp (A.8). Packets of one timestamp count once.
    public mutating func receive(timestamp: UInt32, arrival: Instant, clockRate: Int) {
        defer { last = (arrival.nanoseconds, timestamp) }
        guard let last, last.timestamp != timestamp else { return }
        let between = Double(arrival.nanoseconds &- last.arrival) * Double(clockRate) / 1e9
        let difference = abs(between - Double(Int32(bitPattern: timestamp &- last.timestamp)))
        // A jump of the clock is no jitter.
        guard difference < Double(clockRate) else { return }
        jitterEstimate += (difference - jitterEstimate) / 16
    }
}
