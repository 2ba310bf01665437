import CCCore
import CCRouting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One replication: the router in a loop of events in virtual time.
///
/// Everything that happens is a call of the router at an instant; what the router then wants is performed at once, and
/// what customers and agents will do is put on the heap. Nothing is decided here that the router decides.
struct Engine {
    typealias Tamper = @Sendable (inout [Router.Action], Instant) -> Void

    let scenario: Scenario
    var router: Router
    var actions: [Router.Action] = []
    var heap = EventHeap()
    var contacts = ContactTable()
    var queues: [QueueRun]
    var agents: [AgentRun] = []
    var agentPlaces: [AgentID: Int] = [:]
    var queuePlaces: [QueueID: Int] = [:]
    /// Nanoseconds since the scenario's start.
    var now: Int64 = 0
    let horizon: Int64
    /// The queue whose arrival is next, and its time.
    var nextArrival: (time: Int64, queue: Int) = (.max, 0)
    var count = EventCount()

    var book: Book
    let tamper: Tamper?
    let observer: ((CenterEvent) throws -> Void)?
    var failure: (any Error)?

    /// What one queue has in this run.
    struct QueueRun {
        let id: QueueID
        let rules: ScenarioQueue
        let threshold: Int64
        let wrapUpMax: Int64
        var arrivals: ArrivalGenerator
        var patience: SplitMix64
        var talk: SplitMix64
        var wrapUp: SplitMix64
        var redials: SplitMix64
        var next: Int64 = .max
        let isRecorded: Bool
        let ringsAll: Bool
    }

    /// What one agent has in this run.
    struct AgentRun {
        let id: AgentID
        let group: Int
        var stream: SplitMix64
        /// Marks the offer at hand; what was planned for an older one is void.
        var offerMark: UInt32 = 0
        /// Marks the contact at hand, for its wrap-up.
        var workMark: UInt32 = 0
        /// Marks the absence at hand.
        var absenceMark: UInt32 = 0
        var offer: Reservation?
        /// What the agent will do in the talk that comes.
        var intent = Intent.serve
        var plannedBreak: Break?
        var state = AgentState.checkedOut
        let isSimple: Bool
    }

    enum Intent {
        case serve, hangUp, die
    }

    init(
        _ scenario: Scenario, seed: UInt64, replication: Int, batches: Int, tamper: Tamper?,
        observer: ((CenterEvent) throws -> Void)?
    ) {
        self.scenario = scenario
        self.tamper = tamper
        self.observer = observer
        let streams = RandomStreams(seed: seed, replication: replication)
        router = Router(
            queues: scenario.rules, agents: scenario.agents, policy: scenario.policy,
            seed: streams.stream(.routing, 0).state)
        horizon = scenario.horizon.inNanoseconds
        queues = scenario.queues.enumerated().map { place, queue in
            var isRecorded = false
            if case .recorded = queue.arrivals { isRecorded = true }
            return QueueRun(
                id: queue.id, rules: queue, threshold: queue.rules.serviceLevelThreshold.inNanoseconds,
                wrapUpMax: queue.rules.wrapUp.inNanoseconds,
                arrivals: ArrivalGenerator(queue.arrivals, stream: streams.stream(.arrivals, place)),
                patience: streams.stream(.patience, place), talk: streams.stream(.talk, place),
                wrapUp: streams.stream(.wrapUp, place), redials: streams.stream(.redials, place),
                isRecorded: isRecorded, ringsAll: queue.rules.ringing != .one)
        }
        for (place, queue) in queues.enumerated() { queuePlaces[queue.id] = place }
        for (group, settings) in scenario.groups.enumerated() {
            for agent in settings.agents {
                agentPlaces[agent.id] = agents.count
                agents.append(
                    AgentRun(
                        id: agent.id, group: group, stream: streams.stream(.agents, agents.count),
                        isSimple: settings.answerDelay == .deterministic(0) && settings.mistakes.areNone))
            }
        }
        book = Book(
            queues: scenario.queues.count, groups: scenario.groups.count, batches: batches,
            from: scenario.warmUp.inNanoseconds, until: horizon)
        planShifts()
        for queue in queues.indices { queues[queue].next = queues[queue].arrivals.nextNanoseconds() }
        findNextArrival()
    }

