import CCCore
import CCMedia

/// A stretch of a call's audio, both directions side by side, on its way to a recorder.
public struct RecordedAudio: Sendable, Equatable {
    /// The number of the first 20 ms tick since the call's media began. A later tick than the end of the stretch before
    /// means that the engine was late, and the ticks between are lost.
    public var firstTick: Int
    /// What the call's own party said: 16-bit samples, a whole number of 20 ms frames.
    public var party: [Int16]
    /// What the other side of the call said: the bridged party, or a prompt. Music on hold is left out. As long as
    /// ``party``.
    public var otherSide: [Int16]
    /// For each tick, whether the party's frame was made up for lost packets.
    public var partyConcealed: [Bool]
    /// The same for the other side.
    public var otherSideConcealed: [Bool]
    /// Samples per second of both.
    public var sampleRate: Int

    /// How many ticks of 20 ms it holds.
    public var ticks: Int { partyConcealed.count }
}

/// Collects the frames of one leg and hands them over five times a second.
struct RecordingTap {
    static let ticksPerStretch = 10

    let receive: @Sendable (RecordedAudio) -> Void
    private var pending: RecordedAudio
    private let silence: [Int16]
    private var partyResampler: Resampler?
    private var otherResampler: Resampler?

    init(sampleRate: Int, receive: @escaping @Sendable (RecordedAudio) -> Void) {
        self.receive = receive
        silence = [Int16](repeating: 0, count: sampleRate / 50)
        pending = RecordedAudio(
            firstTick: 0, party: [], otherSide: [], partyConcealed: [], otherSideConcealed: [], sampleRate: sampleRate)
        pending.party.reserveCapacity(silence.count * Self.ticksPerStretch)
        pending.otherSide.reserveCapacity(silence.count * Self.ticksPerStretch)
    }

    /// Adds one tick. Nil for the other side means that it said nothing.
    mutating func add(
        tick: Int, party: [Int16], isConcealed: Bool, otherSide: [Int16]?, isOtherConcealed: Bool
    ) {
        if pending.ticks > 0, tick != pending.firstTick + pending.ticks { flush() }
        if pending.ticks == 0 { pending.firstTick = tick }
        Self.append(party, to: &pending.party, silence: silence, by: &partyResampler)
        Self.append(otherSide ?? silence, to: &pending.otherSide, silence: silence, by: &otherResampler)
        pending.partyConcealed.append(isConcealed)
        pending.otherSideConcealed.append(isOtherConcealed)
        if pending.ticks >= Self.ticksPerStretch { flush() }
    }

    /// A recording keeps the rate that it began with, whatever codecs the parties change to.
    private static func append(
        _ frame: [Int16], to side: inout [Int16], silence: [Int16], by resampler: inout Resampler?
    ) {
        guard frame.count != silence.count else {
            side += frame
            return
        }
        let (from, to) = (frame.count * 50, silence.count * 50)
        if resampler?.inputRate != from { resampler = try? Resampler(from: from, to: to) }
        var converted: [Int16] = []
        resampler?.process(frame.span, into: &converted)
        side += converted.count == silence.count ? converted : silence
    }

    mutating func flush() {
        guard pending.ticks > 0 else { return }
        receive(pending)
        pending.party.removeAll(keepingCapacity: true)
        pending.otherSide.removeAll(keepingCapacity: true)
        pending.partyConcealed.removeAll(keepingCapacity: true)
        pending.otherSideConcealed.removeAll(keepingCapacity: true)
    }
}
