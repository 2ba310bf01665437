import CCCore

extension Router {
    // MARK: Presence

    /// The agent begins to work, or takes back a check-out that waits for a contact to end.
    ///
    /// - Parameter notReady: Checks in paused.
    public mutating func checkIn(
        _ id: AgentID, notReady: NotReadyReason? = nil, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id], agents[agent].presence == .out, !agents[agent].isRemoved else { return }
        if let notReady {
            setPresence(agent, .away(notReady, until: nil), &actions)
            refresh(agent, .agent, &actions)
        } else {
            becomeReady(agent, .agent, &actions)
        }
    }

    /// The agent leaves: at once, or when what they have begun is finished. There is no offer afterwards.
    public mutating func checkOut(
        _ id: AgentID, cause: StateCause = .agent, now: Instant, into actions: inout [Action]
    ) {
        leave(id, .out, cause, now: now, &actions)
    }

    /// The agent takes no contacts for a stated reason: at once, or when what they have begun is finished.
    public mutating func pause(
        _ id: AgentID, reason: NotReadyReason, now: Instant, into actions: inout [Action]
    ) {
        leave(id, .away(reason, until: nil), .agent, now: now, &actions)
    }

    /// The agent is back from a pause, of whatever reason, or takes back one that waits for a contact to end.
    public mutating func resume(_ id: AgentID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id], case .away = agents[agent].presence else { return }
        becomeReady(agent, .agent, &actions)
    }

    /// What a supervisor makes of an agent.
    public enum ForcedState: Hashable, Sendable {
        case ready
        case notReady(NotReadyReason)
        case checkedOut
    }

    /// A supervisor decides what the agent does. An offer is taken back at once and goes to somebody else; a conversation
    /// is not cut: the state holds when it is over.
    ///
    /// - Returns: False when there is no such agent, or nothing to change.
    @discardableResult
    public mutating func force(
        _ id: AgentID, _ state: ForcedState, now: Instant, into actions: inout [Action]
    ) -> Bool {
        guard let agent = agentSlots[id] else { return false }
        switch state {
        case .ready:
            guard agents[agent].presence != .ready, !agents[agent].isRemoved else { return false }
            begin(now)
            defer { finish(&actions) }
            becomeReady(agent, .supervisor, &actions)
        case .notReady(let reason):
            guard agents[agent].state != .checkedOut else { return false }
            leave(id, .away(reason, until: nil), .supervisor, now: now, &actions)
        case .checkedOut:
            guard agents[agent].state != .checkedOut else { return false }
            leave(id, .out, .supervisor, now: now, &actions)
        }
        return true
    }

    private mutating func leave(
        _ id: AgentID, _ next: Presence, _ cause: StateCause, now: Instant, _ actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id], agents[agent].state != .checkedOut else { return }
        leaveLine(agent)
        // Who has decided to leave does not stay for a pause.
        if agents[agent].presence != .out { setPresence(agent, next, &actions) }
        if cause == .supervisor { withdrawOffers(of: agent, &actions) }
        if !agents[agent].work.contains(where: { $0.phase != .wrapUp }) {
            for work in agents[agent].work { wrapUpEnded(agent, work, &actions) }
        }
        refresh(agent, cause, &actions)
    }

    private mutating func withdrawOffers(of agent: Int, _ actions: inout [Action]) {
        for work in agents[agent].work where work.phase == .offered {
            if let reservation = reservation(work.mark) { actions.append(.cancelOffer(reservation, .withdrawn)) }
            reservations.remove(work.mark)
            dropWork(on: work.contact, of: agent)
            switch contacts[work.contact].position {
            case .ringing(let numbers) where numbers.count > 1:
                contacts[work.contact].position = .ringing(numbers.filter { $0 != work.mark })
            case .talking: losing[work.contact]?.removeAll { $0 == work.mark }
            case .offered, .ringing, .waiting, .parked, .gone:
                if contacts[work.contact].special?.isRequired ?? false {
                    actions.append(.rejected(contacts[work.contact].id, .agentUnavailable))
                    remove(work.contact)
                    continue
                }
                contacts[work.contact].position = .waiting
                contacts[work.contact].special?.direct = nil
                placeByRules(work.contact, &actions)
            }
        }
    }

    /// The only place where an agent's presence changes. With a cause, the state that follows is told first. Contacts that wait for an agent who is not available any more
    /// are rejected, or wait for everybody.
    mutating func setPresence(
        _ agent: Int, _ presence: Presence, after cause: StateCause? = nil, _ actions: inout [Action]
    ) {
        let wasAvailable = agents[agent].isAvailable
        let wasIn = agents[agent].presence != .out
        agents[agent].presence = presence
        agents[agent].pauseMark = newMark()
        if case .away(_, let until?) = presence {
            agenda.insert(.pause, at: until.nanoseconds, slot: agent, mark: agents[agent].pauseMark)
        }
        let isAvailable = agents[agent].isAvailable
        let isIn = presence != .out
        if let cause { refresh(agent, cause, &actions) }
        guard isAvailable != wasAvailable || isIn != wasIn else { return }
        for membership in agents[agent].pools {
            let pool = membership.pool
            if isIn != wasIn { pools[pool].checkedIn += isIn ? 1 : -1 }
            guard isAvailable != wasAvailable else { continue }
            pools[pool].available += isAvailable ? 1 : -1
            if !isAvailable, !pools[pool].refused.isEmpty || pools[pool].available == 0 { toReconsider.insert(pool) }
        }
        if !isAvailable, wasAvailable { disappointDirect(agent, &actions) }
    }

    /// Nobody waits for an agent who does not come.
    mutating func disappointDirect(_ agent: Int, _ actions: inout [Action]) {
        while let entry = agents[agent].direct.first {
            let contact = Int(entry.slot)
            stopWaiting(contact)
            if contacts[contact].special?.isRequired ?? false {
                actions.append(.rejected(contacts[contact].id, .agentUnavailable))
                remove(contact)
            } else {
                contacts[contact].special?.direct = nil
                place(contact, &actions)
            }
        }
    }

    mutating func becomeReady(_ agent: Int, _ cause: StateCause, _ actions: inout [Action]) {
        setPresence(agent, .ready, &actions)
        goOn(agent, cause: cause, &actions)
    }

    // MARK: Going on

    /// An offer to the agent is over without their doing.
    mutating func freed(_ agent: Int, keepingTurn: Bool, _ cause: StateCause, _ actions: inout [Action]) {
        goOn(agent, keepingTurn: keepingTurn, cause: cause, &actions)
    }

    /// Something that the agent was busy with is over: offers them what they have room for, or puts them in line.
    mutating func goOn(
        _ agent: Int, keepingTurn: Bool = false, cause: StateCause = .contact, _ actions: inout [Action]
    ) {
        leaveLine(agent)
        if !keepingTurn {
            lastTurn += 1
            agents[agent].turn = lastTurn
            agents[agent].idleSince = clock.nanoseconds
        }
        refresh(agent, cause, &actions)
        if agents[agent].isRemoved, agents[agent].work.isEmpty { return drop(agent) }
        guard agents[agent].presence == .ready else { return }
        var stands = false
        while let contact = bestContact(for: agent) {
            stopWaiting(contact)
            reserve(contact, for: [agent], .agentFree, &actions)
            stands = true
        }
        if !stands { standInLine(agent) }
    }

    mutating func afterRefusal(
        _ agent: Int, _ reason: RefusalReason, _ policy: RefusalPolicy, _ actions: inout [Action]
    ) {
        guard agents[agent].presence == .ready else { return goOn(agent, cause: StateCause(reason), &actions) }
        let until: Instant? =
            switch policy.consequence(of: reason) {
            case .notReady: nil
            case .pause(let duration): Instant(nanoseconds: later(duration.inNanoseconds))
            }
        leaveLine(agent)
        setPresence(agent, .away(reason.notReadyReason, until: until), after: StateCause(reason), &actions)
    }

    /// The only place where an agent's state changes: it follows from presence and work, and the time in the old one is
    /// booked.
    mutating func refresh(_ agent: Int, _ cause: StateCause, _ actions: inout [Action]) {
        var state: AgentState
        var until: Instant?
        switch agents[agent].presence {
        case .out: state = .checkedOut
        case .ready: state = .idle
        case .away(let reason, let end):
            state = .notReady(reason)
            until = end
        }
        for work in agents[agent].work {
            switch work.phase {
            case .talking:
                state = .talking
                until = nil
            case .offered where state != .talking:
                until =
                    state == .reserved
                    ? min(until ?? .distantFuture, Instant(nanoseconds: work.until)) : Instant(nanoseconds: work.until)
                state = .reserved
            case .wrapUp where state != .talking && state != .reserved:
                until =
                    state == .wrapUp
                    ? min(until ?? .distantFuture, Instant(nanoseconds: work.until)) : Instant(nanoseconds: work.until)
                state = .wrapUp
            case .offered, .wrapUp: break
            }
        }
        guard state != agents[agent].state || until != agents[agent].until else { return }
        if state != agents[agent].state {
            agents[agent].times.book(clock.nanoseconds - agents[agent].since.nanoseconds, in: agents[agent].state)
            agents[agent].state = state
            agents[agent].since = clock
        }
        agents[agent].until = until
        actions.append(.agentStateChanged(agents[agent].agent.id, state, until: until, cause))
    }

    // MARK: Asking

    /// An agent's state and times; nil when there is no such agent.
    public func status(of id: AgentID, now: Instant) -> AgentStatus? {
        guard let slot = agentSlots[id] else { return nil }
        let entry = agents[slot]
        var times = entry.times
        times.book(max(now, clock).nanoseconds - entry.since.nanoseconds, in: entry.state)
        return AgentStatus(
            agent: entry.agent, state: entry.state, since: entry.since, until: entry.until,
            contacts: entry.work.compactMap { $0.contact >= 0 ? contacts[$0.contact].id : $0.id },
            times: times.durations)
    }

    public func state(of id: AgentID) -> AgentState? { agentSlots[id].map { agents[$0].state } }

    /// All agents, in the order in which they were added.
    public var agentIDs: [AgentID] { agents.filter { !$0.isRemoved }.map(\.agent.id) }
}

/// An agent at an instant.
public struct AgentStatus: Hashable, Sendable {
    public let agent: Agent
    public let state: AgentState
    public let since: Instant
    /// When the state ends by itself.
    public let until: Instant?
    /// The contacts that are offered, talked with or wrapped up, in the order in which they came.
    public var contacts: [ContactID]
    /// The time in each state since the router was made, without the time checked out and without states that took none.
    public let times: [AgentState: Duration]

    /// The first of ``contacts``.
    public var contact: ContactID? { contacts.first }
    /// The time checked in: exactly the sum of ``times``.
    public var loginTime: Duration { times.values.reduce(.zero, +) }
}

extension StateCause {
    init(_ refusal: RefusalReason) {
        switch refusal {
        case .busy: self = .busy
        case .declined: self = .declined
        case .unreachable: self = .unreachable
        case .noAnswer: self = .noAnswer
        }
    }
}
