internal import CCCore

/// Learns from arrival times how long packets must wait so that nearly all of them are there when they are due.
///
/// The *relative delay* of a packet is how much later it came than the fastest packet of the last two seconds would
/// have. A histogram of relative delays in steps of 5 ms, which forgets within about 10 s, gives the delay that
/// 98 % of the packets keep: ``needed``. It therefore grows within a second of trouble, shrinks slowly, and follows
/// the drift of the sender's clock, because the fastest packet is looked for again and again.
struct DelayEstimator: Sendable {
    /// Width of a step of the histogram, in nanoseconds.
    static let step: Int64 = 5_000_000

    private static let windowSlices = 4
    private static let sliceLength: Int64 = 500_000_000
    private static let memory: Float = 500
    private static let coverage: Float = 0.98
    /// Before anything is known: as if ten packets had been up to 20 ms late.
    private static let assumedPackets: Float = 10

    /// Weights of the packets by their relative delay. Instead of old ones becoming lighter, new ones become heavier.
    private var histogram: [Float]
    private var total = Self.assumedPackets
    private var weight: Float = 1
    /// Smallest transit in each of the last half seconds; the last entry is the current one.
    private var slices: [Int64] = []
    private var sliceStart: Int64 = 0
    /// Smallest transit of the window: arrival minus media time, in nanoseconds.
    private(set) var fastest: Int64 = 0
    /// Delay that 98 % of the packets keep, in nanoseconds; a multiple of ``step``.
    private(set) var needed: Int64

    init(maximum: Int64) {
        histogram = [Float](repeating: 0, count: Int(max(4, min(maximum / Self.step, 400))))
        histogram[3] = Self.assumedPackets
        needed = 4 * Self.step
        slices.reserveCapacity(Self.windowSlices + 1)
    }

    var isEmpty: Bool { slices.isEmpty }

    /// Takes one packet's transit time.
    mutating func add(transit: Int64, arrival: Int64) {
        updateWindow(transit, arrival)
        let late = max(0, transit &- fastest)
        // What came later than the greatest delay cannot be waited for, so it must not make others wait.
        guard late < Int64(histogram.count) * Self.step else { return }
        let index = Int(late / Self.step)
        histogram[index] += weight
        total += weight
        if total > Self.memory * weight { weight *= Self.memory / (Self.memory - 1) }
        if weight > 1_000_000 { normalize() }
        updateNeeded()
    }

    /// Forgets the time base but not how jittery the network is: the stream has begun anew.
    mutating func restart() { slices.removeAll(keepingCapacity: true) }

    private mutating func updateWindow(_ transit: Int64, _ arrival: Int64) {
        let elapsed = arrival &- sliceStart
        if slices.isEmpty || elapsed < 0 || elapsed >= Self.sliceLength * Int64(Self.windowSlices) {
            slices.removeAll(keepingCapacity: true)
            slices.append(transit)
            sliceStart = arrival
        } else if elapsed >= Self.sliceLength {
            if slices.count == Self.windowSlices { slices.removeFirst() }
            slices.append(transit)
            sliceStart = arrival
        } else if transit < slices[slices.count - 1] {
            slices[slices.count - 1] = transit
        }
        fastest = slices.min() ?? transit
    }

    private mutating func normalize() {
        for index in histogram.indices { histogram[index] /= weight }
        total = histogram.reduce(0, +)
        weight = 1
    }

    private mutating func updateNeeded() {
        let wanted = Self.coverage * total
        var covered = histogram[0]
        var index = 0
        while covered < wanted, index < histogram.count - 1 {
            index += 1
            covered += histogram[index]
        }
        needed = Int64(index + 1) * Self.step
    }
}
