internal import CCCore

/// Hears keys in the audio itself (ITU-T Q.24): for peers without telephone-event.
///
/// Blocks of 12.75 ms go through eight Goertzel filters. A block is a key when one tone of each group stands out, the
/// two are about equally loud, and together they carry nearly all of the energy: speech, which has much else besides,
/// passes that test by chance in single blocks only. A key counts after three blocks in a row (two, if they are clean).
public struct GoertzelDtmfDetector: Sendable {
    private struct Filter: Sendable {
        let coefficient: Float
        var last: Float = 0
        var beforeLast: Float = 0
    }

    private static let frequencies = [697.0, 770, 852, 941, 1209, 1336, 1477, 1633]
    private static let keys: [[Character]] = [
        ["1", "2", "3", "A"], ["4", "5", "6", "B"], ["7", "8", "9", "C"], ["*", "0", "#", "D"],
    ]
    /// About -38 dBm0 a sample.
    private static let energyMin: Float = 150 * 150
    /// Part of the block's energy that the two tones must carry: the guard against speech.
    private static let purityMin: Float = 0.80
    /// High over low group, and the other way (Q.24: 4 dB and 8 dB), as ratios of power, with some margin.
    private static let twistMax: Float = 4
    private static let reverseTwistMax: Float = 10
    /// How much weaker the other tones of a group must be, as a ratio of power.
    private static let selectivity: Float = 6.3

    private let sampleRate: Int
    private let blockLength: Int
    private var filters: [Filter]
    private var energy: Float = 0
    private var samplesInBlock = 0
    private var lastHit: DtmfDigit?
    private var hits = 0
    private var misses = 0
    private var pressed: DtmfDigit?
    private var pressedBlocks = 0

    /// - Parameter sampleRate: 8000, 16000 or 48000.
    public init(sampleRate: Int) {
        self.sampleRate = max(8_000, sampleRate)
        blockLength = 102 * self.sampleRate / 8_000
        let rate = Double(self.sampleRate)
        filters = Self.frequencies.map { Filter(coefficient: Float(2 * cosine(2 * .pi * $0 / rate))) }
    }

    /// The key that is down.
    public var digit: DtmfDigit? { pressed }

    /// Listens to the next samples; appends what they tell.
    public mutating func process(_ pcm: Span<Int16>, into events: inout [DtmfEvent]) {
        var start = 0
        while start < pcm.count {
            let count = min(pcm.count - start, blockLength - samplesInBlock)
            run(pcm.extracting(start..<(start + count)))
            start += count
            samplesInBlock += count
            guard samplesInBlock == blockLength else { continue }
            judge(block(), into: &events)
            clear()
        }
    }

    private mutating func run(_ pcm: Span<Int16>) {
        for index in pcm.indices {
            let sample = Float(pcm[index])
            energy += sample * sample
        }
        for filter in filters.indices {
            let coefficient = filters[filter].coefficient
            var last = filters[filter].last
            var beforeLast = filters[filter].beforeLast
            for index in pcm.indices {
                let value = Float(pcm[index]) + coefficient * last - beforeLast
                beforeLast = last
                last = value
            }
            filters[filter].last = last
            filters[filter].beforeLast = beforeLast
        }
    }

    /// The key that this block is, if it is one.
    private func block() -> DtmfDigit? {
        guard energy > Self.energyMin * Float(blockLength) else { return nil }
        let powers = filters.map {
            $0.last * $0.last + $0.beforeLast * $0.beforeLast - $0.coefficient * $0.last * $0.beforeLast
        }
        guard let low = strongest(powers[0..<4]), let high = strongest(powers[4..<8]) else { return nil }
        let lowPower = powers[low]
        let highPower = powers[high]
        guard highPower < lowPower * Self.twistMax, lowPower < highPower * Self.reverseTwistMax else { return nil }
        // A sine of amplitude a has a²n/2 of energy and a²n²/4 of Goertzel power.
        let tonal = (lowPower + highPower) * 2 / Float(blockLength)
        guard tonal > Self.purityMin * energy else { return nil }
        return DtmfDigit(Self.keys[low][high - 4])
    }

    private func strongest(_ powers: ArraySlice<Float>) -> Int? {
        guard let best = powers.indices.max(by: { powers[$0] < powers[$1] }) else { return nil }
        return powers.indices.allSatisfy { $0 == best || powers[$0] * Self.selectivity < powers[best] } ? best : nil
    }

    private mutating func judge(_ hit: DtmfDigit?, into events: inout [DtmfEvent]) {
        hits = hit != nil && hit == lastHit ? hits + 1 : hit == nil ? 0 : 1
        lastHit = hit
        if let current = pressed {
            pressedBlocks += 1
            misses = hit == current ? 0 : misses + 1
            guard misses >= 2 else { return }
            release(current, into: &events)
        }
        guard pressed == nil, hits >= 2, let hit else { return }
        pressed = hit
        pressedBlocks = hits
        misses = 0
        events.append(.pressed(hit))
    }

    private mutating func release(_ digit: DtmfDigit, into events: inout [DtmfEvent]) {
        let samples = (pressedBlocks - misses) * blockLength
        events.append(.released(digit, held: .microseconds(Int64(samples) * 1_000_000 / Int64(sampleRate))))
        pressed = nil
        pressedBlocks = 0
        misses = 0
    }

    private mutating func clear() {
        energy = 0
        samplesInBlock = 0
        for index in filters.indices {
            filters[index].last = 0
            filters[index].beforeLast = 0
        }
    }
}