    /// Runs to the end.
    ///
    /// - Throws: what the observer throws, at once.
    mutating func run() throws {
        let limit = horizon.advanced(bySeconds: 86_400)
        while failure == nil {
            let deadline = router.nextDeadline?.nanoseconds ?? .max
            let next = min(heap.nextTime, nextArrival.time, deadline)
            if book.nextBoundary < .max, next >= book.nextBoundary {
                crossBoundary()
                continue
            }
            if next >= horizon, contacts.liveCount == 0 || next >= limit { break }
            now = next
            if deadline == next {
                count.deadlines += 1
                router.advance(now: Instant(nanoseconds: now), into: &actions)
                settle()
            } else if heap.nextTime == next {
                if let event = heap.removeFirst() { perform(event) }
            } else {
                arrive()
            }
        }
        if let failure { throw failure }
        stopTheRest()
        if let failure { throw failure }
    }

    /// Performs what the router wants, and what follows from it.
    mutating func settle() {
        var place = 0
        var seen = 0
        while place < actions.count {
            if let tamper, place >= seen {
                var new = Array(actions[place...])
                tamper(&new, Instant(nanoseconds: now))
                actions.replaceSubrange(place..., with: new)
                seen = actions.count
                guard place < actions.count else { break }
            }
            perform(place)
            place += 1
        }
        actions.removeAll(keepingCapacity: true)
    }

    private mutating func perform(_ place: Int) {
        count.actions += 1
        switch actions[place] {
        case .offer(let reservation): offered(reservation)
        case .cancelOffer(let reservation, let reason): cancelled(reservation, reason)
        case .agentStateChanged(let agent, let state, let until, _):
            switch state {
            case .notReady: changed(agent, state, until)
            default: if isObserved { changed(agent, state, until) }
            }
        case .wrapUpEnded(let contact, let agent): if isObserved { tell(.wrapUpEnded(contact, agent)) }
        case .rejected(let contact, let reason): rejected(contact, reason)
        case .treated(let contact, let treatment): treated(contact, treatment)
        case .requeued(let contact, let queue): requeued(contact, queue)
        case .decided(let decision): if isObserved { tell(.routingDecided(decision)) }
        }
    }

    /// A batch ends: what runs is booked until here.
    private mutating func crossBoundary() {
        let boundary = book.nextBoundary
        let instant = Instant(nanoseconds: boundary)
        var groups = [GroupTally](repeating: GroupTally(), count: scenario.groups.count)
        for agent in agents {
            guard let status = router.status(of: agent.id, now: instant) else { continue }
            // In an order of its own: a sum of floating-point numbers depends on it.
            for (state, time) in status.times.sorted(by: { "\($0.key)" < "\($1.key)" }) {
                groups[agent.group].add(time.inSeconds, in: state)
            }
        }
        book.crossBoundary(groups)
    }

    var isObserved: Bool { observer != nil }

    /// Tells the observer, if there is one. Where it matters for speed, ask ``isObserved`` first.
    @inline(never)
    mutating func tell(_ kind: CenterEvent.Kind) {
        guard let observer, failure == nil else { return }
        do { try observer(CenterEvent(kind, at: date(at: now))) } catch { failure = error }
    }

    func date(at nanoseconds: Int64) -> Date { scenario.start.addingTimeInterval(Double(nanoseconds) / 1e9) }
}

/// What a run consisted of.
struct EventCount {
    var arrivals = 0
    var others = 0
    var deadlines = 0
    var actions = 0

    var events: Int { arrivals + others + deadlines }
}

extension Mistakes {
    var areNone: Bool { noAnswer == 0 && declines == 0 && hangsUpEarly == 0 && phoneDies == 0 }
}
