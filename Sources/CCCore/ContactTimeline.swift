#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Follows one contact through its events and makes its record.
///
/// | phase     | event              | then                                                      |
/// |-----------|--------------------|-----------------------------------------------------------|
/// | arrived   | contactConnected   | connected                                                 |
/// | any       | contactQueued      | waiting                                                   |
/// | waiting   | contactOffered     | waiting; a segment opens (agentRinging starts its ringing)|
/// | waiting   | offerEnded         | waiting; the segment ends with its outcome                |
/// | waiting   | contactAnswered    | talking                                                   |
/// | talking   | contactOffered, contactAnswered | talking; a second agent is consulted, or takes over  |
/// | talking   | contactHeld, contactResumed | talking; hold time runs between them             |
/// | talking   | contactHandedOver  | talking; the first agent's wrap-up runs                   |
/// | talking   | contactReleased    | the agent's wrap-up runs until wrapUpEnded; connected when it was the last agent |
/// | not ended | callbackRequested  | the customer is promised a call back, until contactConnected         |
/// | waiting   | contactDequeued    | as before the queue: the wait is over, an offer is void   |
/// | not ended | contactEnded       | ended: the first reason stands, later ones change nothing |
///
/// Events of other contacts and events that do not fit the phase are ignored. After the end, wrapUpEnded,
/// mediaMeasured and recordingStarted still complete the record, until contactClosed; every version of it has the same
/// reason. A timeline is coded for snapshots of a ``CenterState``.
public struct ContactTimeline: Hashable, Sendable, Codable {
    public let contact: Contact
    private var phase = Phase.arrived
    public private(set) var queue: QueueID?
    private var connectedAt: Date?
    /// When it came to its first queue.
    public private(set) var queuedAt: Date?
    private var waitingSince: Date?
    private var answeredAt: Date?
    private var end: End?
    private(set) var isClosed = false
    private var queueWait = Duration.zero
    private var digitCount = 0
    private var recordings: [RecordingID] = []
    private var media: MediaFigures?
    private var segments: [OpenSegment] = []
    /// What the customer was promised, until they are reached or the contact ends.
    public private(set) var callback: CallbackPromise?
    private var attempts: Int?
    /// Who holds the other, each once.
    private var holders: [Party] = []

    private enum Phase: String, Codable { case arrived, connected, waiting, talking, ended }

    private struct End: Hashable, Codable {
        let date: Date
        let reason: TerminalReason
    }

    private struct OpenSegment: Hashable, Codable {
        var segment: AgentSegment
        var ringingSince: Date
        var heldSince: Date?
        var isOffered = true
        var isTalking = false
        var isInWrapUp = false
    }

    public init(_ contact: Contact) { self.contact = contact }

    /// The record, once the contact has ended. Until ``isComplete`` its wrap-up times may still grow.
    public var record: ContactRecord? {
        guard let end else { return nil }
        return ContactRecord(
            contact: contact, queue: queue, connectedAt: connectedAt, queuedAt: queuedAt, answeredAt: answeredAt,
            endedAt: end.date, terminalReason: end.reason, queueWait: queueWait, digitCount: digitCount,
            recordings: recordings, media: media, segments: segments.map(\.segment))
    }

    /// True when the contact has ended and no agent is in wrap-up for it.
    public var isComplete: Bool { end != nil && !segments.contains { $0.isInWrapUp } }

    /// True when nothing more can come: it is complete, and all about it has been told.
    public var isFinished: Bool { isClosed && isComplete }

    /// Where a contact stands.
    public enum Standing: Hashable, Sendable {
        /// With the centre alone: just arrived, with a call handler, or refused.
        case inHand
        case waiting(QueueID, since: Date)
        /// An agent's phone is to ring. It came from the queue and keeps its place in it.
        case offered(QueueID, AgentID, ReservationID)
        case talking(AgentID)
        case ended
    }

    public var standing: Standing {
        switch phase {
        case .arrived, .connected: return .inHand
        case .ended: return .ended
        case .talking: return agentsTalking.first.map { .talking($0) } ?? .inHand
        case .waiting:
            guard let queue, let waitingSince else { return .inHand }
            guard let offer = segments.last(where: \.isOffered)?.segment else {
                return .waiting(queue, since: waitingSince)
            }
            return .offered(queue, offer.agent, offer.reservation)
        }
    }

