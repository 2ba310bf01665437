import CCCore

extension Router {
    /// A contact enters a queue.
    ///
    /// With `requiredAgent` it is for that agent alone: it waits while they are busy, and is rejected when they are not
    /// available, become so, or refuse it.
    public mutating func contactArrived(
        _ id: ContactID, queue: QueueID, requiredAgent: AgentID? = nil, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        // The place that it will have; one look into the table both finds a duplicate and takes the place.
        let place = freeContactSlots.last ?? contacts.count
        if let known = contactSlots.updateValue(place, forKey: id) {
            contactSlots[id] = known
            return actions.append(.rejected(id, .duplicate))
        }
        func reject(_ reason: RejectionReason) {
            contactSlots[id] = nil
            actions.append(.rejected(id, reason))
        }
        guard let queueSlot = slot(of: queue) else { return reject(.noSuchQueue) }
        let requirement = queues[queueSlot].requirement
        var required: Int?
        if let requiredAgent {
            guard let slot = agentSlots[requiredAgent], agents[slot].fulfils(requirement) else {
                return reject(.noSuchAgent)
            }
            guard agents[slot].isAvailable else { return reject(.agentUnavailable) }
            required = slot
        }
        let candidate: Int? =
            if let required { agents[required].state == .idle ? required : nil } else {
                idleAgent(for: queueSlot, excluding: [])
            }
        guard candidate != nil || queues[queueSlot].waiting < queues[queueSlot].queue.waitingMax else {
            return reject(.queueFull)
        }
        lastTurn += 1
        if place == contacts.count {
            contacts.append(ContactEntry(id: id, queue: queueSlot, required: required, turn: lastTurn, version: 0))
        } else {
            freeContactSlots.removeLast()
            let version = contacts[place].version &+ 1
            contacts[place] = ContactEntry(
                id: id, queue: queueSlot, required: required, turn: lastTurn, version: version)
        }
        if let candidate { reserve(place, for: candidate, &actions) } else { wait(place) }
    }

    /// The contact is over, whatever it was doing: an offer is taken back, an agent's wrap-up begins.
    public mutating func contactEnded(_ id: ContactID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let slot = contactSlots.removeValue(forKey: id) else { return }
        switch contacts[slot].position {
        case .waiting:
            stopWaiting(slot)
            forget(slot)
        case .reserved(_, let agent):
            cancel(slot, .contactEnded, &actions)
            forget(slot)
            agents[agent].contact = nil
            goOn(agent, keepingTurn: true, &actions)
        case .talking(let agent):
            let wrapUp = queues[contacts[slot].queue].wrapUpNanoseconds
            forget(slot)
            agents[agent].contact = nil
            if wrapUp > 0 {
                agents[agent].finishing = id
                setState(agent, .wrapUp, until: clock.advanced(by: .nanoseconds(wrapUp)), &actions)
            } else {
                actions.append(.wrapUpEnded(id, agents[agent].agent.id))
                goOn(agent, &actions)
            }
        }
    }

