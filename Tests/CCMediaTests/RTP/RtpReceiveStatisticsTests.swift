import CCCore
import CCMedia
import Testing

@Suite("RTP reception statistics")
struct RtpReceiveStatisticsTests {
    @Test("losses, duplicates and wrap-around are counted as RFC 3550 A.3 has it")
    func loss() {
        var source = RtpReceiveStatistics(ssrc: 1, firstSequence: 65_530)
        for sequence in [65_530, 65_531, 65_533, 65_535, 1, 0, 1] as [UInt16] {
            #expect(source.receive(sequence: sequence) == .valid)
        }
        #expect(source.extendedHighestSequence == 0x1_0001)
        #expect(source.expected == 8)
        #expect(source.received == 7)
        #expect(source.lost == 1)
    }

    @Test("a jump is suspicious once and believed the second time")
    func jump() {
        var source = RtpReceiveStatistics(ssrc: 1, firstSequence: 100)
        #expect(source.receive(sequence: 100) == .valid)
        #expect(source.receive(sequence: 20_000) == .suspicious)
        #expect(source.receive(sequence: 101) == .valid)
        #expect(source.receive(sequence: 30_000) == .suspicious)
        #expect(source.receive(sequence: 30_001) == .restarted)
        #expect(source.receive(sequence: 30_002) == .valid)
        #expect(source.lost == 0)
    }

    @Test("jitter follows RFC 3550 A.8: steady arrival has none, alternating arrival approaches its mean deviation")
    func jitter() {
        var steady = RtpReceiveStatistics(ssrc: 1, firstSequence: 0)
        var uneven = RtpReceiveStatistics(ssrc: 1, firstSequence: 0)
        for index in 0..<500 {
            let timestamp = UInt32(index * 160)
            steady.receive(timestamp: timestamp, arrival: .at(Double(index) * 20), clockRate: 8000)
            let late = index % 2 == 0 ? 0.0 : 10
            uneven.receive(timestamp: timestamp, arrival: .at(Double(index) * 20 + late), clockRate: 8000)
        }
        #expect(steady.jitter == 0)
        #expect((78...80).contains(uneven.jitter))
    }
}
