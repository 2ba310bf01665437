import CCCore

extension Router {
    // MARK: Contacts in line

    /// Offers a contact that stands in no line to the best agents, or lets it wait.
    mutating func place(_ contact: Int, _ actions: inout [Action]) {
        if !contacts[contact].tried.isEmpty, everyoneWasTried(contact) { contacts[contact].tried = [] }
        let free = freeAgents(for: contact)
        if free.isEmpty { wait(contact) } else { reserve(contact, for: free, .contactCame, &actions) }
    }

    /// The same for a contact that was out of line while the rules may have changed.
    mutating func placeByRules(_ contact: Int, _ actions: inout [Action]) {
        choosePool(contact)
        contacts[contact].key = key(of: contact)
        if let reason = dropUnfitAgent(of: contact) {
            actions.append(.rejected(contacts[contact].id, reason))
            return remove(contact)
        }
        place(contact, &actions)
        // Whatever changed while it was out of line.
        if contacts[contact].isWaiting { askLeavingRules(contact, &actions) }
    }

    /// A contact does not wait for an agent who may not have it, or is not there: it waits for everybody then.
    ///
    /// - Returns: Why it cannot, when it is for that agent alone.
    mutating func dropUnfitAgent(of contact: Int) -> RejectionReason? {
        guard let special = contacts[contact].special, let agent = special.direct else { return nil }
        let isFit = agents[agent].fulfils(contacts[contact].pool)
        if isFit, agents[agent].isAvailable { return nil }
        if special.isRequired { return isFit ? .agentUnavailable : .noSuchAgent }
        contacts[contact].special?.direct = nil
        return nil
    }

    /// Puts a contact in line by its key.
    mutating func wait(_ contact: Int) {
        let queue = contacts[contact].queue
        let pool = contacts[contact].pool
        contacts[contact].position = .waiting
        queues[queue].waiting += 1
        waitingInAll += 1
        if contacts[contact].isEmergency { emergencies += 1 }
        let entry = OrderedLine.Entry(key: contacts[contact].key, turn: contacts[contact].turn, slot: Int32(contact))
        if let agent = contacts[contact].special?.direct {
            agents[agent].direct.insert(entry)
            queues[queue].direct.insert(entry)
        } else {
            pools[pool].waiting[waitLine(of: queue, in: pool)].contacts.insert(entry)
            pools[pool].waitingCount += 1
            if !contacts[contact].tried.isEmpty {
                pools[pool].refused.append(contact)
                contacts[contact].isListed = true
            }
        }
        if queues[queue].queue.blending != nil, !isHeldBackPlanned {
            isHeldBackPlanned = true
            agenda.insert(.heldBack, at: later(Self.heldBackInterval), slot: 0, mark: 0)
        }
        makeAppointment(contact)
    }

    /// How often contacts that are held back are looked at again.
    static let heldBackInterval: Int64 = 1_000_000_000

    /// Takes a contact out of line.
    mutating func stopWaiting(_ contact: Int) {
        let queue = contacts[contact].queue
        let pool = contacts[contact].pool
        queues[queue].waiting -= 1
        waitingInAll -= 1
        if contacts[contact].isEmergency { emergencies -= 1 }
        contacts[contact].mark &+= 1
        if let agent = contacts[contact].special?.direct {
            agents[agent].direct.remove(contacts[contact].entry)
            queues[queue].direct.remove(contacts[contact].entry)
        } else {
            pools[pool].waiting[waitLine(of: queue, in: pool)].contacts.remove(contacts[contact].entry)
            pools[pool].waitingCount -= 1
            guard contacts[contact].isListed else { return }
            contacts[contact].isListed = false
            pools[pool].refused.removeAll { $0 == contact }
        }
    }

    /// The line of a queue's contacts in a pool.
    private mutating func waitLine(of queue: Int, in pool: Int) -> Int {
        if let known = queues[queue].lines.first(where: { $0.pool == pool }) { return known.line }
        pools[pool].waiting.append(WaitLine(queue: queue))
        let line = pools[pool].waiting.count - 1
        queues[queue].lines.append(QueueEntry.LinePlace(pool: pool, line: line))
        return line
    }

    /// The place among those of the same queue: by priority, and within one priority by the queue's order.
    func key(of contact: Int) -> Int64 {
        let queue = queues[contacts[contact].queue].queue
        let special = contacts[contact].special
        let queuedAt = contacts[contact].queuedAt
        if special?.isEmergency ?? false { return Int64.min / 2 + queuedAt / 4 }
        func clamp(_ priority: Int) -> Int { max(-Self.priorityMax, min(Self.priorityMax, priority)) }
        let priority = Int64(clamp(clamp(queue.priority) + clamp(special?.priority ?? 0)))
        let step = queue.aging.map { min($0.inNanoseconds, Self.priorityStep) } ?? Self.priorityStep
        let time: Int64 =
            switch queue.order {
            case .firstInFirstOut: queuedAt
            case .lastInFirstOut: -queuedAt
            case .earliestDueFirst: min(max(special?.due ?? .max, -Self.priorityStep), Self.priorityStep - 1)
            }
        return time - priority * step
    }

    /// The highest priority that counts, and the lowest with a minus.
    public static let priorityMax = 1_000
    /// Without ageing a priority is worth more than any wait: about 52 days.
    private static let priorityStep: Int64 = 1 << 52

