import CCRecording
import Testing

@Suite("Stereo recorder")
struct StereoRecorderTests {
    @Test("the customer is left and the agent is right")
    func sides() throws {
        var recorder = try StereoRecorder(sampleRate: 8000)
        var bytes: [UInt8] = []
        recorder.record(tick: 7, customer: frame(0x0102), agent: frame(-2), into: &bytes)
        #expect(bytes.count == 640)
        #expect(Array(bytes.prefix(8)) == [0x02, 0x01, 0xFE, 0xFF, 0x02, 0x01, 0xFE, 0xFF])
        #expect(recorder.duration == .milliseconds(20))
        #expect(recorder.marks.isEmpty)
    }

    @Test("an absent side is silent, a short frame is filled up, a long one is cut", arguments: [8000, 16_000])
    func oddFrames(rate: Int) throws {
        var recorder = try StereoRecorder(sampleRate: rate)
        let full = rate / 50
        let cases: [(customer: Int, agent: Int)] = [
            (0, 0), (full, 0), (0, full), (3, 0), (0, 5), (3, 5), (full + 9, full), (full, full + 1), (full + 2, 0),
        ]
        for (tick, count) in cases.enumerated() {
            var bytes: [UInt8] = []
            recorder.record(
                tick: Int64(tick), customer: Array(repeating: 1, count: count.customer),
                agent: Array(repeating: 2, count: count.agent), into: &bytes)
            let (left, right) = channels(bytes)
            #expect(left == (0..<full).map { $0 < count.customer ? 1 : 0 })
            #expect(right == (0..<full).map { $0 < count.agent ? 2 : 0 })
        }
        #expect(recorder.marks.isEmpty)
    }

    @Test("missing ticks become silence of the same length and are marked")
    func missing() throws {
        var recorder = try StereoRecorder(sampleRate: 8000)
        var bytes: [UInt8] = []
        recorder.record(tick: 100, customer: frame(1), agent: frame(1), into: &bytes)
        recorder.record(tick: 104, customer: frame(4), agent: frame(4), into: &bytes)
        recorder.record(tick: 106, customer: frame(6), agent: frame(6), into: &bytes)
        #expect(bytes.count == 7 * 640)
        #expect(channels(bytes).left[4 * 160] == 4, "tick 104 lies where it belongs")
        #expect(
            recorder.marks == [
                RecordingMark(kind: .missing, start: .milliseconds(20), duration: .milliseconds(60)),
                RecordingMark(kind: .missing, start: .milliseconds(100), duration: .milliseconds(20)),
            ])
    }

    @Test("a tick that comes twice or too late is ignored")
    func lateTicks() throws {
        var recorder = try StereoRecorder(sampleRate: 8000)
        var bytes: [UInt8] = []
        for tick in [5, 6, 6, 5, -1, 7] as [Int64] {
            recorder.record(tick: tick, customer: frame(1), agent: frame(1), into: &bytes)
        }
        #expect(bytes.count == 3 * 640)
        #expect(recorder.marks.isEmpty)
    }

    @Test("a pause is silence in both channels, marked as one piece, and resuming goes on at the right place")
    func pause() throws {
        var recorder = try StereoRecorder(sampleRate: 16_000)
        var bytes: [UInt8] = []
        for tick in 0..<10 as Range<Int64> {
            if tick == 3 { recorder.pause() }
            if tick == 8 { recorder.resume() }
            // Tick 5 is missing in the middle of the pause.
            if tick != 5 {
                recorder.record(tick: tick, customer: frame(9, 320), agent: frame(9, 320), into: &bytes)
            }
        }
        let left = channels(bytes).left
        for tick in 0..<10 { #expect(left[tick * 320] == ((3..<8).contains(tick) ? 0 : 9)) }
        #expect(
            recorder.marks == [RecordingMark(kind: .paused, start: .milliseconds(60), duration: .milliseconds(100))])
    }

    @Test("lost packets are marked for the side that lost them, while their concealed audio is kept")
    func losses() throws {
        var recorder = try StereoRecorder(sampleRate: 8000)
        var bytes: [UInt8] = []
        for tick in 0..<6 as Range<Int64> {
            recorder.record(
                tick: tick, customer: frame(1), agent: frame(1), customerLost: (1...3).contains(tick),
                agentLost: tick == 2 || tick == 5, into: &bytes)
        }
        #expect(
            recorder.marks == [
                RecordingMark(kind: .customerLost, start: .milliseconds(20), duration: .milliseconds(60)),
                RecordingMark(kind: .agentLost, start: .milliseconds(40), duration: .milliseconds(20)),
                RecordingMark(kind: .agentLost, start: .milliseconds(100), duration: .milliseconds(20)),
            ])
        #expect(!channels(bytes).left.contains(0))
    }

    @Test("finishing fills up to the last tick of the call")
    func finish() throws {
        var recorder = try StereoRecorder(sampleRate: 8000)
        var bytes: [UInt8] = []
        recorder.finish(tick: 4, into: &bytes)
        #expect(bytes.isEmpty, "nothing was begun")
        recorder.record(tick: 0, customer: frame(1), agent: frame(1), into: &bytes)
        recorder.finish(tick: 4, into: &bytes)
        recorder.finish(tick: 4, into: &bytes)
        #expect(recorder.duration == .milliseconds(80))
        #expect(bytes.count == 4 * 640)
    }

    @Test("neither a jump of the clock nor a bad line makes it use unlimited memory")
    func limits() throws {
        var recorder = try StereoRecorder(sampleRate: 8000)
        var bytes: [UInt8] = []
        recorder.record(tick: 0, customer: [], agent: [], into: &bytes)
        recorder.record(tick: .max - 1, customer: [], agent: [], into: &bytes)
        #expect(recorder.duration == .milliseconds(20 * (StereoRecorder.fillTicksMax + 2)))
        var bad = try StereoRecorder(sampleRate: 8000)
        for tick in stride(from: 0, to: 4000, by: 2) as StrideTo<Int64> {
            bytes.removeAll(keepingCapacity: true)
            bad.record(tick: tick, customer: [], agent: [], into: &bytes)
        }
        #expect(bad.marks.count == StereoRecorder.marksMax)
        #expect(bad.marksDropped == 999)
    }

    @Test("only 8 and 16 kHz are recorded", arguments: [0, -1, 44_100, 48_000])
    func rates(rate: Int) {
        let error = #expect(throws: RecordingError.self) { try StereoRecorder(sampleRate: rate) }
        #expect(error?.code == .unsupportedRate)
    }
}

func frame(_ value: Int16, _ count: Int = 160) -> [Int16] { Array(repeating: value, count: count) }

/// The two channels of interleaved 16-bit samples.
func channels(_ bytes: [UInt8]) -> (left: [Int16], right: [Int16]) {
    func sample(_ offset: Int) -> Int16 {
        Int16(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8)
    }
    let frames = stride(from: 0, to: bytes.count, by: 4)
    return (frames.map { sample($0) }, frames.map { sample($0 + 2) })
}
