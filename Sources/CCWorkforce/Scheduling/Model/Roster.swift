/// Named agents, the rules of their contracts, and the shifts that each may be given.
public struct Roster: Hashable, Sendable {
    /// Slots that must lie between the end of a shift and the start of the next day's shift.
    public var rest: Int
    /// Days that an agent may work in a row, those before the horizon counted.
    public var maxConsecutiveDays: Int
    public var agents: [RosterAgent]
    public var options: [RosterOption]

    public init(rest: Int, maxConsecutiveDays: Int, agents: [RosterAgent], options: [RosterOption]) {
        self.rest = rest
        self.maxConsecutiveDays = maxConsecutiveDays
        self.agents = agents
        self.options = options
    }
}

/// One agent's skills and contract. Hours and days count per week: days 0 to 6 of the horizon, then 7 to 13, and so on.
public struct RosterAgent: Hashable, Sendable {
    public var id: Int
    /// From 0; in each slot the agent serves any one of them.
    public var skills: [Int]
    /// Paid slots of a week.
    public var minSlots: Int
    /// Paid slots of a week.
    public var maxSlots: Int
    /// Shifts of a week.
    public var maxDays: Int
    /// Days worked in a row up to the horizon's first day.
    public var daysBefore: Int
    /// Weekends of the horizon in which there may be a shift on Saturday or Sunday; nil: all. Day 0 is a Monday.
    public var maxWeekends: Int?

    public init(
        id: Int, skills: [Int] = [0], minSlots: Int, maxSlots: Int, maxDays: Int, daysBefore: Int = 0,
        maxWeekends: Int? = nil
    ) {
        self.id = id
        self.skills = skills
        self.minSlots = minSlots
        self.maxSlots = maxSlots
        self.maxDays = maxDays
        self.daysBefore = daysBefore
        self.maxWeekends = maxWeekends
    }
}

/// A shift that an agent may be given, and what it costs: wages and what the agent's wishes make of them.
public struct RosterOption: Hashable, Sendable {
    public var agent: Int
    public var day: Int
    public var pattern: Int
    public var cost: Int

    public init(agent: Int, day: Int, pattern: Int, cost: Int) {
        self.agent = agent
        self.day = day
        self.pattern = pattern
        self.cost = cost
    }
}

/// A shift that anybody may be given, in a problem without names.
public struct AnonymousShift: Hashable, Sendable {
    public var day: Int
    public var pattern: Int
    public var cost: Int

    public init(day: Int, pattern: Int, cost: Int) {
        self.day = day
        self.pattern = pattern
        self.cost = cost
    }
}
