extension ScheduleProblem {
    func check(_ roster: Roster) throws {
        guard (0...slots).contains(roster.rest) else {
            throw WorkforceError(.outOfRange, at: "rest_slots", "expected 0 to \(slots)")
        }
        guard (1...1_000).contains(roster.maxConsecutiveDays) else {
            throw WorkforceError(.outOfRange, at: "max_consecutive_days", "expected 1 to 1000")
        }
        guard !roster.agents.isEmpty else { throw WorkforceError(.empty, at: "agents", "expected at least one agent") }
        guard roster.agents.count <= Limits.agents else {
            throw WorkforceError(.outOfRange, at: "agents", "expected at most \(Limits.agents)")
        }
        var ids: Set<Int> = []
        for (index, agent) in roster.agents.enumerated() {
            let place = "agents[\(index)]"
            guard ids.insert(agent.id).inserted else {
                throw WorkforceError(.duplicate, at: "\(place).id", "there is an agent \(agent.id) already")
            }
            try check(agent, at: place)
        }
        guard roster.options.count <= Limits.options else {
            throw WorkforceError(.outOfRange, at: "options", "expected at most \(Limits.options)")
        }
        var seen: Set<[Int]> = []
        seen.reserveCapacity(roster.options.count)
        for (index, option) in roster.options.enumerated() {
            guard ids.contains(option.agent) else {
                throw WorkforceError(.mismatch, at: "options[\(index)].agent", "there is no agent \(option.agent)")
            }
            try check(day: option.day, pattern: option.pattern, cost: option.cost, at: "options[\(index)]")
            guard seen.insert([option.agent, option.day, option.pattern]).inserted else {
                throw WorkforceError(.duplicate, at: "options[\(index)]", "the same agent, day and pattern as before")
            }
        }
    }

    private func check(_ agent: RosterAgent, at place: String) throws {
        func require(_ good: Bool, _ field: String, _ expected: String) throws {
            if !good { throw WorkforceError(.outOfRange, at: "\(place).\(field)", expected) }
        }
        let week = 7 * slotsPerDay
        try require(!agent.skills.isEmpty, "skills", "expected at least one skill")
        try require(agent.skills.allSatisfy((0..<skills).contains), "skills", "expected skills 0 to \(skills - 1)")
        try require((0...week).contains(agent.minSlots), "min_slots", "expected 0 to \(week)")
        try require((0...week).contains(agent.maxSlots), "max_slots", "expected 0 to \(week)")
        try require((0...7).contains(agent.maxDays), "max_days", "expected 0 to 7")
        try require((0...1_000).contains(agent.daysBefore), "days_before", "expected 0 to 1000")
        try require((0...10).contains(agent.maxWeekends ?? 0), "max_weekends", "expected 0 to 10")
        guard agent.minSlots <= agent.maxSlots else {
            throw WorkforceError(
                .infeasible, at: place,
                "at least \(agent.minSlots) and at most \(agent.maxSlots) paid slots cannot both hold")
        }
    }
}
