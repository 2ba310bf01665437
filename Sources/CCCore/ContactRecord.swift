#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is kept of one contact after its end: who, when, how long, and the one reason why it ended.
///
/// All dates and durations are whole milliseconds. The JSON form is one object in which the contact's own fields stand
/// beside the others and a duration is a number of seconds (`queueWaitSeconds`).
public struct ContactRecord: Hashable, Sendable, Identifiable {
    /// What was known on arrival.
    public let contact: Contact
    /// The queue in which it waited last; nil when it never entered one.
    public var queue: QueueID?
    /// When the centre took the contact (answered the call).
    public var connectedAt: Date?
    /// When it first entered a queue.
    public var queuedAt: Date?
    /// When an agent first answered it.
    public var answeredAt: Date?
    public let endedAt: Date
    public let terminalReason: TerminalReason
    /// The time in queues in all, until an agent answered; it includes the ringing of agents' phones.
    public var queueWait: Duration
    /// How many keys were pressed. Which ones is never kept.
    public var digitCount: Int
    public var recordings: [RecordingID]
    /// What arrived from the customer.
    public var media: MediaFigures?
    /// One for each offer to an agent, in their order, also those that were not answered.
    public var segments: [AgentSegment]

    public var id: ContactID { contact.id }
    public var tenant: TenantID { contact.tenant }

    /// From the first queue to the first answer; nil when either is missing.
    public var speedOfAnswer: Duration? {
        guard let queuedAt, let answeredAt else { return nil }
        return answeredAt.duration(since: queuedAt)
    }

    /// The agent who answered last.
    public var agent: AgentID? { segments.last { $0.outcome == .answered }?.agent }
    /// The time for which agents' phones rang in all.
    public var ring: Duration { segments.reduce(.zero) { $0 + $1.ring } }
    public var talk: Duration { segments.reduce(.zero) { $0 + $1.talk } }
    public var hold: Duration { segments.reduce(.zero) { $0 + $1.hold } }
    public var wrapUp: Duration { segments.reduce(.zero) { $0 + $1.wrapUp } }
    /// Talk, hold and wrap-up together: the agents' time.
    public var handleTime: Duration { segments.reduce(.zero) { $0 + $1.handleTime } }

    /// - Parameters: dates and durations are kept to the millisecond.
    public init(
        contact: Contact, queue: QueueID? = nil, connectedAt: Date? = nil, queuedAt: Date? = nil,
        answeredAt: Date? = nil, endedAt: Date, terminalReason: TerminalReason, queueWait: Duration = .zero,
        digitCount: Int = 0, recordings: [RecordingID] = [], media: MediaFigures? = nil, segments: [AgentSegment] = []
    ) {
        self.contact = contact
        self.queue = queue
        self.connectedAt = connectedAt?.roundedToMilliseconds
        self.queuedAt = queuedAt?.roundedToMilliseconds
        self.answeredAt = answeredAt?.roundedToMilliseconds
        self.endedAt = endedAt.roundedToMilliseconds
        self.terminalReason = terminalReason
        self.queueWait = .milliseconds(queueWait.roundedMilliseconds)
        self.digitCount = digitCount
        self.recordings = recordings
        self.media = media
        self.segments = segments
    }
}

/// One agent's part in a contact: an offer and what came of it.
public struct AgentSegment: Hashable, Sendable, Codable {
    public let agent: AgentID
    public let reservation: ReservationID
    public let offeredAt: Date
    public internal(set) var outcome: OfferOutcome
    public internal(set) var answeredAt: Date?
    /// When the agent and the customer were parted.
    public internal(set) var releasedAt: Date?
    /// For how long the phone rang, answered or not; counted from the offer when the phone never said that it rings.
    @Seconds public internal(set) var ring: Duration
    /// Time with the customer on the line, without ``hold``.
    @Seconds public internal(set) var talk: Duration
    /// Time for which either of the two held the other.
    @Seconds public internal(set) var hold: Duration
    @Seconds public internal(set) var wrapUp: Duration
    /// What arrived from the agent.
    public internal(set) var media: MediaFigures?

    public var handleTime: Duration { talk + hold + wrapUp }

    public init(
        agent: AgentID, reservation: ReservationID, offeredAt: Date, outcome: OfferOutcome, answeredAt: Date? = nil,
        releasedAt: Date? = nil, ring: Duration = .zero, talk: Duration = .zero, hold: Duration = .zero,
        wrapUp: Duration = .zero, media: MediaFigures? = nil
    ) {
        self.agent = agent
        self.reservation = reservation
        self.offeredAt = offeredAt.roundedToMilliseconds
        self.outcome = outcome
        self.answeredAt = answeredAt?.roundedToMilliseconds
        self.releasedAt = releasedAt?.roundedToMilliseconds
        self.ring = .milliseconds(ring.roundedMilliseconds)
        self.talk = .milliseconds(talk.roundedMilliseconds)
        self.hold = .milliseconds(hold.roundedMilliseconds)
        self.wrapUp = .milliseconds(wrapUp.roundedMilliseconds)
        self.media = media
    }

    enum CodingKeys: String, CodingKey {
        case agent, reservation, offeredAt, outcome, answeredAt, releasedAt, media
        case ring = "ringSeconds"
        case talk = "talkSeconds"
        case hold = "holdSeconds"
        case wrapUp = "wrapUpSeconds"
    }
}

/// Packets received from one leg of a contact (RFC 3550 §6.4.1: expected by sequence numbers, lost among them).
public struct MediaFigures: Hashable, Sendable, Codable {
    public var packetsExpected: Int
    public var packetsLost: Int

    public init(packetsExpected: Int, packetsLost: Int) {
        self.packetsExpected = packetsExpected
        self.packetsLost = packetsLost
    }

    /// 0 to 1; 0 when nothing was expected.
    public var lossRatio: Double {
        packetsExpected > 0 ? Double(max(0, packetsLost)) / Double(packetsExpected) : 0
    }

    public static func + (lhs: Self, rhs: Self) -> Self {
        Self(
            packetsExpected: lhs.packetsExpected + rhs.packetsExpected, packetsLost: lhs.packetsLost + rhs.packetsLost)
    }
}
