import CCCore

extension Router {
    /// The idle agent who gets a contact of the queue, by its rule of selection.
    mutating func idleAgent(for queue: Int, excluding tried: [Int]) -> Int? {
        let requirement = queues[queue].requirement
        if queues[queue].queue.selection == .mostIdleGroup {
            guard let group = mostIdleGroup(requirement, excluding: tried) else { return nil }
            return requirements[requirement].idleByGroup[group].idle.first(of: agents, excluding: tried)
                .map { Int($0.slot) }
        }
        let entry =
            tried.isEmpty
            ? requirements[requirement].idle.first(of: agents)
            : requirements[requirement].idle.first(of: agents, excluding: tried)
        return entry.map { Int($0.slot) }
    }

    /// The group that has most idle agents who fulfil the requirement; of several the first.
    private func mostIdleGroup(_ requirement: Int, excluding tried: [Int]) -> Int? {
        var best: Int?
        var most = 0
        for (group, line) in requirements[requirement].idleByGroup.enumerated() where line.count > most {
            let excluded = tried.count {
                agents[$0].group == group && agents[$0].isInLine && agents[$0].fulfils(requirement)
            }
            guard line.count - excluded > most else { continue }
            most = line.count - excluded
            best = group
        }
        return best
    }

    /// The waiting contact that the agent is offered next: of the lowest level, and of those the oldest.
    mutating func bestContact(for agent: Int) -> Int? {
        var best: (contact: Int, level: Int, turn: Int64)?
        if let entry = agents[agent].direct.first(of: contacts) { best = (Int(entry.slot), 0, entry.turn) }
        for fulfilled in agents[agent].requirements {
            if let best, best.level < fulfilled.level { break }
            let requirement = fulfilled.requirement
            func isBetter(_ turn: Int64) -> Bool { best.map { fulfilled.level < $0.level || turn < $0.turn } ?? true }
            if let entry = requirements[requirement].waiting.first(of: contacts), isBetter(entry.turn) {
                best = (Int(entry.slot), fulfilled.level, entry.turn)
            }
            for contact in requirements[requirement].refused {
                guard isBetter(contacts[contact].turn) else { break }
                if !contacts[contact].tried.contains(agent) {
                    best = (contact, fulfilled.level, contacts[contact].turn)
                    break
                }
            }
        }
        return best?.contact
    }

    /// Offers a contact that stands in no line to the best agent, or lets it wait.
    mutating func place(_ contact: Int, _ actions: inout [Action]) {
        if !contacts[contact].tried.isEmpty, everyoneWasTried(contact) { contacts[contact].tried = [] }
        if let agent = idleAgent(for: contacts[contact].queue, excluding: contacts[contact].tried) {
            reserve(contact, for: agent, &actions)
        } else {
            wait(contact)
        }
    }

    /// Whether all available agents who fulfil the contact's requirement have refused it.
    private func everyoneWasTried(_ contact: Int) -> Bool {
        let requirement = queues[contacts[contact].queue].requirement
        guard contacts[contact].tried.count >= requirements[requirement].available else { return false }
        let tried = contacts[contact].tried.count { slot in
            agents[slot].isAvailable && agents[slot].fulfils(requirement)
        }
        return tried == requirements[requirement].available
    }

    /// After agents became unavailable: contacts that waited for one of them alone may go to anyone again.
    mutating func reconsiderRefused(_ actions: inout [Action]) {
        guard !toReconsider.isEmpty else { return }
        let freed = toReconsider.flatMap { requirements[$0].refused }.filter(everyoneWasTried)
        toReconsider = []
        for contact in freed.sorted(by: { contacts[$0].turn < contacts[$1].turn }) {
            stopWaiting(contact)
            place(contact, &actions)
        }
    }

    mutating func reserve(_ contact: Int, for agent: Int, _ actions: inout [Action]) {
        let queue = contacts[contact].queue
        let number = reservations.append(contact)
        let (deadline, isBeyond) = clock.nanoseconds.addingReportingOverflow(queues[queue].ringNanoseconds)
        let reservation = Reservation(
            number: number, text: reservationPrefix, contact: contacts[contact].id, agent: agents[agent].agent.id,
            queue: queues[queue].queue.id, offeredAt: clock,
            deadline: isBeyond ? .distantFuture : Instant(nanoseconds: deadline), agentSlot: agent)
        contacts[contact].position = .reserved(reservation, agent: agent)
        agents[agent].contact = contact
        setState(agent, .reserved, until: reservation.deadline, &actions)
        actions.append(.offer(reservation))
    }

    /// Puts a contact in line by its turn.
    mutating func wait(_ contact: Int) {
        let turn = contacts[contact].turn
        let requirement = queues[contacts[contact].queue].requirement
        contacts[contact].position = .waiting
        queues[contacts[contact].queue].waiting += 1
        if let agent = contacts[contact].required {
            agents[agent].direct.insert(contact, turn: turn, of: contacts)
        } else if contacts[contact].tried.isEmpty {
            requirements[requirement].waiting.insert(contact, turn: turn, of: contacts)
        } else {
            let place = requirements[requirement].refused.firstIndex { contacts[$0].turn > turn }
            requirements[requirement].refused.insert(
                contact, at: place ?? requirements[requirement].refused.endIndex)
        }
    }

    /// Takes a contact out of line.
    mutating func stopWaiting(_ contact: Int) {
        let queue = contacts[contact].queue
        queues[queue].waiting -= 1
        contacts[contact].version &+= 1
        if contacts[contact].required == nil, !contacts[contact].tried.isEmpty {
            requirements[queues[queue].requirement].refused.removeAll { $0 == contact }
        }
    }

    /// Puts an idle agent in line by its turn.
    mutating func standInLine(_ agent: Int) {
        let turn = agents[agent].turn
        let group = agents[agent].group
        agents[agent].isInLine = true
        for fulfilled in agents[agent].requirements {
            requirements[fulfilled.requirement].idle.insert(agent, turn: turn, of: agents)
            guard !requirements[fulfilled.requirement].idleByGroup.isEmpty else { continue }
            requirements[fulfilled.requirement].idleByGroup[group].idle.insert(agent, turn: turn, of: agents)
            requirements[fulfilled.requirement].idleByGroup[group].count += 1
        }
    }

    /// The agent is no longer among the idle; the entries in the lines die with the agent's version.
    mutating func leaveLine(_ agent: Int) {
        agents[agent].isInLine = false
        guard choosesByGroup else { return }
        for fulfilled in agents[agent].requirements where !requirements[fulfilled.requirement].idleByGroup.isEmpty {
            requirements[fulfilled.requirement].idleByGroup[agents[agent].group].count -= 1
        }
    }
}
