/// How an agent's time and plan fit together over a span of time: a table of milliseconds by what was planned and what
/// was done, from which all figures follow. Its entries add up to the span, exactly.
public struct AdherenceFigures: Hashable, Sendable {
    /// What an agent does, as far as plans can tell.
    public enum Doing: Int, Hashable, Sendable, CaseIterable {
        /// Idle, offered a contact, talking or finishing the work on one.
        case working
        case atBreak, atLunch, inMeeting, inTraining
        /// A pause with a reason that is no planned activity.
        case inOtherPause
        case checkedOut
    }

    /// By planned activity (the last row: off) and doing.
    private var table: [Int]
    /// As `table`, of the time in which the agent was right or excused.
    private var right: [Int]

    public init() {
        table = [Int](repeating: 0, count: (PlannedActivity.allCases.count + 1) * Doing.allCases.count)
        right = table
    }

    private static func place(_ planned: PlannedActivity?, _ doing: Doing) -> Int {
        let row = planned.flatMap { PlannedActivity.allCases.firstIndex(of: $0) } ?? PlannedActivity.allCases.count
        return row * Doing.allCases.count + doing.rawValue
    }

    mutating func add(_ time: Int, planned: PlannedActivity?, doing: Doing, right isRight: Bool) {
        let place = Self.place(planned, doing)
        table[place] += time
        if isRight { right[place] += time }
    }

    /// Milliseconds in which this was planned (nil: off) and this was done.
    public func time(planned: PlannedActivity?, doing: Doing) -> Int { table[Self.place(planned, doing)] }

    /// Milliseconds in which this was planned (nil: off).
    public func planned(_ activity: PlannedActivity?) -> Int {
        Doing.allCases.reduce(0) { $0 + time(planned: activity, doing: $1) }
    }

    /// Of those, the ones in a right state or excused.
    public func kept(_ activity: PlannedActivity?) -> Int {
        Doing.allCases.reduce(0) { $0 + right[Self.place(activity, $1)] }
    }

    /// All planned activities without absence: what adherence is measured against.
    public static let scheduledActivities: [PlannedActivity] = [.work, .shortBreak, .lunch, .meeting, .training]

    /// Milliseconds with a planned activity other than absence.
    public var scheduled: Int { Self.scheduledActivities.reduce(0) { $0 + planned($1) } }
    /// Of those, the ones in a right state or excused.
    public var inAdherence: Int { Self.scheduledActivities.reduce(0) { $0 + kept($1) } }
    /// Milliseconds of work, planned or not.
    public var worked: Int {
        (PlannedActivity.allCases + [nil]).reduce(0) { $0 + time(planned: $1, doing: .working) }
    }
    /// Milliseconds of work while off or absent.
    public var unscheduledWork: Int {
        time(planned: nil, doing: .working) + time(planned: .absence, doing: .working)
    }
    /// The whole span.
    public var total: Int { table.reduce(0, +) }

    /// Time in the right state ÷ scheduled time; nil when nothing was scheduled.
    public var adherence: Double? { scheduled > 0 ? Double(inAdherence) / Double(scheduled) : nil }
    /// Time worked, whenever it was ÷ time of planned work; nil when no work was planned. More than 1: worked more than
    /// planned.
    public var conformance: Double? {
        let planned = planned(.work)
        return planned > 0 ? Double(worked) / Double(planned) : nil
    }

    public static func + (lhs: Self, rhs: Self) -> Self {
        var sum = lhs
        for place in sum.table.indices {
            sum.table[place] += rhs.table[place]
            sum.right[place] += rhs.right[place]
        }
        return sum
    }
}
