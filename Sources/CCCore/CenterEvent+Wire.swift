#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension CenterEvent: Codable {
    public init(from decoder: any Decoder) throws {
        let wire = try Wire(from: decoder)
        guard let kind = Kind(wire) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a \(wire.type.rawValue) event lacks a field"))
        }
        self.init(kind, at: wire.date, tenant: wire.tenant ?? .main)
    }

    public func encode(to encoder: any Encoder) throws { try wire.encode(to: encoder) }

    /// The flat form of every event: its JSON. Fields are added, never renamed.
    struct Wire: Codable {
        enum EventType: String, Codable, CaseIterable {
            case contactArrived, contactConnected, contactQueued, contactOffered, agentRinging, offerEnded
            case contactAnswered, contactHeld, contactResumed, digitPressed, contactReleased, contactDequeued
            case contactEnded, contactClosed, wrapUpEnded, mediaMeasured
            case contactHandedOver, contactTransferred, consultationStarted, consultationEnded, helpRequested
            case contactTreated, routingDecided, callbackRequested, callbackAttempted, contactDisposed
            case recordingStarted, recordingPaused, recordingResumed, recordingFinished, recordingFailed
            case agentCheckedIn, agentCheckedOut, agentStateChanged, phoneRegistered, phoneUnregistered
            case centerStarted, centerStopping, centerStopped
        }

        let type: EventType
        var date: Date
        var tenant: TenantID?
        var contact: ContactID?
        var agent: AgentID?
        var queue: QueueID?
        var reservation: ReservationID?
        var recording: RecordingID?
        var by: Party?
        var outcome: OfferOutcome?
        var reason: TerminalReason?
        var state: AgentState?
        var until: Date?
        var media: MediaFigures?
        var failure: String?
        var details: Contact?
        /// The second agent.
        var other: AgentID?
        var cause: StateCause?
        /// Where a contact is sent.
        var target: String?
        var treatment: String?
        var codes: [DispositionCode]?
        var decision: RoutingDecision?
        var callback: CallbackPromise?
    }

    var wire: Wire {
        func make(
            _ type: Wire.EventType, _ contact: ContactID? = nil, _ agent: AgentID? = nil,
            _ fill: (inout Wire) -> Void = { _ in }
        ) -> Wire {
            var wire = Wire(type: type, date: date, tenant: tenant, contact: contact, agent: agent)
            fill(&wire)
            return wire
        }
        return switch kind {
        case .contactArrived(let details): make(.contactArrived, details.id) { $0.details = details }
        case .contactConnected(let contact): make(.contactConnected, contact)
        case .contactQueued(let contact, let queue): make(.contactQueued, contact) { $0.queue = queue }
        case .contactOffered(let contact, let agent, let reservation):
            make(.contactOffered, contact, agent) { $0.reservation = reservation }
        case .agentRinging(let contact, let agent): make(.agentRinging, contact, agent)
        case .offerEnded(let contact, let agent, let outcome):
            make(.offerEnded, contact, agent) { $0.outcome = outcome }
        case .contactAnswered(let contact, let agent): make(.contactAnswered, contact, agent)
        case .contactHeld(let contact, let party): make(.contactHeld, contact) { $0.by = party }
        case .contactResumed(let contact, let party): make(.contactResumed, contact) { $0.by = party }
        case .digitPressed(let contact, let party): make(.digitPressed, contact) { $0.by = party }
        case .contactReleased(let contact, let agent): make(.contactReleased, contact, agent)
        case .contactDequeued(let contact): make(.contactDequeued, contact)
        case .contactClosed(let contact): make(.contactClosed, contact)
        case .contactEnded(let contact, let reason): make(.contactEnded, contact) { $0.reason = reason }
        case .wrapUpEnded(let contact, let agent): make(.wrapUpEnded, contact, agent)
        case .mediaMeasured(let contact, let agent, let media):
            make(.mediaMeasured, contact, agent) { $0.media = media }
        case .recordingStarted(let contact, let id): make(.recordingStarted, contact) { $0.recording = id }
        case .recordingPaused(let contact, let id): make(.recordingPaused, contact) { $0.recording = id }
        case .recordingResumed(let contact, let id): make(.recordingResumed, contact) { $0.recording = id }
        case .recordingFinished(let contact, let id): make(.recordingFinished, contact) { $0.recording = id }
        case .recordingFailed(let contact, let id, let failure):
            make(.recordingFailed, contact) {
                $0.recording = id
                $0.failure = failure
            }
        case .contactHandedOver(let contact, let from, let to):
            make(.contactHandedOver, contact, from) { $0.other = to }
        case .contactTransferred(let contact, let agent, let target):
            make(.contactTransferred, contact, agent) { $0.target = target }
        case .consultationStarted(let contact, let agent, let other):
            make(.consultationStarted, contact, agent) { $0.other = other }
        case .consultationEnded(let contact, let agent, let other):
            make(.consultationEnded, contact, agent) { $0.other = other }
        case .helpRequested(let contact, let agent): make(.helpRequested, contact, agent)
        case .contactTreated(let contact, let treatment): make(.contactTreated, contact) { $0.treatment = treatment }
        case .routingDecided(let decision):
            make(.routingDecided, decision.contact, decision.agent) { $0.decision = decision }
        case .callbackRequested(let contact, let promise):
            make(.callbackRequested, contact) { $0.callback = promise }
        case .callbackAttempted(let contact, let agent): make(.callbackAttempted, contact, agent)
        case .contactDisposed(let contact, let agent, let codes):
            make(.contactDisposed, contact, agent) { $0.codes = codes }
        case .agentCheckedIn(let agent): make(.agentCheckedIn, nil, agent)
        case .agentCheckedOut(let agent, let pause):
            make(.agentCheckedOut, nil, agent) { $0.state = pause.map { .notReady($0) } }
        case .agentStateChanged(let agent, let state, let until, let cause):
            make(.agentStateChanged, nil, agent) {
                $0.state = state
                $0.cause = cause
                $0.until = until?.roundedToMilliseconds
            }
        case .phoneRegistered(let agent): make(.phoneRegistered, nil, agent)
        case .phoneUnregistered(let agent): make(.phoneUnregistered, nil, agent)
        case .centerStarted: make(.centerStarted)
        case .centerStopping: make(.centerStopping)
        case .centerStopped: make(.centerStopped)
        }
    }
}

