import CCCore

extension ForecastModel {
    /// Forecasts the rest of a day that has begun anew from what came so far; other days stay as they were.
    ///
    /// How much the early part of a day says of its later parts, and how sure, is learned from the days that were forecast in
    /// validation: each part of the rest has its own regression on how far the early part was from its forecast, drawn towards
    /// zero for what chance alone would make of it.
    ///
    /// - Parameters:
    ///   - arrived: the day's intervals so far, ascending; an unknown count is left out. The times must be among ``times``, all of one day.
    ///   - levels: as in ``forecast(levels:)``.
    /// - Returns: all intervals of ``times``; those that are over have what came as mean and quantiles.
    /// - Throws: ``WorkforceError`` `mismatch` for intervals that were not to be forecast, are of several days or are unordered.
    public func reforecast(arrived: [History.Point], levels: [Double] = Forecast.usualLevels) throws -> Forecast {
        let before = try forecast(levels: levels)
        guard let first = arrived.first else { return before }
        var places: [Int] = []
        for (place, point) in arrived.enumerated() {
            guard let found = times.firstIndex(of: point.time), point.time.date == first.time.date,
                places.last.map({ $0 < found }) ?? true
            else {
                throw WorkforceError(
                    .mismatch, at: "arrived[\(place)].time",
                    "\(point.time) is not the next interval of one of the days to forecast")
            }
            if let count = point.count, !(0...1e12).contains(count) {
                throw WorkforceError(.outOfRange, at: "arrived[\(place)].count", "\(count) is not within 0 and 10¹²")
            }
            places.append(found)
        }
        guard let day = days().first(where: { $0.range.contains(places[0]) }), let lastPlace = places.last else {
            return before
        }
        var early: [(slot: Int, count: Double)] = []
        for (point, place) in zip(arrived, places) {
            if let slot = volume.matrix.slot(times[place]), let count = point.count { early.append((slot, count)) }
        }
        let rest = times[(lastPlace + 1)..<max(lastPlace + 1, day.range.upperBound)].compactMap {
            volume.matrix.slot($0)
        }
        let learned = Intraday(volume.trials, early: early.map(\.slot), rest: rest)
        let deviations = learned.deviations(early.map { ($0.count, day.means[$0.slot]) })
        var points = before.points
        for (point, place) in zip(arrived, places) {
            guard let count = point.count else { continue }
            points[place].mean = count
            points[place].quantiles = levels.map { _ in count }
        }
        for (offset, slot) in rest.enumerated() {
            let place = lastPlace + 1 + offset
            let update = learned.update(slot, deviations)
            let mean = max(0, day.means[slot] * update.factor)
            points[place].mean = mean
            points[place].quantiles = volume.calibration.quantiles(
                levels, mean: mean, level: day.variance, slot: slot, ahead: day.ahead, narrowed: update.narrowed,
                isSeen: volume.isSeen[slot])
        }
        return Forecast(levels: levels, points: points)
    }
}

/// What the beginning of a day says of its rest, learned from the days of validation.
///
/// Each later part of the day has a regression on two numbers, both logarithms of actual to forecast contacts: of all that
/// came so far, and of its last quarter. Slopes are drawn towards zero by ridge regression.
struct Intraday: Sendable {
    private struct Part {
        var slopes: (all: Double, last: Double)
        /// How wide the bands become, as a part of their width before.
        var narrowed: Double
    }

    private var parts: [Int: Part] = [:]

    init(_ trials: [Calibration.Trial], early: [Int], rest: [Int]) {
        let place = Dictionary(uniqueKeysWithValues: early.enumerated().map { ($1, $0) })
        let length = max(3, (rest.count + 5) / 6)
        let part = Dictionary(uniqueKeysWithValues: rest.enumerated().map { ($1, $0 / length) })
        var before: [Int: [(actual: Double, forecast: Double)]] = [:]
        var after: [Int: [Calibration.Trial]] = [:]
        for trial in trials where trial.ahead == 1 {
            if let place = place[trial.slot] {
                if before[trial.row] == nil {
                    before[trial.row] = [(Double, Double)](repeating: (0, 0), count: early.count)
                }
                before[trial.row]?[place] = (trial.actual, trial.forecast)
            } else if part[trial.slot] != nil {
                after[trial.row, default: []].append(trial)
            }
        }
        let rows = before.keys.sorted().filter { after[$0] != nil }
        guard rows.count >= 5, !rest.isEmpty else { return }
        let deviations = rows.map { self.deviations(before[$0] ?? []) }
        for number in 0...((rest.count - 1) / length) {
            let later = rows.map { row in (after[row] ?? []).filter { part[$0.slot] == number } }
            guard let learned = Self.learn(deviations, later) else { continue }
            for (slot, its) in part where its == number { parts[slot] = learned }
        }
    }

    private static func learn(_ deviations: [(all: Double, last: Double)], _ later: [[Calibration.Trial]]) -> Part? {
        var (aa, al, ll, ay, ly) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var count = 0.0
        for (deviation, trials) in zip(deviations, later) where !trials.isEmpty {
            let target = Self.deviation(
                trials.reduce(0) { $0 + $1.actual }, trials.reduce(0) { $0 + $1.forecast }, most: 0.7)
            aa += deviation.all * deviation.all
            al += deviation.all * deviation.last
            ll += deviation.last * deviation.last
            ay += deviation.all * target
            ly += deviation.last * target
            count += 1
        }
        guard count >= 5, aa > 0, ll > 0 else { return nil }
        // Three days' worth of no relation.
        let first = aa * (1 + 3 / count)
        let second = ll * (1 + 3 / count)
        let determinant = first * second - al * al
        guard determinant > 0 else { return nil }
        let all = min(max((ay * second - ly * al) / determinant, -0.5), 1.3)
        let last = min(max((ly * first - ay * al) / determinant, -0.5), 1.3)
        var was = 0.0
        var remains = 0.0
        for (deviation, trials) in zip(deviations, later) {
            let factor = exponential(all * deviation.all + last * deviation.last)
            for trial in trials {
                let root = (trial.actual + 0.25).squareRoot()
                let old = root - (trial.forecast + 0.25).squareRoot()
                let new = root - (trial.forecast * factor + 0.25).squareRoot()
                was += old * old
                remains += new * new
            }
        }
        guard was > 0 else { return nil }
        // Two slopes were fitted.
        let share = remains / was * (1 + 2 / count)
        return Part(slopes: (all, last), narrowed: min(max(share.squareRoot(), 0.3), 1))
    }

    /// On the logarithmic scale, bounded so that one odd day decides nothing.
    private static func deviation(_ actual: Double, _ forecast: Double, most: Double) -> Double {
        min(max(logarithm((actual + 0.5) / (forecast + 0.5)), -most), most)
    }

    /// How far a day's beginning is from its forecast.
    func deviations(_ early: [(actual: Double, forecast: Double)]) -> (all: Double, last: Double) {
        let last = early.suffix(max(2, early.count / 4))
        return (
            Self.deviation(early.reduce(0) { $0 + $1.actual }, early.reduce(0) { $0 + $1.forecast }, most: 1.5),
            Self.deviation(last.reduce(0) { $0 + $1.actual }, last.reduce(0) { $0 + $1.forecast }, most: 1.5)
        )
    }

    /// What a later interval's mean is multiplied with, and its bands' width.
    func update(_ slot: Int, _ deviations: (all: Double, last: Double)) -> (factor: Double, narrowed: Double) {
        guard let part = parts[slot] else { return (1, 1) }
        return (exponential(part.slopes.all * deviations.all + part.slopes.last * deviations.last), part.narrowed)
    }
}
