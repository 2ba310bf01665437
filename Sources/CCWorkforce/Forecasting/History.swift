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
        do { self.intervalMinutes = try Self.interval(points, given: intervalMinutes) } catch let mistake as Mistake {
            let place = mistake.place.map { "history[\($0)].\(mistake.field)" } ?? mistake.field
            throw WorkforceError(mistake.code, at: place, mistake.message)
        }
        self.points = points
    }

    /// What keeps points from being a history.
    struct Mistake: Error {
        var code: WorkforceError.Code
        /// The point's number.
        var place: Int?
        var field: String
        var message: String
    }

    /// Checks points and finds out the length of their intervals; throws a ``Mistake``.
    static func interval(_ points: [Point], given: Int? = nil) throws -> Int {
        guard !points.isEmpty else {
            throw Mistake(code: .empty, field: "history", message: "there are no intervals")
        }
        var smallest = Int.max
        for (place, point) in points.enumerated() {
            try check(point, place)
            guard place > 0 else { continue }
            let step = point.time.minuteNumber - points[place - 1].time.minuteNumber
            if step == 0 {
                throw Mistake(code: .duplicate, place: place, field: "time", message: "\(point.time) is there twice")
            }
            if step < 0 {
                throw Mistake(
                    code: .unordered, place: place, field: "time",
                    message: "\(point.time) comes after \(points[place - 1].time)")
            }
            smallest = min(smallest, step)
        }
        if given == nil, points.count == 1 {
            throw Mistake(
                code: .tooShort, field: "history", message: "one interval does not tell how long an interval is")
        }
        let interval = given ?? divisor(smallest)
        guard (1...1_440).contains(interval), 1_440 % interval == 0 else {
            throw Mistake(
                code: .outOfRange, field: "intervalMinutes",
                message: "\(interval) minutes do not divide a day into equal intervals")
        }
        let offset = points[0].time.minute % interval
        if let place = points.firstIndex(where: { $0.time.minute % interval != offset }) {
            throw Mistake(
                code: .mismatch, place: place, field: "time",
                message: "\(points[place].time) does not fit intervals of \(interval) minutes from \(points[0].time)")
        }
        return interval
    }

    private static func check(_ point: Point, _ place: Int) throws {
        func refuse(_ code: WorkforceError.Code, _ field: String, _ message: String) -> Mistake {
            Mistake(code: code, place: place, field: field, message: message)
        }
        if let count = point.count {
            guard count.isFinite else { throw refuse(.notFinite, "count", "\(count) is not a finite number") }
            guard (0...1e12).contains(count) else {
                throw refuse(.outOfRange, "count", "\(count) is not within 0 and 10¹²")
            }
        }
        if let time = point.handleTime {
            guard time.isFinite else { throw refuse(.notFinite, "handleTime", "\(time) is not a finite number") }
            guard time > 0, time <= 1e9 else {
                throw refuse(.outOfRange, "handleTime", "\(time) s is not above 0 and at most 10⁹")
            }
        }
        guard point.time.isUsual else {
            throw refuse(.outOfRange, "time", "\(point.time) is not within 9999 years")
        }
    }

    /// The greatest divisor of a day that is no longer than a step.
    static func divisor(_ step: Int) -> Int {
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
