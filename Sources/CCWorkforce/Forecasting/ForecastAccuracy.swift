import CCCore

/// How good forecasts were: kept per interval, summed up as one likes.
///
/// Figures are those of the literature (Hyndman and Koehler 2006; Gneiting and Raftery 2007): the absolute errors are divided by the
/// contacts, so that busy intervals count as much as their contacts do.
public struct ForecastAccuracy: Hashable, Sendable {
    /// One interval that was forecast and is over.
    public struct Interval: Hashable, Sendable {
        public var time: WallTime
        /// Days from the day on which it was forecast: 1 is that day itself.
        public var ahead: Int
        public var forecast: Double
        public var actual: Double
        /// One per level.
        public var quantiles: [Double]

        /// Forecast minus actual.
        public var error: Double { forecast - actual }
    }

    /// What some intervals sum up to.
    public struct Figures: Hashable, Sendable {
        public var intervals = 0
        /// Contacts that came.
        public var actual = 0.0
        /// Contacts that were forecast.
        public var forecast = 0.0
        /// Sum of absolute errors by sum of contacts; nil without contacts.
        public var wape: Double?
        /// Sum of forecasts less contacts by sum of contacts; nil without contacts.
        public var bias: Double?
        /// Root of the mean squared error, in contacts.
        public var rmse = 0.0
        /// Mean pinball loss over levels and intervals, by the mean of contacts; nil without contacts or levels.
        public var pinball: Double?
        /// By level: the share of intervals with at most that quantile of contacts.
        public var below: [Double] = []
        /// By symmetric pair of levels, the widest first: nominal share, and share of intervals within, bounds included.
        public var bands: [Band] = []
    }

    /// A band between two quantiles.
    public struct Band: Hashable, Sendable {
        /// Share of intervals that should be within, 0 to 1.
        public var nominal: Double
        /// Share that was.
        public var covered: Double
    }

    public let levels: [Double]
    public private(set) var intervals: [Interval] = []

    public init(levels: [Double] = Forecast.usualLevels) { self.levels = levels }

    /// Takes in what came of a forecast; intervals that are not known (yet) are left out.
    ///
    /// - Throws: ``WorkforceError`` `mismatch` when the forecast has other levels.
    public mutating func add(_ forecast: Forecast, actual: some Sequence<History.Point>) throws {
        guard forecast.levels == levels else {
            throw WorkforceError(
                .mismatch, at: "forecast.levels", "they are \(forecast.levels), and \(levels) are expected")
        }
        guard let first = forecast.points.first else { return }
        var known: [WallTime: Double] = [:]
        for point in actual { known[point.time] = point.count }
        for point in forecast.points {
            guard let count = known[point.time] else { continue }
            intervals.append(
                Interval(
                    time: point.time, ahead: point.time.date.dayNumber &- first.time.date.dayNumber &+ 1,
                    forecast: point.mean, actual: count, quantiles: point.quantiles))
        }
    }

    /// All intervals together.
    public var figures: Figures { figures(intervals) }

    /// Those that were forecast at most so many days ahead.
    public func figures(ahead days: Int) -> Figures { figures(intervals.filter { $0.ahead <= days }) }

    /// By time of day, minutes since midnight, ascending: where in the day forecasts are weak.
    public var byTimeOfDay: [(minute: Int, figures: Figures)] { grouped { $0.time.minute }.map { ($0, $1) } }

    /// By weekday, from Monday.
    public var byWeekday: [(weekday: Weekday, figures: Figures)] {
        grouped { DayFeatures.weekday($0.time.date.dayNumber) }.map { (Weekday.allCases[$0], $1) }
    }

    /// By day, ascending.
    public var byDay: [(date: CalendarDate, figures: Figures)] {
        grouped { $0.time.date.dayNumber }.map { (CalendarDate(dayNumber: $0), $1) }
    }

    private func grouped(_ key: (Interval) -> Int) -> [(Int, Figures)] {
        Dictionary(grouping: intervals, by: key).sorted { $0.key < $1.key }.map { ($0.key, figures($0.value)) }
    }

    /// Sums up intervals of one's choice.
    public func figures(_ intervals: some Collection<Interval>) -> Figures {
        var figures = Figures()
        guard !intervals.isEmpty else { return figures }
        var absolute = 0.0
        var squared = 0.0
        var pinball = 0.0
        var below = [Double](repeating: 0, count: levels.count)
        let pairs = levels.indices.filter { place in
            let other = levels.count - 1 - place
            return place < other && abs(levels[place] + levels[other] - 1) < 1e-9
        }
        var within = [Double](repeating: 0, count: pairs.count)
        for interval in intervals {
            figures.actual += interval.actual
            figures.forecast += interval.forecast
            absolute += abs(interval.error)
            squared += interval.error * interval.error
            guard interval.quantiles.count == levels.count else { continue }
            for (place, level) in levels.enumerated() {
                let distance = interval.actual - interval.quantiles[place]
                pinball += max(level * distance, (level - 1) * distance)
                if distance <= 0 { below[place] += 1 }
            }
            // Others' quantiles may cross or be no numbers; nothing is within then.
            for (number, place) in pairs.enumerated()
            where interval.quantiles[place] <= interval.actual
                && interval.actual <= interval.quantiles[levels.count - 1 - place]
            {
                within[number] += 1
            }
        }
        let count = Double(intervals.count)
        figures.intervals = intervals.count
        figures.rmse = (squared / count).squareRoot()
        if figures.actual > 0 {
            figures.wape = absolute / figures.actual
            figures.bias = (figures.forecast - figures.actual) / figures.actual
            if !levels.isEmpty { figures.pinball = pinball / Double(levels.count) / figures.actual }
        }
        figures.below = below.map { $0 / count }
        figures.bands = zip(pairs, within).map { place, covered in
            Band(nominal: levels[levels.count - 1 - place] - levels[place], covered: covered / count)
        }
        return figures
    }
}
