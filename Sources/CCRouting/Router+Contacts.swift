import CCCore

extension Router {
    // MARK: Coming

    /// A contact enters a queue, for anyone or for one agent alone.
    public mutating func contactArrived(
        _ id: ContactID, queue: QueueID, requiredAgent: AgentID? = nil, now: Instant, into actions: inout [Action]
    ) {
        contactArrived(RoutingRequest(id, queue: queue, requiredAgent: requiredAgent), now: now, into: &actions)
    }

    /// A contact enters a queue.
    ///
    /// It is offered at once, or waits, or is `rejected`, or is `treated` by a joining rule of the queue.
    public mutating func contactArrived(
        _ request: RoutingRequest, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        // The place that it will have; one look into the table both finds a duplicate and takes the place.
        let place = freeContactSlots.last ?? contacts.count
        if let known = contactSlots.updateValue(place, forKey: request.contact) {
            contactSlots[request.contact] = known
            return actions.append(.rejected(request.contact, .duplicate))
        }
        if let reason = admit(request, at: place, &actions) {
            contactSlots[request.contact] = nil
            if case .rejected(let reason) = reason { actions.append(.rejected(request.contact, reason)) }
        }
    }

    enum Refusal {
        case rejected(RejectionReason)
        /// A rule has said what becomes of it.
        case treated
    }

    /// Takes a contact in at a free slot. Returns why not.
    mutating func admit(_ request: RoutingRequest, at place: Int, _ actions: inout [Action]) -> Refusal? {
        guard let queue = slot(of: request.queue) else { return .rejected(.noSuchQueue) }
        lastTurn += 1
        var contact = ContactEntry(
            id: request.contact, queue: queue, pool: -1, channel: request.channel, key: 0, turn: lastTurn,
            queuedAt: min(request.queuedAt ?? clock, clock).nanoseconds)
        if let reason = prepare(&contact, request) { return .rejected(reason) }
        if place == contacts.count {
            contacts.append(contact)
        } else {
            freeContactSlots.removeLast()
            contact.mark = contacts[place].mark &+ 1
            contacts[place] = contact
        }
        if let refusal = join(place, &actions) {
            forget(place)
            return refusal
        }
        return nil
    }

    /// Fills in what the request asks for beyond its queue.
    private func prepare(_ contact: inout ContactEntry, _ request: RoutingRequest) -> RejectionReason? {
        var special = Special()
        var isSpecial = false
        if let wanted = request.requiredAgent ?? request.preferredAgent?.agent {
            let isRequired = request.requiredAgent != nil
            let agent = agentSlots[wanted]
            let isFit = agent.map { fits($0, request, queue: contact.queue) } ?? false
            let isThere = agent.map { agents[$0].isAvailable } ?? false
            if isRequired {
                guard isFit else { return .noSuchAgent }
                guard isThere else { return .agentUnavailable }
            }
            if isFit, isThere {
                special.direct = agent
                special.isRequired = isRequired
                if let preferred = request.preferredAgent, !isRequired {
                    special.preferredUntil = later(preferred.wait.inNanoseconds)
                }
                isSpecial = true
            }
        }
        if !request.excluded.isEmpty {
            special.excluded = request.excluded.compactMap { (agentSlots[$0] ?? removedAgents[$0]).map { Int32($0) } }
                .sorted()
            isSpecial = isSpecial || !special.excluded.isEmpty
        }
        if request.needs != .none || request.customer != nil || request.due != nil {
            special.requires = request.requires
            special.prefers = request.prefers
            special.relaxation = request.relaxation
            special.isEmergency = request.isEmergency
            special.priority = request.priority
            special.customer = request.customer
            special.due = request.due?.nanoseconds
            isSpecial = true
        }
        if isSpecial { contact.special = special }
        return nil
    }

    /// Whether an agent who was asked for by name may take the contact at all.
    private func fits(_ agent: Int, _ request: RoutingRequest, queue: Int) -> Bool {
        guard agents[agent].agent.capacity.limit(of: request.channel) > 0 else { return false }
        guard !request.excluded.contains(agents[agent].agent.id) else { return false }
        let skills = agents[agent].agent.skills
        return queues[queue].queue.requires.isFulfilled(by: skills) && request.requires.isFulfilled(by: skills)
    }

    /// Goes through the rules of joining, and into line.
    private mutating func join(_ contact: Int, _ actions: inout [Action]) -> Refusal? {
        var offersCallback = false
        if !contacts[contact].isEmergency, let treatment = askJoiningRules(contact, &actions) {
            switch treatment {
            case .message, .offerCallback: offersCallback = true
            case .overflow, .move: break
            case .number, .hangUp, .busy:
                actions.append(.treated(contacts[contact].id, treatment))
                return .treated
            }
            if offersCallback { actions.append(.treated(contacts[contact].id, treatment)) }
        }
        keepPlace(contact)
        choosePool(contact)
        // A rule may have sent it to another queue.
        if let reason = dropUnfitAgent(of: contact) { return .rejected(reason) }
        contacts[contact].key = key(of: contact)
        let free = freeAgents(for: contact)
        if !free.isEmpty {
            reserve(contact, for: free, .contactCame, &actions)
            return nil
        }
        let queue = contacts[contact].queue
        // Who comes back is never turned away.
        let isBack = contacts[contact].queuedAt < clock.nanoseconds
        guard contacts[contact].isEmergency || isBack || queues[queue].waiting < queues[queue].queue.waitingMax else {
            return .rejected(.queueFull)
        }
        estimate(contact)
        wait(contact)
        askLeavingRules(contact, &actions)
        return nil
    }

