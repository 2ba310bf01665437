import CCCore

extension Router {
    /// Why the agent is offered the contact, told before the offer changes anything.
    mutating func decision(_ contact: Int, _ chosen: Int, _ occasion: RoutingDecision.Occasion) -> RoutingDecision {
        let queue = contacts[contact].queue
        let pool = contacts[contact].pool
        var candidates: [Int] = []
        var rejected = [(count: Int, first: [Int])](
            repeating: (0, []), count: RoutingDecision.Rule.allCases.count)
        // All agents in most centres; in larger ones the block among whom the chosen one is.
        let looked = agents.indices
            .dropFirst(chosen / RoutingDecision.agentsMax * RoutingDecision.agentsMax).prefix(RoutingDecision.agentsMax)
        for agent in looked where !agents[agent].isRemoved {
            guard agent != chosen, let rule = rejection(of: agent, contact) else {
                candidates.append(agent)
                continue
            }
            rejected[rule.place].count += 1
            if rejected[rule.place].count <= RoutingDecision.namesMax { rejected[rule.place].first.append(agent) }
        }
        candidates.sort { ($0 == chosen ? 0 : 1, agents[$0].turn, $0) < ($1 == chosen ? 0 : 1, agents[$1].turn, $1) }
        return RoutingDecision(
            contact: contacts[contact].id, queue: queues[queue].queue.id, agent: agents[chosen].agent.id,
            occasion: occasion, requires: pools[pool].requires.description,
            policy: occasion == .agentFree ? policy.text : queues[queue].queue.selection.text,
            waited: .nanoseconds(clock.nanoseconds - contacts[contact].queuedAt),
            candidates: candidates.prefix(RoutingDecision.namesMax).map { agent in
                let membership =
                    agents[agent].pools.first { $0.pool == pool } ?? Membership(pool: pool, level: 0, proficiency: 0)
                let view = view(ofAgent: agent, membership)
                return RoutingDecision.Candidate(
                    agent: view.id, idle: .nanoseconds(clock.nanoseconds - agents[agent].idleSince),
                    proficiency: view.proficiency, load: view.load)
            },
            candidateCount: candidates.count,
            rejections: RoutingDecision.Rule.allCases.compactMap { rule in
                let (count, first) = rejected[rule.place]
                guard count > 0 else { return nil }
                return RoutingDecision.Rejection(rule: rule, count: count, agents: first.map { agents[$0].agent.id })
            },
            alternatives: occasion == .agentFree ? alternatives(to: contact, for: chosen) : [],
            notLookedAt: agents.count > looked.count ? agents.count - looked.count : nil)
    }

    private func rejection(of agent: Int, _ contact: Int) -> RoutingDecision.Rule? {
        switch agents[agent].presence {
        case .out: return .checkedOut
        case .away: return .paused
        case .ready: break
        }
        guard agents[agent].room.limit(of: contacts[contact].channel) > 0 else { return .channel }
        guard agents[agent].fulfils(contacts[contact].pool) else { return .skills }
        if contacts[contact].special?.excluded.contains(Int32(agent)) ?? false { return .excluded }
        if contacts[contact].tried.contains(Int32(agent)) { return .refused }
        if let direct = contacts[contact].special?.direct, direct != agent { return .otherAgentAskedFor }
        return hasRoom(agent, for: contact) ? nil : .busy
    }

    private func alternatives(to contact: Int, for agent: Int) -> [RoutingDecision.Alternative] {
        var found: [Int] = []
        for membership in agents[agent].pools {
            for line in pools[membership.pool].waiting {
                guard let entry = line.contacts.first, Int(entry.slot) != contact else { continue }
                found.append(Int(entry.slot))
            }
        }
        return found.sorted { (contacts[$0].queuedAt, contacts[$0].turn) < (contacts[$1].queuedAt, contacts[$1].turn) }
            .prefix(RoutingDecision.namesMax).map {
                RoutingDecision.Alternative(
                    contact: contacts[$0].id, queue: queues[contacts[$0].queue].queue.id,
                    waited: .nanoseconds(clock.nanoseconds - contacts[$0].queuedAt))
            }
    }
}

extension RoutingDecision.Rule {
    fileprivate var place: Int {
        switch self {
        case .checkedOut: 0
        case .paused: 1
        case .channel: 2
        case .skills: 3
        case .excluded: 4
        case .refused: 5
        case .busy: 6
        case .otherAgentAskedFor: 7
        }
    }
}
