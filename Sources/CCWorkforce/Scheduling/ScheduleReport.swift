/// What a checker found in a schedule.
public struct ScheduleReport: Hashable, Sendable {
    /// Empty: the schedule keeps all rules.
    public var broken: [BrokenRule]
    /// Wages, and what wishes and the like add to them.
    public var wages: Int
    /// Of missing and idle agents.
    public var coverCost: Int
    /// Agents missing, summed over skills and slots.
    public var missing: Int
    /// By skill and slot, for the cheapest assignment of agents to skills.
    public var missingBySlot: [[Int]]
    /// Agents on shift and not at a break, by slot.
    public var onShift: [Int]

    public var cost: Int { wages + coverCost }
}

/// A rule that a schedule breaks.
public struct BrokenRule: Hashable, Sendable, CustomStringConvertible {
    /// Which rule. Safe as a metric label.
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// The agent may not be given this shift, or there is no such agent.
        case option
        case oneShiftPerDay
        case minHours, maxHours
        case maxDays
        case consecutiveDays
        case rest
        case weekends
        /// A negative number of people, or too many.
        case count
    }

    public var rule: Rule
    /// Nil in a schedule without names.
    public var agent: Int?
    /// Nil when the rule is about a week or more: `week` tells which.
    public var day: Int?
    public var week: Int?
    /// In slots, days, shifts or weekends, as the rule has it.
    public var found: Int
    public var allowed: Int

    public init(_ rule: Rule, agent: Int?, day: Int? = nil, week: Int? = nil, found: Int, allowed: Int) {
        self.rule = rule
        self.agent = agent
        self.day = day
        self.week = week
        self.found = found
        self.allowed = allowed
    }

    public var description: String {
        let place =
            (agent.map { "agent \($0)" } ?? "schedule") + (day.map { ", day \($0)" } ?? "")
            + (week.map { ", week \($0)" } ?? "")
        return place + ": "
            + {
                switch rule {
                case .option: "pattern \(found) is not among the agent's options"
                case .oneShiftPerDay: "\(found) shifts, and one is allowed"
                case .minHours: "\(found) paid slots, and at least \(allowed) are agreed"
                case .maxHours: "\(found) paid slots, and at most \(allowed) are allowed"
                case .maxDays: "\(found) shifts, and at most \(allowed) are allowed"
                case .consecutiveDays: "\(found) days in a row, and at most \(allowed) are allowed"
                case .rest: "\(found) slots of rest before this shift, and at least \(allowed) are needed"
                case .weekends: "\(found) weekends with work, and at most \(allowed) are allowed"
                case .count: "\(found) people on shift \(allowed)"
                }
            }()
    }
}
