import CCCore

extension Router {
    /// The idle agent who fulfils the requirement and has been idle longest.
    mutating func longestIdle(_ requirement: Int, excluding tried: [Int]) -> Int? {
        let entry =
            tried.isEmpty
            ? requirements[requirement].idle.first(of: agents)
            : requirements[requirement].idle.first(of: agents, excluding: tried)
        return entry.map { Int($0.slot) }
    }

    /// The oldest of all waiting contacts that the agent may be offered.
    mutating func oldestContact(for agent: Int) -> Int? {
        var best = agents[agent].direct.first(of: contacts).map { Int($0.slot) }
        func isOlder(_ contact: Int) -> Bool { best.map { contacts[contact].turn < contacts[$0].turn } ?? true }
        for requirement in agents[agent].requirements {
            if let entry = requirements[requirement].waiting.first(of: contacts), isOlder(Int(entry.slot)) {
                best = Int(entry.slot)
            }
            for contact in requirements[requirement].refused {
                guard isOlder(contact) else { break }
                if !contacts[contact].tried.contains(agent) {
                    best = contact
                    break
                }
            }
        }
        return best
    }

    /// Offers a contact that stands in no line to the best agent, or lets it wait.
    mutating func place(_ contact: Int, _ actions: inout [Action]) {
        let requirement = queues[contacts[contact].queue].requirement
        if !contacts[contact].tried.isEmpty, everyoneWasTried(contact) { contacts[contact].tried = [] }
        if let agent = longestIdle(requirement, excluding: contacts[contact].tried) {
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
            agents[slot].isAvailable && agents[slot].requirements.contains(requirement)
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
        let queue = queues[contacts[contact].queue].queue
        lastReservation += 1
        let reservation = Reservation(
            id: ReservationID(reservationPrefix + String(lastReservation)), contact: contacts[contact].id,
            agent: agents[agent].agent.id, queue: queue.id, offeredAt: clock,
            deadline: clock.advanced(by: queue.ringTimeout))
        contacts[contact].position = .reserved(reservation, agent: agent)
        reservations[reservation.id] = contact
        agents[agent].contact = contact
        setState(agent, .reserved, until: reservation.deadline, &actions)
        actions.append(.offer(reservation))
    }

    /// Puts a contact in line by its turn.
    mutating func wait(_ contact: Int) {
        let entry = contacts[contact]
        let requirement = queues[entry.queue].requirement
        contacts[contact].position = .waiting
        queues[entry.queue].waiting += 1
        if let agent = entry.required {
            agents[agent].direct.insert(contact, turn: entry.turn, of: contacts)
        } else if entry.tried.isEmpty {
            requirements[requirement].waiting.insert(contact, turn: entry.turn, of: contacts)
        } else {
            let place = requirements[requirement].refused.firstIndex { contacts[$0].turn > entry.turn }
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
        for requirement in agents[agent].requirements {
            requirements[requirement].idle.insert(agent, turn: turn, of: agents)
        }
    }
}