    /// Gives a customer who left this queue while waiting the old place.
    private mutating func keepPlace(_ contact: Int) {
        let queue = contacts[contact].queue
        guard !queues[queue].kept.isEmpty, let customer = contacts[contact].special?.customer,
            let kept = queues[queue].kept.removeValue(forKey: customer), kept.until >= clock.nanoseconds
        else { return }
        contacts[contact].queuedAt = min(contacts[contact].queuedAt, kept.queuedAt)
    }

    /// Remembers the place of a customer who leaves. At most so many for each queue; the rest finds no place kept.
    private static let keptMax = 10_000

    private mutating func rememberPlace(_ contact: Int) {
        let queue = contacts[contact].queue
        let keeps = queues[queue].queue.keepsPlace.inNanoseconds
        guard keeps > 0, let customer = contacts[contact].special?.customer else { return }
        if queues[queue].kept.count >= Self.keptMax {
            let now = clock.nanoseconds
            queues[queue].kept = queues[queue].kept.filter { $0.value.until >= now }
            guard queues[queue].kept.count < Self.keptMax else { return }
        }
        queues[queue].kept[customer] = (contacts[contact].queuedAt, later(keeps))
    }

    // MARK: Going

    /// The contact is over, whatever it was doing: offers are taken back, an agent's wrap-up begins.
    public mutating func contactEnded(_ id: ContactID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let slot = contactSlots.removeValue(forKey: id) else { return }
        switch contacts[slot].position {
        case .waiting:
            countAbandoned(slot)
            rememberPlace(slot)
            stopWaiting(slot)
            forget(slot)
        case .offered, .ringing:
            countAbandoned(slot)
            rememberPlace(slot)
            let agents = takeBackOffers(of: slot, .contactEnded, &actions)
            forget(slot)
            for agent in agents { freed(agent, keepingTurn: true, .contact, &actions) }
        case .talking(let agent):
            let losers = takeBackLosing(of: slot, .contactEnded, &actions)
            finishTalk(slot, of: agent, &actions)
            forget(slot)
            goOn(agent, &actions)
            for loser in losers { freed(loser, keepingTurn: true, .contact, &actions) }
        case .parked, .gone: forget(slot)
        }
    }

    private mutating func countAbandoned(_ contact: Int) {
        let queue = contacts[contact].queue
        if contacts[contact].estimates != nil {
            queues[queue].estimators.abandoned(now: clock)
            contacts[contact].estimates = nil
        }
        let wait = clock.nanoseconds - contacts[contact].queuedAt
        if wait > queues[queue].queue.serviceLevelThreshold.inNanoseconds {
            queues[queue].served.count(inTime: false, now: clock.nanoseconds)
        }
    }

    /// Forgets a contact that stands in no line and has no offer.
    mutating func remove(_ slot: Int) {
        contactSlots[contacts[slot].id] = nil
        forget(slot)
    }

    /// The same for a contact whose id is forgotten already.
    mutating func forget(_ slot: Int) {
        if contacts[slot].estimates != nil { queues[contacts[slot].queue].estimators.left(now: clock) }
        leavePool(of: slot)
        contacts[slot].mark &+= 1
        contacts[slot].position = .gone
        contacts[slot].special = nil
        contacts[slot].estimates = nil
        if !contacts[slot].tried.isEmpty { contacts[slot].tried = [] }
        freeContactSlots.append(slot)
    }

    // MARK: Asking

    /// Where a contact stands; nil when it is not here.
    public func position(of id: ContactID) -> Position? {
        guard let slot = contactSlots[id] else { return nil }
        return switch contacts[slot].position {
        case .waiting: .waiting
        case .offered(let number): reservation(number).map { .reserved($0) } ?? .waiting
        case .ringing(let numbers): .ringing(numbers.compactMap { reservation($0) })
        case .talking(let agent): .talking(agents[agent].agent.id)
        case .parked: .parked
        case .gone: nil
        }
    }

    /// How many contacts wait in a queue without an offer.
    public func waitingCount(in queue: QueueID) -> Int { queueSlots[queue].map { queues[$0].waiting } ?? 0 }

    /// The queues of all contacts that are here: also of those who talk or are parked, and may come back into line.
    public var queuesInUse: Set<QueueID> {
        Set(Set(contacts.indices.filter(isHere).map { contacts[$0].queue }).map { queues[$0].queue.id })
    }

    /// How many contacts are here in all, waiting, offered, talking or parked.
    public var contactCount: Int { contactSlots.count }

    /// Contacts often come to the queue to which the last one came.
    private mutating func slot(of queue: QueueID) -> Int? {
        if lastQueue < queues.count, queues[lastQueue].queue.id == queue, !queues[lastQueue].isRemoved {
            return lastQueue
        }
        guard let slot = queueSlots[queue] else { return nil }
        lastQueue = slot
        return slot
    }
}
