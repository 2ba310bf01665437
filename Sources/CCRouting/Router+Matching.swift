import CCCore

extension Router {
    // MARK: An agent for a contact

    /// The free agents who get a contact that stands in no line: one, or several when all ring.
    mutating func freeAgents(for contact: Int) -> [Int] {
        let queue = contacts[contact].queue
        let most: Int =
            switch queues[queue].queue.ringing {
            case .one: 1
            case .all(let max): Swift.max(1, max)
            }
        if let direct = contacts[contact].special?.direct {
            return canTake(contact, agent: direct) ? [direct] : []
        }
        if queues[queue].queue.blending != nil, !contacts[contact].isEmergency {
            let first = queuesFirst(before: queue, others: pools[contacts[contact].pool].idle - 1)
            // Whom none of them could use is not held back.
            if !first.isEmpty { return freeAgents(most, for: contact, leaving: first) }
        }
        if most == 1, let agent = freeAgent(for: contact) { return [agent] }
        let several = most > 1 ? freeAgents(most, for: contact) : []
        if several.isEmpty, contacts[contact].isEmergency, let agent = interruptibleAgent(for: contact) {
            return [agent]
        }
        return several
    }

    /// Whether the agent is ready and has room for the contact.
    private func canTake(_ contact: Int, agent: Int) -> Bool {
        guard agents[agent].presence == .ready, contacts[contact].accepts(agent) else { return false }
        return hasRoom(agent, for: contact)
    }

    func hasRoom(_ agent: Int, for contact: Int) -> Bool {
        let channel = contacts[contact].channel
        if agents[agent].room.channels(beside: agents[agent].counts) & channel.bit != 0 { return true }
        return contacts[contact].isEmergency && canBeInterrupted(agent, for: channel)
    }

    /// Whether the agent can have an emergency: whatever else they do, but never two voice contacts.
    private func canBeInterrupted(_ agent: Int, for channel: Channel) -> Bool {
        guard agents[agent].room.limit(of: channel) > 0 else { return false }
        return !agents[agent].work.contains { $0.phase != .wrapUp && ($0.channel == .voice || $0.phase == .offered) }
    }

    private func interruptibleAgent(for contact: Int) -> Int? {
        agents.indices.first {
            agents[$0].presence == .ready && agents[$0].fulfils(contacts[contact].pool) && contacts[contact].accepts($0)
                && canBeInterrupted($0, for: contacts[contact].channel)
        }
    }

    /// The one agent by the queue's policy.
    private mutating func freeAgent(for contact: Int) -> Int? {
        let pool = contacts[contact].pool
        let line = idleLine(of: contact)
        if let preferred = contacts[contact].special?.prefers, let group = group(of: line, in: pool, for: contact) {
            return preferredAgent(preferred, for: contact, line: line, group: group)
        }
        let isPlain = contacts[contact].tried.isEmpty && contacts[contact].special?.excluded.isEmpty ?? true
        guard let group = group(of: line, in: pool, for: contact) else { return nil }
        let entry: RankIndex.Entry?
        if isPlain {
            entry = pools[pool].lines[line].groups[group].first(of: agents)
        } else {
            let asked = contacts[contact]
            entry = pools[pool].lines[line].groups[group].first(1, of: agents) { asked.accepts($0) }.first
        }
        guard let entry else { return nil }
        pools[pool].lines[line].lastRank = entry.rank
        return Int(entry.slot)
    }

    /// How many free agents are looked at for a preference of one contact.
    private static let preferenceDepth = 64

    /// The first who fulfils what the contact itself prefers, else the first.
    private mutating func preferredAgent(_ preferred: SkillExpression, for contact: Int, line: Int, group: Int) -> Int?
    {
        let asked = contacts[contact]
        let entries = pools[asked.pool].lines[line].groups[group].first(Self.preferenceDepth, of: agents) {
            asked.accepts($0)
        }
        let chosen = entries.first { preferred.isFulfilled(by: agents[Int($0.slot)].agent.skills) } ?? entries.first
        guard let chosen else { return nil }
        pools[asked.pool].lines[line].lastRank = chosen.rank
        return Int(chosen.slot)
    }

