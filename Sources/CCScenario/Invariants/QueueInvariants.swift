#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import CCRouting

/// Who waits in which queue, in the order of coming; a contact that was moved has the place of its first arrival.
///
/// Contacts that were offered once, or turned away because the queue was full, are in no line: for them the order of
/// arrivals does not tell who is first.
struct WaitingLines: Sendable {
    struct Place: Sendable {
        let contact: ContactID
        /// The number of its arrival.
        let number: Int
        let since: Date
    }

    private var limits: [QueueID: Int] = [:]
    private var lines: [QueueID: [Place]] = [:]
    /// The queue of each contact that is in line.
    private(set) var queues: [ContactID: QueueID] = [:]
    /// Of all contacts until they end.
    private var arrivals: [ContactID: (number: Int, since: Date)] = [:]
    /// Those that are in no line any more.
    private var done: Set<ContactID> = []
    private var arrivalCount = 0

    init(_ queues: [Queue]) {
        for queue in queues { limits[queue.id] = queue.waitingMax }
    }

    func first(of queue: QueueID) -> Place? { lines[queue]?.first }
    func last(of queue: QueueID) -> Place? { lines[queue]?.last }

    func place(of contact: ContactID) -> Place? {
        arrivals[contact].map { Place(contact: contact, number: $0.number, since: $0.since) }
    }

    /// An offer takes its contact out of line: ask before.
    mutating func observe(_ event: CenterEvent) {
        switch event.kind {
        case .contactQueued(let id, let queue):
            leave(id)
            if arrivals[id] == nil {
                arrivalCount += 1
                arrivals[id] = (arrivalCount, event.date)
            }
            guard !done.contains(id), let place = place(of: id) else { return }
            guard lines[queue]?.count ?? 0 < limits[queue] ?? .max else {
                done.insert(id)
                return
            }
            let index = lines[queue]?.lastIndex { $0.number < place.number }.map { $0 + 1 } ?? 0
            lines[queue, default: []].insert(place, at: index)
            queues[id] = queue
        case .contactOffered(let id, _, _):
            leave(id)
            done.insert(id)
        case .contactDequeued(let id):
            leave(id)
            done.insert(id)
        case .contactEnded(let id, _):
            leave(id)
            arrivals[id] = nil
            done.remove(id)
        default: break
        }
    }

    private mutating func leave(_ id: ContactID) {
        guard let queue = queues.removeValue(forKey: id), let number = arrivals[id]?.number else { return }
        if let index = lines[queue]?.firstIndex(where: { $0.number == number }) { lines[queue]?.remove(at: index) }
    }
}

extension Queue {
    /// Whether the order of arrivals tells who of this queue is first, or last: nobody has another requirement than those
    /// behind, an older place or a due time.
    fileprivate var isOrdered: Bool {
        let overflows = (joining + leaving).contains { if case .overflow = $0.then { true } else { false } }
        if overflows || keepsPlace > .zero { return false }
        return switch order {
        case .firstInFirstOut: true
        case .lastInFirstOut: relaxation.isEmpty
        case .earliestDueFirst: false
        }
    }
}

/// *Queue order kept*: nobody is offered an agent while a contact of the same queue waits that comes first by its order.
/// So a contact's position in line only improves.
///
/// Contacts that were offered before, or turned away because the queue was full, and queues in which the order of arrivals
/// does not decide (by due times, with overflow, with places that are kept) are not judged.
public struct QueueOrderKept: Invariant {
    public let rule = "queue order kept"
    private var lines: WaitingLines
    private var orders: [QueueID: WaitingOrder] = [:]
    private var unordered: Set<QueueID> = []

    /// - Parameter queues: for their order and limits (`Queue.waitingMax`).
    public init(queues: [Queue] = []) {
        lines = WaitingLines(queues)
        for queue in queues {
            orders[queue.id] = queue.order
            if !queue.isOrdered { unordered.insert(queue.id) }
        }
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        if case .contactOffered(let id, let agent, _) = event.kind, let queue = lines.queues[id],
            !unordered.contains(queue)
        {
            let isReversed = orders[queue] == .lastInFirstOut
            let best = isReversed ? lines.last(of: queue) : lines.first(of: queue)
            if let best, best.contact != id {
                breaches.append(
                    InvariantBreach(
                        expected: "\(best.contact), which came to \(queue) \(isReversed ? "later" : "earlier"), is "
                            + "offered first", seen: "\(event)", contact: id, agent: agent))
            }
        }
        lines.observe(event)
    }
}

