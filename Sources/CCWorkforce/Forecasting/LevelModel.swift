import CCCore

/// One number per day, forecast: several ``DayFilter``s whose settings are searched for and whose weights are learned by
/// forecasts made in the past from what was known then.
struct LevelModel: Sendable {
    /// The forecast of a day's number.
    struct Level: Sendable {
        var mean: Double
        var variance: Double
        /// Days ahead, from 1 for the first that was not known.
        var ahead = 1
    }

    /// One setting, with the filter after all that is known.
    private struct Candidate: Sendable {
        var carry: Double
        var filter: DayFilter
        /// By row: the forecasts that were made of it, from several days.
        var forecasts: [[Level]]
        var loss: Double
    }

    /// The noise of a number that says nothing.
    static let unknown = 100.0
    /// How many days ahead validation looks.
    static let horizons = [1, 2, 3, 5, 7, 10, 14]

    /// How many settings are searched for in most histories.
    static let settings = 8

    let features: DayFeatures
    /// Rows from this one on were forecast in validation.
    let firstValidated: Int
    private let days: [Int]
    /// Prior variance of weekdays' effects, wide enough for weekdays that have hardly anything.
    private let weekdayVariance: Double
    /// By row: the variance of what makes a day special once only.
    private let unlearned: [Double]
    private var candidates: [Candidate] = []
    private var weights: [Double] = []

    /// - Parameters:
    ///   - days: day numbers, ascending.
    ///   - values: one number per day, on a scale where effects add up.
    ///   - noise: each number's own variance by counting.
    ///   - search: whether settings other than the usual ones are tried.
    init(
        days: [Int], values: [Double], noise: [Double], features: DayFeatures, firstValidated: Int, search: Bool = true
    ) {
        self.days = days
        self.features = features
        self.firstValidated = firstValidated
        unlearned = days.map { features.unlearned($0) }
        let classes = days.map { features.likeness($0) }
        let typical = median(values)
        let farthest =
            (0..<7).map { weekday in
                let its = days.indices.filter { classes[$0] == weekday }.map { values[$0] }
                return its.isEmpty ? 0 : abs(median(its) - typical)
            }.max() ?? 0
        weekdayVariance = max(0.25, 2 * farthest * farthest)
        let scale = Self.scale(values, noise, classes)
        var fixed: [Double: [Sparse]] = [:]
        func sparse(_ carry: Double) -> [Sparse] {
            if let known = fixed[carry] { return known }
            var features = features
            features.carry = carry
            let made = days.map { features($0) }
            fixed[carry] = made
            return made
        }
        var hyper = DayHyper(scale: scale)
        var carry = 0.5
        func evaluate(_ hyper: DayHyper, _ carry: Double) -> Candidate {
            self.evaluate(hyper, carry: carry, features: sparse(carry), values: values, noise: noise)
        }
        var best = evaluate(hyper, carry)
        var trials = [best]
        // A setting is left for another only when the gain is more than the validation's chance error.
        let evidence = Double(max(1, days.count - firstValidated))
        let margin = 0.15 / max(4, evidence).squareRoot()
        func attempt(_ change: (inout DayHyper, inout Double) -> Void) {
            var trial = hyper
            var trialCarry = carry
            change(&trial, &trialCarry)
            let result = evaluate(trial, trialCarry)
            trials.append(result)
            if result.loss < best.loss * (1 - margin) { (best, hyper, carry) = (result, trial, trialCarry) }
        }
        if search {
            for value in [0, 0.4, 2] { attempt { hyper, _ in hyper.month = value * scale } }
            // Days of the month that differ much more than weeks do: only where each was there more than once.
            if days[days.count - 1] - days[0] >= 62 { attempt { hyper, _ in hyper.month = 8 * scale } }
            for value in [0.0, 0.04, 0.35] { attempt { hyper, _ in hyper.level = value * scale } }
            for value in [0.0, 0.1, 0.25] { attempt { hyper, _ in hyper.weekdays = value * scale } }
            for value in [0.3, 1.2] { attempt { hyper, _ in hyper.passing = value * scale } }
            for value in [0.5, 0.85, 0.95] { attempt { hyper, _ in hyper.fading = value } }
            for value in [0.4, 1.0] { attempt { hyper, _ in hyper.noise = value * scale } }
            for value in [0.004, 0.03] { attempt { hyper, _ in hyper.slope = value * scale } }
            attempt { _, carry in carry = 0 }
            if features.hasYear { attempt { hyper, _ in hyper.harmonics = 0 } }
        }
        candidates = trials
        weights = trials.map { exponential(-0.5 * evidence * ($0.loss / max(best.loss, 1e-12) - 1)) }
        let sum = weights.reduce(0, +)
        for place in weights.indices { weights[place] /= sum }
    }

