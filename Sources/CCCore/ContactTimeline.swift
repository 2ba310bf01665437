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
/// | talking   | contactHeld, contactResumed | talking; hold time runs between them             |
/// | talking   | contactReleased    | connected; the agent's wrap-up runs until wrapUpEnded     |
/// | not ended | contactEnded       | ended: the first reason stands, later ones change nothing |
///
/// Events of other contacts and events that do not fit the phase are ignored. After the end, wrapUpEnded,
/// mediaMeasured and recordingStarted still complete the record; every version of it has the same reason.
public struct ContactTimeline: Sendable {
    public let contact: Contact
    private var phase = Phase.arrived
    private var queue: QueueID?
    private var connectedAt: Date?
    private var queuedAt: Date?
    private var waitingSince: Date?
    private var answeredAt: Date?
    private var end: (date: Date, reason: TerminalReason)?
    private var queueWait = Duration.zero
    private var digitCount = 0
    private var recordings: [RecordingID] = []
    private var media: MediaFigures?
    private var segments: [OpenSegment] = []
    private var holders: Set<Party> = []

    private enum Phase { case arrived, connected, waiting, talking, ended }

    private struct OpenSegment {
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

    /// Whether an agent has talked with the customer.
    public var isServed: Bool { answeredAt != nil }

    /// The terminal reason if a party hung up now.
    public func reason(forHangUpBy party: Party) -> TerminalReason {
        if let end { return end.reason }
        switch phase {
        case .waiting where party == .customer:
            return segments.last?.isOffered == true ? .abandonedWhileRinging : .abandonedInQueue
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
        case .contactReleased(_, let agent):
            if let index = last(agent, where: \.isTalking) { release(index, at: date) }
        case .contactEnded(_, let reason): ended(reason, at: date)
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
        guard phase == .waiting else { return }
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
        guard phase == .waiting, let index = last(agent, where: \.isOffered) else { return }
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

    private mutating func held(by party: Party, at date: Date) {
        guard phase != .ended else { return }
        if holders.isEmpty, let index = segments.lastIndex(where: \.isTalking) { segments[index].heldSince = date }
        holders.insert(party)
    }

    private mutating func resumed(by party: Party, at date: Date) {
        guard phase != .ended, holders.remove(party) != nil, holders.isEmpty,
            let index = segments.lastIndex(where: \.isTalking)
        else { return }
        endHold(index, at: date)
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
        if phase == .talking { phase = .connected }
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
        end = (date, reason)
        phase = .ended
    }
}
