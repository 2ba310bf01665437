import CCCore

extension Router {
    // MARK: Queues

    /// Adds a queue, or changes the rules of one; waiting contacts keep their places and go by the new rules.
    ///
    /// It looks at every contact when the queue had rules before.
    public mutating func set(_ queue: Queue, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let slot = queueSlots[queue.id] else {
            let slot = removedQueues.removeValue(forKey: queue.id) ?? queues.count
            queueSlots[queue.id] = slot
            if slot == queues.count { queues.append(QueueEntry(queue: queue)) }
            queues[slot].queue = queue
            queues[slot].isRemoved = false
            prepare(slot)
            return
        }
        let old = queues[slot].queue
        guard old != queue else { return }
        let moved = contacts.indices.filter { isHere($0) && contacts[$0].queue == slot && contacts[$0].isWaiting }
        for contact in moved { stopWaiting(contact) }
        // Of those who are with an agent too: they may come back.
        for contact in contacts.indices where isHere(contact) && contacts[contact].queue == slot {
            if old.leaving != queue.leaving { contacts[contact].rulesDone = 0 }
            if old.relaxation != queue.relaxation { contacts[contact].steps = 0 }
        }
        queues[slot].queue = queue
        leavePools(of: slot)
        prepare(slot)
        for contact in moved {
            if old.requires != queue.requires { contacts[contact].tried = [] }
            contacts[contact].key = key(of: contact)
        }
        for contact in moved.sorted(by: { contacts[$0].entry < contacts[$1].entry }) { placeByRules(contact, &actions) }
    }

    private mutating func leavePools(of slot: Int) {
        for channel in Channel.allCases {
            guard let pool = queues[slot].pools.removeValue(forKey: channel) else { continue }
            release(pool)
        }
    }

    private mutating func prepare(_ slot: Int) {
        let queue = queues[slot].queue
        areWeightsEqual = queues.allSatisfy { $0.isRemoved || $0.queue.weight == queue.weight }
        let voice = pool(queue.requires, .voice)
        queues[slot].pools[.voice] = voice
        pools[voice].users += 1
        _ = idleLine(queue.selection, prefers: queue.prefers, in: voice)
        readHours(of: slot)
    }

    /// Takes a queue away. Contacts that wait in it go to another queue with the wait that they have; without one they
    /// are rejected. What agents have begun goes on.
    ///
    /// - Returns: False when there is no such queue, or no such other one; nothing changes then.
    @discardableResult
    public mutating func remove(
        _ id: QueueID, movingTo other: QueueID? = nil, now: Instant, into actions: inout [Action]
    ) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let slot = queueSlots[id], other.map({ $0 != id && queueSlots[$0] != nil }) ?? true else { return false }
        for contact in contacts.indices where isHere(contact) && contacts[contact].queue == slot {
            guard contacts[contact].isWaiting else { continue }
            if let other {
                contacts[contact].moves = 0
                move(contact, to: other, &actions)
            } else {
                stopWaiting(contact)
                actions.append(.rejected(contacts[contact].id, .noSuchQueue))
                remove(contact)
            }
        }
        queueSlots[id] = nil
        removedQueues[id] = slot
        queues[slot].isRemoved = true
        queues[slot].kept = [:]
        leavePools(of: slot)
        queues[slot].hoursChangeAt = .max
        lastQueue = 0
        return true
    }

    /// All queues, in the order in which they were added.
    public var queueIDs: [QueueID] { queues.filter { !$0.isRemoved }.map(\.queue.id) }

    // MARK: Agents

    /// Adds an agent, checked out, or changes what they can do. What they are doing goes on; the next offer is by the new
    /// settings.
    public mutating func set(_ agent: Agent, now: Instant, into actions: inout [Action]) {
        set([agent], now: now, into: &actions)
    }

    /// The same for many at once: waiting contacts are looked at when all are changed, so none is lost or turned away in
    /// between.
    public mutating func set(_ changed: [Agent], now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        var known: [Int] = []
        for agent in changed {
            guard let slot = agentSlots[agent.id] else {
                add(agent)
                continue
            }
            guard agents[slot].agent != agent else { continue }
            change(slot, to: agent)
            known.append(slot)
        }
        for slot in known {
            placeUnqualified(slot, &actions)
            // An agent stands in other lines now, at the same place.
            if agents[slot].presence == .ready { goOn(slot, keepingTurn: true, cause: .configuration, &actions) }
        }
    }

    private mutating func add(_ agent: Agent) {
        let place = removedAgents.removeValue(forKey: agent.id) ?? agents.count
        agentSlots[agent.id] = place
        var entry = AgentEntry(agent: agent, group: groupSlot(agent.group), since: clock)
        entry.pools = memberships(of: entry)
        if place == agents.count {
            agents.append(entry)
        } else {
            entry.version = agents[place].version &+ 1
            entry.pauseMark = agents[place].pauseMark
            agents[place] = entry
        }
    }

    private mutating func change(_ slot: Int, to agent: Agent) {
        leaveLine(slot)
        count(slot, -1)
        agents[slot].agent = agent
        agents[slot].isRemoved = false
        agents[slot].group = groupSlot(agent.group)
        agents[slot].pools = memberships(of: agents[slot])
        count(slot, 1)
    }

    private mutating func count(_ agent: Int, _ change: Int) {
        let isIn = agents[agent].presence != .out
        let isAvailable = agents[agent].isAvailable
        for membership in agents[agent].pools {
            if isIn { pools[membership.pool].checkedIn += change }
            if isAvailable { pools[membership.pool].available += change }
            if change < 0 { toReconsider.insert(membership.pool) }
        }
    }

    /// Contacts that waited for an agent who may not have them any more.
    private mutating func placeUnqualified(_ agent: Int, _ actions: inout [Action]) {
        for entry in agents[agent].direct.entries {
            let contact = Int(entry.slot)
            guard !agents[agent].fulfils(contacts[contact].pool) else { continue }
            stopWaiting(contact)
            placeByRules(contact, &actions)
        }
    }

    /// Takes an agent away: at once, or when what they have begun is finished. There is no offer afterwards.
    ///
    /// - Returns: False when there is no such agent.
    @discardableResult
    public mutating func remove(_ id: AgentID, now: Instant, into actions: inout [Action]) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let slot = agentSlots[id] else { return false }
        agents[slot].isRemoved = true
        if agents[slot].presence != .out { checkOut(id, cause: .configuration, now: now, into: &actions) }
        if agents[slot].work.isEmpty, agentSlots[id] == slot { drop(slot) }
        return true
    }

    /// Forgets an agent who has nothing to do.
    mutating func drop(_ slot: Int) {
        guard agents[slot].isRemoved, agentSlots[agents[slot].agent.id] == slot else { return }
        leaveLine(slot)
        agentSlots[agents[slot].agent.id] = nil
        agents[slot].pools = []
        agents[slot].version &+= 1
        removedAgents[agents[slot].agent.id] = slot
    }

    private mutating func groupSlot(_ group: AgentGroupID?) -> Int {
        if let known = groupSlots[group] { return known }
        groupSlots[group] = groups.count
        groups.append(group)
        return groups.count - 1
    }

    func isHere(_ contact: Int) -> Bool { contactSlots[contacts[contact].id] == contact }
}
