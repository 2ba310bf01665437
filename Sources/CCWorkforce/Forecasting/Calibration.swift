/// How far forecasts were off in validation, as a predictive distribution for new ones.
///
/// Errors are taken on the scale √(x + ¼), where counting noise is about the same for all volumes (Anscombe 1948). Their
/// variance is a sum of counting noise, of the day's level, which all intervals of a day share, and of what an interval has of
/// its own; the three parts are fitted to the validation's squared errors. The quantiles of the standardised errors are the
/// validation's own, so that bands cover what they say whatever the distribution (as in conformal prediction: Vovk,
/// Gammerman and Shafer 2005).
struct Calibration: Sendable {
    /// One interval that was forecast from before and then seen.
    struct Trial: Sendable {
        var row: Int
        /// Days ahead, from 1.
        var ahead: Int
        var slot: Int
        var forecast: Double
        /// Of the day's level, on the logarithmic scale.
        var variance: Double
        var actual: Double
    }

    private(set) var counting = 1.0
    private(set) var level = 1.0
    private(set) var own = 0.0
    private(set) var slotFactor: [Double]
    private var groups: [[Double]] = []
    private var pooled: [Double] = []
    private var horizonScale: [Double] = [1, 1, 1]
    private var trust = 0.0
    /// What the variance of the day's level is multiplied with: its settings were chosen by few days.
    private var widened = 1.0
    private var days = 1.0

    private static let edges = [1.0, 3, 10]

    /// Variance of √(X + ¼) for a Poisson X of this mean: a fit to the exact sums, within 0.002.
    static func countingVariance(_ mean: Double) -> Double {
        0.25 * (1 - exponential(-1.505 * mean)) + 0.01724 * mean * exponential(-mean / 2.333)
    }

    /// - Parameter days: how many days the trials are of; each is about one independent draw of a level.
    init(_ trials: [Trial], slots: Int, days: Int) {
        slotFactor = [Double](repeating: 1, count: slots)
        guard days >= 3, trials.count >= 20 else { return }
        fit(trials)
        fitSlots(trials)
        trust = Double(days) / (Double(days) + 15)
        let few = 1 + min(1, Double(LevelModel.settings) / Double(days))
        widened = few * few
        self.days = Double(days)
        var standard = trials.map { trial in
            Self.error(trial) / variance(trial.forecast, level: trial.variance, slot: trial.slot).squareRoot()
        }
        fitHorizons(trials, &standard)
        groups = [[Double]](repeating: [], count: Self.edges.count + 1)
        for (place, trial) in trials.enumerated() { groups[Self.group(trial.forecast)].append(standard[place]) }
        for place in groups.indices { groups[place].sort() }
        pooled = standard.sorted()
    }

    private static func group(_ mean: Double) -> Int { edges.firstIndex { mean < $0 } ?? edges.count }
    private static func horizonGroup(_ ahead: Int) -> Int { ahead <= 1 ? 0 : ahead <= 7 ? 1 : 2 }
    private static func error(_ trial: Trial) -> Double {
        (trial.actual + 0.25).squareRoot() - (trial.forecast + 0.25).squareRoot()
    }

    func variance(_ mean: Double, level levelVariance: Double, slot: Int) -> Double {
        let parts = counting * Self.countingVariance(mean) + (level * levelVariance + own) * mean / 4
        return max(1e-12, parts * slotFactor[slot])
    }

    private mutating func fit(_ trials: [Trial]) {
        for _ in 0..<5 {
            // Weighted least squares of squared errors on the three parts, none of them negative.
            var normal = [Double](repeating: 0, count: 9)
            var right = [Double](repeating: 0, count: 3)
            for trial in trials {
                let now = variance(trial.forecast, level: trial.variance, slot: trial.slot)
                let error = Self.error(trial)
                let square = min(error * error, 12 * now)
                let parts = [
                    Self.countingVariance(trial.forecast), trial.variance * trial.forecast / 4, trial.forecast / 4,
                ]
                let weight = 1 / (now * now)
                for row in 0..<3 {
                    right[row] += weight * parts[row] * square
                    for column in 0..<3 { normal[row * 3 + column] += weight * parts[row] * parts[column] }
                }
            }
            var found = [counting, level, own]
            for _ in 0..<60 {
                for row in 0..<3 where normal[row * 4] > 0 {
                    var rest = right[row]
                    for column in 0..<3 where column != row { rest -= normal[row * 3 + column] * found[column] }
                    found[row] = max(0, rest / normal[row * 4])
                }
                found[0] = min(max(found[0], 0.7), 5)
                found[1] = min(max(found[1], 0.25), 4)
            }
            counting = found[0]
            level = found[1]
            own = found[2]
        }
    }

