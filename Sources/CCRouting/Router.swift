import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decides which agent gets which contact: the automatic call distributor of one tenant, as a value.
///
/// It takes events with their instant and says what is to be done. Of all free agents who fulfil what a contact asks for
/// (``SkillExpression``), the queue's ``Queue/selection`` chooses; an agent who becomes free gets, of all contacts that
/// they may take, one of the lowest level (``Agent/levels``), and of those the one that the router's policy says. So a
/// free agent and a waiting contact that they could take never coexist, unless a queue holds back (``Queue/blending``).
///
/// Agents are in one of six states; what they do and whether they are there are kept apart:
///
/// | state      | means                                      | ends by                                             |
/// |------------|--------------------------------------------|-----------------------------------------------------|
/// | checkedOut | not at work                                | checkIn                                             |
/// | idle       | ready, without any contact                 | an offer, pause, checkOut                           |
/// | reserved   | has an offer and talks with nobody         | offerAccepted, offerRefused, its deadline (RONA), the contact's end |
/// | talking    | has at least one contact                   | contactEnded, agentLost, a transfer                 |
/// | wrapUp     | nothing but work on contacts that are over | wrapUpDone, its deadline, pause, checkOut           |
/// | notReady   | without any contact, in a pause            | resume, the end of a short pause, checkOut          |
///
/// Who pauses or checks out with a contact or an offer finishes that first, and gets no other. An offer is a reservation:
/// one contact, one agent, one deadline. A queue that rings all makes several for one contact; the first who accepts has
/// it, the other offers are taken back when ``contactConnected(_:now:into:)`` says that the two can talk.
///
/// Contacts: waiting → offered → talking → gone; offered → waiting after a refusal, at the old place in line. Who refused
/// a contact is not tried again for it until all who could take it were tried: all matching agents who are checked in,
/// not paused and not about to leave, busy ones too. An event that does not fit the state changes nothing.
///
/// Cost: O(log n) in agents and waiting contacts for each requirement (distinct expression and channel) that the agent
/// fulfils, and a look at the first of each line that could be served. Indexes are kept; a requirement that is seen for
/// the first time, or changes, looks at each agent once.
///
/// The owner performs the actions in their order, and calls ``advance(now:into:)`` at ``nextDeadline``.
public struct Router: Sendable {
    public enum Action: Hashable, Sendable {
        /// Let the agent's phone ring; answer with `offerAccepted` or `offerRefused`.
        case offer(Reservation)
        /// Stop the ringing: the offer is void.
        case cancelOffer(Reservation, CancelReason)
        /// `until` is when the state ends by itself.
        case agentStateChanged(AgentID, AgentState, until: Instant?, StateCause)
        /// The agent's work on the contact is finished.
        case wrapUpEnded(ContactID, AgentID)
        /// The contact is not, or no longer, in line.
        case rejected(ContactID, RejectionReason)
        /// A rule of its queue says what becomes of the contact. After `number`, `hangUp` and `busy` it is not in line any
        /// more; in all other cases it goes on waiting.
        case treated(ContactID, QueueRule.Treatment)
        /// The contact waits in another queue now, by a rule or because its queue is gone.
        case requeued(ContactID, QueueID)
        /// Why the offer that follows is made; only with ``explains``.
        case decided(RoutingDecision)
    }

    public enum CancelReason: Hashable, Sendable {
        /// It rang until its deadline (RONA).
        case noAnswer
        case contactEnded
        /// The agent was lost.
        case agentLost
        /// Another agent has the contact.
        case answeredElsewhere
        /// The agent was sent away, or the contact moved.
        case withdrawn
    }

    public enum RejectionReason: Hashable, Sendable {
        case noSuchQueue
        case queueFull
        /// A contact with this id is already here.
        case duplicate
        /// The agent who was asked for does not exist or may not take it.
        case noSuchAgent
        /// The agent who was asked for is not checked in, paused, or about to leave.
        case agentUnavailable
        /// The agent who was asked for did not take the offer.
        case agentRefused(RefusalReason)
    }

    /// Where a contact stands.
    public enum Position: Hashable, Sendable {
        case waiting
        case reserved(Reservation)
        /// Several phones ring.
        case ringing([Reservation])
        case talking(AgentID)
        case parked
    }

