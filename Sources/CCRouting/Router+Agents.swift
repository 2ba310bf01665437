import CCCore

extension Router {
    /// The agent begins to work.
    ///
    /// - Parameter notReady: checks in paused.
    public mutating func checkIn(
        _ id: AgentID, notReady: NotReadyReason? = nil, now: Instant, into actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id] else { return }
        guard agents[agent].state == .checkedOut else {
            if agents[agent].afterwards == .checkedOut { setAfterwards(agent, .idle, &actions) }
            return
        }
        if let notReady {
            setState(agent, .notReady(notReady), until: nil, &actions)
        } else {
            becomeIdle(agent, &actions)
        }
    }

    /// The agent leaves: at once, or when the current contact is finished. There is no offer afterwards.
    public mutating func checkOut(_ id: AgentID, now: Instant, into actions: inout [Action]) {
        leave(id, .checkedOut, now: now, &actions)
    }

    /// The agent takes no contacts for a stated reason: at once, or when the current contact is finished.
    public mutating func pause(
        _ id: AgentID, reason: NotReadyReason, now: Instant, into actions: inout [Action]
    ) {
        leave(id, .notReady(reason), now: now, &actions)
    }

    /// The agent is back from a pause, of whatever reason.
    public mutating func resume(_ id: AgentID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id] else { return }
        switch agents[agent].state {
        case .notReady: becomeIdle(agent, &actions)
        case .reserved, .talking, .wrapUp:
            if case .notReady = agents[agent].afterwards { setAfterwards(agent, .idle, &actions) }
        case .idle, .checkedOut: break
        }
    }

    /// The agent has finished the work on the last contact before its deadline.
    public mutating func wrapUpDone(_ id: AgentID, now: Instant, into actions: inout [Action]) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id], agents[agent].state == .wrapUp else { return }
        finishWork(agent, &actions)
    }

    /// An agent's state and times; nil when there is no such agent.
    public func status(of id: AgentID, now: Instant) -> AgentStatus? {
        guard let slot = agentSlots[id] else { return nil }
        let entry = agents[slot]
        var times = entry.times
        times.book(max(now, clock).nanoseconds - entry.since.nanoseconds, in: entry.state)
        return AgentStatus(
            agent: entry.agent, state: entry.state, since: entry.since, until: entry.until,
            contact: entry.contact.map { contacts[$0].id } ?? entry.finishing, times: times.durations)
    }

    public func state(of id: AgentID) -> AgentState? { agentSlots[id].map { agents[$0].state } }

    /// All agents, in the order in which they were added.
    public var agentIDs: [AgentID] { agents.map(\.agent.id) }
}

/// An agent at an instant.
public struct AgentStatus: Hashable, Sendable {
    public let agent: Agent
    public let state: AgentState
    public let since: Instant
    /// When the state ends by itself.
    public let until: Instant?
    /// The contact that is offered, talked with or wrapped up.
    public let contact: ContactID?
    /// The time in each state since the router was made, without the time checked out and without states that took none.
    public let times: [AgentState: Duration]

    /// The time checked in: exactly the sum of ``times``.
    public var loginTime: Duration { times.values.reduce(.zero, +) }
}

extension Router {
    private mutating func leave(
        _ id: AgentID, _ next: Afterwards, now: Instant, _ actions: inout [Action]
    ) {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id] else { return }
        guard agents[agent].state != .checkedOut else { return }
        // Who has decided to leave does not stay for a pause.
        if agents[agent].afterwards != .checkedOut { setAfterwards(agent, next, &actions) }
        switch agents[agent].state {
        case .idle, .notReady: goOn(agent, &actions)
        case .wrapUp: finishWork(agent, &actions)
        case .reserved, .talking, .checkedOut: break
        }
    }

    /// Ends a wrap-up.
    mutating func finishWork(_ agent: Int, _ actions: inout [Action]) {
        if let contact = agents[agent].finishing {
            actions.append(.wrapUpEnded(contact, agents[agent].agent.id))
            agents[agent].finishing = nil
        }
        goOn(agent, &actions)
    }

    /// The agent's contact is over: on to what comes afterwards.
    mutating func goOn(_ agent: Int, keepingTurn: Bool = false, _ actions: inout [Action]) {
        switch agents[agent].afterwards {
        case .idle: becomeIdle(agent, keepingTurn: keepingTurn, &actions)
        case .notReady(let reason): setState(agent, .notReady(reason), until: nil, afterwards: .idle, &actions)
        case .checkedOut: setState(agent, .checkedOut, until: nil, afterwards: .idle, &actions)
        }
    }

    mutating func afterRefusal(
        _ agent: Int, _ reason: RefusalReason, _ policy: RefusalPolicy, _ actions: inout [Action]
    ) {
        guard agents[agent].afterwards == .idle else { return goOn(agent, &actions) }
        let until: Instant? =
            switch policy.consequence(of: reason) {
            case .notReady: nil
            case .pause(let duration): clock.advanced(by: duration)
            }
        setState(agent, .notReady(reason.notReadyReason), until: until, &actions)
    }

    /// Idle: offers the best contact that the agent can have, or stands in line for the next.
    mutating func becomeIdle(_ agent: Int, keepingTurn: Bool = false, _ actions: inout [Action]) {
        if !keepingTurn {
            lastTurn += 1
            agents[agent].turn = lastTurn
        }
        setState(agent, .idle, until: nil, &actions)
        if let contact = bestContact(for: agent) {
            stopWaiting(contact)
            reserve(contact, for: agent, &actions)
        } else {
            standInLine(agent)
        }
    }

    private mutating func setAfterwards(_ agent: Int, _ next: Afterwards, _ actions: inout [Action]) {
        let wasAvailable = agents[agent].isAvailable
        agents[agent].afterwards = next
        availabilityChanged(agent, from: wasAvailable, &actions)
    }

    /// The only place where an agent's state changes: the time in the old one is booked, its deadline and its place in
    /// the lines are void.
    mutating func setState(
        _ agent: Int, _ state: AgentState, until: Instant?, afterwards: Afterwards? = nil, _ actions: inout [Action]
    ) {
        if agents[agent].isInLine { leaveLine(agent) }
        let wasAvailable = agents[agent].enter(state, until: until, afterwards, now: clock)
        if let until { deadlines.insert(agent, turn: until.nanoseconds, of: agents) }
        actions.append(.agentStateChanged(agents[agent].agent.id, state, until: until))
        availabilityChanged(agent, from: wasAvailable, &actions)
    }

    private mutating func availabilityChanged(_ agent: Int, from before: Bool, _ actions: inout [Action]) {
        let isAvailable = agents[agent].isAvailable
        guard isAvailable != before else { return }
        for fulfilled in agents[agent].requirements {
            let requirement = fulfilled.requirement
            requirements[requirement].available += isAvailable ? 1 : -1
            if !isAvailable, !requirements[requirement].refused.isEmpty { toReconsider.insert(requirement) }
        }
        guard !isAvailable else { return }
        while let entry = agents[agent].direct.first(of: contacts) {
            let contact = Int(entry.slot)
            actions.append(.rejected(contacts[contact].id, .agentUnavailable))
            stopWaiting(contact)
            remove(contact)
        }
    }
}
