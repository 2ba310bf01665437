/// Who may work when, what is needed, and what everything costs. A schedule is good when wages and missing cover
/// together cost little.
///
/// Two kinds: with names (`Work.roster`), where each agent gets at most one of his options a day within the rules of
/// his contract; and without (`Work.cover`), which asks only how many shifts of each sort there should be.
///
/// A shift covers the slots of its pattern from its day on, and what goes past the horizon's end is counted at its
/// beginning, so that a week can stand for all weeks.
public struct ScheduleProblem: Hashable, Sendable {
    public enum Work: Hashable, Sendable {
        case cover([AnonymousShift])
        case roster(Roster)
    }

    public let name: String
    /// 48 for half-hours, 96 for quarters.
    public let slotsPerDay: Int
    public let days: Int
    /// Agents needed, by skill and slot.
    public let demand: [[Int]]
    public let coverage: CoverageCost
    public let patterns: [ShiftPattern]
    public let work: Work

    public var slots: Int { slotsPerDay * days }
    public var skills: Int { demand.count }

    /// Checks everything, so that whoever holds a problem can rely on it.
    ///
    /// - Throws: `WorkforceError` naming the place: `.empty` (no slots, patterns, agents or shifts), `.outOfRange`,
    ///   `.mismatch` (lists of different lengths, an agent, pattern or day that there is not), `.duplicate`.
    public init(
        name: String = "", slotsPerDay: Int, days: Int, demand: [[Int]], coverage: CoverageCost,
        patterns: [ShiftPattern], work: Work
    ) throws {
        self.name = name
        self.slotsPerDay = slotsPerDay
        self.days = days
        self.demand = demand
        self.coverage = coverage
        self.patterns = patterns
        self.work = work
        try checkDemand()
        try checkPatterns()
        switch work {
        case .cover(let shifts): try checkShifts(shifts)
        case .roster(let roster): try check(roster)
        }
    }

    private func checkDemand() throws {
        guard (1...1_440).contains(slotsPerDay) else {
            throw WorkforceError(.outOfRange, at: "slots_per_day", "expected 1 to 1440")
        }
        guard days >= 1, days <= 63, days * slotsPerDay <= Limits.slots else {
            throw WorkforceError(.outOfRange, at: "slots", "expected 1 to 63 days of \(slotsPerDay) slots")
        }
        guard !demand.isEmpty else { throw WorkforceError(.empty, at: "demand", "expected at least one skill") }
        guard demand.count <= Limits.skills else {
            throw WorkforceError(.outOfRange, at: "skills", "expected at most \(Limits.skills)")
        }
        guard slots << skills <= Limits.skillSets else {
            throw WorkforceError(.outOfRange, at: "demand", "too many slots for \(skills) skills")
        }
        for (skill, row) in demand.enumerated() {
            guard row.count == slots else {
                throw WorkforceError(
                    .mismatch, at: "demand[\(skill)]", "expected \(slots) slots, and there are \(row.count)")
            }
            for (slot, count) in row.enumerated() where !(0...Limits.demand).contains(count) {
                throw WorkforceError(
                    .outOfRange, at: "demand[\(skill)][\(slot)]", "expected 0 to \(Limits.demand) agents")
            }
        }
        try coverage.check(demand: demand)
        // One layer for each cost that differs from the one before it, and one for the minimum.
        let layers = Set(coverage.under).count + 1
        guard (slots * layers) << skills <= Limits.ledger else {
            throw WorkforceError(
                .outOfRange, at: "under_cost", "too many costs for \(slots) slots and \(skills) skills")
        }
    }

    private func checkPatterns() throws {
        guard !patterns.isEmpty else { throw WorkforceError(.empty, at: "patterns", "expected at least one pattern") }
        guard patterns.count <= Limits.patterns else {
            throw WorkforceError(.outOfRange, at: "patterns", "expected at most \(Limits.patterns)")
        }
        for (index, pattern) in patterns.enumerated() {
            try pattern.check(at: "patterns[\(index)]", slotsPerDay: slotsPerDay)
        }
    }

    private func checkShifts(_ shifts: [AnonymousShift]) throws {
        guard !shifts.isEmpty else { throw WorkforceError(.empty, at: "shifts", "expected at least one shift") }
        guard skills == 1 else {
            throw WorkforceError(.outOfRange, at: "demand", "shifts without agents serve one skill only")
        }
        guard shifts.count <= Limits.shifts else {
            throw WorkforceError(.outOfRange, at: "shifts", "expected at most \(Limits.shifts)")
        }
        for (index, shift) in shifts.enumerated() {
            try check(day: shift.day, pattern: shift.pattern, cost: shift.cost, at: "shifts[\(index)]")
        }
    }

    func check(day: Int, pattern: Int, cost: Int, at place: @autoclosure () -> String) throws {
        guard (0..<days).contains(day) else {
            throw WorkforceError(.outOfRange, at: "\(place()).day", "expected 0 to \(days - 1)")
        }
        guard patterns.indices.contains(pattern) else {
            throw WorkforceError(
                .mismatch, at: "\(place()).pattern", "there is no pattern \(pattern); there are \(patterns.count)")
        }
        guard (0...Limits.cost).contains(cost) else {
            throw WorkforceError(.outOfRange, at: "\(place()).cost", "expected 0 to \(Limits.cost)")
        }
    }
}
