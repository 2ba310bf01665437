import CCCore
import CCRouting

/// Contacts that are not calls, and what agents and supervisors say besides.
extension Desk {
    /// A contact comes that is not a call, and waits in line. Nil when the centre does not run.
    func begin(_ contact: Contact, _ request: RoutingRequest) -> Line? {
        guard isRunning else { return nil }
        tell(.contactArrived(contact))
        return enqueue(request)
    }

    /// Such a contact is over.
    ///
    /// - Parameter isLeft: The customer has left it.
    func finish(_ contact: ContactID, _ line: Line, isLeft: Bool = false) {
        ended(contact) { timeline in
            if let reason = line.rejectionReason, !timeline.isServed { return reason }
            if isLeft { return timeline.reason(forHangUpBy: .customer) }
            return timeline.isServed ? .completedByAgent : .completedByCenter
        }
        tell(.contactClosed(contact))
    }

    /// Ends the contacts that are not calls because the centre does.
    func stopWork() {
        let open = state.contacts.values.filter { $0.contact.channel != .voice && $0.record == nil }.map(\.contact.id)
        for contact in open.sorted() {
            ended(contact) { $0.isServed ? .completedByCenter : .stopped }
            tell(.contactClosed(contact))
        }
    }

    /// The offer of a contact that is not a call to an agent; nil when there is none.
    private func offer(of contact: ContactID, to agent: AgentID) -> Reservation? {
        guard let channel = state.contacts[contact]?.contact.channel, channel != .voice else { return nil }
        switch router.position(of: contact) {
        case .reserved(let offer): return offer.agent == agent ? offer : nil
        case .ringing(let offers): return offers.first { $0.agent == agent }
        case .waiting, .talking, .parked, nil: return nil
        }
    }

    func accept(_ contact: ContactID, by agent: AgentID) -> Bool {
        guard let offer = offer(of: contact, to: agent), accepted(offer) else { return false }
        connected(contact)
        lines[contact]?.say(.answered(agent))
        return true
    }

    func decline(_ contact: ContactID, by agent: AgentID) -> Bool {
        guard let offer = offer(of: contact, to: agent) else { return false }
        refused(offer, .declined)
        return true
    }

    func offered(to agent: AgentID) -> [ContactID] {
        (router.status(of: agent, now: loop.now)?.contacts ?? []).filter { offer(of: $0, to: agent) != nil }
    }

    func wrapUpDone(_ agent: AgentID, contact: ContactID) -> Router.WrapUpEnd {
        let end = router.wrapUpDone(agent, contact: contact, now: loop.now, into: &actions)
        settle()
        return end
    }

    func extendWrapUp(_ agent: AgentID, by duration: Duration) -> Duration? {
        let until = router.extendWrapUp(agent, by: duration, now: loop.now, into: &actions)
        settle()
        return until.map { loop.now.duration(to: $0) }
    }

    func dispose(_ contact: ContactID, by agent: AgentID, as codes: [DispositionCode]) -> Bool {
        guard router.dispose(contact, by: agent, as: codes) else { return false }
        tell(.contactDisposed(contact, agent, codes))
        return true
    }

    func force(_ agent: AgentID, _ state: Router.ForcedState) -> Bool {
        let isDone = router.force(agent, state, now: loop.now, into: &actions)
        settle()
        return isDone
    }
}
