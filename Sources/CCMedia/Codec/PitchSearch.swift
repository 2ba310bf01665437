/// Looks for the lag at which a signal repeats itself: the pitch period of voiced speech.
enum PitchSearch {
    /// The lag whose stretch of `pcm` before (`direction` -1) or after (+1) is most like the `length` samples from
    /// `start`, by normalised cross-correlation: first on every second sample and lag, then exactly around the best.
    ///
    /// - Returns: the lag and its coefficient, -1 to 1; the smallest lag and 0 in silence. `nil` when the stretches
    ///   would leave `pcm`.
    static func best(
        in pcm: Span<Int16>, start: Int, length: Int, lags: ClosedRange<Int>, direction: Int
    ) -> (lag: Int, coefficient: Float)? {
        let far = start + direction * lags.upperBound
        guard start >= 0, length > 0, lags.lowerBound > 0, start + length <= pcm.count else { return nil }
        guard far >= 0, far + length <= pcm.count else { return nil }
        var best = (lag: lags.lowerBound, coefficient: Float(0))
        for lag in stride(from: lags.lowerBound, through: lags.upperBound, by: 2) {
            let value = likeness(pcm, start, start + direction * lag, length, step: 2)
            if value > best.coefficient { best = (lag, value) }
        }
        let coarse = best.lag
        best.coefficient = likeness(pcm, start, start + direction * coarse, length, step: 1)
        for lag in [coarse - 1, coarse + 1] where lags.contains(lag) {
            let value = likeness(pcm, start, start + direction * lag, length, step: 1)
            if value > best.coefficient { best = (lag, value) }
        }
        return best
    }

    private static func likeness(_ pcm: Span<Int16>, _ first: Int, _ second: Int, _ length: Int, step: Int) -> Float {
        var product = 0
        var firstEnergy = 0
        var secondEnergy = 0
        var index = 0
        while index < length {
            let a = Int(pcm[first + index])
            let b = Int(pcm[second + index])
            product &+= a &* b
            firstEnergy &+= a &* a
            secondEnergy &+= b &* b
            index += step
        }
        guard firstEnergy > 0, secondEnergy > 0 else { return 0 }
        return Float(product) / (Float(firstEnergy).squareRoot() * Float(secondEnergy).squareRoot())
    }
}