    /// How far days are from the last one of their weekday, without counting noise: the scale of all settings.
    private static func scale(_ values: [Double], _ noise: [Double], _ classes: [Int]) -> Double {
        var differences: [Double] = []
        var last = [Double?](repeating: nil, count: 7)
        for row in values.indices {
            if let before = last[classes[row]] { differences.append(abs(values[row] - before)) }
            last[classes[row]] = values[row]
        }
        let counting = median(noise)
        let deviation = differences.isEmpty ? 0.1 : median(differences) * 1.4826 / 1.4142
        return min(1, max(0.01, 0.8 * max(deviation * deviation - counting, 0.09 * deviation * deviation).squareRoot()))
    }

    private func evaluate(
        _ hyper: DayHyper, carry: Double, features sparse: [Sparse], values: [Double], noise: [Double]
    ) -> Candidate {
        let rows = days.count
        var filter = DayFilter(
            hyper: hyper, priorMean: features.priorMean(level: median(Array(values.prefix(15)))),
            priorCovariance: features.priorCovariance(hyper, weekdays: weekdayVariance), day: days[0] - 1)
        var forecasts = [[Level]](repeating: [], count: rows)
        var moved: [Double] = []
        var loss = 0.0
        var count = 0.0
        let own = hyper.noise * hyper.noise
        for row in 0..<rows {
            // What is ahead, as it looks at the beginning of this day.
            for horizon in Self.horizons where row + 15 > firstValidated {
                // The day so far ahead or, when it is closed, the next one.
                var target = row
                while target < rows, days[target] < days[row] + horizon - 1 { target += 1 }
                guard target < rows, target >= firstValidated, days[target] < days[row] + horizon + 2,
                    noise[target] < Self.unknown
                else { continue }
                let (mean, variance) = filter.predict(sparse[target], target: days[target], moved: &moved)
                forecasts[target].append(
                    Level(
                        mean: mean, variance: variance + own + unlearned[target],
                        ahead: days[target] - days[row] + 1))
                loss += min(abs(mean - values[target]), 20 * hyper.noise + 1)
                count += 1
            }
            filter.advance(to: days[row])
            filter.update(sparse[row], values[row], noise: own + noise[row] + unlearned[row])
        }
        return Candidate(carry: carry, filter: filter, forecasts: forecasts, loss: count > 0 ? loss / count : 0)
    }

    /// What was forecast of a row in validation, from several days.
    func validated(_ row: Int) -> [Level] {
        candidates[0].forecasts[row].indices.map { place in
            combined(candidates.lazy.map { $0.forecasts[row][place] })
        }
    }

    /// The forecast of a day after the last one.
    func callAsFunction(_ day: Int, like: Int? = nil) -> Level {
        var moved: [Double] = []
        var sparse: [Double: Sparse] = [:]
        return combined(
            candidates.map { candidate in
                if sparse[candidate.carry] == nil {
                    var features = features
                    features.carry = candidate.carry
                    sparse[candidate.carry] = features(day, like: like)
                }
                let (mean, variance) = candidate.filter.predict(
                    sparse[candidate.carry] ?? Sparse(), target: day, moved: &moved)
                let own = candidate.filter.hyper.noise
                return Level(mean: mean, variance: variance + own * own, ahead: day - (days.last ?? day))
            })
    }

    private func combined(_ levels: some Sequence<Level>) -> Level {
        var mean = 0.0
        var square = 0.0
        var variance = 0.0
        var ahead = 1
        for (place, level) in levels.enumerated() {
            mean += weights[place] * level.mean
            square += weights[place] * level.mean * level.mean
            variance += weights[place] * level.variance
            ahead = level.ahead
        }
        return Level(mean: mean, variance: variance + max(0, square - mean * mean), ahead: ahead)
    }
}
