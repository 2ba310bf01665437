import CCCore

/// Contacts that go elsewhere, come back, or pass from one agent to another.
extension Router {
    /// The contact goes to another queue or agent, from wherever it is: it is transferred by its agent, whose wrap-up
    /// begins, or moved while it waits. It counts as waiting since it came first, unless the request says otherwise.
    ///
    /// - Returns: False when there is no such contact; `rejected` or `treated` tells what else may happen.
    @discardableResult
    public mutating func contactMoved(
        _ request: RoutingRequest, now: Instant, into actions: inout [Action]
    ) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let slot = contactSlots[request.contact] else { return false }
        var request = request
        if request.queuedAt == nil { request.queuedAt = Instant(nanoseconds: contacts[slot].queuedAt) }
        let agents = takeOut(slot, .withdrawn, &actions)
        let place = freeContactSlots.last ?? contacts.count
        contactSlots[request.contact] = place
        if let refusal = admit(request, at: place, &actions) {
            contactSlots[request.contact] = nil
            if case .rejected(let reason) = refusal { actions.append(.rejected(request.contact, reason)) }
        }
        for agent in agents { goOn(agent, &actions) }
        return true
    }

    /// A contact that nobody took comes back to the agent who gave it away, who has no wrap-up for it any more: it is offered
    /// before anything else, and waits when they are busy again.
    ///
    /// - Parameter request: Its ``RoutingRequest/requiredAgent`` is that agent.
    public mutating func contactReturned(
        _ request: RoutingRequest, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        let place = freeContactSlots.last ?? contacts.count
        guard contactSlots[request.contact] == nil else {
            return actions.append(.rejected(request.contact, .duplicate))
        }
        let agent = request.requiredAgent.flatMap { agentSlots[$0] }
        if let agent {
            leaveLine(agent)
            for work in agents[agent].work where work.phase == .wrapUp { wrapUpEnded(agent, work, &actions) }
        }
        contactSlots[request.contact] = place
        if let refusal = admit(request, at: place, &actions) {
            contactSlots[request.contact] = nil
            if case .rejected(let reason) = refusal { actions.append(.rejected(request.contact, reason)) }
        }
        if let agent { goOn(agent, keepingTurn: true, &actions) }
    }

    /// The contact leaves line and agent for a while: a callback that nobody answered, a task that waits for something.
    /// Its agent has no wrap-up. It comes back to its old place at that instant, or with ``contactUnparked(_:now:into:)``.
    ///
    /// - Parameter until: nil: it does not come back by itself.
    @discardableResult
    public mutating func contactParked(
        _ id: ContactID, until: Instant?, now: Instant, into actions: inout [Action]
    ) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let slot = contactSlots[id] else { return false }
        var freed: [Int] = []
        switch contacts[slot].position {
        case .waiting: stopWaiting(slot)
        case .offered, .ringing: freed = takeBackOffers(of: slot, .withdrawn, &actions)
        case .talking(let agent):
            freed = takeBackLosing(of: slot, .withdrawn, &actions)
            agents[agent].work.removeAll { $0.contact == slot }
            agents[agent].counts[contacts[slot].channel] -= 1
            actions.append(.wrapUpEnded(id, agents[agent].agent.id))
            freed.append(agent)
        case .parked, .gone: break
        }
        contacts[slot].position = .parked
        contacts[slot].tried = []
        contacts[slot].mark &+= 1
        if let until {
            var special = contacts[slot].special ?? Special()
            special.parkedUntil = until.nanoseconds
            contacts[slot].special = special
            agenda.insert(.contact, at: until.nanoseconds, slot: slot, mark: UInt64(contacts[slot].mark))
        }
        for agent in freed { goOn(agent, &actions) }
        return true
    }

    /// A parked contact comes back to its old place in line.
    @discardableResult
    public mutating func contactUnparked(_ id: ContactID, now: Instant, into actions: inout [Action]) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let slot = contactSlots[id], case .parked = contacts[slot].position else { return false }
        unpark(slot, &actions)
        return true
    }

    mutating func unpark(_ slot: Int, _ actions: inout [Action]) {
        contacts[slot].special?.parkedUntil = .max
        contacts[slot].mark &+= 1
        placeByRules(slot, &actions)
    }

    /// Takes a contact from line, offers or agent, and forgets its slot. Returns the agents who have to go on.
    private mutating func takeOut(_ slot: Int, _ reason: CancelReason, _ actions: inout [Action]) -> [Int] {
        var freed: [Int] = []
        switch contacts[slot].position {
        case .waiting: stopWaiting(slot)
        case .offered, .ringing: freed = takeBackOffers(of: slot, reason, &actions)
        case .talking(let agent):
            freed = takeBackLosing(of: slot, reason, &actions)
            finishTalk(slot, of: agent, &actions)
            freed.append(agent)
        case .parked, .gone: break
        }
        forget(slot)
        return freed
    }

    /// Gives a contact to the agent who has been talking with another one: the end of a consultation, or a takeover. The
    /// contact's first agent begins a wrap-up; the consultation is over without one.
    ///
    /// - Parameter consultation: The contact by which the second agent was reached.
    /// - Returns: False when one of them does not talk with an agent.
    public mutating func contactHandedOver(
        _ id: ContactID, from consultation: ContactID, now: Instant, into actions: inout [Action]
    ) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard id != consultation, let slot = contactSlots[id], let other = contactSlots[consultation],
            case .talking(let first) = contacts[slot].position, case .talking(let second) = contacts[other].position,
            first != second, let work = agents[second].work.firstIndex(where: { $0.contact == other })
        else { return false }
        finishTalk(slot, of: first, &actions)
        let since = agents[second].work[work].since
        agents[second].work[work] = Work(
            phase: .talking, contact: slot, queue: contacts[slot].queue, channel: contacts[slot].channel, since: since,
            until: .max, mark: newMark())
        agents[second].counts[contacts[other].channel] -= 1
        agents[second].counts[contacts[slot].channel] += 1
        contacts[slot].position = .talking(agent: second)
        let losers = takeBackLosing(of: other, .answeredElsewhere, &actions)
        remove(other)
        for loser in losers { freed(loser, keepingTurn: true, .contact, &actions) }
        goOn(first, &actions)
        goOn(second, keepingTurn: true, &actions)
        return true
    }
}
