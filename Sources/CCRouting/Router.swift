import CCCore

/// Decides which agent gets which contact: the automatic call distributor of one tenant, as a value.
///
/// Of all agents who are idle and have the skills that a queue requires, the one who has been idle longest gets the
/// oldest contact (or one of the group that has most idle agents: ``AgentSelection``); an agent who becomes idle gets the
/// oldest contact of all queues that they can serve, those that they prefer first (``Agent/levels``). So an idle agent
/// and a waiting contact that they could take never coexist. An offer is a reservation: one contact, one agent, one
/// deadline; it ends by an answer, a refusal, its deadline or the contact's end, whichever comes first.
///
/// Agents:
///
/// | state      | event                          | next state                                           |
/// |------------|--------------------------------|------------------------------------------------------|
/// | checkedOut | checkIn                        | idle, or notReady when asked for                     |
/// | idle       | a contact                      | reserved, until the ring timeout                     |
/// | reserved   | offerAccepted                  | talking                                              |
/// | reserved   | offerRefused, deadline (RONA)  | afterwards, else notReady: for good or for a while   |
/// | reserved   | contactEnded                   | afterwards, else idle, keeping the place in line     |
/// | talking    | contactEnded                   | wrapUp, until its deadline; without one: afterwards  |
/// | talking    | agentLost                      | as after a refusal; the contact is first in line     |
/// | wrapUp     | wrapUpDone, deadline           | afterwards, else idle                                |
/// | wrapUp     | pause, checkOut                | notReady, checkedOut at once                         |
/// | idle, notReady | pause, checkOut            | notReady, checkedOut                                 |
/// | notReady   | resume, end of a short pause   | idle                                                 |
/// | reserved, talking | pause, checkOut         | the same; *afterwards* is then notReady, checkedOut  |
/// | reserved, talking | resume, checkIn         | the same; *afterwards* is then idle                  |
///
/// Contacts: waiting → reserved → talking → gone; reserved → waiting after a refusal, with the old turn, so first in
/// line unless older ones wait. Who refused a contact is not tried again for it until all who could take it were tried:
/// all matching agents who are checked in, not paused and not about to leave, busy ones too. An event that does not
/// fit the state changes nothing.
///
/// Cost: O(log n) in agents and waiting contacts for each requirement (distinct set of required skills) that the agent
/// fulfils, and a look at each group where one chooses by group. Contacts that were refused by some but not by all are looked at one by one.
///
/// The owner performs the actions in their order, and calls ``advance(now:into:)`` at ``nextDeadline``.
public struct Router: Sendable {
    public enum Action: Hashable, Sendable {
        /// Let the agent's phone ring; answer with `offerAccepted` or `offerRefused`.
        case offer(Reservation)
        /// Stop the ringing: the offer is void.
        case cancelOffer(Reservation, CancelReason)
        /// `until` is when the state ends by itself.
        case agentStateChanged(AgentID, AgentState, until: Instant?)
        /// The agent's work on the contact is finished.
        case wrapUpEnded(ContactID, AgentID)
        /// The contact is not, or no longer, in line.
        case rejected(ContactID, RejectionReason)
    }

    public enum CancelReason: Hashable, Sendable {
        /// It rang until its deadline (RONA).
        case noAnswer
        case contactEnded
        /// The agent was lost.
        case agentLost
    }

    public enum RejectionReason: Hashable, Sendable {
        case noSuchQueue
        case queueFull
        /// A contact with this id is already here.
        case duplicate
        /// The agent who was asked for does not exist or lacks the queue's skills.
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
        case talking(AgentID)
    }

    var agents: [AgentEntry] = []
    var queues: [QueueEntry] = []
    var requirements: [Requirement] = []
    var contacts: [ContactEntry] = []
    var freeContactSlots: [Int] = []
    var agentSlots: [AgentID: Int] = [:]
    var queueSlots: [QueueID: Int] = [:]
    var contactSlots: [ContactID: Int] = [:]
    /// In the order in which they first appeared, by name; agents without a group are one group.
    var groupSlots: [AgentGroupID?: Int] = [:]
    /// Whether any requirement keeps its idle agents by group.
    var choosesByGroup = false
    var reservations = ReservationTable()
    /// The queue to which the last contact came.
    var lastQueue = 0
    /// Deadlines of agents' states, by nanoseconds.
    var deadlines = TurnIndex()
    /// Requirements whose refused contacts may have been tried with everybody now.
    var toReconsider: Set<Int> = []
    var clock = Instant.zero
    var lastTurn: Int64 = 0
    let reservationPrefix: String

    /// - Parameter reservationPrefix: begins every reservation's id; make it differ between runs of a process when ids
    ///   are kept longer than the process lives.
    public init(queues: [Queue] = [], agents: [Agent] = [], reservationPrefix: String = "r") {
        self.reservationPrefix = reservationPrefix
        var none: [Action] = []
        for queue in queues { set(queue, now: .zero, into: &none) }
        for agent in agents { set(agent, now: .zero, into: &none) }
    }

    /// When ``advance(now:into:)`` is due next; nil when nothing is.
    public var nextDeadline: Instant? { deadlines.head.map { Instant(nanoseconds: $0.turn) } }

    /// Lets time pass: offers ring out, wrap-ups and short pauses end.
    public mutating func advance(now: Instant, into actions: inout [Action]) {
        begin(now)
        while let due = deadlines.first(of: agents), due.turn <= clock.nanoseconds {
            let slot = Int(due.slot)
            switch agents[slot].state {
            case .reserved:
                guard let contact = agents[slot].contact else { break }
                cancel(contact, .noAnswer, &actions)
                refused(contact, by: slot, .noAnswer, &actions)
            case .wrapUp: finishWork(slot, &actions)
            case .notReady: becomeIdle(slot, &actions)
            case .idle, .talking, .checkedOut: break
            }
            reconsiderRefused(&actions)
        }
        finish(&actions)
    }

    /// Every event begins here. The clock never goes back.
    mutating func begin(_ now: Instant) { clock = max(clock, now) }

    /// Every event ends here.
    mutating func finish(_ actions: inout [Action]) {
        reconsiderRefused(&actions)
        _ = deadlines.first(of: agents)
    }
}
