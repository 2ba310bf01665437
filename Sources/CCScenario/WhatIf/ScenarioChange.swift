import CCCore
import CCRouting

/// One thing that could be otherwise: what-if questions are lists of these.
public enum ScenarioChange: Hashable, Sendable {
    /// So many agents more, or fewer; nil: in each group. No group gets below zero.
    case agents(AgentGroupID?, Int)
    /// The agents of a group learn a skill, or lose it when the level is nil. Level 0 is served first.
    case skill(AgentGroupID, SkillID, level: Int?)
    /// Contacts times a factor, 0 to 100; nil: of each queue.
    case volume(QueueID?, Double)
    /// Talk and wrap-up times a factor, above 0 and at most 100.
    case handleTime(QueueID?, Double)
    /// Patience times a factor, above 0 and at most 100.
    case patience(QueueID?, Double)
    /// Which contact an agent gets.
    case policy(Policy)
    /// Which agent a contact gets.
    case selection(QueueID?, Policy)
}

extension Scenario {
    /// The scenario as it would be otherwise.
    ///
    /// - Throws: `ScenarioError` for a group or queue that does not exist, and a number out of its range.
    public func changed(by changes: [ScenarioChange]) throws(ScenarioError) -> Scenario {
        var scenario = self
        for change in changes { try scenario.apply(change) }
        try scenario.validate()
        return scenario
    }

    private mutating func apply(_ change: ScenarioChange) throws(ScenarioError) {
        switch change {
        case .agents(let group, let more):
            for place in try places(of: group) {
                let (count, isTooMuch) = groups[place].count.addingReportingOverflow(more)
                groups[place].count = isTooMuch ? .max : max(0, count)
            }
        case .skill(let group, let skill, let level):
            for place in try places(of: group) {
                if let level {
                    groups[place].skills[skill] = max(groups[place].skills[skill], 1)
                    groups[place].levels[skill] = level
                } else {
                    groups[place].skills[skill] = 0
                    groups[place].levels[skill] = nil
                }
            }
        case .volume(let queue, let factor):
            try check(factor, "volume", from: 0)
            for place in try places(of: queue) { queues[place].arrivals = queues[place].arrivals.scaled(by: factor) }
        case .handleTime(let queue, let factor):
            try check(factor, "handleTime", from: .leastNormalMagnitude)
            for place in try places(of: queue) {
                queues[place].talk = queues[place].talk.scaled(by: factor)
                queues[place].wrapUp = queues[place].wrapUp?.scaled(by: factor)
                // The rule's longest wrap-up would cut off what got longer.
                queues[place].rules.wrapUp = queues[place].rules.wrapUp * factor
                changeRecorded(place) { arrival in
                    arrival.talk = arrival.talk.map { $0 * factor }
                    arrival.wrapUp = arrival.wrapUp.map { $0 * factor }
                }
            }
        case .patience(let queue, let factor):
            try check(factor, "patience", from: .leastNormalMagnitude)
            for place in try places(of: queue) {
                guard case .drawn(let patience) = queues[place].patience else { continue }
                queues[place].patience = .drawn(patience.scaled(by: factor))
                // Of who was served it is known only that they waited so long: the rest is drawn anew.
                changeRecorded(place) { arrival in
                    arrival.patience = arrival.patience.map { $0 * factor }
                    arrival.waited = arrival.waited.map { $0 * factor }
                }
            }
        case .policy(let policy): self.policy = policy
        case .selection(let queue, let policy):
            for place in try places(of: queue) { queues[place].rules.selection = policy }
        }
    }

    private mutating func changeRecorded(_ place: Int, _ change: (inout RecordedArrival) -> Void) {
        guard case .recorded(var arrivals) = queues[place].arrivals else { return }
        for index in arrivals.indices { change(&arrivals[index]) }
        queues[place].arrivals = .recorded(arrivals)
    }

    private func check(_ factor: Double, _ name: String, from low: Double) throws(ScenarioError) {
        guard factor >= low, factor <= 100 else {
            throw ScenarioError(path: name, message: "expected a factor from 0 to 100, not \(factor)")
        }
    }

    private func places(of group: AgentGroupID?) throws(ScenarioError) -> [Int] {
        guard let group else { return Array(groups.indices) }
        guard let place = groups.firstIndex(where: { $0.id == group }) else {
            let names = groups.map(\.id.rawValue).joined(separator: ", ")
            throw ScenarioError(path: "agents.\(group)", message: "there is no such group; there are \(names)")
        }
        return [place]
    }

    private func places(of queue: QueueID?) throws(ScenarioError) -> [Int] {
        guard let queue else { return Array(queues.indices) }
        guard let place = queues.firstIndex(where: { $0.id == queue }) else {
            let names = queues.map(\.id.rawValue).joined(separator: ", ")
            throw ScenarioError(path: "queues.\(queue)", message: "there is no such queue; there are \(names)")
        }
        return [place]
    }
}

extension ArrivalProcess {
    /// As many contacts times a factor of at least 0, at the same times of day. Of a recorded day contacts are left out, or
    /// come twice, evenly over the day; a second one comes midway to the next contact.
    public func scaled(by factor: Double) -> ArrivalProcess {
        if factor <= 0 { return .none }
        switch self {
        case .none: return .none
        case .poisson(let rate): return .poisson(rate: rate * factor)
        case .piecewise(let intervals):
            return .piecewise(
                intervals.map {
                    var interval = $0
                    interval.rate *= factor
                    return interval
                })
        case .regular(let interval): return .regular(interval: interval / factor)
        case .recorded(let arrivals):
            var scaled: [RecordedArrival] = []
            var due = 0.0
            for (place, arrival) in arrivals.enumerated() {
                due += factor
                let copies = Int(due.rounded(.down))
                due -= Double(copies)
                let next = place + 1 < arrivals.count ? arrivals[place + 1].offset : arrival.offset
                for copy in 0..<copies {
                    var further = arrival
                    further.offset += (next - arrival.offset) / copies * copy
                    scaled.append(further)
                }
            }
            return .recorded(scaled)
        }
    }
}

extension Distribution {
    /// Every value times a factor above 0.
    public func scaled(by factor: Double) -> Distribution {
        switch self {
        case .deterministic(let value): .deterministic(value * factor)
        case .exponential(let mean): .exponential(mean: mean * factor)
        case .logNormal(let mu, let sigma): .logNormal(mu: mu + factor.logarithm, sigma: sigma)
        case .uniform(let low, let high): .uniform(low: low * factor, high: high * factor)
        case .gamma(let shape, let scale): .gamma(shape: shape, scale: scale * factor)
        case .empirical(let values): .empirical(values.map { $0 * factor })
        case .hyperexponential(let phases):
            .hyperexponential(phases.map { Phase(weight: $0.weight, mean: $0.mean * factor) })
        }
    }
}