    /// - Parameter first: Queues that agents are left to who could use them.
    private mutating func freeAgents(_ most: Int, for contact: Int, leaving first: [Int] = []) -> [Int] {
        let pool = contacts[contact].pool
        let line = idleLine(of: contact)
        guard let group = group(of: line, in: pool, for: contact) else { return [] }
        let asked = contacts[contact]
        let (all, others) = (agents, first.map { queues[$0] })
        let entries = pools[pool].lines[line].groups[group].first(most, of: agents) { agent in
            asked.accepts(agent) && !others.contains { $0.couldUse(all[agent]) }
        }
        if let last = entries.last { pools[pool].lines[line].lastRank = last.rank }
        return entries.map { Int($0.slot) }
    }

    /// The line of the contact's pool that is kept by its queue's policy.
    mutating func idleLine(of contact: Int) -> Int {
        let queue = contacts[contact].queue
        return idleLine(
            queues[queue].queue.selection, prefers: queues[queue].queue.prefers, in: contacts[contact].pool)
    }

    /// The group to choose from: 0 unless the policy chooses one first.
    private mutating func group(of line: Int, in pool: Int, for contact: Int) -> Int? {
        guard pools[pool].lines[line].choosesByGroup else { return 0 }
        let policy = pools[pool].lines[line].policy
        var best: Int?
        var worth = -Double.infinity
        let contactView = view(ofContact: contact)
        let queueView = view(ofQueue: contacts[contact].queue)
        for group in groups.indices where group < pools[pool].lines[line].counts.count {
            var idle = pools[pool].lines[line].counts[group]
            guard idle > 0 else { continue }
            for agent in contacts[contact].tried.map({ Int($0) })
                + (contacts[contact].special?.excluded ?? []).map({ Int($0) })
            where agents[agent].group == group && agents[agent].standsFor != 0 && agents[agent].fulfils(pool) {
                idle -= 1
            }
            guard idle > 0 else { continue }
            let first =
                pools[pool].lines[line].groups[group].first(of: agents).map { agents[Int($0.slot)].idleSince }
                ?? clock.nanoseconds
            let view = GroupView(
                id: groups[group], place: group, idle: idle, longestIdle: seconds(since: first),
                idleInAll: pools[pool].idle)
            let value = policy.rules.worth(of: view, for: contactView, in: queueView)
            if best == nil || value > worth {
                best = group
                worth = value
            }
        }
        return best
    }

    // MARK: A contact for an agent

    /// The waiting contact that a ready agent is offered next; nil when there is none that they have room for.
    func bestContact(for agent: Int) -> Int? {
        if waitingInAll == 0 { return nil }
        var search = Search(agent: agent, policy: policy, isPlain: policy.isLongestWait && areWeightsEqual)
        if let entry = agents[agent].direct.first(where: { canTake(Int($0.slot), agent: agent) }) {
            consider(Int(entry.slot), direct(contacts[Int(entry.slot)].pool), &search)
        }
        let room = agents[agent].room.channels(beside: agents[agent].counts)
        for membership in agents[agent].pools where pools[membership.pool].waitingCount > 0 {
            let pool = membership.pool
            if let level = search.level, level < membership.level, !search.isEmergency, emergencies == 0 { break }
            let hasRoom = room & pools[pool].channel.bit != 0
            guard hasRoom || emergencies > 0 else { continue }
            for line in pools[pool].waiting.indices {
                guard let first = pools[pool].waiting[line].contacts.first else { continue }
                var contact = Int(first.slot)
                let queue = contacts[contact].queue
                // Emergencies stand first in their lines.
                if !hasRoom, !contacts[contact].isEmergency { continue }
                if !contacts[contact].accepts(agent) {
                    guard
                        let next = pools[pool].waiting[line].contacts.first(where: { entry in
                            let slot = Int(entry.slot)
                            return contacts[slot].accepts(agent) || (!hasRoom && !contacts[slot].isEmergency)
                        }), hasRoom || contacts[Int(next.slot)].isEmergency
                    else { continue }
                    contact = Int(next.slot)
                }
                if contacts[contact].isEmergency {
                    guard hasRoom || canBeInterrupted(agent, for: pools[pool].channel) else { continue }
                } else if queues[queue].queue.blending != nil,
                    queuesFirst(before: queue, others: pools[pool].idle).contains(where: {
                        queues[$0].couldUse(agents[agent])
                    })
                {
                    continue
                }
                consider(contact, membership, &search)
            }
        }
        return search.best
    }

    private struct Search {
        let agent: Int
        let policy: Policy
        /// Comparing keys will do.
        let isPlain: Bool
        var best: Int?
        var level: Int?
        var isEmergency = false
        var urgency = -Double.infinity
        var view: AgentView?
    }

