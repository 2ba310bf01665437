/// Makes speech a little shorter or longer without changing its pitch: one period is cut out or repeated, and the
/// seam is cross-faded. Rare (when the delay changes), so it need not be fast.
enum TimeStretch {
    /// The most samples that are removed or added at once.
    static func longest(at sampleRate: Int) -> Int { sampleRate / 80 }

    /// Removes one period (2.5 to 12.5 ms) from the first 20 ms of `pcm`; in silence, 10 ms.
    /// - Returns: the samples removed; 0 when there is too little audio.
    static func shorten(_ pcm: inout [Int16], sampleRate: Int) -> Int {
        guard let lag = period(pcm, sampleRate, start: 0, direction: 1) else { return 0 }
        let fade = sampleRate / 200
        for index in 0..<fade { pcm[index] = mixed(pcm[index], pcm[index + lag], index, fade) }
        pcm.removeSubrange(fade..<(fade + lag))
        return lag
    }

    /// Repeats one period (2.5 to 12.5 ms) within the first 20 ms of `pcm`; in silence, 10 ms.
    /// - Returns: the samples added; 0 when there is too little audio.
    static func lengthen(_ pcm: inout [Int16], sampleRate: Int) -> Int {
        let seam = longest(at: sampleRate)
        guard let lag = period(pcm, sampleRate, start: seam, direction: -1) else { return 0 }
        let fade = sampleRate / 200
        pcm.insert(contentsOf: Array(pcm[(seam - lag)..<seam]), at: seam)
        for index in seam..<(seam + fade) { pcm[index] = mixed(pcm[index + lag], pcm[index], index - seam, fade) }
        return lag
    }

    private static func period(_ pcm: [Int16], _ sampleRate: Int, start: Int, direction: Int) -> Int? {
        guard pcm.count >= sampleRate / 50 else { return nil }
        let lags = (sampleRate / 400)...longest(at: sampleRate)
        guard
            let best = PitchSearch.best(
                in: pcm.span, start: start, length: sampleRate / 200, lags: lags, direction: direction)
        else { return nil }
        return best.coefficient > 0 ? best.lag : sampleRate / 100
    }

    private static func mixed(_ from: Int16, _ to: Int16, _ index: Int, _ length: Int) -> Int16 {
        let weight = Float(index + 1) / Float(length + 1)
        return Int16(Float(from) + (Float(to) - Float(from)) * weight)
    }
}
