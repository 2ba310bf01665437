import CCCore
import CCRouting

/// A second agent for a contact that an agent has. For the router it is a contact of its own, by which the second agent is
/// reached; for all others it is a part of the one.
struct Assistance: Sendable {
    enum Purpose: Sendable, Equatable { case consult, takeOver }

    let contact: ContactID
    let purpose: Purpose
    /// Told when the second agent has answered or taken over, or will not.
    let reply: OneShot<Result<Void, CenterError>>
    /// Whether the second agent has got the customer, once that is known.
    let outcome = OneShot<Bool>()
}

/// A contact that its agent gives to somebody else.
struct Transfer: Sendable {
    let target: TransferTarget
    let reply: OneShot<Result<Void, CenterError>>
}

extension Desk {
    /// The contact that an offer is about, also when it is to a second agent.
    func contact(of reservation: Reservation) -> ContactID {
        assistances[reservation.contact]?.contact ?? reservation.contact
    }

    /// The agent who has a contact.
    func agent(of contact: ContactID) -> AgentID? {
        guard case .talking(let agent) = router.position(of: contact) else { return nil }
        return agent
    }

    /// How to speak to the task of a call; nil for what is not one: nobody listens there.
    func line(of contact: ContactID) -> Line? {
        state.contacts[contact]?.contact.channel == .voice ? lines[contact] : nil
    }

    /// Says something to a contact's own task. False when it has none that listens.
    func say(_ notice: Line.Notice, to contact: ContactID) -> Bool { lines[contact]?.say(notice) ?? false }

    /// Whether a phone rings for a contact.
    func isRinging(for contact: ContactID) -> Bool {
        offers.values.contains { self.contact(of: $0.reservation) == contact }
    }

    // MARK: Transfer

    /// What a contact that is here asks for when it goes on elsewhere: its wait counts on, and it still needs what it needed.
    ///
    /// - Parameter more: What the new place adds.
    func request(
        for contact: ContactID, in queue: QueueID, agent: AgentID?, adding more: RoutingNeeds = .none
    ) -> RoutingRequest {
        var request = requests[contact] ?? RoutingRequest(contact, queue: queue)
        request.queue = queue
        request.requiredAgent = agent
        request.needs.preferredAgent = nil
        request.needs.requires = request.needs.requires && more.requires
        request.needs.prefers = more.prefers ?? request.needs.prefers
        request.needs.relaxation = more.relaxation ?? request.needs.relaxation
        request.needs.priority = max(request.needs.priority, more.priority)
        request.needs.isEmergency = request.needs.isEmergency || more.isEmergency
        return request
    }

    /// The contact's agent has given it away: it goes to a queue or to one agent, with the wait that it had. Nil when it has
    /// no agent any more.
    func transfer(_ contact: ContactID, to target: TransferTarget, queue: QueueID, agent: AgentID?) -> Line? {
        guard let first = self.agent(of: contact) else { return nil }
        endAssistances(of: contact)
        lines[contact]?.end()
        let line = Line()
        lines[contact] = line
        let request = request(for: contact, in: queue, agent: agent)
        // Who gives it away does not get it back from the queue.
        var moved = request
        if agent == nil { moved.needs.excluded.insert(first) }
        requests[contact] = request
        tell(.contactTransferred(contact, first, to: target.name))
        tell(.contactReleased(contact, first))
        tell(.contactQueued(contact, queue))
        router.contactMoved(moved, now: loop.now, into: &actions)
        settle()
        return line
    }

    /// The contact's agent has given it to a number with its own handling.
    func transfer(_ contact: ContactID, to target: TransferTarget) {
        guard let first = agent(of: contact) else { return }
        endAssistances(of: contact)
        tell(.contactTransferred(contact, first, to: target.name))
        released(contact, by: first)
    }

    /// A contact that nobody took comes back to the agent who gave it away: before all others, and whatever the agent had
    /// still to do for it.
    func giveBack(_ contact: ContactID, to agent: AgentID) -> Line {
        let line = Line()
        lines[contact]?.end()
        lines[contact] = line
        var request = request(for: contact, in: ContactCenter.directQueue, agent: agent)
        request.needs.priority = Router.priorityMax
        tell(.contactQueued(contact, ContactCenter.directQueue))
        router.contactReturned(request, now: loop.now, into: &actions)
        settle()
        return line
    }

    // MARK: A second agent