    var agents: [AgentEntry] = []
    var queues: [QueueEntry] = []
    var pools: [Pool] = []
    var contacts: [ContactEntry] = []
    var freeContactSlots: [Int] = []
    /// Slots of agents who were removed: who comes back has the old one, so that contacts still know who may not have them.
    var removedAgents: [AgentID: Int] = [:]
    /// Slots of queues that were removed; one that comes back has the old one.
    var removedQueues: [QueueID: Int] = [:]
    var agentSlots: [AgentID: Int] = [:]
    var queueSlots: [QueueID: Int] = [:]
    var contactSlots: [ContactID: Int] = [:]
    var poolSlots: [PoolKey: Int] = [:]
    /// In the order in which they first appeared, by name; agents without a group are one group.
    var groupSlots: [AgentGroupID?: Int] = [:]
    var groups: [AgentGroupID?] = []
    var reservations = ReservationTable()
    var agenda = Agenda()
    /// Offers of contacts that somebody has accepted and nobody is connected with yet, by contact.
    var losing: [Int: [UInt64]] = [:]
    /// The queue to which the last contact came.
    var lastQueue = 0
    /// Pools whose refused contacts may have been tried with everybody now, or whose queues ask about agents.
    var toReconsider: Set<Int> = []
    /// Pools that had no user when they were noted.
    var unusedPools: [Int] = []
    var waitingInAll = 0
    /// Emergencies in line.
    var emergencies = 0
    /// Whether all queues weigh the same.
    var areWeightsEqual = true
    var isHeldBackPlanned = false
    var clock = Instant.zero
    var lastTurn: Int64 = 0
    var lastMark: UInt64 = 0
    var random: SplitMix64
    let reservationPrefix: String
    let epoch: Date
    /// Which contact an agent gets.
    public private(set) var policy: Policy
    /// Whether ``Action/decided(_:)`` tells how offers come about. It looks at every agent for each
    /// offer, of more than `RoutingDecision.agentsMax` at that many.
    public var explains = false

    struct PoolKey: Hashable {
        let requires: SkillExpression
        let channel: Channel
    }

    /// - Parameters:
    ///   - policy: Which contact an agent gets.
    ///   - reservationPrefix: Begins every reservation's id; make it differ between runs of a process when ids are kept
    ///     longer than the process lives.
    ///   - seed: Of the chance in policies.
    ///   - epoch: The date of instant zero, for opening hours.
    public init(
        queues: [Queue] = [], agents: [Agent] = [], policy: Policy = .longestWait, reservationPrefix: String = "r",
        seed: UInt64 = 0, epoch: Date = Date(timeIntervalSince1970: 0)
    ) {
        self.policy = policy
        self.reservationPrefix = reservationPrefix
        self.epoch = epoch
        random = SplitMix64(state: seed)
        var none: [Action] = []
        for queue in queues { set(queue, now: .zero, into: &none) }
        set(agents, now: .zero, into: &none)
    }

    /// When ``advance(now:into:)`` is due next; nil when nothing is.
    public var nextDeadline: Instant? { agenda.head.map { Instant(nanoseconds: $0.time) } }

    /// Lets time pass: offers ring out, wrap-ups and short pauses end, requirements widen, rules are asked.
    public mutating func advance(now: Instant, into actions: inout [Action]) {
        begin(now)
        while let due = agenda.head, due.time <= clock.nanoseconds {
            agenda.removeFirst()
            guard isAlive(due) else { continue }
            let slot = Int(due.slot)
            switch due.kind {
            case .offer: rangOut(due.mark, &actions)
            case .wrapUp: endWrapUp(of: slot, mark: due.mark, .deadline, &actions)
            case .pause: becomeReady(slot, .deadline, &actions)
            case .contact: keepAppointment(of: slot, &actions)
            case .queue: hoursChanged(slot, &actions)
            case .heldBack: lookAtHeldBack(&actions)
            }
            reconsider(&actions)
        }
        finish(&actions)
    }

    private func isAlive(_ entry: Agenda.Entry) -> Bool {
        let slot = Int(entry.slot)
        return switch entry.kind {
        case .offer: reservations[entry.mark] != nil
        case .wrapUp:
            agents[slot].work.contains { $0.mark == entry.mark && $0.phase == .wrapUp && $0.until <= entry.time }
        case .pause: agents[slot].pauseMark == entry.mark
        case .contact: UInt64(contacts[slot].mark) == entry.mark
        case .queue: queues[slot].hoursChangeAt == entry.time
        case .heldBack: true
        }
    }

    /// Every event begins here. The clock never goes back.
    mutating func begin(_ now: Instant) { clock = max(clock, now) }

    /// Every event ends here.
    mutating func finish(_ actions: inout [Action]) {
        if !toReconsider.isEmpty { reconsider(&actions) }
        if agenda.wantsSweep {
            let router = self
            agenda.sweep { router.isAlive($0) }
        }
        while let head = agenda.head, !isAlive(head) { agenda.removeFirst() }
    }

    mutating func newMark() -> UInt64 {
        lastMark += 1
        return lastMark
    }

    /// An instant so much later, or the end of time.
    func later(_ nanoseconds: Int64) -> Int64 {
        let (sum, isBeyond) = clock.nanoseconds.addingReportingOverflow(nanoseconds)
        return isBeyond ? .max : sum
    }

    /// Changes which contact an agent gets from now on.
    public mutating func set(policy: Policy) { self.policy = policy }
}
