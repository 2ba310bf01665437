import CCCore
import CCWorkforce

/// A week's need for agents, and the people who may be given shifts.
struct Week {
    static let slots = 336

    let monday: WallTime
    let times: [WallTime]
    let staffing: StaffingPlan
    /// Agents needed by half-hour of the week, shrinkage added.
    let demand: [Int]

    init(monday: WallTime, times: [WallTime], staffing: StaffingPlan) {
        self.monday = monday
        self.times = times
        self.staffing = staffing
        var demand = [Int](repeating: 0, count: Self.slots)
        for (time, interval) in zip(times, staffing.intervals) {
            demand[(time.minuteNumber - monday.minuteNumber) / 30] = interval.scheduled
        }
        self.demand = demand
    }

    /// Two of three work full time. As many as the hours need, and a few more, since shifts never fit exactly.
    var agentCount: Int { max(2, Int((Double(demand.reduce(0, +)) / 62 * 1.04).rounded(.up))) }

    /// Shifts of eight hours with lunch and a break, of six with a break, of four without, from opening to closing time.
    var patterns: [ShiftPattern] {
        let minutes = times.map(\.minute)
        let open = (minutes.min() ?? 0) / 30..<(minutes.max() ?? 0) / 30 + 1
        var patterns: [ShiftPattern] = []
        for start in open {
            for lunch in 7...9 where start + 17 <= open.upperBound {
                patterns += [4, 13].map { ShiftPattern(start: start, length: 17, breaks: [$0, lunch].sorted(), paid: 16) }
            }
            for pause in 5...7 where start + 12 <= open.upperBound {
                patterns.append(ShiftPattern(start: start, length: 12, breaks: [pause], paid: 12))
            }
            if start + 8 <= open.upperBound { patterns.append(ShiftPattern(start: start, length: 8, paid: 8)) }
        }
        return patterns
    }

    /// A half-hour costs 4, on Sundays 5; one agent too few costs 14, each further one 40.
    func problem() throws -> ScheduleProblem {
        let patterns = patterns
        let agents = (0..<agentCount).map { id in
            id % 3 < 2
                ? RosterAgent(id: id, skills: [0], minSlots: 64, maxSlots: 80, maxDays: 5)
                : RosterAgent(id: id, skills: [0], minSlots: 32, maxSlots: 48, maxDays: 6)
        }
        var options: [RosterOption] = []
        for day in 0..<7 where demand[day * 48..<day * 48 + 48].contains(where: { $0 > 0 }) {
            for (pattern, shift) in patterns.enumerated() {
                // Nobody works when it is closed.
                guard shift.cover.allSatisfy({ demand[day * 48 + $0] > 0 }) else { continue }
                options += agents.map {
                    RosterOption(agent: $0.id, day: day, pattern: pattern, cost: shift.paid * (day == 6 ? 5 : 4))
                }
            }
        }
        return try ScheduleProblem(
            name: "week of \(monday.date)", slotsPerDay: 48, days: 7, demand: [demand], coverage: CoverageCost(),
            patterns: patterns,
            work: .roster(Roster(rest: 22, maxConsecutiveDays: 6, agents: agents, options: options)))
    }
}
