import CCCore
import CCMedia

/// Turns the two sides of a call into the samples of a stereo recording: the customer left, the agent right.
///
/// It is driven by the media engine's ticks of 20 ms. The tick's number is the time line: wherever ticks are missing,
/// silence is put in, so a place in the file always is the same place in the call. Pauses are silence too. Both, and
/// lost packets that were concealed, are kept as ``marks``.
public struct StereoRecorder: Sendable {
    /// In hertz: 8,000 or 16,000.
    public let sampleRate: Int
    /// Samples of one tick of one side.
    public let samplesPerTick: Int
    /// Octets of one tick: 16-bit samples of two channels.
    public var bytesPerTick: Int { samplesPerTick * 4 }

    /// At most so many marks are kept; later ones are only counted in ``marksDropped``.
    public static let marksMax = 1000
    /// At most so much silence (a minute) is put in at once; after a longer absence the file runs behind the call.
    public static let fillTicksMax: Int64 = 3_000

    public private(set) var marks: [RecordingMark] = []
    public private(set) var marksDropped = 0
    public private(set) var isPaused = false
    private var ticks: Int64 = 0
    private var nextTick: Int64?

    /// - Throws: `unsupportedRate` when the rate is neither 8,000 nor 16,000 Hz.
    public init(sampleRate: Int) throws(RecordingError) {
        guard sampleRate == 8000 || sampleRate == 16_000 else {
            throw RecordingError(.unsupportedRate, path: "", message: "cannot record at \(sampleRate) Hz")
        }
        self.sampleRate = sampleRate
        samplesPerTick = MediaFrame.samples(at: sampleRate)
    }

    /// The length of everything so far.
    public var duration: Duration { Self.time(ticks) }

    /// Takes one tick of the call and appends its octets, and those of missing ticks before it, to `bytes`.
    ///
    /// The first tick is the beginning of the recording. A tick that was taken before is ignored.
    /// - Parameters:
    ///   - tick: the engine's number of it.
    ///   - customer: one frame; empty: silence, as when nobody is there. A short one is filled up with silence.
    ///   - agent: the same.
    ///   - customerLost: the customer's frame is concealed, because its packet was lost.
    ///   - agentLost: the same.
    public mutating func record(
        tick: Int64, customer: [Int16], agent: [Int16], customerLost: Bool = false, agentLost: Bool = false,
        into bytes: inout [UInt8]
    ) {
        let expected = nextTick ?? tick
        guard tick >= expected else { return }
        fill(to: tick, from: expected, into: &bytes)
        if isPaused {
            appendSilence(1, marked: .paused, to: &bytes)
        } else {
            if customerLost { mark(.customerLost, ticks: 1) }
            if agentLost { mark(.agentLost, ticks: 1) }
            append(customer, agent, to: &bytes)
            ticks += 1
        }
        nextTick = tick + 1
    }

    /// From now on silence is recorded.
    public mutating func pause() { isPaused = true }

    public mutating func resume() { isPaused = false }

    /// Fills up with silence to the tick at which the recording ends, which is not recorded itself.
    public mutating func finish(tick: Int64, into bytes: inout [UInt8]) {
        guard let expected = nextTick, tick > expected else { return }
        fill(to: tick, from: expected, into: &bytes)
        nextTick = tick
    }

    private mutating func fill(to tick: Int64, from expected: Int64, into bytes: inout [UInt8]) {
        let missing = min(tick - expected, Self.fillTicksMax)
        if missing > 0 { appendSilence(missing, marked: isPaused ? .paused : .missing, to: &bytes) }
    }

    private mutating func appendSilence(_ count: Int64, marked kind: RecordingMark.Kind, to bytes: inout [UInt8]) {
        mark(kind, ticks: count)
        bytes.append(contentsOf: repeatElement(0, count: Int(count) * bytesPerTick))
        ticks += count
    }

    private func append(_ customer: [Int16], _ agent: [Int16], to bytes: inout [UInt8]) {
        let end = bytes.count + bytesPerTick
        WavWriter.append(left: customer.span, right: agent.span, to: &bytes)
        if bytes.count > end {
            bytes.removeLast(bytes.count - end)
        } else if bytes.count < end {
            bytes.append(contentsOf: repeatElement(0, count: end - bytes.count))
        }
    }

    /// Marks the next ticks, or makes the mark longer that ends here.
    private mutating func mark(_ kind: RecordingMark.Kind, ticks count: Int64) {
        if let last = marks.suffix(4).lastIndex(where: { $0.kind == kind }), marks[last].end == duration {
            marks[last].duration += Self.time(count)
        } else if marks.count < Self.marksMax {
            marks.append(RecordingMark(kind: kind, start: duration, duration: Self.time(count)))
        } else {
            marksDropped += 1
        }
    }

    private static func time(_ ticks: Int64) -> Duration { .milliseconds(20 * ticks) }
}
