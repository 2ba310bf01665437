import CCCore

@testable import CCRouting

/// What must hold after every step.
extension DistributionWorld {
    mutating func check() throws {
        for action in actions { try follow(action) }
        if let contact = dying.first(where: { !$0.value.offers.isEmpty || !$0.value.losing.isEmpty }) {
            throw Broken(description: "every reservation ends: \(contact)")
        }
        dying = [:]
        if let wrong = router.contradictions.first { throw Broken(description: wrong) }
        try positions()
        try durations()
        try nobodyWaitsForTheFree()
        try placesImprove()
    }

    /// A place gets worse only by those who have come into line with a better claim: a priority, an old place.
    private mutating func placesImprove() throws {
        var now: [ContactID: (place: Int, queue: Int, entry: OrderedLine.Entry)] = [:]
        for id in held.keys {
            guard let place = router.place(of: id), let slot = router.contactSlots[id] else { continue }
            now[id] = (place, router.contacts[slot].queue, router.contacts[slot].entry)
        }
        for (id, stands) in now {
            guard let stood = places[id], stood.queue == stands.queue, stood.entry == stands.entry else { continue }
            let newcomers = now.count { other, claim in
                claim.queue == stands.queue && claim.entry < stands.entry
                    && (places[other].map { $0.queue != claim.queue || $0.entry != claim.entry } ?? true)
            }
            guard stands.place <= stood.place + newcomers else {
                throw Broken(description: "\(id) fell from \(stood.place) to \(stands.place)")
            }
        }
        places = now
    }

    private mutating func follow(_ action: Router.Action) throws {
        switch action {
        case .offer(let offer): try offered(offer)
        case .cancelOffer(let offer, let reason):
            let contact = offer.contact
            let stood =
                held[contact]?.offers.removeValue(forKey: offer.id) ?? held[contact]?.losing.removeValue(
                    forKey: offer.id)
                ?? dying[contact]?.offers.removeValue(forKey: offer.id)
                ?? dying[contact]?.losing.removeValue(forKey: offer.id)
            guard stood != nil else { throw Broken(description: "\(offer) ends twice") }
            if reason == .noAnswer, now < offer.deadline { throw Broken(description: "\(offer) rang out early") }
        case .agentStateChanged(let agent, let state, _, _): states[agent] = state
        case .rejected(let contact, let reason):
            guard reason != .duplicate else { break }
            remove(contact)
        case .treated(let contact, .number), .treated(let contact, .hangUp), .treated(let contact, .busy):
            if held[contact]?.request.isEmergency == true { throw Broken(description: "\(contact) is an emergency") }
            remove(contact)
        case .requeued(let contact, let queue): held[contact]?.queue = queue
        case .treated, .decided, .wrapUpEnded: break
        }
    }

    private mutating func remove(_ contact: ContactID) {
        if held.removeValue(forKey: contact) != nil { over += 1 }
    }

    private mutating func offered(_ offer: Reservation) throws {
        guard let contact = held[offer.contact], let agent = agents[offer.agent], let queue = queues[contact.queue]
        else {
            throw Broken(description: "\(offer) is for somebody unknown")
        }
        guard contact.agent == nil, contact.losing.isEmpty else { throw Broken(description: "double: \(offer)") }
        if !contact.offers.isEmpty, queue.ringing == .one { throw Broken(description: "two offers: \(offer)") }
        let request = contact.request
        guard !request.excluded.contains(offer.agent) else {
            throw Broken(
                description:
                    "excluded: \(offer) \(router.contactSlots[offer.contact].map { router.contacts[$0] } as Any)")
        }
        if let required = request.requiredAgent, required != offer.agent {
            throw Broken(description: "not asked for: \(offer)")
        }
        guard mayTake(contact, agent, queue) else { throw Broken(description: "requirement: \(offer)") }
        try capacity(of: agent, for: offer, request)
        try order(of: offer, contact, agent, queue)
        held[offer.contact]?.isParked = false
        held[offer.contact]?.offers[offer.id] = offer
    }

    /// Whether what is required allows the pair, by any step that is due and any rule that may have been performed.
    private func mayTake(_ contact: Held, _ agent: Agent, _ queue: Queue) -> Bool {
        let request = contact.request
        if queue.requires.isFulfilled(by: agent.skills), request.requires.isFulfilled(by: agent.skills) { return true }
        let slot = router.contactSlots[request.contact]
        if let widened = slot.flatMap({ router.contacts[$0].special?.widened }), widened.isFulfilled(by: agent.skills) {
            return true
        }
        let since = slot.map { router.contacts[$0].queuedAt } ?? contact.since.nanoseconds
        for step in request.relaxation ?? queue.relaxation
        where Double(now.nanoseconds - since) / 1e9 >= step.after.inSeconds && step.to.isFulfilled(by: agent.skills) {
            return true
        }
        return false
    }