    /// The agents who have the contact, the first one first: a second one is consulted, or about to take over.
    public var agentsTalking: [AgentID] { segments.filter(\.isTalking).map(\.segment.agent) }
    /// The agents to whom it is offered.
    public var agentsOffered: [AgentID] { segments.filter(\.isOffered).map(\.segment.agent) }

    /// The agents who work on it after the customer's part.
    public var agentsInWrapUp: [AgentID] { segments.filter(\.isInWrapUp).map(\.segment.agent) }

    /// How often the customer's phone was called to keep the promise.
    public var callbackAttempts: Int { attempts ?? 0 }

    /// Whether an agent has talked with the customer.
    public var isServed: Bool { answeredAt != nil }

    /// The terminal reason if a party hung up now.
    public func reason(forHangUpBy party: Party) -> TerminalReason {
        if let end { return end.reason }
        switch phase {
        case .waiting where party == .customer:
            return segments.contains(where: \.isOffered) ? .abandonedWhileRinging : .abandonedInQueue
        case .waiting: return .stopped
        case .arrived where party == .customer: return .abandonedBeforeQueue
        case .arrived, .connected, .talking, .ended:
            return switch party {
            case .customer: .completedByCustomer
            case .agent: .completedByAgent
            case .center: .completedByCenter
            }
        }
    }

    /// Takes the next event of this contact.
    public mutating func apply(_ event: CenterEvent) {
        guard event.contact == contact.id, event.tenant == contact.tenant else { return }
        let date = event.date
        switch event.kind {
        case .contactConnected: connected(at: date)
        case .contactQueued(_, let queue): queued(in: queue, at: date)
        case .contactOffered(_, let agent, let reservation): offered(to: agent, reservation, at: date)
        case .agentRinging(_, let agent):
            if let index = last(agent, where: \.isOffered) { segments[index].ringingSince = date }
        case .offerEnded(_, let agent, let outcome):
            if let index = last(agent, where: \.isOffered) { endOffer(index, outcome, at: date) }
        case .contactAnswered(_, let agent): answered(by: agent, at: date)
        case .contactHeld(_, let party): held(by: party, at: date)
        case .contactResumed(_, let party): resumed(by: party, at: date)
        case .digitPressed: if phase != .ended { digitCount += 1 }
        case .contactHandedOver(_, let from, let to): handedOver(from: from, to: to, at: date)
        case .contactReleased(_, let agent):
            if let index = last(agent, where: \.isTalking) { release(index, at: date) }
        case .callbackRequested(_, let promise): if phase != .ended { callback = promise }
        case .callbackAttempted: attempts = callbackAttempts + 1
        case .contactDequeued: dequeued(at: date)
        case .contactEnded(_, let reason): ended(reason, at: date)
        case .contactClosed: isClosed = end != nil
        case .wrapUpEnded(_, let agent):
            if let index = last(agent, where: \.isInWrapUp) { endWrapUp(index, at: date) }
        case .mediaMeasured(_, let agent?, let figures):
            if let index = last(agent, where: { $0.segment.outcome == .answered }) {
                segments[index].segment.media = figures
            }
        case .mediaMeasured(_, nil, let figures): media = figures
        case .recordingStarted(_, let recording):
            if !recordings.contains(recording) { recordings.append(recording) }
        default: break
        }
    }

    private func last(_ agent: AgentID, where condition: (OpenSegment) -> Bool) -> Int? {
        segments.lastIndex { $0.segment.agent == agent && condition($0) }
    }
}

extension ContactTimeline {
    private mutating func connected(at date: Date) {
        callback = nil
        guard phase != .ended, connectedAt == nil else { return }
        connectedAt = date
        if phase == .arrived { phase = .connected }
    }

    private mutating func queued(in queue: QueueID, at date: Date) {
        guard phase != .ended, phase != .talking else { return }
        self.queue = queue
        if queuedAt == nil { queuedAt = date }
        if waitingSince == nil { waitingSince = date }
        phase = .waiting
    }

