import CCCore
import CCRouting

/// A router that is watched: after every event the rules that must always hold are checked from outside, by slow and
/// simple means. Give it any sequence of events; it throws at the first that breaks a rule.
///
/// Rules: *one agent per contact*, *one contact per agent*, *skills*, *no offer after check-out*, *longest idle first*,
/// *most idle group first*, *preferred first*, *oldest first*, *nobody waits for an idle agent*, *every reservation ends once*, *no contact is lost*,
/// *durations sum to login time*, *deadlines are kept*.
public struct RoutingChecker: Sendable {
    public private(set) var router: Router
    private var queues: [QueueID: Queue] = [:]
    private var agents: [AgentID: WatchedAgent] = [:]
    private var contacts: [ContactID: WatchedContact] = [:]
    private var arrivals = 0
    private var idleTurns = 0
    private var checkedInSince: [AgentID: Instant] = [:]
    private var loginTimes: [AgentID: Duration] = [:]

    /// Groups in the order in which they first appeared.
    private var groups: [AgentGroupID?] = []

    private struct WatchedAgent {
        var settings: Agent
        var skills: SkillSet { settings.skills }
        var state = AgentState.checkedOut
        var isLeaving = false
        var idleTurn = 0
        /// Kept when an offer was withdrawn: the agent goes back to the old place in line.
        var keepsTurn = false
        var contact: ContactID?
    }

    private struct WatchedContact {
        let queue: QueueID
        let required: AgentID?
        let arrival: Int
        var reservation: Reservation?
        var agent: AgentID?
        var refusedBy: Set<AgentID> = []

        var isWaiting: Bool { reservation == nil && agent == nil }
    }

    public init(queues: [Queue], agents: [Agent]) {
        router = Router(queues: queues, agents: agents)
        for queue in queues { self.queues[queue.id] = queue }
        for agent in agents {
            self.agents[agent.id] = WatchedAgent(settings: agent)
            if !groups.contains(agent.group) { groups.append(agent.group) }
        }
    }

    /// Reservations that ring, oldest first.
    public var openReservations: [Reservation] {
        contacts.values.compactMap(\.reservation).sorted { ($0.offeredAt, $0.id) < ($1.offeredAt, $1.id) }
    }

    /// Contacts that have arrived and not ended, by id.
    public var liveContacts: [ContactID] { contacts.keys.sorted() }

    /// Hands the event to the router and checks everything.
    public mutating func apply(_ event: RoutingEvent, now: Instant) throws -> [Router.Action] {
        var actions: [Router.Action] = []
        try before(event, now: now)
        router.apply(event, now: now, into: &actions)
        for action in actions { try check(action, now: now) }
        try after(event, now: now)
        return actions
    }

    private func fail(_ rule: String, _ detail: String) -> ConformanceFailure {
        ConformanceFailure(rule: rule, detail: detail)
    }
}

extension RoutingChecker {
    private mutating func before(_ event: RoutingEvent, now: Instant) throws {
        switch event {
        case .contactArrived(let id, let queue, let required):
            guard contacts[id] == nil else { break }
            arrivals += 1
            contacts[id] = WatchedContact(queue: queue, required: required, arrival: arrivals)
        case .contactEnded(let id):
            if let agent = contacts[id]?.agent { agents[agent]?.contact = nil }
            if let agent = contacts[id]?.reservation?.agent { agents[agent]?.keepsTurn = true }
            if contacts[id]?.reservation == nil { contacts[id] = nil }
        case .offerAccepted(let id):
            guard let contact = holder(of: id), let agent = contacts[contact]?.reservation?.agent else { break }
            contacts[contact]?.agent = agent
            contacts[contact]?.reservation = nil
            contacts[contact]?.refusedBy = []
        case .offerRefused(let id, _):
            guard let contact = holder(of: id) else { break }
            refuse(contact)
        case .agentLost(let agent):
            // A ringing offer is ended by the action that cancels it.
            guard let contact = agents[agent]?.contact, contacts[contact]?.agent == agent else { break }
            refuse(contact)
        case .checkIn(let agent, _): agents[agent]?.isLeaving = false
        case .checkOut(let agent):
            let isHere = agents[agent]?.state != .checkedOut
            agents[agent]?.isLeaving = isHere
        case .setAgent(let agent):
            if agents[agent.id] == nil { agents[agent.id] = WatchedAgent(settings: agent) }
            agents[agent.id]?.settings = agent
            if !groups.contains(agent.group) { groups.append(agent.group) }
            if agents[agent.id]?.state == .idle { agents[agent.id]?.keepsTurn = true }
        case .setQueue(let queue):
            if let old = queues[queue.id], old.requires != queue.requires {
                for (id, contact) in contacts where contact.queue == queue.id && contact.isWaiting {
                    contacts[id]?.refusedBy = []
                }
            }
            queues[queue.id] = queue
        case .pause, .resume, .wrapUpDone, .advance: break
        }
    }

