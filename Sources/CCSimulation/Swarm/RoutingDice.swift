import CCCore
import CCRouting
import CCScenario

/// Draws how contacts are routed: policies, requirements that widen, priorities that age, weights, rules, phones that ring
/// together.
struct RoutingDice {
    var dice: Dice
    let skills: [SkillID]

    private static let agentPolicies = [
        "longestIdle", "mostIdleGroup", "fewestContacts", "leastTalkTime", "roundRobin", "linear", "random",
        "weightedRandom", "bestProficiency", "leastLoaded", "specialistsFirst", "idlenessRatio(group1: 1, group2: 3)",
    ]
    private static let contactPolicies = [
        "oldestFirst", "priority", "priority(aging: 60)", "weightedWait(queue1: 2)", "serviceLevel",
        "generalizedCMu(queue1: 3)", "fixedQueueRatio(queue1: 2, queue2: 1)", "earliestDue",
    ]

    mutating func route(_ scenario: inout Scenario) {
        for place in scenario.groups.indices {
            let group = scenario.groups[place]
            scenario.groups[place].skills = SkillSet(
                Dictionary(uniqueKeysWithValues: group.skills.names.map { ($0, dice.number(1...10)) }))
            if dice.happens(0.2) { scenario.groups[place].weight = dice.one(of: [0.5, 2, 5]) }
        }
        if dice.happens(0.4) {
            scenario.policy = policy(dice.one(of: Self.contactPolicies), or: scenario.policy)
        }
        let isWeighted = dice.happens(0.3)
        let names = scenario.queues.map(\.id)
        for place in scenario.queues.indices {
            route(&scenario.queues[place].rules, others: names.filter { $0 != scenario.queues[place].id })
            if isWeighted { scenario.queues[place].rules.weight = dice.one(of: [0.5, 1, 4]) }
        }
    }

    private func policy(_ text: String, or other: Policy) -> Policy { (try? Policy(text)) ?? other }

    private mutating func route(_ queue: inout Queue, others: [QueueID]) {
        if dice.happens(0.6) { queue.selection = policy(dice.one(of: Self.agentPolicies), or: queue.selection) }
        if !skills.isEmpty, dice.happens(0.5) { queue.requires = expression() }
        if !skills.isEmpty, dice.happens(0.3) { queue.prefers = expression() }
        if queue.requires != .anyone, dice.happens(0.5) {
            queue.relaxation.append(Relaxation(after: .seconds(dice.number(1...30)), to: expression()))
            if dice.happens(0.5) {
                queue.relaxation.append(Relaxation(after: .seconds(dice.number(31...90)), to: .anyone))
            }
        }
        if dice.happens(0.5) { queue.priority = dice.number(-1...3) }
        if dice.happens(0.6) { queue.aging = .seconds(dice.number(5...300)) }
        if dice.happens(0.15) { queue.order = .lastInFirstOut }
        if dice.happens(0.25) { queue.ringing = .all(max: dice.number(1...5)) }
        if dice.happens(0.3) { queue.joining = [rule(isJoining: true, others)] }
        if dice.happens(0.3) { queue.leaving = [rule(isJoining: false, others)] }
    }

    private mutating func expression() -> SkillExpression {
        let first = one()
        return switch dice.number(0...3) {
        case 0: first && one()
        case 1: first || one()
        default: first
        }
    }

    private mutating func one() -> SkillExpression {
        let skill = dice.one(of: skills)
        return switch dice.number(0...4) {
        case 0: !.skill(skill)
        case 1: .skill(skill, 2...8)
        case 2: .skill(skill, atLeast: dice.number(1...6))
        default: .skill(skill)
        }
    }

    private mutating func rule(isJoining: Bool, _ others: [QueueID]) -> QueueRule {
        let wait = Duration.seconds(dice.number(1...60))
        var conditions: [QueueRule.Condition] = [
            .noAgentsCheckedIn, .noAgentsReady, .waiting(atLeast: dice.number(1...5)), .longestWait(atLeast: wait),
            .estimatedWait(atLeast: wait), .not(.noAgentsCheckedIn) && .waiting(atLeast: 2),
        ]
        if !isJoining { conditions += [.waited(atLeast: wait), .waited(atLeast: wait), .waited(atLeast: wait)] }
        var treatments: [QueueRule.Treatment] = [.number("900"), .hangUp(message: nil), .busy, .offerCallback]
        if !isJoining { treatments.append(.message("sorry")) }
        if !others.isEmpty {
            let other = dice.one(of: others)
            treatments += [.overflow(to: other), .overflow(to: other), .move(to: other), .move(to: other)]
        }
        return QueueRule(when: dice.one(of: conditions), then: dice.one(of: treatments))
    }
}
