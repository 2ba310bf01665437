public import CCCore
public import NIOCore

/// The control half of one leg's stream: says when a report is due and writes it, and learns from the peer's reports
/// how our audio fares (RFC 3550 §6).
///
/// For two participants, which is what a call has. The interval is 5 s, varied by chance between half and one and a
/// half of it, and divided by 1.21828 as §6.3.1 wants it; half of that for the first report.
public struct RtcpSession: Sendable {
    /// What the peer's last report says about what we send.
    public struct Remote: Hashable, Sendable {
        /// Loss in the interval of the report, 0 to 1.
        public var fractionLost: Double
        /// Packets lost so far.
        public var cumulativeLost: Int
        public var jitter: Duration
        /// Time there and back, without the time the peer took; `nil` when the report does not tell.
        public var roundTripTime: Duration?
    }

    /// What an incoming datagram told.
    public enum Received: Hashable, Sendable {
        /// A report, or what else compounds consist of; ``RtcpSession/remote`` is up to date.
        case report
        /// The peer has left.
        case goodbye
        case ignored
    }

    private static let interval = 5.0
    private static let compensation = 1.21828

    public let ssrc: UInt32
    public let cname: String
    /// When the next report is due.
    public private(set) var nextDeadline: Instant
    /// `nil` until the peer has reported on our stream.
    public private(set) var remote: Remote?
    /// Greatest round-trip time so far.
    public private(set) var roundTripMaximum: Duration?

    private var lastSenderReport: (ssrc: UInt32, middle: UInt32, arrival: Instant)?
    /// What our last report said, for the loss since then.
    private var reported: (ssrc: UInt32, expected: UInt64, received: UInt64)?
    private var lastSent: (middle: UInt32, at: Instant)?
    private var packetsAtLastReport: UInt32 = 0
    private var clockRate = 8_000

    /// - Parameters:
    ///   - ssrc: of the stream that is sent.
    ///   - cname: names this endpoint and says nothing of persons; up to 255 octets (RFC 7022).
    ///   - now: when the call's media begin.
    ///   - random: uniform in `0 ..< 1`.
    public init(ssrc: UInt32, cname: String, now: Instant, random: Double) {
        self.ssrc = ssrc
        self.cname = cname
        nextDeadline = now.advanced(by: .seconds(Self.interval / 2 * (0.5 + random) / Self.compensation))
    }

    /// Writes the report that is due into `buffer`, whose former contents are replaced: a sender report if something
    /// was sent since the last one, else a receiver report, with the canonical name.
    /// - Parameters:
    ///   - sent: what was sent so far.
    ///   - source: the stream that is received; `nil` when none is.
    ///   - now: the time of the report.
    ///   - ntp: the date at `now`.
    ///   - random: uniform in `0 ..< 1`; varies the time of the next report.
    ///   - buffer: where the compound goes.
    public mutating func report(
        sent: RtpSendCounters, received source: RtpReceiveStatistics?, now: Instant, ntp: NtpTime, random: Double,
        into buffer: inout ByteBuffer
    ) {
        buffer.clear()
        write(sent, source, now, ntp, into: &buffer)
        nextDeadline = now.advanced(by: .seconds(Self.interval * (0.5 + random) / Self.compensation))
    }

    /// Writes the last compound, with a BYE, into `buffer`, whose former contents are replaced.
    public mutating func goodbye(
        sent: RtpSendCounters, received source: RtpReceiveStatistics?, now: Instant, ntp: NtpTime,
        into buffer: inout ByteBuffer
    ) {
        buffer.clear()
        write(sent, source, now, ntp, into: &buffer)
        RtcpPacket.goodbye([ssrc], reason: nil).write(into: &buffer)
        nextDeadline = .distantFuture
    }

