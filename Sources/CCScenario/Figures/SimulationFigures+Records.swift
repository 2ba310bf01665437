import CCCore
import CCRouting

extension SimulationFigures {
    /// The figures of runs that left records: at telephony depth, or of a recorded day.
    ///
    /// - Parameters:
    ///   - runs: for each replication the records of its contacts, what its agents did, and how many of each queue's
    ///     contacts were further attempts.
    ///   - events: how many events there were in all.
    public init(
        _ scenario: Scenario, depth: String, seed: UInt64,
        runs: [(records: [ContactRecord], agents: AgentTimes, redials: [QueueID: Int])], events: Int
    ) {
        self.init(
            scenario, seed: seed,
            runs: runs.map {
                ReplicationResult(scenario, records: $0.records, agents: $0.agents, redials: $0.redials)
            })
        self.depth = depth
        self.events = events
    }
}

extension ReplicationResult {
    /// Counts contacts that arrived after the warm-up and before the horizon.
    init(_ scenario: Scenario, records: [ContactRecord], agents: AgentTimes, redials: [QueueID: Int]) {
        var tallies = [Tally](repeating: Tally(), count: scenario.queues.count)
        var waits = [WaitHistogram](repeating: WaitHistogram(), count: scenario.queues.count)
        let places = Dictionary(
            scenario.queues.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for record in records {
            let offset = record.contact.arrivedAt.duration(since: scenario.start)
            guard let place = record.queue.flatMap({ places[$0] }), offset >= scenario.warmUp,
                offset < scenario.horizon
            else { continue }
            tallies[place].count(record, rules: scenario.queues[place].rules)
            if record.answeredAt != nil || record.terminalReason.category == .abandoned {
                waits[place].add((record.speedOfAnswer ?? record.queueWait).inSeconds)
            }
        }
        for place in tallies.indices {
            tallies[place].duration = (scenario.horizon - scenario.warmUp).inSeconds
            tallies[place].redials = Double(redials[scenario.queues[place].id] ?? 0)
        }
        var groups = [GroupTally](repeating: GroupTally(), count: scenario.groups.count)
        for (place, group) in scenario.groups.enumerated() {
            for agent in group.agents { groups[place] += agents.tally(of: agent.id) }
        }
        self.tallies = tallies
        self.groups = groups
        self.waits = waits
        count = EventCount()
        estimates = []
    }
}

extension Tally {
    fileprivate mutating func count(_ record: ContactRecord, rules: Queue) {
        offered += 1
        let seconds = (record.speedOfAnswer ?? record.queueWait).inSeconds
        let isInTime = seconds <= rules.serviceLevelThreshold.inSeconds
        length += record.queueWait.inSeconds
        // Who is offered at once waits for the ringing alone.
        let offer = record.segments.first?.offeredAt
        let isOfferedAtOnce = offer.map { $0 == record.queuedAt } ?? false
        if record.answeredAt != nil {
            answered += 1
            wait += seconds
            waitSquares += seconds * seconds
            waitAnswered += seconds
            if isInTime { answeredInTime += 1 }
            if !isOfferedAtOnce { delayed += 1 }
            talk += (record.talk + record.hold).inSeconds
            wrapUp += record.wrapUp.inSeconds
        } else if record.terminalReason.category == .abandoned {
            abandoned += 1
            wait += seconds
            waitSquares += seconds * seconds
            if isInTime { abandonedInTime += 1 }
            if seconds <= Double(Book.shortAbandon) / 1e9 { abandonedShort += 1 }
            if !isOfferedAtOnce { delayed += 1 }
        } else if record.terminalReason == .rejectedQueueFull {
            blocked += 1
        } else {
            lost += 1
        }
    }
}