    /// Whether all available agents who could take the contact have refused it, or may not have it.
    func everyoneWasTried(_ contact: Int) -> Bool {
        let pool = contacts[contact].pool
        let excluded = contacts[contact].special?.excluded ?? []
        guard contacts[contact].tried.count + excluded.count >= pools[pool].available else { return false }
        let tried = contacts[contact].tried.count { agents[Int($0)].isAvailable && agents[Int($0)].fulfils(pool) }
        let barred = excluded.count {
            !contacts[contact].tried.contains($0) && agents[Int($0)].isAvailable && agents[Int($0)].fulfils(pool)
        }
        return tried + barred == pools[pool].available
    }

    /// After agents became unavailable: contacts that waited for one of them alone may go to anyone again, and rules that
    /// ask about agents are asked.
    mutating func reconsider(_ actions: inout [Action]) {
        guard !toReconsider.isEmpty else { return }
        let changed = toReconsider.sorted()
        toReconsider = []
        let freed = changed.flatMap { pools[$0].refused }.filter(everyoneWasTried)
        for contact in freed.sorted(by: { contacts[$0].entry < contacts[$1].entry }) where contacts[contact].isWaiting {
            stopWaiting(contact)
            place(contact, &actions)
        }
        for pool in changed where pools[pool].available == 0 || pools[pool].checkedIn == 0 {
            let lines = pools[pool].waiting.filter { queues[$0.queue].asksAboutAgents }
            let direct = lines.flatMap { queues[$0.queue].direct.entries }.filter {
                contacts[Int($0.slot)].pool == pool
            }
            let asking = (lines.flatMap { $0.contacts.entries } + direct).sorted()
            for entry in asking { askLeavingRules(Int(entry.slot), &actions) }
        }
    }

    /// Looks again at contacts that were held back.
    mutating func lookAtHeldBack(_ actions: inout [Action]) {
        isHeldBackPlanned = false
        var isAnyWaiting = false
        for queue in queues.indices where queues[queue].queue.blending != nil && queues[queue].waiting > 0 {
            for place in queues[queue].lines {
                let pool = place.pool
                while pools[pool].idle > 0, let entry = pools[pool].waiting[place.line].contacts.first {
                    let contact = Int(entry.slot)
                    stopWaiting(contact)
                    self.place(contact, &actions)
                    if contacts[contact].isWaiting { break }
                }
            }
            isAnyWaiting = isAnyWaiting || queues[queue].waiting > 0
        }
        if isAnyWaiting, !isHeldBackPlanned {
            isHeldBackPlanned = true
            agenda.insert(.heldBack, at: later(Self.heldBackInterval), slot: 0, mark: 0)
        }
    }

    // MARK: Agents in line

    /// Puts a ready agent in line for every channel that they have room for.
    mutating func standInLine(_ agent: Int) {
        let channels = agents[agent].room.channels(beside: agents[agent].counts)
        agents[agent].standsFor = channels
        guard channels != 0 else { return }
        for membership in agents[agent].pools where channels & pools[membership.pool].channel.bit != 0 {
            pools[membership.pool].idle += 1
            for line in pools[membership.pool].lines.indices { stand(agent, membership, line: line) }
        }
    }

    private mutating func stand(_ agent: Int, _ membership: Membership, line: Int) {
        let pool = membership.pool
        var rank = 0.0
        var tier: Int32 = 0
        var group = 0
        if !pools[pool].lines[line].isPlain {
            let policy = pools[pool].lines[line].policy
            if !policy.isLongestIdle {
                let view = LineView(lastRank: pools[pool].lines[line].lastRank, agents: agents.count)
                rank = policy.rules.rank(of: self.view(ofAgent: agent, membership), in: view, using: &random)
                if rank.isNaN { rank = .infinity }
            }
            let isPreferred = pools[pool].lines[line].prefers?.isFulfilled(by: agents[agent].agent.skills) ?? true
            tier = isPreferred ? 0 : 1
            if policy.choosesByGroup { group = agents[agent].group }
        }
        while pools[pool].lines[line].groups.count <= group {
            pools[pool].lines[line].groups.append(RankIndex())
            pools[pool].lines[line].counts.append(0)
        }
        pools[pool].lines[line].counts[group] += 1
        pools[pool].lines[line].groups[group].insert(
            RankIndex.Entry(
                tier: tier, slot: Int32(agent), rank: rank, turn: agents[agent].turn, version: agents[agent].version),
            of: agents)
    }

    /// The agent is in no line any more; the entries die with the agent's version.
    mutating func leaveLine(_ agent: Int) {
        let channels = agents[agent].standsFor
        guard channels != 0 else { return }
        agents[agent].standsFor = 0
        agents[agent].version &+= 1
        for membership in agents[agent].pools
        where channels & pools[membership.pool].channel.bit != 0 {
            pools[membership.pool].idle -= 1
            for line in pools[membership.pool].lines.indices {
                let group = pools[membership.pool].lines[line].choosesByGroup ? agents[agent].group : 0
                pools[membership.pool].lines[line].counts[group] -= 1
            }
        }
    }

    /// The line of a pool that is kept by a policy; it is made when it is missing.
    mutating func idleLine(_ policy: Policy, prefers: SkillExpression?, in pool: Int) -> Int {
        if prefers == nil, policy.isLongestIdle, pools[pool].lines.first?.isPlain ?? false { return 0 }
        if let line = pools[pool].lines.firstIndex(where: { $0.prefers == prefers && $0.policy == policy }) {
            return line
        }
        pools[pool].lines.append(IdleLine(policy: policy, prefers: prefers))
        let line = pools[pool].lines.count - 1
        let bit = pools[pool].channel.bit
        for agent in agents.indices where agents[agent].standsFor & bit != 0 {
            guard let membership = agents[agent].pools.first(where: { $0.pool == pool }) else { continue }
            stand(agent, membership, line: line)
        }
        return line
    }
}
