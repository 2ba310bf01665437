#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a centre of one tenant is doing, made from its events: the contacts that are not finished, and what each agent does.
///
/// A running centre keeps this very value and changes it with every event that it tells; a start rebuilds it from a
/// snapshot and the events after it. So there is one mechanism, and what was rebuilt is what was.
///
/// | event             | then                                                                                    |
/// |-------------------|-----------------------------------------------------------------------------------------|
/// | contactArrived    | the contact is here                                                                     |
/// | other events of a contact | go to its ``ContactTimeline``; it is forgotten when that is finished            |
/// | contactOffered    | the agent has the contact, until a state without one                                    |
/// | agentStateChanged | the agent is in it                                                                      |
/// | agentCheckedOut   | a pause that it keeps is there for the next check-in                                    |
/// | centerStarted     | nobody is checked in; of journals that do not say it, a lasting pause is kept           |
public struct CenterState: Hashable, Sendable {
    public let tenant: TenantID
    /// The date of the last event; nil before the first.
    public private(set) var date: Date?
    /// The contacts that are not finished, by id.
    public private(set) var contacts: [ContactID: ContactTimeline] = [:]
    private var agentsByID: [AgentID: AgentStanding] = [:]

    /// - Parameter agents: what is known of agents from elsewhere.
    public init(tenant: TenantID = .main, agents: [AgentStanding] = []) {
        self.tenant = tenant
        for agent in agents { agentsByID[agent.agent] = agent }
    }

    /// Every agent of whom there was an event, by id.
    public var agents: [AgentStanding] { agentsByID.values.sorted { $0.agent < $1.agent } }

    /// What an agent does; nil when there was no event of them.
    public func agent(_ id: AgentID) -> AgentStanding? { agentsByID[id] }

    /// Where a contact stands; nil when it is not here.
    public func standing(of contact: ContactID) -> ContactTimeline.Standing? { contacts[contact]?.standing }

    /// How many contacts wait in a queue without an offer.
    public func waitingCount(in queue: QueueID) -> Int {
        contacts.values.count { if case .waiting(queue, _) = $0.standing { true } else { false } }
    }

    /// Takes the next event. Events of other tenants change nothing.
    ///
    /// - Returns: The record of the ended contact that the event is about.
    @discardableResult
    public mutating func apply(_ event: CenterEvent) -> ContactRecord? {
        guard event.tenant == tenant else { return nil }
        date = event.date
        switch event.kind {
        case .contactArrived(let contact):
            if contacts[contact.id] == nil { contacts[contact.id] = ContactTimeline(contact) }
            return nil
        case .contactOffered(let contact, let agent, _): agentsByID[agent]?.contact = contact
        case .agentStateChanged(let agent, let state, let until, _):
            change(agent, to: state, until: until, at: event.date)
        case .agentCheckedOut(let agent, let pause?):
            agentsByID[agent] = AgentStanding(agent: agent, state: .checkedOut, since: event.date, keptPause: pause)
        case .centerStarted: begin(at: event.date)
        default: break
        }
        guard let id = event.contact, contacts[id] != nil else { return nil }
        contacts[id]?.apply(event)
        guard let timeline = contacts[id], let record = timeline.record else { return nil }
        if timeline.isFinished { contacts[id] = nil }
        return record
    }

    private mutating func change(_ id: AgentID, to state: AgentState, until: Date?, at date: Date) {
        let contact = state.hasContact ? agentsByID[id]?.contact : nil
        agentsByID[id] = AgentStanding(agent: id, state: state, since: date, until: until, contact: contact)
    }

    private mutating func begin(at date: Date) {
        for (id, agent) in agentsByID where agent.state != .checkedOut {
            agentsByID[id] = AgentStanding(
                agent: id, state: .checkedOut, since: date, keptPause: agent.lastingPause ?? agent.keptPause)
        }
    }
}

/// What one agent does, as the events tell it.
public struct AgentStanding: Hashable, Sendable, Codable {
    public let agent: AgentID
    public let state: AgentState
    public let since: Date
    /// When the state ends by itself.
    public let until: Date?
    /// The contact that is offered, talked with or wrapped up.
    public internal(set) var contact: ContactID?
    /// The pause in which the agent was when the centre ended: a check-in goes on with it.
    public let keptPause: NotReadyReason?