    /// Rings a second agent for a contact that has one.
    func assist(
        _ contact: ContactID, _ purpose: Assistance.Purpose, queue: QueueID, agent: AgentID?,
        reply: OneShot<Result<Void, CenterError>>
    ) {
        guard let first = self.agent(of: contact), line(of: contact) != nil else {
            reply.fulfil(.failure(CenterError(.notTalking, "no agent has the contact")))
            return
        }
        guard agent != first, assistance(of: contact) == nil else {
            reply.fulfil(
                .failure(CenterError(.notTalking, "the contact is being taken over, or talked about, already")))
            return
        }
        lastAssistance += 1
        let part = ContactID("\(contact.rawValue)#\(lastAssistance)")
        assistances[part] = Assistance(contact: contact, purpose: purpose, reply: reply)
        if purpose == .consult {
            tell(.contactHeld(contact, by: .agent))
            lines[contact]?.say(.consultBegan)
        }
        router.contactArrived(part, queue: queue, requiredAgent: agent, now: loop.now, into: &actions)
        settle()
    }

    /// The second agent has the customer now; the first one's wrap-up begins.
    func handedOver(_ part: ContactID, to second: AgentID) {
        guard let assistance = assistances[part] else { return }
        let contact = assistance.contact
        let first = agent(of: contact)
        guard router.contactHandedOver(contact, from: part, now: loop.now, into: &actions) else {
            return assistanceEnded(part, CenterError(.notTalking, "the contact has no agent to be taken over from"))
        }
        if let first {
            if assistance.purpose == .consult { tell(.contactResumed(contact, by: .agent)) }
            tell(.contactHandedOver(contact, from: first, to: second))
        }
        settle()
        assistances[part] = nil
        assistance.outcome.fulfil(true)
        assistance.reply.fulfil(.success(()))
    }

    /// The second agent is not wanted any more, or did not come. The first one keeps the contact.
    func assistanceEnded(_ part: ContactID, _ failure: CenterError?) {
        guard let assistance = assistances[part] else { return }
        let contact = assistance.contact
        let first = agent(of: contact)
        switch router.position(of: part) {
        case .talking(let second):
            tell(.contactReleased(contact, second))
            if assistance.purpose == .consult, let first { tell(.consultationEnded(contact, first, with: second)) }
        case .reserved(let reservation): withdraw(reservation, .contactEnded)
        case .ringing(let reservations): for reservation in reservations { withdraw(reservation, .contactEnded) }
        case .waiting, .parked, nil: break
        }
        // There was no customer, so there is no wrap-up.
        router.contactParked(part, until: nil, now: loop.now, into: &actions)
        router.contactEnded(part, now: loop.now, into: &actions)
        if assistance.purpose == .consult {
            tell(.contactResumed(contact, by: .agent))
            lines[contact]?.say(.consultFailed)
        }
        settle()
        assistances[part] = nil
        assistance.outcome.fulfil(false)
        assistance.reply.fulfil(.failure(failure ?? CenterError(.notServed, "the second agent is gone")))
    }

    /// The second agent talks with the first one.
    func assistanceAnswered(_ part: ContactID, by second: AgentID) {
        guard let assistance = assistances[part] else { return }
        if let first = agent(of: assistance.contact) {
            tell(.consultationStarted(assistance.contact, first, with: second))
        }
        // Other phones that rang for it stop.
        router.contactConnected(part, now: loop.now, into: &actions)
        settle()
        assistance.reply.fulfil(.success(()))
    }

    /// The second agent who is being asked, or is about to take over.
    func assistance(of contact: ContactID) -> Assistance? { assistances.values.first { $0.contact == contact } }

    /// Stops the ringing of a second agent's phone. False when none rings or waits.
    func withdrawAssistance(of contact: ContactID) -> Bool {
        let part = assistances.first { $0.value.contact == contact }?.key
        guard let part, agent(of: part) == nil else { return false }
        assistanceEnded(part, CenterError(.notServed, "the consultation was cancelled"))
        return true
    }

    /// Tells that a contact's agent wants help. Nil when it has none.
    func requestHelp(_ contact: ContactID) -> AgentID? {
        guard let agent = agent(of: contact) else { return nil }
        tell(.helpRequested(contact, agent))
        return agent
    }

    func endAssistances(of contact: ContactID) {
        for part in assistances.filter({ $0.value.contact == contact }).keys.sorted() { assistanceEnded(part, nil) }
    }
}
