import Foundation

/// A logarithm of a time, and how many times are like it.
struct EMPoint: Hashable, Sendable {
    var logarithm: Double
    var weight: Double
}

/// Expectation and maximisation (A. Dempster, N. Laird and D. Rubin, 1977) for log-normal mixtures, without any chance: the starts
/// are made of quantiles.
enum LogNormalMixture {
    struct Fit {
        var components: [HandleTimeFit.Component]
        var logLikelihood: Double
        var criterion: Double
    }

    /// As many times as there may be become at most this many points: neighbours are taken together.
    private static let pointsMax = 600
    /// The least spread: times within a per mille are alike.
    private static let spreadMin = 1e-3

    static func points(_ seconds: [Double]) -> [EMPoint] {
        let sorted = seconds.map { log($0) }.sorted()
        var points: [EMPoint] = []
        for value in sorted {
            if let last = points.last, last.logarithm == value {
                points[points.count - 1].weight += 1
            } else {
                points.append(EMPoint(logarithm: value, weight: 1))
            }
        }
        guard points.count > pointsMax, let low = points.first?.logarithm, let high = points.last?.logarithm else {
            return points
        }
        let width = (high - low) / Double(pointsMax)
        var (sums, weights) = ([Double](repeating: 0, count: pointsMax), [Double](repeating: 0, count: pointsMax))
        for point in points {
            let place = min(pointsMax - 1, Int((point.logarithm - low) / width))
            sums[place] += point.logarithm * point.weight
            weights[place] += point.weight
        }
        return weights.indices.compactMap { place in
            weights[place] > 0 ? EMPoint(logarithm: sums[place] / weights[place], weight: weights[place]) : nil
        }
    }

    /// The best fit with one component, with two, and so on.
    static func fits(_ points: [EMPoint], count: Int, most: Int) -> [Fit] {
        var fits: [Fit] = []
        for number in 1...most where number == 1 || points.count > 3 * number {
            var starts = [split(points, into: number)]
            if let before = fits.last {
                for place in before.components.indices { starts.append(halved(before.components, at: place)) }
            }
            let tried = starts.map { refine($0, points: points, count: count) }
            if let best = tried.max(by: { $0.logLikelihood < $1.logLikelihood }) { fits.append(best) }
        }
        return fits
    }

    /// Parts of equal weight, from short to long.
    private static func split(_ points: [EMPoint], into number: Int) -> [HandleTimeFit.Component] {
        let total = points.reduce(0) { $0 + $1.weight }
        var sums = [(weight: Double, first: Double, second: Double)](repeating: (0, 0, 0), count: number)
        var passed = 0.0
        for point in points {
            let part = min(number - 1, Int(passed / total * Double(number)))
            passed += point.weight
            sums[part].weight += point.weight
            sums[part].first += point.weight * point.logarithm
            sums[part].second += point.weight * point.logarithm * point.logarithm
        }
        return sums.filter { $0.weight > 0 }.map { sum in
            let mean = sum.first / sum.weight
            let variance = max(0, sum.second / sum.weight - mean * mean)
            return .init(weight: sum.weight / total, mu: mean, sigma: max(variance.squareRoot(), spreadMin))
        }
    }

    /// One component replaced by two, a narrow one amid a wide one.
    private static func halved(_ components: [HandleTimeFit.Component], at place: Int) -> [HandleTimeFit.Component] {
        var result = components
        let one = components[place]
        result[place] = .init(weight: one.weight * 0.7, mu: one.mu, sigma: max(one.sigma * 0.6, spreadMin))
        result.append(.init(weight: one.weight * 0.3, mu: one.mu - one.sigma, sigma: max(one.sigma * 1.4, spreadMin)))
        return result
    }

    private static func refine(_ start: [HandleTimeFit.Component], points: [EMPoint], count: Int) -> Fit {
        var components = start
        var likelihood = -Double.infinity
        for _ in 0..<400 {
            let (next, value) = step(components, points: points)
            let gain = value - likelihood
            likelihood = value
            if gain < 1e-9 * Double(count) { break }
            components = next
        }
        let parameters = Double(3 * components.count - 1)
        return Fit(
            components: components, logLikelihood: likelihood,
            criterion: -2 * likelihood + parameters * log(Double(count)))
    }

    /// The next components, and the log-likelihood of the times under these ones.
    private static func step(
        _ components: [HandleTimeFit.Component], points: [EMPoint]
    ) -> ([HandleTimeFit.Component], Double) {
        let constants = components.map { log($0.weight) - log($0.sigma) - 0.5 * log(2 * Double.pi) }
        var sums = [(weight: Double, first: Double, second: Double)](repeating: (0, 0, 0), count: components.count)
        var logs = [Double](repeating: 0, count: components.count)
        var (likelihood, total) = (0.0, 0.0)
        for point in points {
            var highest = -Double.infinity
            for (place, one) in components.enumerated() {
                let z = (point.logarithm - one.mu) / one.sigma
                logs[place] = constants[place] - z * z / 2
                highest = max(highest, logs[place])
            }
            var sum = 0.0
            for place in logs.indices {
                logs[place] = exp(logs[place] - highest)
                sum += logs[place]
            }
            // The density of a time is that of its logarithm divided by the time.
            likelihood += point.weight * (highest + log(sum) - point.logarithm)
            total += point.weight
            for place in logs.indices {
                let share = point.weight * logs[place] / sum
                let distance = point.logarithm - components[place].mu
                sums[place].weight += share
                sums[place].first += share * distance
                sums[place].second += share * distance * distance
            }
        }
        let next = zip(components, sums).map { one, sum -> HandleTimeFit.Component in
            guard sum.weight > 1e-9 * total else { return .init(weight: 1e-12, mu: one.mu, sigma: one.sigma) }
            let shift = sum.first / sum.weight
            let variance = max(0, sum.second / sum.weight - shift * shift)
            return .init(
                weight: sum.weight / total, mu: one.mu + shift, sigma: max(variance.squareRoot(), spreadMin))
        }
        return (next, likelihood)
    }
}
