import CCCore
import CCRouting

extension SimulationFigures {
    init(_ scenario: Scenario, seed: UInt64, runs: [ReplicationResult]) {
        let queueCount = scenario.queues.count
        let groupCount = scenario.groups.count
        /// By queue or group, the samples of all runs and batches.
        func samples<T>(_ all: [[T]], of count: Int, _ place: Int) -> [T] {
            all.flatMap { run in stride(from: place, to: run.count, by: max(1, count)).map { run[$0] } }
        }
        let tallies = scenario.queues.indices.map { samples(runs.map(\.tallies), of: queueCount, $0) }
        let groups = scenario.groups.indices.map { samples(runs.map(\.groups), of: groupCount, $0) }
        var waits = [WaitHistogram](repeating: WaitHistogram(), count: queueCount)
        for run in runs { for queue in waits.indices { waits[queue] += run.waits[queue] } }

        let thresholds = Set(scenario.queues.map(\.rules.serviceLevelThreshold))
        let targets = Set(scenario.queues.map(\.target))
        self.init(
            scenario: scenario.name, depth: "contact", seed: seed, replications: scenario.replications,
            horizon: scenario.horizon, warmUp: scenario.warmUp, events: runs.reduce(0) { $0 + $1.count.events },
            overall: QueueFigures(
                nil, sums(tallies), waits: waits.reduce(into: WaitHistogram(), +=), groups: sums(groups),
                runs: scenario.replications,
                threshold: thresholds.count == 1 ? thresholds.first : nil,
                target: targets.count == 1 ? targets.first : nil),
            queues: scenario.queues.enumerated().map { place, queue in
                let able = scenario.groups.indices.filter {
                    queue.rules.requires.isFulfilled(by: scenario.groups[$0].skills)
                }
                var figures = QueueFigures(
                    queue.id, tallies[place], waits: waits[place], groups: sums(able.map { groups[$0] }),
                    runs: scenario.replications, threshold: queue.rules.serviceLevelThreshold, target: queue.target)
                let errors = runs.compactMap { place < $0.estimates.count ? $0.estimates[place] : nil }
                figures.estimates = EstimateFigures(errors.reduce(into: EstimateErrors(), +=))
                return figures
            },
            groups: scenario.groups.enumerated().map { place, group in
                GroupFigures(group, groups[place], runs: scenario.replications)
            })
    }
}

/// Sample by sample.
private func sums(_ all: [[Tally]]) -> [Tally] {
    guard var total = all.first else { return [] }
    for other in all.dropFirst() { for place in total.indices { total[place] += other[place] } }
    return total
}

private func sums(_ all: [[GroupTally]]) -> [GroupTally] {
    guard var total = all.first else { return [] }
    for other in all.dropFirst() { for place in total.indices { total[place] += other[place] } }
    return total
}

extension QueueFigures {
    init(
        _ queue: QueueID?, _ tallies: [Tally], waits: WaitHistogram, groups: [GroupTally], runs: Int,
        threshold: Duration?, target: Double?
    ) {
        func total(_ value: (Tally) -> Double) -> Estimate { Estimate(totals: tallies.map(value), replications: runs) }
        func ratio(_ value: (Tally) -> Double, _ base: (Tally) -> Double) -> Estimate {
            Estimate(sum: tallies.map(value), over: tallies.map(base))
        }
        self.queue = queue
        offered = total(\.offered)
        answered = total(\.answered)
        abandoned = total(\.abandoned)
        blocked = total(\.blocked)
        lost = total(\.lost)
        redials = total(\.redials)
        abandonRate = ratio(\.abandoned, \.offered)
        blockRate = ratio(\.blocked, \.offered)
        waitingProbability = ratio(\.delayed, \.offered)
        averageSpeedOfAnswer = ratio(\.waitAnswered, \.answered)
        averageWait = ratio(\.wait, { $0.answered + $0.abandoned })
        averageSquaredWait = ratio(\.waitSquares, { $0.answered + $0.abandoned })
        averageTalk = ratio(\.talk, \.answered)
        averageWrapUp = ratio(\.wrapUp, \.answered)
        averageHandleTime = ratio({ $0.talk + $0.wrapUp }, \.answered)
        queueLength = ratio(\.length, \.duration)
        occupancy = Estimate(sum: groups.map(\.busy), over: groups.map { $0.busy + $0.idle })
        utilisation = Estimate(sum: groups.map { $0.talking + $0.wrapUp }, over: groups.map(\.login))
        thresholdSeconds = threshold?.inSeconds
        self.target = target
        func level(_ formula: ServiceLevelFormula) -> Estimate {
            let parts = tallies.map { formula.parts(of: $0.serviceCounts) }
            return Estimate(sum: parts.map(\.inTime), over: parts.map(\.base))
        }
        serviceLevels = ServiceLevels(
            ofOffered: level(.ofOffered), ofAnswered: level(.ofAnswered), ofServable: level(.ofServable),
            excludingAbandonedInTime: level(.excludingAbandonedInTime),
            excludingShortAbandoned: level(.excludingShortAbandoned),
            includingAbandonedInTime: level(.includingAbandonedInTime))
        longestWait = waits.longest
        waitPercentiles = [:]
        for percent in [50, 75, 90, 95, 99] {
            waitPercentiles["p\(percent)"] = waits.percentile(Double(percent) / 100)
        }
    }
}

extension GroupFigures {
    init(_ group: AgentGroup, _ tallies: [GroupTally], runs: Int) {
        self.init(
            group: group.id, agents: group.count,
            occupancy: Estimate(sum: tallies.map(\.busy), over: tallies.map { $0.busy + $0.idle }),
            utilisation: Estimate(sum: tallies.map { $0.talking + $0.wrapUp }, over: tallies.map(\.login)),
            loginHours: Estimate(totals: tallies.map { $0.login / 3600 }, replications: runs),
            notReadyShare: Estimate(sum: tallies.map(\.notReady), over: tallies.map(\.login)))
    }
}