extension CenterEvent.Kind {
    /// Nil when a field is missing that the type needs.
    init?(_ wire: CenterEvent.Wire) {
        func with<A>(_ a: A?, _ make: (A) -> Self) -> Self? { a.map(make) }
        func with<A, B>(_ a: A?, _ b: B?, _ make: (A, B) -> Self) -> Self? {
            guard let a, let b else { return nil }
            return make(a, b)
        }
        func with<A, B, C>(_ a: A?, _ b: B?, _ c: C?, _ make: (A, B, C) -> Self) -> Self? {
            guard let a, let b, let c else { return nil }
            return make(a, b, c)
        }
        let kind: Self? =
            switch wire.type {
            case .contactArrived: with(wire.details, Self.contactArrived)
            case .contactConnected: with(wire.contact, Self.contactConnected)
            case .contactQueued: with(wire.contact, wire.queue, Self.contactQueued)
            case .contactOffered: with(wire.contact, wire.agent, wire.reservation, Self.contactOffered)
            case .agentRinging: with(wire.contact, wire.agent, Self.agentRinging)
            case .offerEnded: with(wire.contact, wire.agent, wire.outcome, Self.offerEnded)
            case .contactAnswered: with(wire.contact, wire.agent, Self.contactAnswered)
            case .contactHeld: with(wire.contact, wire.by, Self.contactHeld)
            case .contactResumed: with(wire.contact, wire.by, Self.contactResumed)
            case .digitPressed: with(wire.contact, wire.by, Self.digitPressed)
            case .contactReleased: with(wire.contact, wire.agent, Self.contactReleased)
            case .contactDequeued: with(wire.contact, Self.contactDequeued)
            case .contactClosed: with(wire.contact, Self.contactClosed)
            case .contactEnded: with(wire.contact, wire.reason, Self.contactEnded)
            case .wrapUpEnded: with(wire.contact, wire.agent, Self.wrapUpEnded)
            case .mediaMeasured: with(wire.contact, wire.media) { .mediaMeasured($0, wire.agent, $1) }
            case .recordingStarted: with(wire.contact, wire.recording, Self.recordingStarted)
            case .recordingPaused: with(wire.contact, wire.recording, Self.recordingPaused)
            case .recordingResumed: with(wire.contact, wire.recording, Self.recordingResumed)
            case .recordingFinished: with(wire.contact, wire.recording, Self.recordingFinished)
            case .recordingFailed: with(wire.contact, wire.recording, wire.failure, Self.recordingFailed)
            case .agentCheckedIn: with(wire.agent, Self.agentCheckedIn)
            case .agentCheckedOut:
                with(wire.agent) { agent in
                    if case .notReady(let pause) = wire.state { return .agentCheckedOut(agent, keeping: pause) }
                    return .agentCheckedOut(agent)
                }
            case .agentStateChanged:
                with(wire.agent, wire.state) { .agentStateChanged($0, $1, until: wire.until, cause: wire.cause) }
            case .contactHandedOver: with(wire.contact, wire.agent, wire.other, Self.contactHandedOver)
            case .contactTransferred: with(wire.contact, wire.agent, wire.target, Self.contactTransferred)
            case .consultationStarted: with(wire.contact, wire.agent, wire.other, Self.consultationStarted)
            case .consultationEnded: with(wire.contact, wire.agent, wire.other, Self.consultationEnded)
            case .helpRequested: with(wire.contact, wire.agent, Self.helpRequested)
            case .contactTreated: with(wire.contact, wire.treatment, Self.contactTreated)
            case .routingDecided: with(wire.decision, Self.routingDecided)
            case .callbackRequested: with(wire.contact) { .callbackRequested($0, wire.callback) }
            case .callbackAttempted: with(wire.contact, wire.agent, Self.callbackAttempted)
            case .contactDisposed: with(wire.contact, wire.agent, wire.codes, Self.contactDisposed)
            case .phoneRegistered: with(wire.agent, Self.phoneRegistered)
            case .phoneUnregistered: with(wire.agent, Self.phoneUnregistered)
            case .centerStarted: .centerStarted
            case .centerStopping: .centerStopping
            case .centerStopped: .centerStopped
            }
        guard let kind else { return nil }
        self = kind
    }
}
