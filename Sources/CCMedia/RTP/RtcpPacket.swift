/// One packet of an RTCP compound (RFC 3550 §6.4 to §6.6), as far as audio needs it.
public enum RtcpPacket: Hashable, Sendable {
    case senderReport(SenderReport)
    case receiverReport(ssrc: UInt32, blocks: [ReportBlock])
    /// The canonical names of sources; other items are skipped.
    case sourceDescription([SourceName])
    /// Sources that leave, and why.
    case goodbye([UInt32], reason: String?)
    /// APP, feedback, extended reports: skipped.
    case other(type: UInt8)

    /// What a sender says of its stream.
    public struct SenderReport: Hashable, Sendable {
        public var ssrc: UInt32
        public var ntp: NtpTime
        public var rtpTimestamp: UInt32
        public var packets: UInt32
        public var octets: UInt32
        public var blocks: [ReportBlock]

        public init(
            ssrc: UInt32, ntp: NtpTime, rtpTimestamp: UInt32, packets: UInt32, octets: UInt32,
            blocks: [ReportBlock] = []
        ) {
            self.ssrc = ssrc
            self.ntp = ntp
            self.rtpTimestamp = rtpTimestamp
            self.packets = packets
            self.octets = octets
            self.blocks = blocks
        }
    }

    /// What a receiver says of a stream.
    public struct ReportBlock: Hashable, Sendable {
        /// The source that the block is about.
        public var ssrc: UInt32
        /// Loss since the last report, in 1/256.
        public var fractionLost: UInt8
        /// Packets lost since the beginning; 24 bits with sign.
        public var cumulativeLost: Int32
        public var extendedHighestSequence: UInt32
        /// In ticks of the RTP clock.
        public var jitter: UInt32
        /// Middle bits of the last sender report's time; 0: there was none.
        public var lastSenderReport: UInt32
        /// Time since that report came, in 1/65536 s.
        public var delaySinceLastSenderReport: UInt32

        public init(
            ssrc: UInt32, fractionLost: UInt8 = 0, cumulativeLost: Int32 = 0, extendedHighestSequence: UInt32 = 0,
            jitter: UInt32 = 0, lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
        ) {
            self.ssrc = ssrc
            self.fractionLost = fractionLost
            self.cumulativeLost = min(max(cumulativeLost, -0x80_0000), 0x7F_FFFF)
            self.extendedHighestSequence = extendedHighestSequence
            self.jitter = jitter
            self.lastSenderReport = lastSenderReport
            self.delaySinceLastSenderReport = delaySinceLastSenderReport
        }
    }

    /// A source and its canonical name.
    public struct SourceName: Hashable, Sendable {
        public var ssrc: UInt32
        public var cname: String

        public init(ssrc: UInt32, cname: String) {
            self.ssrc = ssrc
            self.cname = cname
        }
    }
}
