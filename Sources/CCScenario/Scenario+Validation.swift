import CCCore
import CCRouting

extension Scenario {
    /// Checks that the scenario makes sense: names that are used exist, times are in order, numbers in their ranges.
    ///
    /// - Throws: `ScenarioError` with the path of the first thing that is wrong.
    public func validate() throws(ScenarioError) {
        func check(_ isRight: Bool, _ path: String, _ message: String) throws(ScenarioError) {
            if !isRight { throw ScenarioError(path: path, message: message) }
        }
        try check(horizon > .zero, "horizon", "expected a time above 0")
        try check(horizon < .seconds(3_000_000_000), "horizon", "expected less than 95 years")
        try check(warmUp >= .zero && warmUp < horizon, "warmUp", "expected a time from 0 and before the horizon")
        try check(replications >= 1, "replications", "expected a whole number from 1")
        try check(!queues.isEmpty, "queues", "expected one queue or more")
        var names: Set<QueueID> = []
        let skills = groups.reduce(into: Set<SkillID>()) { $0.formUnion($1.skills.names) }
        for queue in queues {
            let path = "queues.\(queue.id)"
            try check(names.insert(queue.id).inserted, path, "there are two queues of this name")
            for skill in queue.rules.requires.skills {
                try check(skills.contains(skill), path + ".skills", "no agent has the skill \(skill)")
            }
            try queue.validate(path)
        }
        var groupNames: Set<AgentGroupID> = []
        var agents: Set<AgentID> = []
        for group in groups {
            let path = "agents.\(group.id)"
            try check(groupNames.insert(group.id).inserted, path, "there are two groups of this name")
            try group.validate(path)
            for agent in group.agents {
                try check(agents.insert(agent.id).inserted, path, "another group has an agent named \(agent.id) too")
            }
        }
    }
}

extension ScenarioQueue {
    func validate(_ path: String) throws(ScenarioError) {
        func check(_ isRight: Bool, _ key: String, _ message: String) throws(ScenarioError) {
            if !isRight { throw ScenarioError(path: path + "." + key, message: message) }
        }
        try check((0...1).contains(target), "target", "expected a share from 0 to 1")
        try check(rules.ringTimeout > .zero, "ringTimeout", "expected a time above 0")
        try check(rules.wrapUp >= .zero, "wrapUpMax", "expected a time from 0")
        try check(rules.waitingMax >= 0, "waitingMax", "expected a whole number from 0")
        try check(rules.serviceLevelThreshold >= .zero, "target", "expected a threshold from 0")
        switch arrivals {
        case .none: break
        case .poisson(let rate): try check(rate > 0 && rate.isFinite, "arrivals", "expected a rate above 0")
        case .regular(let interval): try check(interval > 0, "arrivals", "expected an interval above 0")
        case .piecewise(let intervals):
            for (place, interval) in intervals.enumerated() {
                try check(
                    interval.rate >= 0 && interval.rate.isFinite, "arrivals", "expected rates of 0 or more")
                try check(
                    place == 0 || interval.start > intervals[place - 1].start, "arrivals",
                    "expected intervals in the order of their starts")
            }
        case .recorded(let arrivals):
            for (place, arrival) in arrivals.enumerated() {
                try check(
                    arrival.offset >= (place == 0 ? .zero : arrivals[place - 1].offset), "arrivals",
                    "expected arrivals in the order of their times")
            }
        }
        if case .drawn(let distribution) = patience { try distribution.validate(path + ".patience") }
        try talk.validate(path + ".talk")
        try wrapUp?.validate(path + ".wrapUp")
        if let redials {
            try check((0...1).contains(redials.probability), "redials", "expected a probability from 0 to 1")
            try check(redials.triesMax >= 1, "redials", "expected triesMax from 1")
            try redials.delay.validate(path + ".redials.delay")
        }
    }
}

extension AgentGroup {
    func validate(_ path: String) throws(ScenarioError) {
        func check(_ isRight: Bool, _ key: String, _ message: String) throws(ScenarioError) {
            if !isRight { throw ScenarioError(path: path + "." + key, message: message) }
        }
        try check(
            (0...Scenario.agentsMax).contains(count), "count", "expected a whole number from 0 to \(Scenario.agentsMax)"
        )
        for skill in levels.keys.sorted() {
            try check(skills.contains(skill), "skills", "has a level for \(skill), which the group lacks")
        }
        for (place, shift) in shifts.enumerated() {
            let key = "shifts[\(place)]"
            try check(shift.start >= .zero, key, "starts before the scenario")
            try check(shift.end > shift.start, key, "the shift ends before it starts")
            try check(
                place == 0 || shift.start >= shifts[place - 1].end, key, "starts before the shift above it ends")
        }
        for (place, pause) in breaks.enumerated() {
            let key = "breaks[\(place)]"
            try check(pause.start >= .zero && pause.stagger >= .zero, key, "expected times from 0")
            try check(pause.duration > .zero, key, "expected a duration above 0")
            let isInside = shifts.isEmpty || shifts.contains { $0.start <= pause.start && pause.start < $0.end }
            try check(isInside, key, "the break is outside the group's shifts")
        }
        try answerDelay.validate(path + ".answerDelay")
        let shares = [mistakes.noAnswer, mistakes.declines, mistakes.hangsUpEarly, mistakes.phoneDies]
        try check(shares.allSatisfy { (0...1).contains($0) }, "mistakes", "expected probabilities from 0 to 1")
        try check(shares.reduce(0, +) <= 1 + 1e-9, "mistakes", "the probabilities are more than 1 together")
        try mistakes.returnsAfter.validate(path + ".mistakes.returnsAfter")
    }
}

extension Distribution {
    func validate(_ path: String) throws(ScenarioError) {
        let isRight =
            switch self {
            case .deterministic(let value): value >= 0
            case .exponential(let mean): mean > 0
            case .logNormal(let mu, let sigma): mu.isFinite && sigma >= 0
            case .uniform(let low, let high): low >= 0 && high >= low
            case .gamma(let shape, let scale): shape > 0 && scale > 0
            case .empirical(let values): !values.isEmpty && values.allSatisfy { $0 >= 0 && $0.isFinite }
            case .hyperexponential(let phases):
                !phases.isEmpty && phases.allSatisfy { $0.weight > 0 && $0.mean > 0 && $0.mean.isFinite }
            }
        if !isRight || !mean.isFinite {
            throw ScenarioError(path: path, message: "the distribution's numbers are out of range: \(self)")
        }
    }
}
