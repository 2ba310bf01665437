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

    /// Shifts of eight hours with an unpaid lunch and a break, of six with a break and of four without; two of three agents
    /// work full time. A half-hour costs 4; one agent too few costs 14, each further one 40.
    func problem() throws -> ScheduleProblem {
        let availability = (0..<7).map { day -> [Range<Int>] in
            let open = (0..<48).filter { demand[day * 48 + $0] > 0 }
            return open.isEmpty ? [] : [open[0]..<open[open.count - 1] + 1]
        }
        let starts = Array(0..<48)
        return try RosterRequest(
            name: "week of \(monday.date)", demand: [demand],
            shapes: [
                ShiftShape(
                    starts: starts, length: 17, breaks: [.init(starts: 3...5), .init(starts: 7...9, isPaid: false)]),
                ShiftShape(
                    starts: starts, length: 17, breaks: [.init(starts: 7...9, isPaid: false), .init(starts: 12...14)]),
                ShiftShape(starts: starts, length: 12, breaks: [.init(starts: 5...7)]),
                ShiftShape(starts: starts, length: 8),
            ],
            agents: (0..<agentCount).map { id in
                let contract =
                    id % 3 < 2
                    ? RosterAgent(id: id, skills: [0], minSlots: 64, maxSlots: 80, maxDays: 5)
                    : RosterAgent(id: id, skills: [0], minSlots: 32, maxSlots: 48, maxDays: 6)
                return AgentTerms(contract, availability: availability)
            }
        ).problem()
    }
}
