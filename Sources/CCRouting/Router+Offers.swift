import CCCore

extension Router {
    // MARK: What agents do with offers

    /// The agent answered: the contact is theirs.
    ///
    /// - Returns: False when the offer no longer stands, or another agent has the contact; hang up on the agent then.
    public mutating func offerAccepted(_ id: ReservationID, now: Instant, into actions: inout [Action]) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let number = number(of: id) else { return false }
        return accept(number, &actions)
    }

    /// The same by the reservation itself, which need not be looked for.
    public mutating func offerAccepted(
        _ offer: Reservation, now: Instant, into actions: inout [Action]
    ) -> Bool {
        guard offer.number > 0 else { return offerAccepted(offer.id, now: now, into: &actions) }
        begin(now)
        defer { finish(&actions) }
        guard let entry = reservations[offer.number], contacts[Int(entry.contact)].id == offer.contact else {
            return false
        }
        return accept(offer.number, &actions)
    }

    /// The winner and the customer can talk: the other phones that rang for the contact stop. Only a queue that rings all
    /// needs to be told.
    public mutating func contactConnected(_ id: ContactID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let slot = contactSlots[id], losing[slot] != nil else { return }
        for agent in takeBackLosing(of: slot, .answeredElsewhere, &actions) {
            freed(agent, keepingTurn: true, .contact, &actions)
        }
    }

    /// The agent did not take the offer: the contact goes on waiting at its old place in line.
    public mutating func offerRefused(
        _ id: ReservationID, _ reason: RefusalReason, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        guard let number = number(of: id), let entry = reservations[number] else { return }
        refused(number, contact: Int(entry.contact), by: Int(entry.agent), reason, &actions)
    }

    /// The agent's phone broke off. A call that was offered to or talking with them goes back to its place in line; the
    /// agent is treated as after an unreachable phone.
    public mutating func agentLost(_ id: AgentID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id] else { return }
        let work =
            agents[agent].work.first { $0.phase != .wrapUp && $0.channel == .voice }
            ?? agents[agent].work.first { $0.phase != .wrapUp }
        guard let work else { return }
        let contact = work.contact
        if work.phase == .offered {
            if let reservation = reservation(work.mark) { actions.append(.cancelOffer(reservation, .agentLost)) }
            return refused(work.mark, contact: contact, by: agent, .unreachable, &actions)
        }
        actions.append(.wrapUpEnded(contacts[contact].id, id))
        agents[agent].talkNanoseconds += clock.nanoseconds - work.since
        dropWork(on: contact, of: agent)
        let policy = queues[contacts[contact].queue].queue.refusals
        contacts[contact].tried.append(Int32(agent))
        if let others = losing.removeValue(forKey: contact), !others.isEmpty {
            contacts[contact].position = .ringing(others)
            afterRefusal(agent, .unreachable, policy, &actions)
        } else {
            comesBack(contact, from: agent, .unreachable, policy, &actions)
        }
    }

    // MARK: Making offers

    mutating func reserve(
        _ contact: Int, for chosen: [Int], _ occasion: RoutingDecision.Occasion, _ actions: inout [Action]
    ) {
        let queue = contacts[contact].queue
        let deadline = later(queues[queue].ringNanoseconds)
        var numbers: [UInt64] = []
        for agent in chosen {
            if explains { actions.append(.decided(decision(contact, agent, occasion))) }
            let number = reservations.append(
                contact: contact, agent: agent, offeredAt: clock.nanoseconds, deadline: deadline)
            agenda.insert(.offer, at: deadline, slot: agent, mark: number)
            numbers.append(number)
            leaveLine(agent)
            agents[agent].work.append(
                Work(
                    phase: .offered, contact: contact, queue: queue, channel: contacts[contact].channel,
                    since: clock.nanoseconds, until: deadline, mark: number))
            agents[agent].counts[contacts[contact].channel] += 1
            refresh(agent, .contact, &actions)
            if agents[agent].presence == .ready { standInLine(agent) }
        }
        contacts[contact].position = numbers.count == 1 ? .offered(numbers[0]) : .ringing(numbers)
        for number in numbers { if let offer = reservation(number) { actions.append(.offer(offer)) } }
    }

    /// An offer that stands.
    func reservation(_ number: UInt64) -> Reservation? {
        guard let entry = reservations[number] else { return nil }
        let contact = contacts[Int(entry.contact)]
        return Reservation(
            number: number, text: reservationPrefix, contact: contact.id, agent: agents[Int(entry.agent)].agent.id,
            queue: queues[contact.queue].queue.id, offeredAt: Instant(nanoseconds: entry.offeredAt),
            deadline: Instant(nanoseconds: entry.deadline), agentSlot: Int(entry.agent))
    }

    private func number(of id: ReservationID) -> UInt64? {
        guard let number = UInt64(reservation: id, prefix: reservationPrefix), reservations[number] != nil else {
            return nil
        }
        return number
    }

    private mutating func accept(_ number: UInt64, _ actions: inout [Action]) -> Bool {
        guard let entry = reservations[number] else { return false }
        let contact = Int(entry.contact)
        let agent = Int(entry.agent)
        var others: [UInt64] = []
        switch contacts[contact].position {
        case .offered: break
        case .ringing(let numbers): others = numbers.filter { $0 != number }
        case .talking:
            // Somebody was faster; the winner is not connected yet.
            losing[contact]?.removeAll { $0 == number }
            if let reservation = reservation(number) { actions.append(.cancelOffer(reservation, .answeredElsewhere)) }
            reservations.remove(number)
            dropWork(on: contact, of: agent)
            freed(agent, keepingTurn: true, .contact, &actions)
            return false
        case .waiting, .parked, .gone: return false
        }
        reservations.remove(number)
        contacts[contact].position = .talking(agent: agent)
        if !others.isEmpty { losing[contact] = others }
        if !contacts[contact].tried.isEmpty { contacts[contact].tried = [] }
        if let work = agents[agent].work.firstIndex(where: { $0.mark == number && $0.phase == .offered }) {
            agents[agent].work[work].phase = .talking
            agents[agent].work[work].since = clock.nanoseconds
            agents[agent].work[work].until = .max
        }
        agents[agent].answered += 1
        countAnswered(contact)
        refresh(agent, .contact, &actions)
        return true
    }

    private mutating func countAnswered(_ contact: Int) {
        let queue = contacts[contact].queue
        let wait = clock.nanoseconds - contacts[contact].queuedAt
        if contacts[contact].answeredAt == 0 {
            let limit = queues[queue].queue.serviceLevelThreshold.inNanoseconds
            queues[queue].served.count(inTime: wait <= limit, now: clock.nanoseconds)
        }
        contacts[contact].answeredAt = max(1, clock.nanoseconds)
        if let estimates = contacts[contact].estimates {
            queues[queue].estimators.served(wait: .nanoseconds(wait), predicted: estimates, now: clock)
            contacts[contact].estimates = nil
        }
    }

    // MARK: Ending offers

    /// An offer rang until its deadline.
    mutating func rangOut(_ number: UInt64, _ actions: inout [Action]) {
        guard let entry = reservations[number], let reservation = reservation(number) else { return }
        actions.append(.cancelOffer(reservation, .noAnswer))
        refused(number, contact: Int(entry.contact), by: Int(entry.agent), .noAnswer, &actions)
    }

    /// An agent did not take a contact.
    private mutating func refused(
        _ number: UInt64, contact: Int, by agent: Int, _ reason: RefusalReason, _ actions: inout [Action]
    ) {
        reservations.remove(number)
        dropWork(on: contact, of: agent)
        let policy = queues[contacts[contact].queue].queue.refusals
        switch contacts[contact].position {
        case .talking:
            // Another agent has it; this one is not blamed.
            losing[contact]?.removeAll { $0 == number }
            return freed(agent, keepingTurn: true, .contact, &actions)
        case .ringing(let numbers):
            contacts[contact].tried.append(Int32(agent))
            let others = numbers.filter { $0 != number }
            if !others.isEmpty {
                contacts[contact].position = .ringing(others)
                return afterRefusal(agent, reason, policy, &actions)
            }
        case .offered: contacts[contact].tried.append(Int32(agent))
        case .gone: return freed(agent, keepingTurn: true, .contact, &actions)
        case .waiting, .parked: break
        }
        comesBack(contact, from: agent, reason, policy, &actions)
    }

    /// A contact whose last agent refused or lost it goes on waiting; the agent is dealt with by the policy.
    private mutating func comesBack(
        _ contact: Int, from agent: Int, _ reason: RefusalReason, _ policy: RefusalPolicy, _ actions: inout [Action]
    ) {
        contacts[contact].position = .waiting
        if contacts[contact].special?.isRequired ?? false {
            actions.append(.rejected(contacts[contact].id, .agentRefused(reason)))
            remove(contact)
            return afterRefusal(agent, reason, policy, &actions)
        }
        contacts[contact].special?.direct = nil
        afterRefusal(agent, reason, policy, &actions)
        placeByRules(contact, &actions)
    }

    /// Ends all offers of a contact. Returns the agents, who have to be freed.
    mutating func takeBackOffers(of contact: Int, _ reason: CancelReason, _ actions: inout [Action]) -> [Int] {
        let numbers: [UInt64] =
            switch contacts[contact].position {
            case .offered(let number): [number]
            case .ringing(let numbers): numbers
            case .waiting, .talking, .parked, .gone: []
            }
        return takeBack(numbers, of: contact, reason, &actions)
    }

    /// Ends the offers of a contact that were beaten.
    mutating func takeBackLosing(of contact: Int, _ reason: CancelReason, _ actions: inout [Action]) -> [Int] {
        guard !losing.isEmpty, let numbers = losing.removeValue(forKey: contact) else { return [] }
        return takeBack(numbers, of: contact, reason, &actions)
    }

    private mutating func takeBack(
        _ numbers: [UInt64], of contact: Int, _ reason: CancelReason, _ actions: inout [Action]
    ) -> [Int] {
        var freed: [Int] = []
        for number in numbers {
            guard let entry = reservations[number], let reservation = reservation(number) else { continue }
            actions.append(.cancelOffer(reservation, reason))
            reservations.remove(number)
            dropWork(on: contact, of: Int(entry.agent))
            freed.append(Int(entry.agent))
        }
        return freed
    }

    /// The agent has nothing to do with the contact any more.
    mutating func dropWork(on contact: Int, of agent: Int) {
        guard let work = agents[agent].work.firstIndex(where: { $0.contact == contact && $0.phase != .wrapUp }) else {
            return
        }
        agents[agent].counts[agents[agent].work[work].channel] -= 1
        agents[agent].work.remove(at: work)
    }
}