    /// Takes a datagram from the peer.
    /// - Parameters:
    ///   - datagram: its readable bytes.
    ///   - source: SSRC of the stream that is received, so that others' goodbyes do not count; `nil`: any.
    ///   - now: when it arrived.
    public mutating func receive(_ datagram: ByteBuffer, from source: UInt32?, now: Instant) -> Received {
        guard let packets = try? RtcpPacket.parse(datagram) else { return .ignored }
        var result = Received.report
        for packet in packets {
            switch packet {
            case .senderReport(let report):
                lastSenderReport = (report.ssrc, report.ntp.middle, now)
                learn(report.blocks, now)
            case .receiverReport(_, let blocks): learn(blocks, now)
            case .goodbye(let sources, _):
                if source.map({ sources.contains($0) }) ?? true { result = .goodbye }
            case .sourceDescription, .other: break
            }
        }
        return result
    }

    private mutating func write(
        _ sent: RtpSendCounters, _ source: RtpReceiveStatistics?, _ now: Instant, _ ntp: NtpTime,
        into buffer: inout ByteBuffer
    ) {
        clockRate = max(1, sent.clockRate)
        let blocks = source.map { [block($0, now)] } ?? []
        if sent.packets != packetsAtLastReport {
            packetsAtLastReport = sent.packets
            lastSent = (ntp.middle, now)
            RtcpPacket.senderReport(
                .init(
                    ssrc: ssrc, ntp: ntp, rtpTimestamp: sent.timestamp(at: now), packets: sent.packets,
                    octets: sent.octets, blocks: blocks)
            ).write(into: &buffer)
        } else {
            RtcpPacket.receiverReport(ssrc: ssrc, blocks: blocks).write(into: &buffer)
        }
        RtcpPacket.sourceDescription([.init(ssrc: ssrc, cname: cname)]).write(into: &buffer)
    }

    /// §6.4.1 and A.3.
    private mutating func block(_ source: RtpReceiveStatistics, _ now: Instant) -> RtcpPacket.ReportBlock {
        let isSame = reported?.ssrc == source.ssrc && (reported?.expected ?? 0) <= source.expected
        let before = isSame ? reported : nil
        let expected = Int64(clamping: source.expected - (before?.expected ?? 0))
        let arrived = Int64(clamping: source.received) - Int64(clamping: before?.received ?? 0)
        reported = (source.ssrc, source.expected, source.received)
        let lost = max(0, expected - arrived)
        var block = RtcpPacket.ReportBlock(
            ssrc: source.ssrc, fractionLost: expected > 0 ? UInt8(clamping: lost * 256 / expected) : 0,
            cumulativeLost: Int32(clamping: source.lost),
            extendedHighestSequence: source.extendedHighestSequence, jitter: source.jitter)
        if let lastSenderReport, lastSenderReport.ssrc == source.ssrc {
            block.lastSenderReport = lastSenderReport.middle
            block.delaySinceLastSenderReport = Self.short(lastSenderReport.arrival.duration(to: now))
        }
        return block
    }

    private mutating func learn(_ blocks: [RtcpPacket.ReportBlock], _ now: Instant) {
        guard let block = blocks.first(where: { $0.ssrc == ssrc }) else { return }
        var roundTrip: Duration?
        if block.lastSenderReport != 0, let lastSent, lastSent.middle == block.lastSenderReport {
            let total = Int64(Self.short(lastSent.at.duration(to: now)))
            let net = max(0, total - Int64(block.delaySinceLastSenderReport))
            roundTrip = .nanoseconds(net * 1_000_000_000 / 65_536)
            roundTripMaximum = max(roundTripMaximum ?? .zero, roundTrip ?? .zero)
        }
        remote = Remote(
            fractionLost: Double(block.fractionLost) / 256, cumulativeLost: Int(block.cumulativeLost),
            jitter: .nanoseconds(Int64(block.jitter) * 1_000_000_000 / Int64(clockRate)),
            roundTripTime: roundTrip ?? remote?.roundTripTime)
    }

    /// In 1/65536 s.
    private static func short(_ duration: Duration) -> UInt32 {
        UInt32(clamping: max(0, duration.inNanoseconds) / 1000 &* 65_536 / 1_000_000)
    }
}
