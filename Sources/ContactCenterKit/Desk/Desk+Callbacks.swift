import CCCore
import CCRouting

extension Desk {
    /// The customer hangs up and is called back in turn: the contact keeps its place, and has a new line.
    ///
    /// - Returns: Nil when the contact does not wait any more, or this customer is to be called back already.
    func requestCallback(_ contact: ContactID, customer: PhoneNumber) -> Line? {
        guard case .waiting = router.position(of: contact), !hasCallback(customer) else { return nil }
        callbacks[contact] = customer
        router.contactPromised(contact)
        lines[contact]?.end()
        let line = Line()
        lines[contact] = line
        tell(.callbackRequested(contact))
        return line
    }

    /// Whether a customer is to be called back: nobody is so twice at a time.
    func hasCallback(_ customer: PhoneNumber) -> Bool { callbacks.values.contains(customer) }

    func isToBeCalledBack(_ contact: ContactID) -> Bool { callbacks[contact] != nil }

    /// The customer was not reached: the agent is free, and the contact comes back to its place after a while.
    func callbackFailed(_ contact: ContactID, by agent: AgentID, retryAfter pause: Duration) {
        guard case .talking(agent) = router.position(of: contact), let queue = state.contacts[contact]?.queue else {
            return
        }
        tell(.contactReleased(contact, agent))
        tell(.contactQueued(contact, queue))
        router.contactParked(contact, until: loop.now.advanced(by: pause), now: loop.now, into: &actions)
        settle()
    }

    /// A contact without a call of its own is over.
    func callbackEnded(_ contact: ContactID, _ reason: (ContactTimeline) -> TerminalReason) {
        callbacks[contact] = nil
        ended(contact, reason)
        tell(.contactClosed(contact))
    }
}
