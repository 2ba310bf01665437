/// Fills lost packets of waveform codecs with repetitions of the last pitch period.
///
/// After the idea of ITU-T G.711 Appendix I, without its delay: the period is found by correlation in the last 10 ms;
/// it repeats for 10 ms, then the last two, then three periods take turns so that it does not buzz; from 10 ms on the
/// level falls by a fifth every 10 ms and is nil at 60 ms. The first good packet afterwards is blended in.
struct G711Concealment: Sendable {
    /// Samples a millisecond.
    private let perMillisecond: Int
    /// The last 50 ms that were played, good and made up.
    private var history: [Int16]
    /// `history` as it was when the loss began.
    private var good: [Int16] = []
    /// The periods that are being repeated, the oldest first.
    private var pattern: [Float] = []
    private var period = 0
    /// Where in `pattern` the next sample is taken.
    private var position = 0
    /// Samples made up since the last good one.
    private(set) var concealed = 0
    /// What is left of the step between the last good sample and the first made-up one.
    private var step: Float = 0
    /// Good samples heard, up to the length of the history.
    private var heard = 0

    init(sampleRate: Int = 8_000) {
        perMillisecond = max(1, sampleRate / 1000)
        history = [Int16](repeating: 0, count: 50 * perMillisecond)
        good.reserveCapacity(history.count)
    }

    /// Takes note of good audio, which is `pcm` from `start` on, and blends its beginning with what was made up before.
    mutating func received(_ pcm: inout [Int16], from start: Int) {
        if concealed > 0 { blend(&pcm, from: start) }
        concealed = 0
        heard = min(history.count, heard + pcm.count - start)
        remember(pcm, from: start)
    }

    /// Appends `samples` made-up samples to `pcm`.
    mutating func conceal(samples: Int, appendingTo pcm: inout [Int16]) {
        let start = pcm.count
        for _ in 0..<max(0, samples) { pcm.append(next()) }
        remember(pcm, from: start)
    }

    /// A quarter period and 4 ms for each 10 ms lost, but at most 10 ms, lead from the made-up to the good signal.
    private mutating func blend(_ pcm: inout [Int16], from start: Int) {
        let wanted = period / 4 + 4 * perMillisecond * (concealed / (10 * perMillisecond))
        let length = min(max(wanted, perMillisecond), 10 * perMillisecond, pcm.count - start)
        for index in 0..<max(0, length) {
            let made = Float(next())
            let weight = Float(index + 1) / Float(length + 1)
            pcm[start + index] = Int16(made + (Float(pcm[start + index]) - made) * weight)
        }
    }

    private mutating func remember(_ pcm: [Int16], from start: Int) {
        let count = pcm.count - start
        if count >= history.count {
            history.replaceSubrange(0..., with: pcm[(pcm.count - history.count)...])
        } else if count > 0 {
            history.removeFirst(count)
            history.append(contentsOf: pcm[start...])
        }
    }

    private mutating func next() -> Int16 {
        if concealed == 0 { begin() }
        let elapsed = concealed
        concealed += 1
        guard elapsed < 60 * perMillisecond, !pattern.isEmpty else { return 0 }
        if elapsed == 10 * perMillisecond || elapsed == 20 * perMillisecond { lengthen() }
        let sample = (pattern[position] + step) * gain(at: elapsed)
        step *= 0.93
        position += 1
        if position == pattern.count { position = 0 }
        return Int16(max(-32768, min(32767, sample)))
    }

    /// 1 for 10 ms, then a straight line to 0 at 60 ms.
    private func gain(at elapsed: Int) -> Float {
        let flat = 10 * perMillisecond
        return elapsed < flat ? 1 : 1 - Float(elapsed - flat) / Float(50 * perMillisecond)
    }

    private mutating func begin() {
        pattern.removeAll(keepingCapacity: true)
        good.removeAll(keepingCapacity: true)
        good.append(contentsOf: history)
        position = 0
        period = 0
        step = 0
        // Before two of the longest periods have been heard there is nothing to learn from.
        guard heard >= 35 * perMillisecond else { return }
        let window = 10 * perMillisecond
        let lags = (5 * perMillisecond / 2)...(15 * perMillisecond)
        period =
            PitchSearch.best(
                in: good.span, start: good.count - window, length: window, lags: lags, direction: -1)?.lag
            ?? lags.upperBound
        setPattern(periods: 1)
        step = Float(good[good.count - 1]) - Float(good[good.count - 1 - period])
    }

    /// The last `periods` periods; the end leads over to the beginning, so that they can go round.
    private mutating func setPattern(periods: Int) {
        let length = period * periods
        let start = good.count - length
        let quarter = period / 4
        pattern.removeAll(keepingCapacity: true)
        for index in start..<good.count { pattern.append(Float(good[index])) }
        for index in 0..<quarter {
            let weight = Float(index + 1) / Float(quarter + 1)
            let end = length - quarter + index
            pattern[end] += (Float(good[start - quarter + index]) - pattern[end]) * weight
        }
    }

    /// One period more goes round from here on, in phase with what was played so far.
    private mutating func lengthen() {
        let periods = pattern.count / period + 1
        guard period * periods + period / 4 <= good.count else { return }
        let before = pattern
        let oldPosition = position
        setPattern(periods: periods)
        position = oldPosition % period
        let quarter = period / 4
        for index in 0..<quarter {
            let weight = Float(index + 1) / Float(quarter + 1)
            let old = before[(oldPosition + index) % before.count]
            let new = (position + index) % pattern.count
            pattern[new] = old + (pattern[new] - old) * weight
        }
    }
}