    private func holder(of reservation: ReservationID) -> ContactID? {
        contacts.first { $0.value.reservation?.id == reservation }?.key
    }

    /// The contact's agent did not take it, or lost it.
    private mutating func refuse(_ id: ContactID) {
        guard let agent = contacts[id]?.reservation?.agent ?? contacts[id]?.agent else { return }
        contacts[id]?.refusedBy.insert(agent)
        contacts[id]?.reservation = nil
        contacts[id]?.agent = nil
        agents[agent]?.contact = nil
    }

    private mutating func check(_ action: Router.Action, now: Instant) throws {
        switch action {
        case .offer(let offer): try check(offer)
        case .cancelOffer(let reservation, let reason):
            guard contacts[reservation.contact]?.reservation == reservation else {
                throw fail("every reservation ends once", "\(reservation) was cancelled but does not ring")
            }
            if reason == .noAnswer, now < reservation.deadline {
                throw fail("deadlines are kept", "\(reservation) rang out at \(now)")
            }
            refuse(reservation.contact)
            if reason == .contactEnded { contacts[reservation.contact] = nil }
        case .agentStateChanged(let agent, let state, _, _): changed(agent, state, now: now)
        case .wrapUpEnded, .treated, .requeued, .decided: break
        case .rejected(let id, let reason):
            if reason != .duplicate { contacts[id] = nil }
        }
    }

    private mutating func changed(_ id: AgentID, _ state: AgentState, now: Instant) {
        guard var agent = agents[id] else { return }
        if agent.state == .checkedOut, state != .checkedOut { checkedInSince[id] = now }
        if agent.state != .checkedOut, state == .checkedOut, let since = checkedInSince[id] {
            loginTimes[id, default: .zero] += since.duration(to: now)
            agent.isLeaving = false
        }
        if state == .idle {
            if !agent.keepsTurn {
                idleTurns += 1
                agent.idleTurn = idleTurns
            }
        }
        agent.keepsTurn = false
        agent.state = state
        agents[id] = agent
    }

    private mutating func check(_ offer: Reservation) throws {
        guard let contact = contacts[offer.contact], let agent = agents[offer.agent], let queue = queues[contact.queue]
        else { throw fail("no contact is lost", "\(offer) is for somebody unknown") }
        guard contact.isWaiting else {
            throw fail("one agent per contact", "\(offer.contact) has an agent or an offer already")
        }
        guard agent.contact == nil else {
            throw fail("one contact per agent", "\(offer.agent) already has \(agent.contact?.rawValue ?? "")")
        }
        guard agent.state == .reserved, !agent.isLeaving else {
            throw fail("no offer after check-out", "\(offer.agent) is \(agent.state), leaving: \(agent.isLeaving)")
        }
        guard queue.requires.isFulfilled(by: agent.skills) else {
            throw fail("skills", "\(offer.agent) lacks a skill of \(queue.id)")
        }
        if let required = contact.required, required != offer.agent {
            throw fail("skills", "\(offer.contact) is for \(required), not for \(offer.agent)")
        }
        try checkSelection(of: agent, for: contact, by: queue, offer)
        let level = level(of: contact, for: agent)
        for (id, other) in contacts where other.isWaiting && couldTake(other, agent, offer.agent) {
            let otherLevel = self.level(of: other, for: agent)
            if otherLevel < level { throw fail("preferred first", "\(offer.agent) prefers \(id) to \(offer.contact)") }
            if otherLevel == level, other.arrival < contact.arrival {
                throw fail("oldest first", "\(id) is older than \(offer.contact)")
            }
        }
        contacts[offer.contact]?.reservation = offer
        agents[offer.agent]?.contact = offer.contact
    }

