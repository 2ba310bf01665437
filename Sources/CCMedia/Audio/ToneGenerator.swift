internal import CCCore

/// Plays a ``Tone``: the next frame whenever it is asked for.
public struct ToneGenerator: Sendable {
    private struct Oscillator: Sendable {
        var coefficient: Double
        var last: Double
        var beforeLast: Double

        /// The recurrence y(n) = 2 cos(ω) y(n-1) - y(n-2).
        mutating func next() -> Double {
            let value = coefficient * last - beforeLast
            beforeLast = last
            last = value
            return value
        }
    }

    public let tone: Tone
    public let sampleRate: Int
    private var oscillators: [Oscillator]
    /// Samples of each step.
    private let steps: [Int]
    private var step = 0
    private var positionInStep = 0
    /// True when a tone that does not repeat has been played to its end.
    public private(set) var isFinished = false

    public init(_ tone: Tone, sampleRate: Int) {
        self.tone = tone
        self.sampleRate = max(1000, sampleRate)
        let amplitude = 32767 * power(10, (tone.level - 3.17) / 20)
        let rate = Double(self.sampleRate)
        oscillators = tone.frequencies.map { frequency in
            let omega = 2 * Double.pi * frequency / rate
            return Oscillator(coefficient: 2 * cosine(omega), last: 0, beforeLast: -amplitude * sine(omega))
        }
        steps = tone.cadence.map { max(1, Int($0.duration.inSeconds * rate)) }
    }

    /// Replaces the samples of `frame` by what comes next; its length stays.
    public mutating func fill(_ frame: inout [Int16]) {
        for index in frame.indices {
            frame[index] = isSounding ? sample() : 0
            advance()
        }
    }

    private var isSounding: Bool { !isFinished && (steps.isEmpty || tone.cadence[step].isOn) }

    private mutating func sample() -> Int16 {
        var sum = 0.0
        for index in oscillators.indices { sum += oscillators[index].next() }
        return Int16(max(-32768, min(32767, sum)))
    }

    private mutating func advance() {
        guard !steps.isEmpty, !isFinished else { return }
        positionInStep += 1
        guard positionInStep >= steps[step] else { return }
        positionInStep = 0
        step += 1
        guard step == steps.count else { return }
        step = 0
        isFinished = !tone.repeats
    }
}
