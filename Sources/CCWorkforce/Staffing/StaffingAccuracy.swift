/// How well agents matched what was needed: planned, there, and needed by what came, kept per interval and summed up.
///
/// The forecast's error and the schedule's error are told apart: who is planned too few was forecast or scheduled wrongly, who is
/// planned and not there is a matter of adherence.
public struct StaffingAccuracy: Hashable, Sendable {
    /// One interval that is over. All numbers are agents at work on contacts or ready for them, means over the interval.
    public struct Interval: Hashable, Sendable {
        public var time: WallTime
        /// Needed by the contacts that were forecast.
        public var planned: Double
        /// On the schedule.
        public var scheduled: Double
        /// There.
        public var present: Double
        /// Needed by the contacts that came, for the same targets.
        public var needed: Double

        public init(_ time: WallTime, planned: Double, scheduled: Double, present: Double, needed: Double) {
            self.time = time
            self.planned = planned
            self.scheduled = scheduled
            self.present = present
            self.needed = needed
        }

        /// Agents too many, or too few where it is negative: present − needed.
        public var surplus: Double { present - needed }
    }

    /// What intervals sum up to. Hours are agents' hours.
    public struct Figures: Hashable, Sendable {
        public var intervals = 0
        public var neededHours = 0.0
        public var presentHours = 0.0
        /// Hours that more agents were there than needed; and fewer.
        public var overHours = 0.0
        public var underHours = 0.0
        /// Of the under- and over-staffing the part that each step is to blame for, signed sums of hours: planned − needed,
        /// scheduled − planned, present − scheduled. They sum to present − needed.
        public var byForecast = 0.0
        public var bySchedule = 0.0
        public var byAdherence = 0.0

        /// 1 − (over + under) ÷ needed hours, not below 0; nil when nobody was needed.
        public var accuracy: Double? {
            neededHours > 0 ? max(0, 1 - (overHours + underHours) / neededHours) : nil
        }
    }

    public let intervalMinutes: Int
    public private(set) var intervals: [Interval] = []

    /// - Throws: ``WorkforceError`` `outOfRange` when the interval is not 1 to 1440 minutes.
    public init(intervalMinutes: Int) throws {
        self.intervalMinutes = try Checked.count(intervalMinutes, in: 1...1_440, at: "intervalMinutes")
    }

    /// Takes in an interval that is over.
    ///
    /// - Throws: ``WorkforceError`` `unordered` when it is not after the last one, `outOfRange` for numbers that are negative or above
    ///   10⁷, `notFinite` for none.
    public mutating func add(_ interval: Interval) throws {
        let place = "intervals[\(intervals.count)]"
        if let last = intervals.last, interval.time <= last.time {
            throw WorkforceError(.unordered, at: place, "\(interval.time) does not come after \(last.time)")
        }
        for (name, value) in [
            ("planned", interval.planned), ("scheduled", interval.scheduled), ("present", interval.present),
            ("needed", interval.needed),
        ] {
            try Checked.number(value, in: 0...1e7, at: "\(place).\(name)")
        }
        intervals.append(interval)
    }

    /// All intervals together.
    public var figures: Figures { figures(intervals) }

    /// Sums up intervals of one's choice, such as those of one day.
    public func figures(_ intervals: some Collection<Interval>) -> Figures {
        let hours = Double(intervalMinutes) / 60
        var figures = Figures()
        for interval in intervals {
            figures.intervals += 1
            figures.neededHours += interval.needed * hours
            figures.presentHours += interval.present * hours
            figures.overHours += max(0, interval.surplus) * hours
            figures.underHours += max(0, -interval.surplus) * hours
            figures.byForecast += (interval.planned - interval.needed) * hours
            figures.bySchedule += (interval.scheduled - interval.planned) * hours
            figures.byAdherence += (interval.present - interval.scheduled) * hours
        }
        return figures
    }
}
