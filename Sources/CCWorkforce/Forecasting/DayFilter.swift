/// A few numbers of a long vector that is zero elsewhere.
struct Sparse: Sendable {
    var indices: [Int] = []
    var values: [Double] = []

    mutating func add(_ index: Int, _ value: Double) {
        if let place = indices.firstIndex(of: index) {
            values[place] += value
        } else {
            indices.append(index)
            values.append(value)
        }
    }
}

/// How the days' level moves; see ``DayFilter``.
struct DayHyper: Hashable, Sendable {
    /// Standard deviation of a day about what is expected of it, beyond counting noise.
    var noise: Double
    /// Of the level's random walk, per √day.
    var level: Double
    /// Of the deviation that days have in common with their neighbours.
    var passing: Double
    /// Its correlation from day to day.
    var fading = 0.7
    /// Of the trend's change, per √day.
    var slope = 0.0
    /// Of the weekdays' effects' drift, per √day.
    var weekdays: Double
    /// Prior of effects of the day of the month.
    var month: Double
    /// How much the year's harmonics may matter, beside what is usual.
    var harmonics = 1.0

    /// What is usual for days that differ so much from week to week.
    init(scale: Double) {
        noise = 0.7 * scale
        level = 0.12 * scale
        passing = 0.7 * scale
        weekdays = 0.03 * scale
        month = scale
    }
}

/// A linear Gaussian state-space model of one number per day, by the Kalman filter (Harvey 1989; West and Harrison 1997):
/// a level that wanders, a deviation that fades, a damped trend, and effects of the calendar that are regression coefficients
/// with priors.
struct DayFilter: Sendable {
    static let level = 0
    static let passing = 1
    static let slope = 2
    static let weekday = 3
    static let fixed = 10

    let hyper: DayHyper
    private(set) var mean: [Double]
    private(set) var covariance: [Double]
    private let size: Int
    private(set) var day: Int
    private var lastOutlier = 0.0
    private static let damping = 0.97

    /// - Parameter priorCovariance: row by row.
    init(hyper: DayHyper, priorMean: [Double], priorCovariance: [Double], day: Int) {
        self.hyper = hyper
        size = priorMean.count
        mean = priorMean
        covariance = priorCovariance
        self.day = day
    }

    /// Mean and variance of what day `target` is, without the noise of its own.
    func predict(_ features: Sparse, target: Int, moved: inout [Double]) -> (mean: Double, variance: Double) {
        let ahead = target - day
        var fading = 1.0
        var path = 0.0
        var damped = 1.0
        for _ in 0..<min(ahead, 400) {
            fading *= hyper.fading
            damped *= Self.damping
            path += damped
        }
        var indices = features.indices
        moved.removeAll(keepingCapacity: true)
        moved.append(contentsOf: features.values)
        indices.append(Self.level)
        moved.append(1)
        indices.append(Self.passing)
        moved.append(fading)
        if hyper.slope > 0 {
            indices.append(Self.slope)
            moved.append(path)
        }
        var value = 0.0
        var variance = 0.0
        let count = indices.count
        indices.withUnsafeBufferPointer { indices in
            moved.withUnsafeBufferPointer { moved in
                covariance.withUnsafeBufferPointer { covariance in
                    for first in 0..<count {
                        let row = indices[first] * size
                        value += moved[first] * mean[indices[first]]
                        var sum = 0.0
                        for second in 0..<count { sum += moved[second] * covariance[row + indices[second]] }
                        variance += moved[first] * sum
                    }
                }
            }
        }
        let steps = Double(ahead)
        variance += hyper.level * hyper.level * steps
        variance += hyper.passing * hyper.passing * (1 - fading * fading)
        variance += hyper.weekdays * hyper.weekdays * steps
        if hyper.slope > 0 { variance += hyper.slope * hyper.slope * steps * path * path / 3 }
        return (value, variance)
    }

    /// Moves on to a day.
    mutating func advance(to target: Int) {
        let steps = min(target - day, 400)
        guard steps > 0 else { return }
        day = target
        var fading = 1.0
        for _ in 0..<steps { fading *= hyper.fading }
        mean[Self.passing] *= fading
        for place in 0..<size {
            covariance[Self.passing * size + place] *= fading
            covariance[place * size + Self.passing] *= fading
        }
        if hyper.slope > 0 {
            for _ in 0..<steps {
                mean[Self.slope] *= Self.damping
                for place in 0..<size {
                    covariance[Self.slope * size + place] *= Self.damping
                    covariance[place * size + Self.slope] *= Self.damping
                }
                mean[Self.level] += mean[Self.slope]
                for place in 0..<size {
                    covariance[Self.level * size + place] += covariance[Self.slope * size + place]
                }
                for place in 0..<size {
                    covariance[place * size + Self.level] += covariance[place * size + Self.slope]
                }
                covariance[Self.slope * (size + 1)] += hyper.slope * hyper.slope
            }
        }
        let steps2 = Double(steps)
        covariance[0] += hyper.level * hyper.level * steps2
        covariance[Self.passing * (size + 1)] += hyper.passing * hyper.passing * (1 - fading * fading)
        for weekday in Self.weekday..<Self.fixed {
            covariance[weekday * (size + 1)] += hyper.weekdays * hyper.weekdays * steps2
        }
    }

    /// Learns what the day was. The filter has been advanced to it.
    ///
    /// - Returns: the surprise and its variance before learning.
    @discardableResult
    mutating func update(_ features: Sparse, _ value: Double, noise: Double) -> (surprise: Double, variance: Double) {
        var gains = [Double](repeating: 0, count: size)
        var expected = mean[Self.level] + mean[Self.passing]
        for (place, index) in features.indices.enumerated() { expected += features.values[place] * mean[index] }
        covariance.withUnsafeBufferPointer { covariance in
            gains.withUnsafeMutableBufferPointer { gains in
                // It is symmetric: its rows, which lie together, are its columns.
                func add(_ index: Int, _ weight: Double) {
                    let row = UnsafeBufferPointer(rebasing: covariance[index * size..<(index + 1) * size])
                    for place in 0..<size { gains[place] += weight * row[place] }
                }
                add(Self.level, 1)
                add(Self.passing, 1)
                for (place, index) in features.indices.enumerated() { add(index, features.values[place]) }
            }
        }
        var variance = noise + gains[Self.level] + gains[Self.passing]
        for (place, index) in features.indices.enumerated() { variance += features.values[place] * gains[index] }
        let surprise = value - expected
        let before = variance
        // A day beyond three standard deviations counts less the further it is out; a second one on the same side means
        // that the level itself has moved.
        let distance = abs(surprise) / variance.squareRoot()
        if distance > 3 {
            if lastOutlier * surprise > 0, abs(surprise) < 2 * abs(lastOutlier) {
                let jump = surprise * surprise
                covariance[0] += jump
                gains[0] += jump
                variance += jump
                lastOutlier = 0
            } else {
                variance += noise * (distance * distance / 9 - 1) * 4
                lastOutlier = surprise
            }
        } else if distance < 1.5 {
            lastOutlier = 0
        }
        let scale = 1 / variance
        for row in 0..<size { mean[row] += gains[row] * surprise * scale }
        covariance.withUnsafeMutableBufferPointer { covariance in
            gains.withUnsafeBufferPointer { gains in
                for row in 0..<size {
                    let factor = gains[row] * scale
                    if factor == 0 { continue }
                    let values = UnsafeMutableBufferPointer(rebasing: covariance[row * size..<(row + 1) * size])
                    for column in 0..<size { values[column] -= factor * gains[column] }
                }
            }
        }
        return (surprise, before)
    }
}
