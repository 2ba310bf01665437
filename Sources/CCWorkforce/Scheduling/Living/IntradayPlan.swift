/// Changes of one day's shifts while the day runs, when a new forecast asks for other cover than the plan gives: overtime,
/// early leave, breaks at other times.
///
/// Every change is by itself worth it: what it saves in cover is more than what it adds in wages, and it keeps the rules
/// of hours and rest. The best change is made first, and the rest looked at anew (a greedy search).
public struct IntradayPlan: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Work goes on after the planned end.
        case overtime
        /// Work ends before the planned end; unpaid, and by agreement.
        case earlyLeave
        /// A break lies elsewhere.
        case breakMove
    }

    public struct Change: Hashable, Sendable {
        public var kind: Kind
        public var agent: Int
        public var before: ShiftPattern
        public var after: ShiftPattern
        /// What missing and idle agents cost less.
        public var coverGain: Int
        /// What wages cost more; negative: less.
        public var wages: Int

        public var gain: Int { coverGain - wages }
    }

    /// What may be changed, and at what price.
    public struct Rules: Hashable, Sendable {
        public var kinds: Set<Kind>
        /// Slots that a shift may grow, and shrink, by.
        public var overtimeMax: Int
        public var earlyLeaveMax: Int
        /// Slots that a break, which moves as a whole, may move either way.
        public var breakMoveMax: Int
        /// What a slot of overtime costs.
        public var overtimeSlot: Int
        /// What a slot of early leave saves.
        public var earlyLeaveSlot: Int
        /// Slots that agents have to be told before.
        public var notice: Int
        /// A change has to gain at least this.
        public var gainMin: Int

        public init(
            kinds: Set<Kind> = Set(Kind.allCases), overtimeMax: Int = 4, earlyLeaveMax: Int = 4, breakMoveMax: Int = 4,
            overtimeSlot: Int = 6, earlyLeaveSlot: Int = 4, notice: Int = 1, gainMin: Int = 1
        ) {
            self.kinds = kinds
            self.overtimeMax = overtimeMax
            self.earlyLeaveMax = earlyLeaveMax
            self.breakMoveMax = breakMoveMax
            self.overtimeSlot = overtimeSlot
            self.earlyLeaveSlot = earlyLeaveSlot
            self.notice = notice
            self.gainMin = gainMin
        }

        func check(slotsPerDay: Int) throws {
            for (slots, name) in [
                (overtimeMax, "overtimeMax"), (earlyLeaveMax, "earlyLeaveMax"), (breakMoveMax, "breakMoveMax"),
                (notice, "notice"),
            ] {
                try Checked.count(slots, in: 0...slotsPerDay, at: "rules.\(name)")
            }
            try Checked.count(overtimeSlot, in: 0...Limits.cost, at: "rules.overtimeSlot")
            try Checked.count(earlyLeaveSlot, in: 0...Limits.cost, at: "rules.earlyLeaveSlot")
            try Checked.count(gainMin, in: 1...Int.max, at: "rules.gainMin")
        }
    }

    /// Whose shifts these are.
    public let day: Int
    /// In the order in which they were chosen; an agent may have several.
    public private(set) var changes: [Change]
    /// What the day's agents work after them.
    public private(set) var shifts: [Int: ShiftPattern]
    /// Cost of cover over the horizon, with the new demand.
    public private(set) var coverCostBefore: Int
    public private(set) var coverCostAfter: Int

    /// - Parameters:
    ///   - problem: With the demand of the new forecast.
    ///   - assignments: The schedule as it stands; it keeps the rules.
    ///   - day: Whose shifts may be changed.
    ///   - now: The slot of the day that runs, and before which nothing can be changed.
    ///   - limit: Changes at most.
    /// - Throws: `WorkforceError`: `.mismatch` for a problem without names, `.outOfRange` at `day`, `now`
    ///   and `rules.notice` and the like, `.infeasible` when the schedule breaks a rule.
    public init(
        _ problem: ScheduleProblem, _ assignments: [ScheduleSolution.Assignment], day: Int, now: Int,
        rules: Rules = Rules(), limit: Int = 100
    ) throws {
        guard case .roster(let roster) = problem.work else {
            throw WorkforceError(.mismatch, at: "kind", "changes within a day need agents with names")
        }
        try Checked.count(day, in: 0...(problem.days - 1), at: "day")
        try Checked.count(now, in: 0...(2 * problem.slotsPerDay), at: "now")
        try rules.check(slotsPerDay: problem.slotsPerDay)
        if let broken = ScheduleChecker(problem).check(.roster(assignments)).broken.first {
            throw WorkforceError(.infeasible, at: "assignments", broken.description)
        }
        let tables = RosterTables(problem, roster)
        let ledger = SlotLedger(problem, groups: tables.groups)
        self.day = day
        (changes, shifts) = ([], [:])
        var lines: [Int: [Int: ShiftPattern]] = [:]
        for shift in assignments { lines[shift.agent, default: [:]][shift.day] = problem.patterns[shift.pattern] }
        var people: [Person] = []
        for (place, agent) in roster.agents.enumerated() {
            let line = lines[agent.id] ?? [:]
            for (day, pattern) in line { Self.put(pattern, day, tables.groupOf[place], 1, problem, ledger) }
            guard let today = line[day] else { continue }
            let paid = line.filter { $0.key / 7 == day / 7 && $0.key != day }.reduce(0) { $0 + $1.value.paid }
            let next = line[day + 1].map { $0.start + problem.slotsPerDay - roster.rest } ?? .max
            people.append(
                Person(
                    agent: agent.id, group: tables.groupOf[place], planned: today, shift: today,
                    paid: max(agent.minSlots - paid, 0)...max(agent.maxSlots - paid, 0), latestEnd: next))
        }
        coverCostBefore = ledger.total
        while changes.count < limit {
            var best: (person: Int, change: Change)?
            for (number, person) in people.enumerated() {
                for change in Self.candidates(person, problem, day, now + rules.notice, rules) {
                    var change = change
                    let before = ledger.total
                    Self.put(change.before, day, person.group, -1, problem, ledger)
                    Self.put(change.after, day, person.group, 1, problem, ledger)
                    change.coverGain = before - ledger.total
                    Self.put(change.after, day, person.group, -1, problem, ledger)
                    Self.put(change.before, day, person.group, 1, problem, ledger)
                    if change.gain >= rules.gainMin, change.gain > best?.change.gain ?? 0 { best = (number, change) }
                }
            }
            guard let (number, change) = best else { break }
            Self.put(change.before, day, people[number].group, -1, problem, ledger)
            Self.put(change.after, day, people[number].group, 1, problem, ledger)
            people[number].shift = change.after
            changes.append(change)
        }
        coverCostAfter = ledger.total
        for person in people { shifts[person.agent] = person.shift }
    }

    private struct Person {
        var agent: Int
        var group: Int
        /// As it was before the day, and as it is now.
        var planned: ShiftPattern
        var shift: ShiftPattern
        /// What the week's contract leaves for this day.
        var paid: ClosedRange<Int>
        var latestEnd: Int
    }

    private static func put(
        _ pattern: ShiftPattern, _ day: Int, _ group: Int, _ change: Int32, _ problem: ScheduleProblem,
        _ ledger: SlotLedger
    ) {
        for slot in pattern.cover {
            ledger.change(group, at: (day * problem.slotsPerDay + slot) % problem.slots, by: change)
        }
    }

    private static func candidates(
        _ person: Person, _ problem: ScheduleProblem, _ day: Int, _ first: Int, _ rules: Rules
    ) -> [Change] {
        let shift = person.shift
        guard shift.end > first else { return [] }
        var result: [Change] = []
        func add(_ kind: Kind, _ after: ShiftPattern, _ wages: Int) {
            result.append(
                Change(kind: kind, agent: person.agent, before: shift, after: after, coverGain: 0, wages: wages))
        }
        let horizon = (problem.days - day) * problem.slotsPerDay
        if rules.kinds.contains(.overtime), rules.overtimeMax > 0, shift.end >= person.planned.end {
            for more in 1...rules.overtimeMax {
                var after = shift
                after.length += more
                after.paid += more
                guard after.end - person.planned.end <= rules.overtimeMax, after.paid <= person.paid.upperBound,
                    after.end <= min(person.latestEnd, horizon), after.length <= problem.slotsPerDay
                else { break }
                add(.overtime, after, more * rules.overtimeSlot)
            }
        }
        if rules.kinds.contains(.earlyLeave), rules.earlyLeaveMax > 0, shift.end <= person.planned.end {
            for less in 1...rules.earlyLeaveMax {
                var after = shift
                after.length -= less
                // Breaks at the end of what is left would be no breaks; those after it are not taken.
                let taken = shift.breaks.filter { $0 < after.length }
                after.breaks = taken
                after.paid -= less
                guard after.end >= max(first, shift.start + 1), person.planned.end - after.end <= rules.earlyLeaveMax,
                    taken.count == shift.breaks.count, !taken.contains(after.length - 1),
                    after.paid >= max(person.paid.lowerBound, 0)
                else { break }
                add(.earlyLeave, after, -less * rules.earlyLeaveSlot)
            }
        }
        if rules.kinds.contains(.breakMove), rules.breakMoveMax > 0 {
            for run in runs(person.planned) {
                let (planned, now) = (person.planned.breaks[run[0]], shift.breaks[run[0]])
                let length = person.planned.breaks[run[run.count - 1]] - planned + 1
                guard shift.start + now >= first else { continue }
                let others = shift.breaks.indices.filter { !run.contains($0) }.map { shift.breaks[$0] }
                for target in (planned - rules.breakMoveMax)...(planned + rules.breakMoveMax) where target != now {
                    // Not at the ends, not beside or across another break, and not in the past.
                    guard target > 0, target + length < shift.length, shift.start + target >= first,
                        others.allSatisfy({ $0 < now ? $0 < target - 1 : $0 > target + length })
                    else { continue }
                    var after = shift
                    for place in run { after.breaks[place] += target - now }
                    add(.breakMove, after, 0)
                }
            }
        }
        return result
    }

    /// The breaks of a shift, each with the places of its slots, which lie beside each other.
    private static func runs(_ shift: ShiftPattern) -> [[Int]] {
        var runs: [[Int]] = []
        for place in shift.breaks.indices.sorted(by: { shift.breaks[$0] < shift.breaks[$1] }) {
            if let last = runs.last?.last, shift.breaks[place] <= shift.breaks[last] + 1 {
                runs[runs.count - 1].append(place)
            } else {
                runs.append([place])
            }
        }
        return runs
    }
}