    private func capacity(of agent: Agent, for offer: Reservation, _ request: RoutingRequest) throws {
        guard let slot = router.agentSlots[agent.id] else { throw Broken(description: "\(agent.id) is gone") }
        let work = router.agents[slot].work
        let voices = work.count { $0.channel == .voice && $0.phase != .wrapUp }
        guard voices <= 1 else { throw Broken(description: "two calls: \(offer)") }
        // Settings may have shrunk under running work; only what is added counts.
        guard !request.isEmergency else { return }
        guard work.count(where: { $0.channel == request.channel }) <= max(1, agent.capacity.limit(of: request.channel))
        else {
            throw Broken(description: "capacity: \(offer)")
        }
    }

    /// Within a queue nobody is passed by a later one, as far as both could have gone to the agent.
    private func order(of offer: Reservation, _ contact: Held, _ agent: Agent, _ queue: Queue) throws {
        guard contact.offers.isEmpty, let slot = router.contactSlots[offer.contact], !contact.request.isEmergency else {
            return
        }
        let entry = router.contacts[slot].entry
        for (id, other) in held where other.isWaiting && other.queue == contact.queue && id != offer.contact {
            guard let otherSlot = router.contactSlots[id], router.contacts[otherSlot].isWaiting,
                other.request.channel == contact.request.channel, other.request.requires == contact.request.requires,
                router.contacts[otherSlot].special?.direct == nil, router.contacts[slot].special?.direct == nil,
                router.contacts[otherSlot].accepts(Int(offer.agentSlot)), router.contacts[otherSlot].entry < entry,
                router.contacts[otherSlot].pool == router.contacts[slot].pool
            else { continue }
            throw Broken(
                description:
                    "\(id) was before \(offer): \(router.contacts[otherSlot]) and \(router.contacts[slot]) for \(router.agents[offer.agentSlot])"
            )
        }
    }

    private func positions() throws {
        guard router.contactCount == held.count else {
            throw Broken(description: "\(router.contactCount) contacts instead of \(held.count)")
        }
        for (id, contact) in held {
            let position = router.position(of: id)
            let isRight: Bool =
                switch position {
                case .waiting: contact.isWaiting || (contact.isParked && contact.offers.isEmpty)
                case .reserved(let offer): contact.offers.count == 1 && contact.offers[offer.id] != nil
                case .ringing(let offers): Set(offers.map(\.id)) == Set(contact.offers.keys)
                case .talking(let agent): contact.agent == agent
                case .parked: contact.isParked
                case nil: false
                }
            guard isRight else { throw Broken(description: "\(id): \(String(describing: position)), held \(contact)") }
        }
        guard arrived == over + held.count else {
            throw Broken(description: "offered is not what ended and what is here")
        }
    }

    private func durations() throws {
        for (id, state) in states {
            guard let status = router.status(of: id, now: now) else { continue }
            guard status.state == state else { throw Broken(description: "\(id) is \(status.state), said \(state)") }
        }
    }

    /// Whether a queue may leave the agent to others: only when one of them could use the agent.
    private func isHeldBack(_ agent: Router.AgentEntry, by queue: Queue) -> Bool {
        (queue.blending?.after ?? []).contains { other in
            guard let first = queues[other] else { return false }
            return first.requires.isFulfilled(by: agent.agent.skills)
                && Channel.allCases.contains { agent.agent.capacity.hasRoom(for: $0, beside: agent.counts) }
        }
    }

    private func nobodyWaitsForTheFree() throws {
        for id in router.agentIDs {
            guard let slot = router.agentSlots[id], router.agents[slot].presence == .ready else { continue }
            let agent = router.agents[slot]
            for (contactID, contact) in held {
                guard let place = router.contactSlots[contactID], router.contacts[place].isWaiting,
                    let queue = queues[contact.queue], !isHeldBack(agent, by: queue),
                    router.contacts[place].accepts(slot), agent.fulfils(router.contacts[place].pool)
                else { continue }
                if let direct = router.contacts[place].special?.direct, direct != slot { continue }
                guard agent.agent.capacity.hasRoom(for: contact.request.channel, beside: agent.counts) else { continue }
                throw Broken(
                    description:
                        "\(contactID) waits and \(id) is free \(router.contacts[place]) \(agent) \(router.pools[router.contacts[place].pool].waiting)"
                )
            }
        }
    }
}
