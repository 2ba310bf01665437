/// Looks for the rules of one agent that cannot hold together.
struct ConflictFinder {
    private let problem: ScheduleProblem
    private let agent: RosterAgent
    /// All of the agent's rules, availability first.
    let rules: [ScheduleConflict.Rule]
    /// By day: what is offered, and what could be if everything were. One shape of each start, end and pay is enough.
    private let offered: [[LinePlanner.Shape]]
    private let everything: [LinePlanner.Shape]

    /// - Parameter options: the agent's.
    init(_ problem: ScheduleProblem, _ roster: Roster, _ agent: RosterAgent, _ options: [RosterOption]) {
        self.problem = problem
        self.agent = agent
        func shapes(_ patterns: [Int]) -> [LinePlanner.Shape] {
            var seen: Set<[Int]> = []
            return patterns.map { problem.patterns[$0] }.filter { seen.insert([$0.start, $0.end, $0.paid]).inserted }
                .map { LinePlanner.Shape(start: $0.start, end: $0.end, paid: $0.paid, options: 0..<1) }
        }
        var byDay = [[Int]](repeating: [], count: problem.days)
        for option in options { byDay[option.day].append(option.pattern) }
        offered = byDay.map(shapes)
        everything = shapes(Array(problem.patterns.indices))
        var rules: [ScheduleConflict.Rule] = byDay.enumerated().map { .availability(day: $0, options: $1.count) }
        if let limit = agent.maxWeekends { rules.append(.maxWeekends(limit)) }
        rules += [
            .rest(roster.rest), .consecutiveDays(roster.maxConsecutiveDays, before: agent.daysBefore),
            .maxDays(agent.maxDays), .maxHours(agent.maxSlots), .minHours(agent.minSlots),
        ]
        self.rules = rules
    }

    /// Nil when the agent's rules can be kept.
    var conflict: ScheduleConflict? {
        irreducible(rules).map { ScheduleConflict(agent: agent.id, rules: (smaller(than: $0) ?? $0).reversed()) }
    }

    /// Deletion filter (Chinneck & Dravnieks 1991): rules are left out one by one, and stay out when the others alone are
    /// still in conflict. Availability comes first, so that what stays is as few days as possible.
    func irreducible(_ rules: [ScheduleConflict.Rule]) -> [ScheduleConflict.Rule]? {
        guard !isPossible(rules) else { return nil }
        var kept = rules
        for rule in rules {
            let fewer = kept.filter { $0 != rule }
            if !isPossible(fewer) { kept = fewer }
        }
        return kept
    }

    /// A smaller set in conflict, of at most three rules, and of two beyond a fortnight. Every set has the hours that are agreed, since an agent who never
    /// works keeps all other rules; and what is irreducible has more than that one, or nothing else.
    private func smaller(than kept: [ScheduleConflict.Rule]) -> [ScheduleConflict.Rule]? {
        let others = rules.filter { !isHours($0) }
        guard kept.count > 2, let hours = kept.first(where: isHours) else { return nil }
        for rule in others where !isPossible([rule, hours]) { return [rule, hours] }
        // On long horizons there are thousands of such sets, and each takes longer.
        guard kept.count > 3, problem.days <= 14 else { return nil }
        for (place, first) in others.enumerated() {
            for second in others[(place + 1)...] where !isPossible([first, second, hours]) {
                return [first, second, hours]
            }
        }
        return nil
    }

    private func isHours(_ rule: ScheduleConflict.Rule) -> Bool {
        if case .minHours = rule { true } else { false }
    }

    /// Whether a line exists that keeps these rules; a day whose availability is left out can have any pattern.
    func isPossible(_ rules: [ScheduleConflict.Rule]) -> Bool {
        var contract = agent
        var roster = Roster(rest: 0, maxConsecutiveDays: 1_000, agents: [], options: [])
        (contract.minSlots, contract.maxSlots, contract.maxDays) = (0, 7 * problem.slotsPerDay, 7)
        (contract.daysBefore, contract.maxWeekends) = (0, nil)
        var shapes = [[LinePlanner.Shape]](repeating: everything, count: problem.days)
        for rule in rules {
            switch rule {
            case .minHours(let slots): contract.minSlots = slots
            case .maxHours(let slots): contract.maxSlots = slots
            case .maxDays(let days): contract.maxDays = days
            case .consecutiveDays(let days, let before):
                (roster.maxConsecutiveDays, contract.daysBefore) = (days, before)
            case .rest(let slots): roster.rest = slots
            case .maxWeekends(let count): contract.maxWeekends = count
            case .availability(let day, _): shapes[day] = offered[day]
            }
        }
        // Never to work keeps all rules but one.
        if contract.minSlots == 0 { return true }
        var graphs: [LineGraph.Terms: LineGraph] = [:]
        let planner = LinePlanner(
            contract, rest: roster.rest, maxConsecutiveDays: roster.maxConsecutiveDays,
            slotsPerDay: problem.slotsPerDay, shapes: shapes, options: 0..<1, graphs: &graphs)
        return planner.cheapest([0]) != nil
    }
}
