/// A run of ``DayShape`` over a history, with the settings that foretold best how days spread.
struct ShapeChoice: Sendable {
    /// As known at the end.
    private(set) var shape: DayShape
    /// By row: the profile as it was expected before the day.
    private(set) var shapes: [[Double]] = []
    /// By row: the logarithm of the day's level.
    private(set) var logs: [Double] = []
    /// By row: the contacts in all.
    private(set) var sums: [Double] = []
    private var loss = 0.0

    /// Dirty intervals are taken out of the matrix: those that neither their day nor their profile explains.
    init(_ matrix: inout DayMatrix, masks: [[Bool]], classes: [Int], firstValidated: Int) {
        var hyper = DayShape.Hyper()
        var best = ShapeChoice(matrix, masks, classes, hyper, firstValidated)
        if best.clean(&matrix) { best = ShapeChoice(matrix, masks, classes, hyper, firstValidated) }
        func attempt(_ change: (inout DayShape.Hyper) -> Void) {
            var trial = hyper
            change(&trial)
            let result = ShapeChoice(matrix, masks, classes, trial, firstValidated)
            if result.loss < best.loss * 0.999 { (best, hyper) = (result, trial) }
        }
        for shrinkage in [0.7, 6, 20] { attempt { $0.shrinkage = shrinkage } }
        for memory in [0.93, 0.85, 1] { attempt { $0.memory = memory } }
        for smoothing in [1, 3, 8] { attempt { $0.smoothing = smoothing } }
        self = best
    }

    private init(
        _ matrix: DayMatrix, _ masks: [[Bool]], _ classes: [Int], _ hyper: DayShape.Hyper, _ firstValidated: Int
    ) {
        shape = DayShape(slots: matrix.slots, masks: masks, hyper: hyper)
        let slots = matrix.slots
        for row in 0..<matrix.rows {
            let values = matrix.values[row * slots..<(row + 1) * slots]
            let profile = shape.profile(classes[row])
            let (sum, share) = DayShape.level(values, shape: profile)
            let level = (sum + 0.5) / max(share, 1e-6)
            if row >= firstValidated {
                for (slot, value) in values.enumerated() where !value.isNaN {
                    let error = (value + 0.25).squareRoot() - (level * profile[slot] + 0.25).squareRoot()
                    loss += min(error * error, 9)
                }
            }
            shapes.append(profile)
            logs.append(logarithm(level))
            sums.append(sum)
            shape.learn(values, weekday: classes[row], level: level, shape: profile)
        }
    }

    /// What the profile leaves of a row, on the scale √(x + ¼); 0 where nothing is known.
    func residuals(_ matrix: DayMatrix) -> [Double] {
        let slots = matrix.slots
        var residuals = [Double](repeating: 0, count: matrix.values.count)
        // The first two weeks' profiles are made of too little.
        for row in min(10, matrix.rows)..<matrix.rows {
            let level = exponential(logs[row])
            for slot in 0..<slots {
                let value = matrix.values[row * slots + slot]
                guard !value.isNaN else { continue }
                // The mean of a root is less than the root of the mean, by their variance.
                let mean = level * shapes[row][slot]
                let expected = (mean + 0.25 - Calibration.countingVariance(mean)).squareRoot()
                residuals[row * slots + slot] = (value + 0.25).squareRoot() - expected
            }
        }
        return residuals
    }

    /// - Returns: whether anything was taken out.
    private func clean(_ matrix: inout DayMatrix) -> Bool {
        let slots = matrix.slots
        var found = false
        for row in min(7, matrix.rows)..<matrix.rows {
            let values = (0..<slots).map { matrix.values[row * slots + $0] }
            // The day's level as most of its intervals tell it.
            let ratios = (0..<slots).compactMap { slot -> Double? in
                guard !values[slot].isNaN, shapes[row][slot] > 1e-6 else { return nil }
                return (values[slot] + 0.25) / shapes[row][slot]
            }
            guard ratios.count >= 6 else { continue }
            let sum = exponential(logs[row])
            let typical = median(ratios)
            let level = sum / Double(slots) < 5 ? sum : typical
            for slot in 0..<slots where !values[slot].isNaN {
                let expected = level * shapes[row][slot]
                let spread = (expected + 4 + 0.04 * expected * expected).squareRoot()
                guard abs(values[slot] - expected) > 8 * spread || expected > 50 && values[slot] < 0.05 * expected
                else { continue }
                matrix.values[row * slots + slot] = .nan
                found = true
            }
        }
        return found
    }
}