/// Compares the contact that an agent is offered with those of other queues that the agent could have had.
struct QueueComparison: Sendable {
    var lines: WaitingLines
    let queues: [Queue]
    private var skills: [AgentID: SkillSet] = [:]
    private var places: [QueueID: Int] = [:]

    /// Queues and agents for which the order between queues follows from arrivals, priorities and ageing alone; other
    /// agents are not judged, and nobody is when a queue goes by other things.
    init(_ queues: [Queue], _ agents: [Agent]) {
        lines = WaitingLines(queues)
        let isPlain = queues.allSatisfy {
            $0.isOrdered && $0.order == .firstInFirstOut && $0.blending == nil && $0.weight == queues[0].weight
        }
        self.queues = isPlain ? queues : []
        for (place, queue) in self.queues.enumerated() { places[queue.id] = place }
        for agent in agents where agent.levels.isEmpty && agent.capacity == .voice { skills[agent.id] = agent.skills }
    }

    /// The first contact of each other queue that the agent could have had instead.
    func passed(by event: CenterEvent) -> (offered: WaitingLines.Place, queue: Queue, others: [Passed])? {
        guard case .contactOffered(let id, let agent, _) = event.kind, let own = lines.queues[id],
            let place = places[own], let offered = lines.place(of: id), let had = skills[agent]
        else { return nil }
        let others = queues.compactMap { queue -> Passed? in
            guard queue.id != own, queue.requires.isFulfilled(by: had), let first = lines.first(of: queue.id) else {
                return nil
            }
            return Passed(place: first, queue: queue)
        }
        return (offered, queues[place], others)
    }

    struct Passed {
        let place: WaitingLines.Place
        let queue: Queue
    }
}

/// *Priority and ageing kept*: of the contacts that an agent could have, the one is offered that has waited longest, where
/// each step of its queue's priority counts as `Queue.aging` of waiting, and as more than any wait without ageing.
///
/// It holds for the router's own policy (`longestWait`), queues of equal weight and agents without levels.
public struct PriorityKept: Invariant {
    public let rule = "priority and ageing kept"
    private var comparison: QueueComparison

    public init(queues: [Queue], agents: [Agent]) { comparison = QueueComparison(queues, agents) }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        if let (offered, queue, others) = comparison.passed(by: event) {
            for other in others {
                let lead = Duration.seconds(offered.since.timeIntervalSince(other.place.since))
                // Dates are kept to the millisecond.
                guard lead > queue.advantage(over: other.queue) + .milliseconds(2) else { continue }
                breaches.append(
                    InvariantBreach(
                        expected: "\(other.place.contact) of \(other.queue.id) comes before", seen: "\(event)",
                        contact: offered.contact, agent: event.agent))
            }
        }
        comparison.lines.observe(event)
    }
}

extension Queue {
    /// By how much later a contact may have come here and still be first.
    fileprivate func advantage(over other: Queue) -> Duration {
        head - other.head
    }

    fileprivate var head: Duration { (aging ?? .seconds(4_503_599)) * Double(max(-1_000, min(1_000, priority))) }
}

/// *No starvation with ageing*: where all priorities age, a contact is passed only by contacts that came at most so much
/// later as the highest priority is worth; then it is first.
///
/// It is judged where ``PriorityKept`` is, and where no queue has a priority without ageing.
public struct NoStarvation: Invariant {
    public let rule = "no starvation with ageing"
    private var comparison: QueueComparison
    private let most: Duration?

    public init(queues: [Queue], agents: [Agent]) {
        comparison = QueueComparison(queues, agents)
        let ages = queues.allSatisfy { $0.priority == 0 || $0.aging != nil }
        most = ages ? queues.map(\.head).max() : nil
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        if let most, let (offered, _, others) = comparison.passed(by: event) {
            for other in others {
                let bound = most - other.queue.head + .milliseconds(2)
                let lead = Duration.seconds(offered.since.timeIntervalSince(other.place.since))
                guard lead > bound else { continue }
                breaches.append(
                    InvariantBreach(
                        expected:
                            "\(other.place.contact) of \(other.queue.id) is passed by nobody who came \(bound) later",
                        seen: "\(event), which came \(lead) later", contact: offered.contact, agent: event.agent))
            }
        }
        comparison.lines.observe(event)
    }
}
