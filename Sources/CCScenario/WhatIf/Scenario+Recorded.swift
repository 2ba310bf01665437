import CCCore
import CCRouting
import CCWorkforce

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Scenario {
    /// The scenario with the contacts of a recorded day instead of its own: the same instants, queues, talks and wrap-ups.
    ///
    /// Who abandoned had as much patience as they waited. Of who was answered it is known only that the patience was
    /// longer than the wait: it is drawn from what is longer, by an exponential distribution with the mean that fits the
    /// day best (`PatienceEstimate`; a queue in which nobody abandoned keeps its own). What is not in a
    /// record, such as the talk of who abandoned, is drawn from the day's other talks.
    ///
    /// Staff and rules stay: agents ring as long as their groups' answer delays, and a recorded wrap-up that is longer than
    /// the queue's rule allows is cut short by it.
    ///
    /// - Parameter records: those of other queues, and those that were queued before ``start`` or after the horizon, are
    ///   left out.
    public func replaying(_ records: [ContactRecord]) -> Scenario {
        var replay = self
        let sorted = records.filter { $0.queuedAt != nil }.sorted {
            ($0.queuedAt ?? start, $0.id) < ($1.queuedAt ?? start, $1.id)
        }
        for place in queues.indices {
            let day = sorted.filter {
                $0.queue == queues[place].id && offset(of: $0).map { (0..<horizon.inSeconds).contains($0) } ?? false
            }
            let answered = day.filter { $0.speedOfAnswer != nil }
            let abandoned = day.filter(\.isAbandonedInQueue)
            replay.queues[place].redials = nil
            replay.queues[place].arrivals = .recorded(day.compactMap(arrival))
            if !answered.isEmpty {
                replay.queues[place].talk = .empirical(answered.map { ($0.talk + $0.hold).inSeconds })
                replay.queues[place].wrapUp = .empirical(answered.map(\.wrapUp.inSeconds))
            }
            let waits = (answered + abandoned).map {
                ObservedWait($0.waitInQueue, abandoned: $0.isAbandonedInQueue)
            }
            if let mean = try? PatienceEstimate(waits).mean {
                replay.queues[place].patience = .drawn(.exponential(mean: max(0.001, mean)))
            }
        }
        replay.replications = 1
        return replay
    }

    private func offset(of record: ContactRecord) -> Double? { record.queuedAt?.timeIntervalSince(start) }

    private func arrival(_ record: ContactRecord) -> RecordedArrival? {
        guard let offset = offset(of: record) else { return nil }
        var arrival = RecordedArrival(offset: .milliseconds(Int64((offset * 1000).rounded())))
        if record.speedOfAnswer != nil {
            arrival.waited = record.waitInQueue
            arrival.talk = (record.talk + record.hold).inSeconds
            arrival.wrapUp = record.wrapUp.inSeconds
        } else if record.isAbandonedInQueue {
            arrival.patience = record.waitInQueue
        }
        return arrival
    }

    /// A scenario made of a recorded day alone: queues as they appear, and the agents who were offered contacts, all day
    /// long, with the queues in which they were. Agents with the same queues are one group, whose answer delays are those
    /// of the day. Ringing and wrap-up may take as long as the longest of the day.
    ///
    /// - Parameter threshold: for service levels.
    /// - Returns: nil when no record came to a queue.
    public init?(recorded records: [ContactRecord], threshold: Duration = .seconds(20)) {
        let queued = records.filter { $0.queuedAt != nil && $0.queue != nil }
        guard let first = queued.compactMap(\.queuedAt).min(), let last = queued.compactMap(\.queuedAt).max() else {
            return nil
        }
        var names: Set<QueueID> = []
        var served: [AgentID: Set<QueueID>] = [:]
        var rings: [AgentID: [Double]] = [:]
        var longestRing = Duration.zero
        for record in queued {
            guard let queue = record.queue else { continue }
            names.insert(queue)
            for segment in record.segments {
                served[segment.agent, default: []].insert(queue)
                guard segment.outcome == .answered else { continue }
                rings[segment.agent, default: []].append(segment.ring.inSeconds)
                longestRing = max(longestRing, segment.ring)
            }
        }
        let teams = Dictionary(grouping: served.keys, by: { served[$0] ?? [] })
            .map { (queues: $0.key.sorted(), agents: $0.value.sorted()) }
            .sorted { $0.queues.lexicographicallyPrecedes($1.queues) }
        let able = served.values.reduce(into: Set<QueueID>()) { $0.formUnion($1) }
        self.init(
            name: "recorded day", start: first, horizon: .seconds(last.timeIntervalSince(first) + 1),
            queues: names.sorted().map { name in
                ScenarioQueue(
                    Queue(
                        name, requires: able.contains(name) ? [SkillID(name.rawValue)] : [],
                        ringTimeout: max(.seconds(20), longestRing + .milliseconds(1)),
                        wrapUp: queued.lazy.filter { $0.queue == name && $0.speedOfAnswer != nil }.map(\.wrapUp).max()
                            .map { $0 + .milliseconds(1) } ?? .zero,
                        serviceLevelThreshold: threshold),
                    arrivals: .none, talk: .deterministic(180))
            },
            groups: teams.map { team in
                let delays = team.agents.flatMap { rings[$0] ?? [] }.sorted()
                return AgentGroup(
                    AgentGroupID(team.queues.map(\.rawValue).joined(separator: "+")), count: team.agents.count,
                    skills: SkillSet(team.queues.map { SkillID($0.rawValue) }),
                    answerDelay: (delays.last ?? 0) > 0 ? .empirical(delays) : .deterministic(0))
            })
        self = replaying(records)
    }
}

