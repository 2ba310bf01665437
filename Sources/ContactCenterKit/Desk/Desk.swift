import CCCore
import CCRouting
import CCTelephony
import Foundation

/// The one writer: owns the router and every live contact's story, decides, and tells.
///
/// It runs on the signalling loop. What has to happen because of a decision goes to the contact's own task through its
/// ``Line``; what happened goes to the event stream and to the journal.
actor Desk {
    nonisolated let loop: any NetworkLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let tenant: TenantID
    let time: any TimeSource
    private let events: EventBroadcast<CenterEvent>
    private let journal: Journal
    var router: Router
    var actions: [Router.Action] = []
    /// What the events have made of the centre: the same value that a start makes from the journal.
    private(set) var state: CenterState
    private var contactsByCall: [CallID: Contact] = [:]
    private var registered: Set<AgentID> = []
    var lines: [ContactID: Line] = [:]
    /// What was asked of the router for contacts that are here: one that goes on elsewhere needs the same.
    var requests: [ContactID: RoutingRequest] = [:]
    var offers: [ReservationID: Offer] = [:]
    /// Second agents who are asked or take over, by the contact that stands for their part in the router.
    var assistances: [ContactID: Assistance] = [:]
    var lastAssistance = 0
    /// Queues that the plan no longer has, and in which somebody waits.
    private var retiring: [QueueID] = []
    /// Contacts whose customers are to be called back.
    var callbacks: [ContactID: PhoneNumber] = [:]
    private var isSettling = false
    private var isStarted = false
    private var wakeup: (at: Instant, timer: any Wakeup)?
    /// The last event, once it is journalled.
    private var end: CenterEvent?

    init(
        tenant: TenantID = .main, router: Router, loop: any NetworkLoop, time: any TimeSource,
        events: EventBroadcast<CenterEvent>,
        journal: Journal
    ) {
        self.tenant = tenant
        state = CenterState(tenant: tenant)
        self.router = router
        self.loop = loop
        self.time = time
        self.events = events
        self.journal = journal
    }

    /// Runs `work` on the desk's loop soon, in order of the calls, without waiting for it.
    nonisolated func post(_ work: @escaping @Sendable (isolated Desk) -> Void) {
        loop.execute { self.assumeIsolated(work) }
    }

    // MARK: Contacts

    func arrived(_ contact: Contact, by call: CallID) {
        contactsByCall[call] = contact
        tell(.contactArrived(contact))
    }

    /// Puts a contact in line. What becomes of it is said on the line, which ends with the contact.
    func enqueue(
        _ contact: ContactID, queue: QueueID, requiredAgent: AgentID?, needs: RoutingNeeds = .none
    ) -> Line {
        let customer = state.contacts[contact]?.contact.customerNumber.rawValue ?? ""
        return enqueue(
            RoutingRequest(
                contact, queue: queue, needs: needs, requiredAgent: requiredAgent,
                customer: customer.isEmpty ? nil : customer))
    }

    func enqueue(_ request: RoutingRequest) -> Line {
        let contact = request.contact
        let line = Line()
        guard router.position(of: contact) == nil else {
            line.say(.rejected(.duplicate))
            return line
        }
        lines[contact] = line
        // The router takes who has waited before for one that comes back, and turns nobody of them away.
        requests[contact] = request
        if request.queuedAt == nil { requests[contact]?.queuedAt = loop.now }
        tell(.contactQueued(contact, request.queue))
        router.contactArrived(request, now: loop.now, into: &actions)
        settle()
        return line
    }

    /// The agent has answered. False when the offer no longer stands.
    func accepted(_ reservation: Reservation) -> Bool {
        let stands = router.offerAccepted(reservation.id, now: loop.now, into: &actions)
        if stands {
            offers[reservation.id] = nil
            tell(.contactAnswered(contact(of: reservation), reservation.agent))
        }
        settle()
        return stands
    }

    /// Agent and customer hear each other: other phones that rang for the contact are told to stop.
    func connected(_ contact: ContactID) {
        router.contactConnected(contact, now: loop.now, into: &actions)
        settle()
    }

    func refused(_ reservation: Reservation, _ reason: RefusalReason) {
        guard offers.removeValue(forKey: reservation.id) != nil else { return }
        tell(.offerEnded(contact(of: reservation), reservation.agent, OfferOutcome(reason)))
        router.offerRefused(reservation.id, reason, now: loop.now, into: &actions)
        settle()
    }

    /// The agent and the customer have parted, and the contact goes on in its handler.
    func released(_ contact: ContactID, by agent: AgentID) {
        guard case .talking(agent) = router.position(of: contact) else { return }
        tell(.contactReleased(contact, agent))
        left(contact)
    }

    /// The contact neither waits nor talks any more; it may live on.
    func left(_ contact: ContactID) {
        endAssistances(of: contact)
        switch router.position(of: contact) {
        case .reserved(let reservation): withdraw(reservation, .contactEnded)
        case .ringing(let reservations): for reservation in reservations { withdraw(reservation, .contactEnded) }
        case .waiting, .talking, .parked, nil: break
        }
        dequeue(contact)
        lines.removeValue(forKey: contact)?.end()
        requests[contact] = nil
        router.contactEnded(contact, now: loop.now, into: &actions)
        settle()
    }

    /// The agent's phone vanished in the middle of the conversation: the contact goes back to its place in line.
    func lost(_ contact: ContactID, by agent: AgentID) {
        endAssistances(of: contact)
        guard case .talking(agent) = router.position(of: contact), let queue = state.contacts[contact]?.queue else {
            return
        }
        tell(.contactReleased(contact, agent))
        tell(.contactQueued(contact, queue))
        router.agentLost(agent, now: loop.now, into: &actions)
        settle()
    }

    /// The contact is over. The first reason stands.
    func ended(_ contact: ContactID, _ reason: (ContactTimeline) -> TerminalReason) {
        guard let timeline = state.contacts[contact], timeline.record == nil else { return }
        let reason = reason(timeline)
        endAssistances(of: contact)
        switch router.position(of: contact) {
        case .talking(let agent): tell(.contactReleased(contact, agent))
        case .reserved(let reservation): withdraw(reservation, .contactEnded)
        case .ringing(let reservations): for reservation in reservations { withdraw(reservation, .contactEnded) }
        case .waiting, .parked, nil: break
        }
        tell(.contactEnded(contact, reason))
        left(contact)
    }

    /// Says that a contact is out of line when it was in it and has not ended.
    private func dequeue(_ contact: ContactID) {
        switch state.standing(of: contact) {
        case .waiting, .offered: tell(.contactDequeued(contact))
        case .inHand, .talking, .ended, nil: break
        }
    }

    /// Notes what happened, lets the state follow from it, and publishes it. After the end nothing is told.
    func tell(_ kind: CenterEvent.Kind) {
        guard end == nil else { return }
        let event = CenterEvent(kind, at: time.date(at: loop.now), tenant: tenant)
        let record = state.apply(event)
        journal.add(event, record: record, state: state)
        events.send(event)
    }

    /// The contact of a call that is being handled.
    func contact(of call: CallID) -> Contact? { contactsByCall[call] }

    /// Everything about the call has been told; only a wrap-up may still come.
    func closed(_ contact: ContactID, by call: CallID) {
        contactsByCall[call] = nil
        // It lives on without a call.
        guard callbacks[contact] == nil else { return }
        tell(.contactClosed(contact))
    }

    // MARK: Agents

    /// Begins the day after what was: agents whose phone is always there are checked in, those who were in a pause go on
    /// pausing.
    func start(from last: CenterState, checkingIn agents: [AgentID]) {
        state = last
        isStarted = true
        tell(.centerStarted)
        for agent in agents { comeBack(agent) }
    }

    /// Whether events are kept: after the start, before the end.
    var isRunning: Bool { isStarted && end == nil }

    private func comeBack(_ agent: AgentID) { checkIn(agent, notReady: state.agent(agent)?.keptPause) }

    /// An agent's phone has become reachable, or is not any more.
    func phone(of agent: AgentID, isRegistered: Bool) {
        let isKnown = registered.contains(agent)
        if isRegistered, !isKnown {
            registered.insert(agent)
            tell(.phoneRegistered(agent))
            comeBack(agent)
        } else if !isRegistered, isKnown {
            registered.remove(agent)
            tell(.phoneUnregistered(agent))
            checkOut(agent)
        }
    }

    func checkIn(_ agent: AgentID, notReady: NotReadyReason? = nil) {
        router.checkIn(agent, notReady: notReady, now: loop.now, into: &actions)
        settle()
    }

    func checkOut(_ agent: AgentID) {
        router.checkOut(agent, now: loop.now, into: &actions)
        settle()
    }

    func pause(_ agent: AgentID, reason: NotReadyReason) {
        router.pause(agent, reason: reason, now: loop.now, into: &actions)
        settle()
    }

    func resume(_ agent: AgentID) {
        router.resume(agent, now: loop.now, into: &actions)
        settle()
    }

    func wrapUpDone(_ agent: AgentID) {
        router.wrapUpDone(agent, now: loop.now, into: &actions)
        settle()
    }

    func status(of agent: AgentID) -> AgentStatus? {
        guard var status = router.status(of: agent, now: loop.now) else { return nil }
        status.contacts = status.contacts.map { assistances[$0]?.contact ?? $0 }
        return status
    }

    func waiting(in queue: QueueID) -> Int { router.waitingCount(in: queue) }

    /// Where a contact stands in line; nil when it does not wait.
    func place(of contact: ContactID) -> WaitingPlace? {
        guard let position = router.place(of: contact) else { return nil }
        let estimate = router.estimatedWait(of: contact, now: loop.now)
        return WaitingPlace(position: position, estimatedWait: estimate.map { .seconds(Double($0.combined)) })
    }

    /// What the desk still holds of contacts: 0 once every one is over and wrapped up.
    var holdings: Int { state.contacts.count + contactsByCall.count + lines.count + offers.count + callbacks.count }

    /// Ends what runs by itself: wrap-ups are cut short, so that every record is complete, and agents are checked out.
    /// Nothing is told afterwards.
    func finish() {
        stopWork()
        for agent in router.agentIDs where router.state(of: agent) == .wrapUp { wrapUpDone(agent) }
        wakeup?.timer.cancel()
        wakeup = nil
        for kind in state.checkOuts { tell(kind) }
        let event = CenterEvent(.centerStopped, at: time.date(at: loop.now), tenant: tenant)
        state.apply(event)
        journal.finish(event, state: state)
        end = event
    }

    /// Publishes the last event, once everything is written.
    func announceEnd() { if let end { events.send(end) } }

    /// One step of the router for all that a new plan changes: additions, then changes, then removals. A queue in which
    /// somebody waits goes when nobody does.
    func follow(
        routing: Routing, queues: [Queue], removedQueues: [QueueID], agents: [Agent], removedAgents: [AgentID]
    ) {
        if router.policy != routing.policy { router.set(policy: routing.policy) }
        router.explains = routing.explains
        retiring.removeAll { id in queues.contains { $0.id == id } }
        for queue in queues { router.set(queue, now: loop.now, into: &actions) }
        router.set(agents, now: loop.now, into: &actions)
        for agent in removedAgents {
            registered.remove(agent)
            router.remove(agent, now: loop.now, into: &actions)
        }
        retiring += removedQueues
        settle()
    }

    /// Takes out the queues that are to go and that no contact can come back to any more.
    private func retire() {
        guard !retiring.isEmpty else { return }
        let used = router.queuesInUse
        for queue in retiring where !used.contains(queue) { router.remove(queue, now: loop.now, into: &actions) }
        retiring.removeAll { !used.contains($0) }
    }

    // MARK: Actions

    /// Performs what the router wants, and what follows from it, and arms the one timer.
    func settle() {
        guard !isSettling else { return }
        isSettling = true
        retire()
        while !actions.isEmpty {
            var batch: [Router.Action] = []
            swap(&batch, &actions)
            for action in batch { perform(action) }
        }
        isSettling = false
        guard end == nil, let next = router.nextDeadline, wakeup.map({ next < $0.at }) ?? true else { return }
        wakeup?.timer.cancel()
        wakeup = (next, loop.wake(at: next) { self.assumeIsolated { $0.wake() } })
    }

    private func wake() {
        wakeup = nil
        router.advance(now: loop.now, into: &actions)
        settle()
    }

    private func perform(_ action: Router.Action) {
        switch action {
        case .offer(let reservation):
            let contact = contact(of: reservation)
            let offer = Offer(reservation, assistance: assistances[reservation.contact])
            offers[reservation.id] = offer
            tell(.contactOffered(contact, reservation.agent, reservation.id))
            if lines[contact]?.say(.offer(offer)) == false { refused(reservation, .unreachable) }
        case .cancelOffer(let reservation, let reason): withdraw(reservation, reason)
        case .agentStateChanged(let agent, let state, let until, let cause):
            agentChanged(agent, state, until: until, cause)
        case .wrapUpEnded(let contact, let agent):
            tell(.wrapUpEnded(assistances[contact]?.contact ?? contact, agent))
        case .rejected(let contact, let reason) where assistances[contact] != nil:
            assistanceEnded(contact, CenterError(.notServed, "the second agent is not there: \(reason)"))
        case .rejected(let contact, let reason):
            dequeue(contact)
            lines[contact]?.say(.rejected(reason))
        case .requeued(let contact, let queue): tell(.contactQueued(contact, queue))
        case .decided(var decision):
            if let assistance = assistances[decision.contact] { decision.contact = assistance.contact }
            tell(.routingDecided(decision))
        case .treated(let contact, let treatment):
            tell(.contactTreated(contact, "\(treatment)"))
            if treatment.endsWaiting { dequeue(contact) }
            lines[contact]?.say(.treated(treatment))
        }
    }

    func withdraw(_ reservation: Reservation, _ reason: Router.CancelReason) {
        guard let offer = offers.removeValue(forKey: reservation.id) else { return }
        tell(.offerEnded(contact(of: reservation), reservation.agent, OfferOutcome(reason)))
        offer.withdrawn.fulfil(reason)
    }

    private func agentChanged(_ agent: AgentID, _ new: AgentState, until: Instant?, _ cause: StateCause) {
        let before = state.agent(agent)?.state ?? .checkedOut
        if before == .checkedOut, new != .checkedOut { tell(.agentCheckedIn(agent)) }
        tell(.agentStateChanged(agent, new, until: until.map { time.date(at: $0) }, cause: cause))
        if new == .checkedOut, before != .checkedOut { tell(.agentCheckedOut(agent)) }
    }
}

extension OfferOutcome {
    init(_ reason: Router.CancelReason) {
        switch reason {
        case .noAnswer: self = .noAnswer
        case .contactEnded, .withdrawn: self = .withdrawn
        case .answeredElsewhere: self = .answeredElsewhere
        case .agentLost: self = .unreachable
        }
    }
}
