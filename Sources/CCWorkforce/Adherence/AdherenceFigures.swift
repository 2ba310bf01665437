/// How an agent's time and plan fit together over a span of time: a table of milliseconds by what was planned and what
/// was done in fact, from which all figures follow. Its entries add up to the span, exactly.
public struct AdherenceFigures: Hashable, Sendable {
    /// By planned activity (the last row: off) and actual one.
    private var table: [Int]
    /// As `table`, of the time in adherence.
    private var adherent: [Int]

    public init() {
        table = [Int](repeating: 0, count: (PlannedActivity.allCases.count + 1) * ActualActivity.allCases.count)
        adherent = table
    }

    private static func place(_ planned: PlannedActivity?, _ actual: ActualActivity) -> Int {
        let row = planned.flatMap { PlannedActivity.allCases.firstIndex(of: $0) } ?? PlannedActivity.allCases.count
        return row * ActualActivity.allCases.count + actual.rawValue
    }

    mutating func add(_ time: Int, planned: PlannedActivity?, actual: ActualActivity, inAdherence isAdherent: Bool) {
        let place = Self.place(planned, actual)
        table[place] += time
        if isAdherent { adherent[place] += time }
    }

    /// Milliseconds in which this was planned (nil: off) and this was done in fact.
    public func time(planned: PlannedActivity?, actual: ActualActivity) -> Int { table[Self.place(planned, actual)] }

    /// Milliseconds in which this was planned (nil: off).
    public func planned(_ activity: PlannedActivity?) -> Int {
        ActualActivity.allCases.reduce(0) { $0 + time(planned: activity, actual: $1) }
    }

    /// Of those, the ones in adherence: in a state that fits the plan, or excused.
    public func inAdherence(_ activity: PlannedActivity?) -> Int {
        ActualActivity.allCases.reduce(0) { $0 + adherent[Self.place(activity, $1)] }
    }

    /// All planned activities without absence: what adherence is measured against.
    public static let scheduledActivities: [PlannedActivity] = [.work, .shortBreak, .lunch, .meeting, .training]

    /// Milliseconds with a planned activity other than absence.
    public var scheduled: Int { Self.scheduledActivities.reduce(0) { $0 + planned($1) } }
    /// Of those, the ones in adherence: in a state that fits the plan, or excused.
    public var inAdherence: Int { Self.scheduledActivities.reduce(0) { $0 + inAdherence($1) } }
    /// Milliseconds of work, planned or not.
    public var worked: Int {
        (PlannedActivity.allCases + [nil]).reduce(0) { $0 + time(planned: $1, actual: .working) }
    }
    /// Milliseconds of work while off or absent.
    public var unscheduledWork: Int {
        time(planned: nil, actual: .working) + time(planned: .absence, actual: .working)
    }
    /// The whole span.
    public var total: Int { table.reduce(0, +) }

    /// Time in adherence ÷ scheduled time; nil when nothing was scheduled.
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
            sum.adherent[place] += rhs.adherent[place]
        }
        return sum
    }
}
