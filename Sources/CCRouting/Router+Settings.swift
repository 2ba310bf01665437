import CCCore

extension Router {
    /// Adds a queue, or changes its rules. Contacts in it keep their places; offers that ring keep their deadline.
    ///
    /// Changing the required skills looks at every contact.
    public mutating func set(_ queue: Queue, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        let requirement = requirementIndex(queue.requires)
        if queue.selection == .mostIdleGroup { keepByGroup(requirement) }
        guard let slot = queueSlots[queue.id] else {
            queueSlots[queue.id] = queues.count
            queues.append(QueueEntry(queue: queue, requirement: requirement))
            return
        }
        guard queues[slot].requirement != requirement else {
            queues[slot].queue = queue
            return
        }
        let moved = contactSlots.values
            .filter { contacts[$0].queue == slot && contacts[$0].isWaiting }
            .sorted { contacts[$0].turn < contacts[$1].turn }
        for contact in moved { stopWaiting(contact) }
        queues[slot].queue = queue
        queues[slot].requirement = requirement
        for contact in moved {
            contacts[contact].tried = []
            if let agent = contacts[contact].required {
                if agents[agent].fulfils(requirement) {
                    wait(contact)
                } else {
                    actions.append(.rejected(contacts[contact].id, .noSuchAgent))
                    remove(contact)
                }
            } else {
                place(contact, &actions)
            }
        }
    }

    /// Adds an agent, checked out, or changes their skills. What they are doing goes on; the next offer is by the new
    /// skills.
    public mutating func set(_ agent: Agent, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let slot = agentSlots[agent.id] else {
            agentSlots[agent.id] = agents.count
            agents.append(
                AgentEntry(
                    agent: agent, requirements: fulfilled(by: agent), group: groupSlot(agent.group), since: clock))
            return
        }
        guard agents[slot].agent != agent else { return }
        if agents[slot].isAvailable { count(slot, -1) }
        if agents[slot].isInLine { leaveLine(slot) }
        agents[slot].agent = agent
        agents[slot].group = groupSlot(agent.group)
        agents[slot].requirements = fulfilled(by: agent)
        if agents[slot].isAvailable { count(slot, 1) }
        rejectUnqualified(slot, &actions)
        // An idle agent stands in other lines now, at the same place.
        if agents[slot].state == .idle { becomeIdle(slot, keepingTurn: true, &actions) }
    }

    private mutating func count(_ agent: Int, _ change: Int) {
        for fulfilled in agents[agent].requirements {
            requirements[fulfilled.requirement].available += change
            if change < 0 { toReconsider.insert(fulfilled.requirement) }
        }
    }

    /// Contacts that asked for an agent who no longer has their queue's skills.
    private mutating func rejectUnqualified(_ agent: Int, _ actions: inout [Action]) {
        var kept: [Int] = []
        while let entry = agents[agent].direct.first(of: contacts) {
            let contact = Int(entry.slot)
            stopWaiting(contact)
            if agents[agent].fulfils(queues[contacts[contact].queue].requirement) {
                kept.append(contact)
            } else {
                actions.append(.rejected(contacts[contact].id, .noSuchAgent))
                remove(contact)
            }
        }
        for contact in kept { wait(contact) }
    }

    private func fulfilled(by agent: Agent) -> [Fulfilled] {
        requirements.indices.filter { requirements[$0].skills.isFulfilled(by: agent.skills) }
            .map { Fulfilled(requirement: $0, level: agent.level(of: requirements[$0].skills.skills)) }
            .sorted { ($0.level, $0.requirement) < ($1.level, $1.requirement) }
    }

    private mutating func groupSlot(_ group: AgentGroupID?) -> Int {
        if let known = groupSlots[group] { return known }
        let slot = groupSlots.count
        groupSlots[group] = slot
        for requirement in requirements.indices where !requirements[requirement].idleByGroup.isEmpty {
            requirements[requirement].idleByGroup.append(GroupLine())
        }
        return slot
    }

    /// From now on the requirement's idle agents are kept by group too.
    private mutating func keepByGroup(_ requirement: Int) {
        guard requirements[requirement].idleByGroup.isEmpty else { return }
        choosesByGroup = true
        // Agents without a group count as one even before there are any, so that there is always a line.
        requirements[requirement].idleByGroup = Array(repeating: GroupLine(), count: max(1, groupSlots.count))
        for slot in agents.indices where agents[slot].isInLine && agents[slot].fulfils(requirement) {
            let group = agents[slot].group
            requirements[requirement].idleByGroup[group].idle.insert(slot, turn: agents[slot].turn, of: agents)
            requirements[requirement].idleByGroup[group].count += 1
        }
    }

    private mutating func requirementIndex(_ skills: SkillExpression) -> Int {
        if let known = requirements.firstIndex(where: { $0.skills == skills }) { return known }
        var requirement = Requirement(skills: skills)
        for slot in agents.indices where skills.isFulfilled(by: agents[slot].agent.skills) {
            let level = agents[slot].agent.level(of: skills.skills)
            let place = agents[slot].requirements.firstIndex { $0.level > level } ?? agents[slot].requirements.endIndex
            agents[slot].requirements.insert(Fulfilled(requirement: requirements.count, level: level), at: place)
            if agents[slot].isAvailable { requirement.available += 1 }
            if agents[slot].state == .idle { requirement.idle.insert(slot, turn: agents[slot].turn, of: agents) }
        }
        requirements.append(requirement)
        return requirements.count - 1
    }
}

extension Router.ContactEntry {
    var isWaiting: Bool {
        if case .waiting = position { true } else { false }
    }
}
