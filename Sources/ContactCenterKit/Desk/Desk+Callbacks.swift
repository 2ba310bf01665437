import CCCore
import CCRouting

extension Desk {
    /// The customer hangs up and is called back in turn: the contact keeps its place, and has a new line.
    ///
    /// - Returns: Nil when the contact does not wait any more, this customer is to be called back already, or too many are.
    func requestCallback(_ contact: ContactID, customer: PhoneNumber, _ promise: CallbackPromise) -> Line? {
        guard case .waiting = router.position(of: contact), !hasCallback(customer),
            callbacks.count < ContactCenter.callbacksMax
        else { return nil }
        callbacks[contact] = customer
        router.contactPromised(contact)
        lines[contact]?.end()
        let line = Line()
        lines[contact] = line
        tell(.callbackRequested(contact, promise))
        return line
    }

    /// Puts those in line again whom a process before this one promised a call back, as of when they first came.
    ///
    /// - Returns: Their lines, in the order in which they came.
    func resumeCallbacks() -> [(timeline: ContactTimeline, line: Line)] {
        let promised = state.contacts.values.filter { $0.callback != nil && $0.record == nil }
            .sorted { ($0.contact.arrivedAt, $0.contact.id) < ($1.contact.arrivedAt, $1.contact.id) }
        return promised.compactMap { timeline in
            guard let queue = timeline.queue else { return nil }
            let contact = timeline.contact
            let waited = time.date(at: loop.now).duration(since: timeline.queuedAt ?? contact.arrivedAt)
            callbacks[contact.id] = contact.callerNumber
            let request = RoutingRequest(
                contact.id, queue: queue, customer: contact.customerNumber.rawValue,
                queuedAt: loop.now.advanced(by: .zero - max(waited, .zero)))
            let line = enqueue(request)
            router.contactPromised(contact.id)
            return (timeline, line)
        }
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

    /// A contact without a call of its own is over. Without a reason and an end the centre stops: the next one keeps the
    /// promise.
    func callbackEnded(_ contact: ContactID, _ reason: TerminalReason?) {
        callbacks[contact] = nil
        if let reason { ended(contact) { _ in reason } }
        guard state.contacts[contact]?.record != nil else {
            lines.removeValue(forKey: contact)?.end()
            return
        }
        tell(.contactClosed(contact))
    }
}