    public init(
        agent: AgentID, state: AgentState, since: Date, until: Date? = nil, contact: ContactID? = nil,
        keptPause: NotReadyReason? = nil
    ) {
        self.agent = agent
        self.state = state
        self.since = since.roundedToMilliseconds
        self.until = until?.roundedToMilliseconds
        self.contact = contact
        self.keptPause = keptPause
    }

    /// Reasons of pauses that end by themselves: a restart has ended them.
    private static let passing: Set<NotReadyReason> = [.declined, .phoneBusy, .unreachable]

    /// The pause, when it outlives a restart.
    var lastingPause: NotReadyReason? {
        guard case .notReady(let reason) = state, !Self.passing.contains(reason) else { return nil }
        return reason
    }
}

extension AgentState {
    var hasContact: Bool {
        switch self {
        case .reserved, .talking, .wrapUp: true
        case .checkedOut, .idle, .notReady: false
        }
    }
}

// MARK: The death of a process

extension CenterState {
    /// What has to be told when a centre ends: every agent is checked out. Who is in a pause that does not end by itself
    /// keeps it for the next check-in.
    public var checkOuts: [CenterEvent.Kind] {
        agents.filter { $0.state != .checkedOut }.flatMap { agent -> [CenterEvent.Kind] in
            [
                .agentStateChanged(agent.agent, .checkedOut, until: nil),
                .agentCheckedOut(agent.agent, keeping: agent.lastingPause),
            ]
        }
    }

    /// What has to be told when the process that told the rest has died: every contact that was live ended, with
    /// ``TerminalReason/crashed``, at the last date that is known; ended ones are closed; agents are checked out. When
    /// these events are told, there are none any more but those whose customers are promised a call back: nobody has their
    /// offers, and they go on waiting when they are queued again.
    ///
    /// - Parameter ends: How contacts ended of which more is known elsewhere: an end that was recorded stands.
    public func eventsAfterDeath(ends: [ContactID: ContactRecord] = [:]) -> [CenterEvent] {
        guard let date else { return [] }
        var events: [CenterEvent] = []
        func tell(_ kind: CenterEvent.Kind, at date: Date) {
            events.append(CenterEvent(kind, at: date, tenant: tenant))
        }
        for (id, timeline) in contacts.sorted(by: { $0.key < $1.key }) {
            let end = timeline.record == nil ? ends[id] : nil
            let date = end?.endedAt ?? date
            for agent in timeline.agentsTalking { tell(.contactReleased(id, agent), at: date) }
            for agent in timeline.agentsOffered { tell(.offerEnded(id, agent, .withdrawn), at: date) }
            let isPromised = timeline.callback != nil && end == nil
            if !isPromised, timeline.record == nil {
                tell(.contactEnded(id, end?.terminalReason ?? .crashed), at: date)
            }
            if !isPromised, !timeline.isClosed { tell(.contactClosed(id), at: date) }
            for agent in timeline.agentsInWrapUp + timeline.agentsTalking { tell(.wrapUpEnded(id, agent), at: date) }
        }
        for kind in checkOuts { tell(kind, at: date) }
        return events
    }
}

// MARK: Snapshots

extension CenterState: Codable {
    private enum CodingKeys: String, CodingKey { case tenant, date, contacts, agents }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            tenant: try fields.decode(TenantID.self, forKey: .tenant),
            agents: try fields.decode([AgentStanding].self, forKey: .agents))
        date = try fields.decodeIfPresent(Date.self, forKey: .date)
        for timeline in try fields.decode([ContactTimeline].self, forKey: .contacts) {
            contacts[timeline.contact.id] = timeline
        }
    }

    /// The same state makes the same text: contacts and agents stand by id.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(tenant, forKey: .tenant)
        try fields.encodeIfPresent(date, forKey: .date)
        try fields.encode(contacts.values.sorted { $0.contact.id < $1.contact.id }, forKey: .contacts)
        try fields.encode(agents, forKey: .agents)
    }
}
