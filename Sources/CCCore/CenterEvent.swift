#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Something that happened in the centre, at a date.
///
/// The events of one contact, in their order, tell its whole story: ``ContactTimeline`` makes the record from them.
/// Printing an event shows identifiers and states but never a telephone number or a digit, so it may be logged.
/// Its JSON is one flat object with a stable `type`, the name of the case.
public struct CenterEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        // MARK: Contacts
        case contactArrived(Contact)
        /// The centre has taken the contact: the call is answered and audio flows.
        case contactConnected(ContactID)
        case contactQueued(ContactID, QueueID)
        case contactOffered(ContactID, AgentID, ReservationID)
        /// The phone of the agent who has the offer rings.
        case agentRinging(ContactID, AgentID)
        /// The offer ended without an answer.
        case offerEnded(ContactID, AgentID, OfferOutcome)
        /// The agent took the contact, and the two can talk.
        case contactAnswered(ContactID, AgentID)
        case contactHeld(ContactID, by: Party)
        case contactResumed(ContactID, by: Party)
        /// A key was pressed. Which one is told to the call's handler and to nobody else.
        case digitPressed(ContactID, by: Party)
        /// The contact passed from one agent, whose wrap-up begins, to another without waiting: a consulted transfer, a
        /// takeover.
        case contactHandedOver(ContactID, from: AgentID, to: AgentID)
        /// The agent sends the contact on: to a queue, an agent, a number.
        case contactTransferred(ContactID, AgentID, to: String)
        /// The agent asks another one about the contact, while the customer is on hold.
        case consultationStarted(ContactID, AgentID, with: AgentID)
        /// The consultation is over without a transfer.
        case consultationEnded(ContactID, AgentID, with: AgentID)
        /// The agent asks the leaders of their group for help.
        case helpRequested(ContactID, AgentID)
        /// A rule of the queue decided about the contact.
        case contactTreated(ContactID, String)
        /// Why the offer that follows is made.
        case routingDecided(RoutingDecision)
        /// The customer has hung up and is to be called back in turn. Journals of old do not say where: such a promise ends
        /// with the process.
        case callbackRequested(ContactID, CallbackPromise?)
        /// The agent has the callback, and the customer's phone is called.
        case callbackAttempted(ContactID, AgentID)
        /// What the agent said about the contact.
        case contactDisposed(ContactID, AgentID, [DispositionCode])
        /// The agent no longer speaks with the customer; the wrap-up begins.
        case contactReleased(ContactID, AgentID)
        /// The contact is not in line any more without having been served; it may live on in its handler.
        case contactDequeued(ContactID)
        case contactEnded(ContactID, TerminalReason)
        /// Everything about the ended contact has been told; only the end of a wrap-up may still come.
        case contactClosed(ContactID)
        /// The agent finished the work on the contact, or its time was over.
        case wrapUpEnded(ContactID, AgentID)
        /// What arrived from one leg in all: the agent's, or without an agent the customer's.
        case mediaMeasured(ContactID, AgentID?, MediaFigures)

        // MARK: Recordings
        case recordingStarted(ContactID, RecordingID)
        case recordingPaused(ContactID, RecordingID)
        case recordingResumed(ContactID, RecordingID)
        case recordingFinished(ContactID, RecordingID)
        /// The recording is incomplete or missing; the call goes on. The text says why and holds no personal data.
        case recordingFailed(ContactID, RecordingID, String)

        // MARK: Agents
        case agentCheckedIn(AgentID)
        /// `keeping` is the pause with which the agent's next check-in begins: of an agent who was checked out because the
        /// centre ended.
        case agentCheckedOut(AgentID, keeping: NotReadyReason? = nil)
        /// `until` is when the state ends by itself: a wrap-up, a short pause, an offer's deadline.
        case agentStateChanged(AgentID, AgentState, until: Date?, cause: StateCause? = nil)
        case phoneRegistered(AgentID)
        case phoneUnregistered(AgentID)

        // MARK: The centre
        case centerStarted
        /// New contacts are refused, live ones may end.
        case centerStopping
        case centerStopped
    }

    public let tenant: TenantID
    public let date: Date
    public let kind: Kind

    /// - Parameter date: is kept to the millisecond.
    public init(_ kind: Kind, at date: Date, tenant: TenantID = .main) {
        self.tenant = tenant
        self.date = date.roundedToMilliseconds
        self.kind = kind
    }

    /// The contact that it is about, if any.
    public var contact: ContactID? {
        switch kind {
        case .contactArrived(let contact): contact.id
        case .routingDecided(let decision): decision.contact
        case .contactHandedOver(let id, _, _), .contactTransferred(let id, _, _), .consultationStarted(let id, _, _),
            .consultationEnded(let id, _, _), .helpRequested(let id, _), .contactTreated(let id, _),
            .callbackRequested(let id, _), .callbackAttempted(let id, _), .contactDisposed(let id, _, _):
            id
        case .contactConnected(let id), .contactQueued(let id, _), .contactDequeued(let id), .contactClosed(let id),
            .contactOffered(let id, _, _),
            .agentRinging(let id, _), .offerEnded(let id, _, _), .contactAnswered(let id, _), .contactHeld(let id, _),
            .contactResumed(let id, _), .digitPressed(let id, _), .contactReleased(let id, _),
            .contactEnded(let id, _), .wrapUpEnded(let id, _), .mediaMeasured(let id, _, _),
            .recordingStarted(let id, _), .recordingPaused(let id, _), .recordingResumed(let id, _),
            .recordingFinished(let id, _), .recordingFailed(let id, _, _):
            id
        case .agentCheckedIn, .agentCheckedOut, .agentStateChanged, .phoneRegistered, .phoneUnregistered,
            .centerStarted, .centerStopping, .centerStopped:
            nil
        }
    }

    /// The agent that it is about, if any.
    public var agent: AgentID? { wire.agent }
    /// The stable name of its kind, also fit as a metric label.
    public var type: String { wire.type.rawValue }
}

extension CenterEvent: CustomStringConvertible, CustomDebugStringConvertible {
    /// For logs: `contactAnswered contact=c17 agent=agent3`.
    public var description: String {
        let wire = self.wire
        var text = wire.type.rawValue
        func add(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { text += " \(name)=\(value)" }
        }
        if tenant != .main { add("tenant", tenant) }
        add("contact", wire.contact)
        add("direction", wire.details?.direction.rawValue)
        add("caller", wire.details?.callerNumber)
        add("dialled", wire.details?.dialledNumber)
        add("agent", wire.agent)
        add("queue", wire.queue)
        add("reservation", wire.reservation)
        add("recording", wire.recording)
        add("by", wire.by?.rawValue)
        add("other", wire.other)
        add("outcome", wire.outcome?.rawValue)
        add("reason", wire.reason?.rawValue)
        add("state", wire.state)
        add("until", wire.until?.iso8601)
        add("cause", wire.cause?.rawValue)
        add("treatment", wire.treatment)
        add("codes", wire.codes.map { $0.map(\.rawValue).joined(separator: ",") })
        add("expected", wire.media?.packetsExpected)
        add("lost", wire.media?.packetsLost)
        add("failure", wire.failure)
        return text
    }

    public var debugDescription: String { description }
}
