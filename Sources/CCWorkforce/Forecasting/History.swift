import CCCore

/// What one channel or queue had per interval: contacts offered, and their handle time where it is known.
///
/// Intervals that are not there are either outside opening hours or missing. A whole day without any is taken as closed
/// when it is a holiday or a weekday on which the centre is hardly ever open, and as missing otherwise.
public struct History: Hashable, Sendable {
    /// One interval.
    public struct Point: Hashable, Sendable {
        /// When it begins.
        public var time: WallTime
        /// Contacts offered, at least 0; nil when it is not known.
        public var count: Double?
        /// Mean handle time in seconds of its contacts, above 0; nil when it is not known or there were none.
        public var handleTime: Double?

        public init(_ time: WallTime, _ count: Double?, handleTime: Double? = nil) {
            self.time = time
            self.count = count
            self.handleTime = handleTime
        }
    }

    /// In the order of time.
    public let points: [Point]
    /// The length of an interval: the smallest distance between two, 1 to 1440 minutes, a divisor of the day.
    public let intervalMinutes: Int

    /// - Parameters:
    ///   - points: in ascending order, each time once.
    ///   - intervalMinutes: nil finds it out.
    /// - Throws: ``WorkforceError`` `empty`, `tooShort`, `unordered`, `duplicate`, `outOfRange`, `notFinite`, `mismatch`.
    public init(_ points: [Point], intervalMinutes: Int? = nil) throws {
        guard !points.isEmpty else { throw WorkforceError(.empty, at: "history", "there are no intervals") }
        var smallest = Int.max
        for (place, point) in points.enumerated() {
            try Self.check(point, place)
            guard place > 0 else { continue }
            let step = point.time.minuteNumber - points[place - 1].time.minuteNumber
            if step == 0 {
                throw WorkforceError(.duplicate, at: "history[\(place)].time", "\(point.time) is there twice")
            }
            if step < 0 {
                throw WorkforceError(
                    .unordered, at: "history[\(place)].time", "\(point.time) comes after \(points[place - 1].time)")
            }
            smallest = min(smallest, step)
        }
        if intervalMinutes == nil, points.count == 1 {
            throw WorkforceError(.tooShort, at: "history", "one interval does not tell how long an interval is")
        }
        let interval = intervalMinutes ?? Self.divisor(smallest)
        guard (1...1_440).contains(interval), 1_440 % interval == 0 else {
            throw WorkforceError(
                .outOfRange, at: "intervalMinutes", "\(interval) minutes do not divide a day into equal intervals")
        }
        let offset = points[0].time.minute % interval
        if let place = points.firstIndex(where: { $0.time.minute % interval != offset }) {
            throw WorkforceError(
                .mismatch, at: "history[\(place)].time",
                "\(points[place].time) does not fit intervals of \(interval) minutes from \(points[0].time)")
        }
        self.points = points
        self.intervalMinutes = interval
    }

    private static func check(_ point: Point, _ place: Int) throws {
        if let count = point.count {
            guard count.isFinite else {
                throw WorkforceError(.notFinite, at: "history[\(place)].count", "\(count) is not a finite number")
            }
            guard count >= 0, count <= 1e12 else {
                throw WorkforceError(.outOfRange, at: "history[\(place)].count", "\(count) is not within 0 and 10¹²")
            }
        }
        if let time = point.handleTime {
            guard time.isFinite else {
                throw WorkforceError(.notFinite, at: "history[\(place)].handleTime", "\(time) is not a finite number")
            }
            guard time > 0, time <= 1e9 else {
                throw WorkforceError(
                    .outOfRange, at: "history[\(place)].handleTime", "\(time) s is not above 0 and at most 10⁹")
            }
        }
        // Four-digit years: what a table can hold.
        guard abs(point.time.date.dayNumber) < 4_000_000 else {
            throw WorkforceError(.outOfRange, at: "history[\(place)].time", "\(point.time) is not within 9999 years")
        }
    }

    /// The greatest divisor of a day that is no longer than a step.
    private static func divisor(_ step: Int) -> Int {
        guard step < 1_440 else { return 1_440 }
        var interval = step
        while 1_440 % interval != 0 { interval -= 1 }
        return interval
    }

    /// The part before a time, for validation.
    public func before(_ time: WallTime) -> History? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : History(checked: Array(points[..<low]), intervalMinutes)
    }

    private init(checked points: [Point], _ intervalMinutes: Int) {
        self.points = points
        self.intervalMinutes = intervalMinutes
    }
}