    private func checkSelection(
        of agent: WatchedAgent, for contact: WatchedContact, by queue: Queue, _ offer: Reservation
    ) throws {
        let others = agents.filter { $0.value.state == .idle && couldTake(contact, $0.value, $0.key) }
        let byGroup = queue.selection == .mostIdleGroup && contact.required == nil
        let group = agent.settings.group
        for (id, other) in others where other.idleTurn < agent.idleTurn && (!byGroup || other.settings.group == group) {
            throw fail("longest idle first", "\(id) has been idle longer than \(offer.agent)")
        }
        guard byGroup, let place = groups.firstIndex(of: group) else { return }
        let size = 1 + others.count { $0.value.settings.group == group }
        for (otherPlace, other) in groups.enumerated() where other != group {
            let otherSize = others.count { $0.value.settings.group == other }
            if otherSize > size || (otherSize == size && otherPlace < place) {
                throw fail("most idle group first", "\(offer.agent) got it, \(otherSize) of another group are idle")
            }
        }
    }

    /// A contact for one agent alone has level 0.
    private func level(of contact: WatchedContact, for agent: WatchedAgent) -> Int {
        guard contact.required == nil, let queue = queues[contact.queue] else { return 0 }
        return queue.requires.skills.map { agent.settings.levels[$0, default: 0] }.max() ?? 0
    }

    /// Whether the rules allow the pair beyond doubt: a refusal leaves doubt, because it may have been forgiven.
    private func couldTake(_ contact: WatchedContact, _ agent: WatchedAgent, _ id: AgentID) -> Bool {
        guard let queue = queues[contact.queue], !contact.refusedBy.contains(id) else { return false }
        return queue.requires.isFulfilled(by: agent.skills) && (contact.required ?? id) == id
    }

    private func after(_ event: RoutingEvent, now: Instant) throws {
        for (id, contact) in contacts {
            let expected: Router.Position =
                contact.agent.map { .talking($0) } ?? contact.reservation.map { .reserved($0) } ?? .waiting
            let position = router.position(of: id)
            guard position == expected else {
                throw fail("no contact is lost", "\(id) should be \(expected), is \(String(describing: position))")
            }
        }
        guard router.contactCount == contacts.count else {
            throw fail("no contact is lost", "\(router.contactCount) contacts instead of \(contacts.count)")
        }
        for (id, agent) in agents {
            guard let status = router.status(of: id, now: now), status.state == agent.state else {
                throw fail("durations sum to login time", "\(id) changed its state in silence")
            }
            let open = agent.state == .checkedOut ? .zero : checkedInSince[id]?.duration(to: now) ?? .zero
            guard status.loginTime == loginTimes[id, default: .zero] + open else {
                throw fail("durations sum to login time", "\(id): \(status.loginTime) at \(now)")
            }
            guard agent.state == .idle else { continue }
            for (waiting, contact) in contacts where contact.isWaiting && couldTake(contact, agent, id) {
                throw fail("nobody waits for an idle agent", "\(waiting) waits and \(id) is idle")
            }
        }
        if event == .advance, let next = router.nextDeadline, next <= now {
            throw fail("deadlines are kept", "\(next) is still due at \(now)")
        }
    }
}
