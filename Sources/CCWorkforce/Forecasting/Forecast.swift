import CCCore

/// What is expected per interval: mean, quantiles and, where the history tells it, handle time.
public struct Forecast: Hashable, Sendable {
    /// One interval.
    public struct Point: Hashable, Sendable {
        /// When it begins.
        public var time: WallTime
        /// Expected contacts, finite and at least 0.
        public var mean: Double
        /// One number of contacts per level of ``Forecast/levels``, not descending, at least 0.
        public var quantiles: [Double]
        /// Expected mean handle time in seconds; nil when the history has none.
        public var handleTime: Double?

        public init(_ time: WallTime, mean: Double, quantiles: [Double] = [], handleTime: Double? = nil) {
            self.time = time
            self.mean = mean
            self.quantiles = quantiles
            self.handleTime = handleTime
        }
    }

    /// Probabilities of the quantiles, ascending, between 0 and 1: a level of 0.9 means that nine of ten intervals have at most
    /// that quantile.
    public let levels: [Double]
    /// In the order of the times that were asked for.
    public let points: [Point]

    /// The median and bands of 80 % and 95 %.
    public static let usualLevels = [0.025, 0.1, 0.5, 0.9, 0.975]

    public init(levels: [Double], points: [Point]) {
        self.levels = levels
        self.points = points
    }

    /// The quantiles of one level, by interval; nil when there is no such level or a point has other than one quantile per level.
    public func quantiles(_ level: Double) -> [Double]? {
        guard let place = levels.firstIndex(of: level), points.allSatisfy({ $0.quantiles.count == levels.count })
        else { return nil }
        return points.map { $0.quantiles[place] }
    }

    static func check(levels: [Double]) throws {
        for (place, level) in levels.enumerated() {
            guard level > 0, level < 1 else {
                throw WorkforceError(.outOfRange, at: "levels[\(place)]", "\(level) is not between 0 and 1")
            }
            guard place == 0 || levels[place - 1] < level else {
                throw WorkforceError(
                    .unordered, at: "levels[\(place)]", "\(level) does not come after \(levels[place - 1])")
            }
        }
    }

    static func check(times: [WallTime], after history: History) throws {
        guard !times.isEmpty else { throw WorkforceError(.empty, at: "times", "there are no intervals to forecast") }
        let last = history.points[history.points.count - 1].time
        for (place, time) in times.enumerated() { try time.check(at: "times[\(place)]") }
        for (place, time) in times.enumerated() {
            guard time > last else {
                throw WorkforceError(
                    .unordered, at: "times[\(place)]", "\(time) is not after the history's last interval, \(last)")
            }
            guard place == 0 || times[place - 1] < time else {
                let code: WorkforceError.Code = times[place - 1] == time ? .duplicate : .unordered
                throw WorkforceError(code, at: "times[\(place)]", "\(time) does not come after \(times[place - 1])")
            }
        }
        guard times[times.count - 1].date.dayNumber - last.date.dayNumber <= Self.aheadMax else {
            throw WorkforceError(
                .outOfRange, at: "times[\(times.count - 1)]",
                "\(times[times.count - 1]) is more than \(Self.aheadMax) days after the history")
        }
    }

    /// In days: two years.
    static let aheadMax = 731
}