    private mutating func offered(to agent: AgentID, _ reservation: ReservationID, at date: Date) {
        guard phase == .waiting || phase == .talking else { return }
        // `withdrawn` stands until the offer ends in another way.
        let segment = AgentSegment(agent: agent, reservation: reservation, offeredAt: date, outcome: .withdrawn)
        segments.append(OpenSegment(segment: segment, ringingSince: date))
    }

    private mutating func endOffer(_ index: Int, _ outcome: OfferOutcome, at date: Date) {
        segments[index].isOffered = false
        segments[index].segment.outcome = outcome
        segments[index].segment.ring = date.duration(since: segments[index].ringingSince)
    }

    private mutating func answered(by agent: AgentID, at date: Date) {
        guard phase == .waiting || phase == .talking, let index = last(agent, where: \.isOffered) else { return }
        endOffer(index, .answered, at: date)
        segments[index].segment.answeredAt = date
        segments[index].isTalking = true
        segments[index].heldSince = holders.isEmpty ? nil : date
        if answeredAt == nil { answeredAt = date }
        endWait(at: date)
        phase = .talking
    }

    private mutating func endWait(at date: Date) {
        if let waitingSince { queueWait += date.duration(since: waitingSince) }
        waitingSince = nil
    }

    private mutating func dequeued(at date: Date) {
        guard phase == .waiting else { return }
        endWait(at: date)
        for index in segments.indices where segments[index].isOffered { endOffer(index, .withdrawn, at: date) }
        phase = connectedAt == nil ? .arrived : .connected
    }

    private mutating func held(by party: Party, at date: Date) {
        guard phase != .ended, !holders.contains(party) else { return }
        if holders.isEmpty {
            for index in segments.indices where segments[index].isTalking { segments[index].heldSince = date }
        }
        holders.append(party)
    }

    private mutating func resumed(by party: Party, at date: Date) {
        guard phase != .ended, let place = holders.firstIndex(of: party) else { return }
        holders.remove(at: place)
        if holders.isEmpty {
            for index in segments.indices where segments[index].isTalking { endHold(index, at: date) }
        }
    }

    private mutating func endHold(_ index: Int, at date: Date) {
        guard let since = segments[index].heldSince else { return }
        segments[index].segment.hold += date.duration(since: since)
        segments[index].heldSince = nil
    }

    private mutating func release(_ index: Int, at date: Date) {
        endHold(index, at: date)
        segments[index].isTalking = false
        segments[index].isInWrapUp = true
        segments[index].segment.releasedAt = date
        if let answered = segments[index].segment.answeredAt {
            segments[index].segment.talk = date.duration(since: answered) - segments[index].segment.hold
        }
        if phase == .talking, !segments.contains(where: \.isTalking) { phase = .connected }
    }

    private mutating func handedOver(from: AgentID, to: AgentID, at date: Date) {
        guard phase == .talking, let index = last(from, where: \.isTalking) else { return }
        release(index, at: date)
        // Who was offered the contact for it, and answered, is in it already.
        guard last(to, where: \.isTalking) == nil else { return }
        var segment = AgentSegment(
            agent: to, reservation: segments[index].segment.reservation, offeredAt: date, outcome: .answered)
        segment.answeredAt = date
        var open = OpenSegment(segment: segment, ringingSince: date)
        open.isOffered = false
        open.isTalking = true
        segments.append(open)
        phase = .talking
    }

    private mutating func endWrapUp(_ index: Int, at date: Date) {
        segments[index].isInWrapUp = false
        guard let released = segments[index].segment.releasedAt else { return }
        segments[index].segment.wrapUp = date.duration(since: released)
    }

    private mutating func ended(_ reason: TerminalReason, at date: Date) {
        guard phase != .ended else { return }
        endWait(at: date)
        for index in segments.indices {
            if segments[index].isOffered { endOffer(index, .withdrawn, at: date) }
            if segments[index].isTalking { release(index, at: date) }
        }
        callback = nil
        end = End(date: date, reason: reason)
        phase = .ended
    }
}
