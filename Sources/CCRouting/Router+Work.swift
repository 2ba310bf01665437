import CCCore

extension Router {
    /// A conversation is over: the wrap-up begins, or the work is done.
    mutating func finishTalk(_ contact: Int, of agent: Int, _ actions: inout [Action]) {
        guard let place = agents[agent].work.firstIndex(where: { $0.contact == contact && $0.phase == .talking }) else {
            return
        }
        let wrapUp = queues[contacts[contact].queue].wrapUpNanoseconds
        var work = agents[agent].work[place]
        agents[agent].talkNanoseconds += clock.nanoseconds - work.since
        work.id = contacts[contact].id
        work.contact = -1
        guard wrapUp > 0 else { return wrapUpEnded(agent, work, at: place, &actions) }
        queues[work.queue].served.handled(Double(clock.nanoseconds - work.since + wrapUp) / 1e9)
        work.phase = .wrapUp
        work.since = clock.nanoseconds
        work.until = later(wrapUp)
        work.mark = newMark()
        agents[agent].work[place] = work
        agenda.insert(.wrapUp, at: work.until, slot: agent, mark: work.mark)
    }

    mutating func wrapUpEnded(_ agent: Int, _ work: Work, at place: Int? = nil, _ actions: inout [Action]) {
        guard
            let place = place
                ?? agents[agent].work.firstIndex(where: { $0.mark == work.mark && $0.phase == work.phase })
        else { return }
        if work.phase == .talking { queues[work.queue].served.handled(Double(clock.nanoseconds - work.since) / 1e9) }
        agents[agent].work.remove(at: place)
        agents[agent].counts[work.channel] -= 1
        if let id = work.id { actions.append(.wrapUpEnded(id, agents[agent].agent.id)) }
    }

    /// A wrap-up is over, by its deadline.
    mutating func endWrapUp(of agent: Int, mark: UInt64, _ cause: StateCause, _ actions: inout [Action]) {
        guard let work = agents[agent].work.first(where: { $0.mark == mark && $0.phase == .wrapUp }) else { return }
        wrapUpEnded(agent, work, &actions)
        goOn(agent, cause: cause, &actions)
    }

    /// How an agent's wish to end a wrap-up was taken.
    public enum WrapUpEnd: Hashable, Sendable {
        case ended
        /// A disposition code has to be given first.
        case dispositionMissing
        /// The agent is not in wrap-up, or not for that contact.
        case notInWrapUp
    }

    /// The agent has finished the work on a contact before its deadline.
    ///
    /// - Parameter contact: nil: on all that are over.
    @discardableResult
    public mutating func wrapUpDone(
        _ id: AgentID, contact: ContactID? = nil, now: Instant, into actions: inout [Action]
    ) -> WrapUpEnd {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id] else { return .notInWrapUp }
        let over = agents[agent].work.filter { $0.phase == .wrapUp && (contact == nil || $0.id == contact) }
        guard !over.isEmpty else { return .notInWrapUp }
        var isMissing = false
        for work in over {
            let isRequired = queues[work.queue].queue.dispositions?.isRequired ?? false
            if isRequired, work.dispositions.isEmpty {
                isMissing = true
            } else {
                wrapUpEnded(agent, work, &actions)
            }
        }
        if !isMissing || over.count > 1 { goOn(agent, cause: .agent, &actions) }
        return isMissing ? .dispositionMissing : .ended
    }

    /// The agent needs longer for the work on a contact.
    ///
    /// - Returns: The new deadline, at most ``Queue/wrapUpMax`` after the end of the conversation; nil when the agent is
    ///   not in wrap-up for it.
    public mutating func extendWrapUp(
        _ id: AgentID, contact: ContactID? = nil, by duration: Duration, now: Instant, into actions: inout [Action]
    ) -> Instant? {
        begin(now)
        defer { finish(&actions) }
        guard let agent = agentSlots[id], duration > .zero,
            let place = agents[agent].work.firstIndex(where: {
                $0.phase == .wrapUp && (contact == nil || $0.id == contact)
            })
        else { return nil }
        let work = agents[agent].work[place]
        let most = Instant(nanoseconds: work.since).advanced(by: queues[work.queue].queue.wrapUpMax).nanoseconds
        let wanted = Instant(nanoseconds: work.until).advanced(by: duration).nanoseconds
        agents[agent].work[place].until = max(work.until, min(wanted, most))
        agents[agent].work[place].mark = newMark()
        agenda.insert(
            .wrapUp, at: agents[agent].work[place].until, slot: agent, mark: agents[agent].work[place].mark)
        refresh(agent, .agent, &actions)
        return Instant(nanoseconds: agents[agent].work[place].until)
    }

    /// The agent says what came of a contact, during the conversation or in wrap-up. The last word counts.
    ///
    /// - Returns: False when the agent does not have the contact, or its queue does not know one of the codes.
    public mutating func dispose(_ contact: ContactID, by id: AgentID, as codes: [DispositionCode]) -> Bool {
        guard let agent = agentSlots[id],
            let place = agents[agent].work.firstIndex(where: {
                $0.phase != .offered && ($0.id == contact || ($0.contact >= 0 && contacts[$0.contact].id == contact))
            }),
            let known = queues[agents[agent].work[place].queue].queue.dispositions?.codes,
            codes.allSatisfy(known.contains)
        else { return false }
        agents[agent].work[place].dispositions = codes
        return true
    }
}
