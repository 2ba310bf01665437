/// One agent's line of shifts against the rules of his contract.
struct ContractCheck {
    let problem: ScheduleProblem
    let roster: Roster
    let agent: RosterAgent
    /// Pattern by day.
    let line: [Int: Int]

    var broken: [BrokenRule] {
        var result: [BrokenRule] = []
        let days = line.keys.sorted()
        for week in 0..<((problem.days + 6) / 7) {
            let ofWeek = days.filter { $0 / 7 == week }
            let paid = ofWeek.reduce(0) { $0 + problem.patterns[line[$1] ?? 0].paid }
            if paid < agent.minSlots {
                result.append(BrokenRule(.minHours, agent: agent.id, week: week, found: paid, allowed: agent.minSlots))
            }
            if paid > agent.maxSlots {
                result.append(BrokenRule(.maxHours, agent: agent.id, week: week, found: paid, allowed: agent.maxSlots))
            }
            if ofWeek.count > agent.maxDays {
                result.append(
                    BrokenRule(.maxDays, agent: agent.id, week: week, found: ofWeek.count, allowed: agent.maxDays))
            }
        }
        var run = agent.daysBefore
        for day in 0..<problem.days {
            run = line[day] == nil ? 0 : run + 1
            if run > roster.maxConsecutiveDays {
                result.append(
                    BrokenRule(
                        .consecutiveDays, agent: agent.id, day: day, found: run, allowed: roster.maxConsecutiveDays))
            }
            guard let now = line[day], let before = line[day - 1] else { continue }
            let rest = problem.slotsPerDay + problem.patterns[now].start - problem.patterns[before].end
            if rest < roster.rest {
                result.append(BrokenRule(.rest, agent: agent.id, day: day, found: rest, allowed: roster.rest))
            }
        }
        if let limit = agent.maxWeekends {
            let weekends = Set(days.filter { $0 % 7 >= 5 }.map { $0 / 7 }).count
            if weekends > limit {
                result.append(BrokenRule(.weekends, agent: agent.id, found: weekends, allowed: limit))
            }
        }
        return result
    }
}