extension ContactRecord {
    /// From the first queue to the answer, or to the end without one, in seconds.
    var waitInQueue: Double { speedOfAnswer?.inSeconds ?? queuedAt.map { endedAt.timeIntervalSince($0) } ?? 0 }

    var isAbandonedInQueue: Bool {
        speedOfAnswer == nil && (terminalReason == .abandonedInQueue || terminalReason == .abandonedWhileRinging)
    }
}

extension SimulationFigures {
    /// The figures of a recorded day, by the same definitions as those of a simulation of the scenario. How agents spent
    /// their time does not stand in records: occupancy and groups are absent.
    public init(records: [ContactRecord], as scenario: Scenario) {
        var plain = scenario
        plain.groups = []
        plain.replications = 1
        var book = Book(
            queues: scenario.queues.count, groups: 0, batches: 1, from: 0, until: scenario.horizon.inNanoseconds)
        book.crossBoundary([])
        for record in records.sorted(by: { $0.id < $1.id }) {
            guard let queue = scenario.queues.firstIndex(where: { $0.id == record.queue }), let queued = record.queuedAt
            else { continue }
            let offset = queued.timeIntervalSince(scenario.start)
            guard (0..<scenario.horizon.inSeconds).contains(offset) else { continue }
            book.recorded(queue, record, threshold: scenario.queues[queue].rules.serviceLevelThreshold.inNanoseconds)
        }
        book.crossBoundary([])
        self.init(plain, seed: 0, runs: [ReplicationResult(book)])
        depth = "recorded"
    }
}

extension Book {
    fileprivate mutating func recorded(_ queue: Int, _ record: ContactRecord, threshold: Int64) {
        let wait = nanoseconds(record.waitInQueue)
        var contact = SimulatedContact(
            arrived: 0, patience: 0, talk: 0, wrapUp: 0, queue: Int32(queue), batch: 0, tries: 0)
        contact.answered = wait
        contact.wasOfferedAtOnce = record.segments.first?.offeredAt == record.queuedAt
        arrived(queue, isRedial: false)
        if record.speedOfAnswer != nil {
            answered(queue, contact, now: wait, threshold: threshold)
            talked(
                queue, contact, now: wait + (record.talk + record.hold).inNanoseconds,
                wrapUp: record.wrapUp.inNanoseconds)
        } else if record.isAbandonedInQueue {
            abandoned(queue, contact, now: wait, threshold: threshold)
        } else if record.terminalReason == .rejectedQueueFull {
            rejected(queue, contact)
        } else {
            stopped(queue, contact)
        }
        addLength(queue, seconds: record.waitInQueue)
    }
}