    private mutating func fitSlots(_ trials: [Trial]) {
        var sums = [Double](repeating: 0, count: slotFactor.count)
        var counts = sums
        for trial in trials {
            let now = variance(trial.forecast, level: trial.variance, slot: trial.slot)
            let error = Self.error(trial)
            sums[trial.slot] += min(error * error / now, 9)
            counts[trial.slot] += 1
        }
        // Trials of one day at several horizons are alike: about seven of them count as one.
        for slot in slotFactor.indices {
            slotFactor[slot] = (sums[slot] / 7 + 15) / (counts[slot] / 7 + 15)
        }
    }

    private mutating func fitHorizons(_ trials: [Trial], _ standard: inout [Double]) {
        var sizes = [[Double]](repeating: [], count: 3)
        for (place, trial) in trials.enumerated() { sizes[Self.horizonGroup(trial.ahead)].append(abs(standard[place])) }
        for group in 0..<3 where sizes[group].count >= 20 {
            let wide = quantile(sizes[group].sorted(), 0.8) / 1.2816
            horizonScale[group] = max(0.3, 1 + trust * (wide - 1))
        }
        for (place, trial) in trials.enumerated() { standard[place] /= horizonScale[Self.horizonGroup(trial.ahead)] }
    }

    /// The standardised error below which a share of the errors lies.
    ///
    /// Between the quantiles of n errors lies a new one less often than an old one, by (n − 1) / (n + 1).
    ///
    /// - Parameter independent: n.
    private func score(_ probability: Double, mean: Double, independent: Double) -> Double {
        let normal = NormalDistribution.quantile(probability)
        guard !pooled.isEmpty else { return normal }
        let outward = (independent + 1) / (independent - 1)
        let place = min(max(0.5 + (probability - 0.5) * outward, 0), 1)
        // A quantile that few validation errors lie beyond is taken from the normal distribution as well.
        let all = trust * quantile(pooled, place) + (1 - trust) * normal
        let group = groups[Self.group(mean)]
        let share = Double(group.count) / (Double(group.count) + 300)
        return share * quantile(group, place) + (1 - share) * all
    }

    /// Variance of the logarithm of an interval's contacts when it was never open before.
    static let unseen = 0.5

    /// Ascending for ascending levels, at least 0.
    ///
    /// - Parameters:
    ///   - narrowed: what is left of the band's width when the day's beginning is known.
    ///   - isSeen: whether the interval was ever open.
    func quantiles(
        _ probabilities: [Double], mean: Double, level: Double, slot: Int, ahead: Int, narrowed: Double = 1,
        isSeen: Bool = true
    ) -> [Double] {
        let known = variance(mean, level: level, slot: slot)
        // What a day's beginning tells of its rest it tells of the level.
        let told = (1 - narrowed * narrowed) * known
        let ofLevel = max(0, self.level * level * mean / 4 * slotFactor[slot] - told)
        let variance = known - told + (widened - 1) * ofLevel + (isSeen ? 0 : Self.unseen * mean / 4)
        let deviation = variance.squareRoot() * horizonScale[Self.horizonGroup(ahead)]
        // What a day's intervals share makes their errors alike, so that fewer of them than were seen are independent.
        let slots = Double(slotFactor.count)
        let independent = max(2, days * slots / (1 + (slots - 1) * min(1, ofLevel / variance)))
        let center = (mean + 0.25).squareRoot()
        return probabilities.map { probability in
            let root = max(0, center + score(probability, mean: mean, independent: independent) * deviation)
            return max(0, root * root - 0.25)
        }
    }
}