    /// The agent answered: the two are connected.
    ///
    /// - Returns: False when the offer no longer stands; hang up on the agent then.
    public mutating func offerAccepted(_ id: ReservationID, now: Instant, into actions: inout [Action]) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let (contact, agent) = takeReservation(id) else { return false }
        accept(contact, agent, &actions)
        return true
    }

    /// The same by the reservation itself, which need not be looked for.
    ///
    /// - Returns: False when the offer no longer stands; hang up on the agent then.
    public mutating func offerAccepted(
        _ offer: Reservation, now: Instant, into actions: inout [Action]
    ) -> Bool {
        guard offer.number > 0 else { return offerAccepted(offer.id, now: now, into: &actions) }
        begin(now)
        defer { finish(&actions) }
        guard let contact = reservations.slot(of: offer.number), contacts[contact].id == offer.contact,
            case .reserved(_, let agent) = contacts[contact].position
        else { return false }
        reservations.remove(offer.number)
        accept(contact, agent, &actions)
        return true
    }

    private mutating func accept(_ contact: Int, _ agent: Int, _ actions: inout [Action]) {
        contacts[contact].position = .talking(agent: agent)
        if !contacts[contact].tried.isEmpty { contacts[contact].tried = [] }
        setState(agent, .talking, until: nil, &actions)
    }

    /// The agent did not take the offer: the contact goes on waiting at its old place in line.
    public mutating func offerRefused(
        _ id: ReservationID, _ reason: RefusalReason, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        guard let (contact, agent) = takeReservation(id) else { return }
        refused(contact, by: agent, reason, &actions)
    }

    /// The agent's phone broke off. A contact that was offered to or talking with them goes back to its place in line;
    /// the agent is treated as after an unreachable phone.
    public mutating func agentLost(_ id: AgentID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id], let contact = agents[agent].contact else { return }
        if agents[agent].state == .talking { actions.append(.wrapUpEnded(contacts[contact].id, id)) }
        cancel(contact, .agentLost, &actions)
        refused(contact, by: agent, .unreachable, &actions)
    }

    /// Where a contact stands; nil when it is not here.
    public func position(of id: ContactID) -> Position? {
        guard let slot = contactSlots[id] else { return nil }
        return switch contacts[slot].position {
        case .waiting: .waiting
        case .reserved(let reservation, _): .reserved(reservation)
        case .talking(let agent): .talking(agents[agent].agent.id)
        }
    }

    /// How many contacts wait in a queue without an offer.
    public func waitingCount(in queue: QueueID) -> Int { queueSlots[queue].map { queues[$0].waiting } ?? 0 }

    /// How many contacts are here in all, waiting, offered or talking.
    public var contactCount: Int { contactSlots.count }
}

extension Router {
    /// The contact and the agent of a reservation that stands, which it does no longer.
    private mutating func takeReservation(_ id: ReservationID) -> (contact: Int, agent: Int)? {
        guard let number = UInt64(reservation: id, prefix: reservationPrefix),
            let contact = reservations.slot(of: number),
            case .reserved(let reservation, let agent) = contacts[contact].position, reservation.id == id
        else { return nil }
        reservations.remove(number)
        return (contact, agent)
    }

    /// Forgets a contact that stands in no line and has no offer.
    mutating func remove(_ slot: Int) {
        contactSlots[contacts[slot].id] = nil
        forget(slot)
    }

    /// The same for a contact whose id is forgotten already.
    private mutating func forget(_ slot: Int) {
        contacts[slot].version &+= 1
        if !contacts[slot].tried.isEmpty { contacts[slot].tried = [] }
        freeContactSlots.append(slot)
    }

    /// Contacts often come to the queue to which the last one came.
    private mutating func slot(of queue: QueueID) -> Int? {
        if lastQueue < queues.count, queues[lastQueue].queue.id == queue { return lastQueue }
        guard let slot = queueSlots[queue] else { return nil }
        lastQueue = slot
        return slot
    }

    /// Ends a contact's offer, if it has one, and tells the owner.
    mutating func cancel(_ slot: Int, _ reason: CancelReason, _ actions: inout [Action]) {
        guard case .reserved(let reservation, _) = contacts[slot].position else { return }
        reservations.remove(reservation.number)
        actions.append(.cancelOffer(reservation, reason))
    }

    /// An agent did not take, or lost, a contact whose reservation is gone already.
    mutating func refused(_ contact: Int, by agent: Int, _ reason: RefusalReason, _ actions: inout [Action]) {
        let policy = queues[contacts[contact].queue].queue.refusals
        contacts[contact].position = .waiting
        agents[agent].contact = nil
        if contacts[contact].required != nil {
            actions.append(.rejected(contacts[contact].id, .agentRefused(reason)))
            remove(contact)
            afterRefusal(agent, reason, policy, &actions)
        } else {
            contacts[contact].tried.append(agent)
            afterRefusal(agent, reason, policy, &actions)
            place(contact, &actions)
        }
    }
}
