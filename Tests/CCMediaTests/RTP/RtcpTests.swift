import CCCore
import CCMedia
import NIOCore
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("RTCP")
struct RtcpTests {
    private let block = RtcpPacket.ReportBlock(
        ssrc: 9, fractionLost: 64, cumulativeLost: -5, extendedHighestSequence: 70_000, jitter: 12,
        lastSenderReport: 0x1234_5678, delaySinceLastSenderReport: 65_536)

    @Test("a compound that is written is read again")
    func roundTrip() throws {
        let packets: [RtcpPacket] = [
            .senderReport(
                .init(
                    ssrc: 1, ntp: NtpTime(seconds: 2, fraction: 3), rtpTimestamp: 4, packets: 5, octets: 6,
                    blocks: [block])),
            .receiverReport(ssrc: 8, blocks: [block, block]),
            .sourceDescription([.init(ssrc: 1, cname: "a"), .init(ssrc: 2, cname: "abcd"), .init(ssrc: 3, cname: "")]),
            .goodbye([1, 2], reason: "done"),
            .goodbye([3], reason: nil),
        ]
        var buffer = ByteBuffer()
        for packet in packets { packet.write(into: &buffer) }
        #expect(buffer.readableBytes % 4 == 0)
        #expect(try RtcpPacket.parse(buffer) == packets)
    }

    @Test("names of every length are padded to whole words")
    func names() throws {
        for length in 0..<12 {
            let packets: [RtcpPacket] = [
                .receiverReport(ssrc: 1, blocks: []),
                .sourceDescription([
                    .init(ssrc: 5, cname: String(repeating: "x", count: length)), .init(ssrc: 6, cname: "y"),
                ]),
            ]
            var buffer = ByteBuffer()
            for packet in packets { packet.write(into: &buffer) }
            #expect(try RtcpPacket.parse(buffer) == packets)
        }
    }

    @Test("unknown packets are skipped, broken ones refuse the whole")
    func unknown() throws {
        var buffer = ByteBuffer()
        RtcpPacket.receiverReport(ssrc: 1, blocks: []).write(into: &buffer)
        buffer.writeBytes([0x80, 204, 0, 2, 0, 0, 0, 1, 65, 66, 67, 68])
        #expect(try RtcpPacket.parse(buffer) == [.receiverReport(ssrc: 1, blocks: []), .other(type: 204)])
        buffer.writeBytes([0x81, 201, 0, 9])
        #expect(throws: MediaError.self) { try RtcpPacket.parse(buffer) }
        #expect(throws: MediaError.self) { try RtcpPacket.parse(ByteBuffer(bytes: [0x81, 201, 0, 1, 0, 0, 0, 1])) }
        #expect(throws: MediaError.self) { try RtcpPacket.parse(ByteBuffer(bytes: [0x80, 202, 0, 1, 0, 0, 0, 0])) }
    }

    @Test("the first report is due after half the interval, the next after the whole, both varied by chance")
    func interval() {
        for (random, first, next) in [(0.0, 1.026, 2.052), (0.5, 2.052, 4.104), (0.999, 3.076, 6.152)] {
            var session = RtcpSession(ssrc: 1, cname: "c", now: .at(0), random: random)
            #expect(abs(session.nextDeadline.nanoseconds - Int64(first * 1e9)) < 5_000_000)
            var buffer = ByteBuffer()
            let due = session.nextDeadline
            session.report(
                sent: .init(ssrc: 1), received: nil, now: due, ntp: NtpTime(seconds: 1, fraction: 0), random: random,
                into: &buffer)
            #expect(abs(session.nextDeadline.nanoseconds - due.nanoseconds - Int64(next * 1e9)) < 5_000_000)
        }
    }

    @Test("two sides learn loss, jitter and round-trip time from each other's reports")
    func exchange() throws {
        var here = RtcpSession(ssrc: 1, cname: "here", now: .at(0), random: 0.5)
        var there = RtcpSession(ssrc: 2, cname: "there", now: .at(0), random: 0.5)
        var heard = RtpReceiveStatistics(ssrc: 1, firstSequence: 0)
        for sequence in 0..<100 as Range<UInt16> where sequence % 4 != 3 || sequence == 99 {
            _ = heard.receive(sequence: sequence)
        }
        var buffer = ByteBuffer()
        let sent = RtpSendCounters(ssrc: 1, packets: 100, octets: 16_000, timestamp: 800, timestampInstant: .at(990))
        here.report(
            sent: sent, received: nil, now: .at(1000), ntp: NtpTime(seconds: 77, fraction: 1 << 31), random: 0,
            into: &buffer)
        guard case .senderReport(let report)? = try RtcpPacket.parse(buffer).first else {
            Issue.record("no sender report")
            return
        }
        #expect(report.packets == 100 && report.octets == 16_000 && report.rtpTimestamp == 880)
        #expect(there.receive(buffer, from: 1, now: .at(1040)) == .report)
        there.report(
            sent: .init(ssrc: 2), received: heard, now: .at(1540), ntp: NtpTime(seconds: 80, fraction: 0), random: 0,
            into: &buffer)
        guard case .receiverReport(2, let blocks)? = try RtcpPacket.parse(buffer).first else {
            Issue.record("no receiver report")
            return
        }
        #expect(blocks.first?.fractionLost == 61)
        #expect(blocks.first?.cumulativeLost == 24)
        #expect(here.receive(buffer, from: 2, now: .at(1580)) == .report)
        let remote = try #require(here.remote)
        let roundTrip = try #require(remote.roundTripTime)
        #expect(roundTrip > .milliseconds(79) && roundTrip < .milliseconds(81))
        #expect(remote.cumulativeLost == 24)
        #expect(abs(remote.fractionLost - 0.24) < 0.01)
        // Nothing lost since: the next report says so.
        for sequence in 100..<150 as Range<UInt16> { _ = heard.receive(sequence: sequence) }
        there.report(
            sent: .init(ssrc: 2), received: heard, now: .at(6000), ntp: NtpTime(seconds: 85, fraction: 0), random: 0,
            into: &buffer)
        _ = here.receive(buffer, from: 2, now: .at(6040))
        #expect(here.remote?.fractionLost == 0)
        #expect(here.remote?.cumulativeLost == 24)
    }

    @Test("the last compound says goodbye, and only the right source's goodbye counts")
    func goodbye() {
        var here = RtcpSession(ssrc: 1, cname: "here", now: .at(0), random: 0)
        var there = RtcpSession(ssrc: 2, cname: "there", now: .at(0), random: 0)
        var buffer = ByteBuffer()
        here.goodbye(
            sent: .init(ssrc: 1, packets: 3), received: nil, now: .at(1), ntp: NtpTime(seconds: 1, fraction: 0),
            into: &buffer)
        #expect(there.receive(buffer, from: 1, now: .at(2)) == .goodbye)
        #expect(there.receive(buffer, from: 5, now: .at(2)) == .report)
        #expect(here.nextDeadline == .distantFuture)
    }

    @Test("dates become NTP times")
    func dates() {
        let time = NtpTime(Date(timeIntervalSince1970: 0.25))
        #expect(time == NtpTime(seconds: 0x83AA_7E80, fraction: 1 << 30))
        #expect(time.middle == 0x7E80_4000)
    }
}
