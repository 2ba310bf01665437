/// What is agreed with an agent, when he can come, and what he would like.
public struct AgentTerms: Hashable, Sendable {
    /// Costs that a wish adds to shifts which are not as wished.
    public struct Wish: Hashable, Sendable {
        /// Days of the horizon that it is about; nil: all.
        public var days: Set<Int>?
        /// The first slots of the day that the agent would like to begin in; nil: would like the days off.
        public var starts: ClosedRange<Int>?
        public var cost: Int

        public init(days: Set<Int>? = nil, starts: ClosedRange<Int>?, cost: Int) {
            self.days = days
            self.starts = starts
            self.cost = cost
        }

        func cost(day: Int, start: Int) -> Int {
            guard days?.contains(day) ?? true else { return 0 }
            return starts?.contains(start) == true ? 0 : cost
        }
    }

    /// Id, skills, hours and days.
    public var contract: RosterAgent
    /// By day of the horizon: the slots, counted from that day's midnight and past the next one, within which a shift
    /// has to lie; empty: cannot come.
    public var availability: [[Range<Int>]]
    /// Paid slots of a day.
    public var paidPerDay: ClosedRange<Int>
    /// The slot after the last shift before the horizon, counted from the horizon's start, so 0 or less; nil: long ago.
    public var lastEnd: Int?
    /// Weekends, counted from 0, that have to stay free.
    public var weekendsOff: Set<Int>
    public var wishes: [Wish]
    /// Weekend shifts of late, for fairness.
    public var recentWeekends: Int

    public init(
        _ contract: RosterAgent, availability: [[Range<Int>]], paidPerDay: ClosedRange<Int> = 1...1_440,
        lastEnd: Int? = nil, weekendsOff: Set<Int> = [], wishes: [Wish] = [], recentWeekends: Int = 0
    ) {
        self.contract = contract
        self.availability = availability
        self.paidPerDay = paidPerDay
        self.lastEnd = lastEnd
        self.weekendsOff = weekendsOff
        self.wishes = wishes
        self.recentWeekends = recentWeekends
    }
}

/// What a paid slot costs.
public struct WageRules: Hashable, Sendable {
    /// More for some slots of the day, on some days of the week (0: Monday); the slots may go past midnight.
    public struct Extra: Hashable, Sendable {
        public var slots: Range<Int>
        public var weekdays: Set<Int>
        public var cost: Int

        public init(slots: Range<Int>, weekdays: Set<Int> = Set(0..<7), cost: Int) {
            self.slots = slots
            self.weekdays = weekdays
            self.cost = cost
        }
    }

    public var slot: Int
    public var extras: [Extra]

    public init(slot: Int = 4, extras: [Extra] = []) {
        self.slot = slot
        self.extras = extras
    }

    /// Of a slot counted from the horizon's start, which is a Monday.
    func cost(_ slot: Int, slotsPerDay: Int) -> Int {
        let (day, ofDay) = slot.quotientAndRemainder(dividingBy: slotsPerDay)
        return extras.reduce(self.slot) { sum, extra in
            let today = extra.weekdays.contains(day % 7) && extra.slots.contains(ofDay)
            let yesterday = extra.weekdays.contains((day + 6) % 7) && extra.slots.contains(ofDay + slotsPerDay)
            return today || yesterday ? sum + extra.cost : sum
        }
    }
}
