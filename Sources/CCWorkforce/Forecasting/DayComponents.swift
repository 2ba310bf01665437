/// What days' profiles have in common beyond their weekday: the first singular vectors of what is left of the day × interval
/// matrix, with their scores forecast like levels (Shen and Huang 2008).
///
/// A component is used as far as forecasts of its scores from the past were better than none, which is learned in validation.
struct DayComponents: Sendable {
    struct Component: Sendable {
        /// Of length 1, one number per interval.
        var vector: [Double]
        /// One score per row, and its forecasts.
        var scores: LevelModel
        /// How much of the forecast score is used, 0 to 1.
        var weight: Double
        var unit: Double
    }

    private(set) var components: [Component] = []

    static let none = DayComponents()
    private init() {}

    /// - Parameters:
    ///   - residuals: row by row, 0 where nothing is known.
    init(_ residuals: [Double], slots: Int, days: [Int], features: DayFeatures, firstValidated: Int, most: Int = 2) {
        let rows = days.count
        guard rows >= 15, slots >= 4 else { return }
        var left = residuals
        for _ in 0..<most {
            guard let vector = Self.leading(left, rows: rows, slots: slots) else { return }
            var scores = [Double](repeating: 0, count: rows)
            for row in 0..<rows {
                var score = 0.0
                for slot in 0..<slots { score += left[row * slots + slot] * vector[slot] }
                scores[row] = score
                for slot in 0..<slots { left[row * slots + slot] -= score * vector[slot] }
            }
            // In units in which the priors of calendar effects are about right.
            let unit = max(1e-9, median(scores.map(abs)) * 20)
            let model = LevelModel(
                days: days, values: scores.map { $0 / unit }, noise: [Double](repeating: 0, count: rows),
                features: features, firstValidated: firstValidated, search: false)
            var product = 0.0
            var square = 0.0
            var gain = 0.0
            var gains = 0.0
            for row in firstValidated..<max(firstValidated, rows) {
                for level in model.validated(row) where level.ahead >= 2 {
                    let actual = max(-0.3, min(0.3, scores[row] / unit))
                    product += actual * level.mean
                    square += level.mean * level.mean
                    let better = actual * actual - (actual - level.mean) * (actual - level.mean)
                    gain += better
                    gains += better * better
                }
            }
            // Forecasts of one day from several are alike: about six count as one.
            guard square > 0, gain > 3 * (6 * gains).squareRoot() else { continue }
            let weight = max(0, min(1, 0.8 * product / square))
            components.append(Component(vector: vector, scores: model, weight: weight, unit: unit))
        }
    }

    /// The leading right singular vector by power iteration; its sign is such that its sum is not negative.
    private static func leading(_ matrix: [Double], rows: Int, slots: Int) -> [Double]? {
        var vector = (0..<slots).map { 1 + 0.1 * sine(Double($0 * 7 + 1)) }
        for _ in 0..<40 {
            var next = [Double](repeating: 0, count: slots)
            for row in 0..<rows {
                var score = 0.0
                for slot in 0..<slots { score += matrix[row * slots + slot] * vector[slot] }
                for slot in 0..<slots { next[slot] += score * matrix[row * slots + slot] }
            }
            let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 1e-9 else { return nil }
            var change = 0.0
            for slot in 0..<slots {
                next[slot] /= length
                change += abs(next[slot] - vector[slot])
            }
            vector = next
            if change < 1e-6 * Double(slots) { break }
        }
        return vector.reduce(0, +) < 0 ? vector.map { -$0 } : vector
    }

    /// What to add on the scale √(x + ¼), by interval, for a forecast made in validation of a row.
    func validated(_ row: Int, slots: Int) -> [[Double]] {
        guard let first = components.first else { return [] }
        var sums = [[Double]](repeating: [Double](repeating: 0, count: slots), count: first.scores.validated(row).count)
        for component in components {
            for (place, level) in component.scores.validated(row).enumerated() where place < sums.count {
                let score = component.weight * component.unit * level.mean
                for slot in 0..<slots { sums[place][slot] += score * component.vector[slot] }
            }
        }
        return sums
    }

    func callAsFunction(_ day: Int, slots: Int) -> [Double] {
        var sum = [Double](repeating: 0, count: slots)
        for component in components {
            let score = component.weight * component.unit * component.scores(day).mean
            for slot in 0..<slots { sum[slot] += score * component.vector[slot] }
        }
        return sum
    }
}