    /// A contact that waits for the agent has level 0.
    private func direct(_ pool: Int) -> Membership { Membership(pool: pool, level: 0, proficiency: 0) }

    private func consider(_ contact: Int, _ membership: Membership, _ search: inout Search) {
        let level = membership.level
        let isEmergency = contacts[contact].isEmergency
        guard let best = search.best, let bestLevel = search.level else {
            search.best = contact
            search.level = level
            search.isEmergency = isEmergency
            if !search.isPlain { search.urgency = urgency(of: contact, membership, &search) }
            return
        }
        if isEmergency != search.isEmergency {
            guard isEmergency else { return }
        } else if level != bestLevel, !isEmergency {
            guard level < bestLevel else { return }
        } else if search.isPlain || isEmergency {
            guard contacts[contact].entry < contacts[best].entry else { return }
        } else {
            let value = urgency(of: contact, membership, &search)
            guard value > search.urgency || (value == search.urgency && contacts[contact].turn < contacts[best].turn)
            else { return }
            search.urgency = value
            search.best = contact
            return
        }
        search.best = contact
        search.level = level
        search.isEmergency = isEmergency
        if !search.isPlain { search.urgency = urgency(of: contact, membership, &search) }
    }

    private func urgency(of contact: Int, _ membership: Membership, _ search: inout Search) -> Double {
        let agentView = search.view ?? view(ofAgent: search.agent, membership)
        search.view = agentView
        return search.policy.rules.urgency(
            of: view(ofContact: contact), in: view(ofQueue: contacts[contact].queue), for: agentView)
    }

    // MARK: Holding back

    /// The queues to which contacts of this one leave agents now: those that come first and were answered late of late, and
    /// all of them while too few would stay free.
    ///
    /// - Parameter others: How many other agents who could take the contact are free.
    private func queuesFirst(before queue: Int, others: Int) -> [Int] {
        guard let blending = queues[queue].queue.blending else { return [] }
        let first = blending.after.compactMap { queueSlots[$0] }
        if others < blending.idleReserve { return first }
        return first.filter { other in
            let level = queues[other].served.confidence(now: clock.nanoseconds)
            return level < min(blending.serviceLevelAtLeast ?? queues[other].queue.serviceLevelTarget, 0.99)
        }
    }

    // MARK: What policies see

    func seconds(since nanoseconds: Int64) -> Double { Double(clock.nanoseconds - nanoseconds) / 1e9 }

    func view(ofContact slot: Int) -> ContactView {
        let contact = contacts[slot]
        let due = contact.special?.due.map { Double($0 - clock.nanoseconds) / 1e9 }
        return ContactView(
            wait: seconds(since: contact.queuedAt), countedWait: Double(clock.nanoseconds &- countedKey(contact)) / 1e9,
            priority: queues[contact.queue].queue.priority + (contact.special?.priority ?? 0), due: due)
    }

    /// The key as it is for those who are served in order of time.
    private func countedKey(_ contact: ContactEntry) -> Int64 {
        queues[contact.queue].queue.order == .firstInFirstOut ? contact.key : contact.queuedAt
    }

    func view(ofQueue slot: Int) -> QueueView {
        let queue = queues[slot]
        return QueueView(
            id: queue.queue.id, place: slot, waiting: queue.waiting, waitingInAll: waitingInAll,
            weight: queue.queue.weight, threshold: queue.queue.serviceLevelThreshold.inSeconds,
            target: queue.queue.serviceLevelTarget, serviceLevel: queue.served.serviceLevel,
            handleTime: queue.served.handleTime)
    }

    func view(ofAgent slot: Int, _ membership: Membership) -> AgentView {
        let channel = pools[membership.pool].channel
        let limit = agents[slot].room.limit(of: channel)
        return AgentView(
            id: agents[slot].agent.id, place: slot, turn: agents[slot].turn,
            idle: seconds(since: agents[slot].idleSince), contacts: agents[slot].answered,
            talkTime: Double(agents[slot].talkNanoseconds) / 1e9, load: agents[slot].counts.total,
            utilization: limit > 0 ? Double(agents[slot].counts[channel]) / Double(limit) : 1,
            proficiency: membership.proficiency, requirements: agents[slot].pools.count,
            weight: agents[slot].agent.weight, group: agents[slot].agent.group, skills: agents[slot].agent.skills)
    }
}
