import CCCore
import CCScenario

/// Makes a failing case small: takes away calls, agents, queues, faults and habits, one after the other, as long as it
/// still fails in the same way.
public struct Shrinker: Sendable {
    /// How many runs it may take.
    public var runsMax: Int
    private let run: @Sendable (SwarmCase) async -> SwarmVerdict

    public init(runsMax: Int = 300, run: @escaping @Sendable (SwarmCase) async -> SwarmVerdict) {
        self.runsMax = runsMax
        self.run = run
    }

    /// The smallest case found that fails like `verdict`; the case itself when no smaller one does.
    public func shrink(_ failing: SwarmCase, like verdict: SwarmVerdict) async -> SwarmCase {
        var best = failing
        var runs = 0
        var isSmaller = true
        while isSmaller, runs < runsMax {
            isSmaller = false
            for step in Step.allCases {
                var place = 0
                while runs < runsMax, let smaller = best.applying(step, at: &place) {
                    guard smaller != best, (try? smaller.scenario.validate()) != nil else { continue }
                    runs += 1
                    if await run(smaller).isLike(verdict) {
                        best = smaller
                        isSmaller = true
                        place = max(0, place - 1)
                    }
                }
            }
        }
        return best
    }

    enum Step: CaseIterable {
        case faults, options, calls, queues, groups, agents, habits, horizon
    }
}

extension SwarmCase {
    /// The case with one thing less: the one at `place`, which moves on. Nil after the last.
    fileprivate func applying(_ step: Shrinker.Step, at place: inout Int) -> SwarmCase? {
        defer { place += 1 }
        return switch step {
        case .faults: withoutFault(place)
        case .options: plainer(place)
        case .calls: withFewerCalls(place)
        case .queues: withoutQueue(place)
        case .groups: withoutGroup(place)
        case .agents: withFewerAgents(place)
        case .habits: withoutHabit(place)
        case .horizon: shorter(place)
        }
    }

    private func changed(_ change: (inout SwarmCase) -> Void) -> SwarmCase {
        var copy = self
        change(&copy)
        return copy
    }

    private func withoutFault(_ place: Int) -> SwarmCase? {
        guard place <= options.faults.count else { return nil }
        return changed {
            if place == 0 { $0.options.centerFault = nil } else { $0.options.faults.remove(at: place - 1) }
        }
    }

    private func plainer(_ place: Int) -> SwarmCase? {
        switch place {
        case 0: changed { $0.options.link = .lan }
        case 1: changed { $0.options.audioEvery = 0 }
        case 2: changed { $0.options.streets = 1 }
        case 3: changed { $0.options.scheduling = .inOrder }
        default: nil
        }
    }

    private func withoutQueue(_ place: Int) -> SwarmCase? {
        guard place < scenario.queues.count, scenario.queues.count > 1 else { return nil }
        return changed { $0.scenario.queues.remove(at: place) }
    }

    private func withoutGroup(_ place: Int) -> SwarmCase? {
        guard place < scenario.groups.count, scenario.groups.count > 1 else { return nil }
        return changed { $0.scenario.groups.remove(at: place) }
    }

    private func withFewerAgents(_ place: Int) -> SwarmCase? {
        let group = place / 2
        guard group < scenario.groups.count else { return nil }
        let count = scenario.groups[group].count
        return changed { $0.scenario.groups[group].count = place % 2 == 0 ? (count + 1) / 2 : max(1, count - 1) }
    }

    private func withoutHabit(_ place: Int) -> SwarmCase? {
        let (group, habit) = (place / 4, place % 4)
        guard group < scenario.groups.count else {
            let queue = place - 4 * scenario.groups.count
            guard queue < scenario.queues.count else { return nil }
            return changed { $0.scenario.queues[queue].redials = nil }
        }
        return changed {
            switch habit {
            case 0: $0.scenario.groups[group].mistakes = Mistakes()
            case 1: $0.scenario.groups[group].breaks = []
            case 2: $0.scenario.groups[group].shifts = []
            default: $0.scenario.groups[group].answerDelay = .deterministic(1)
            }
        }
    }

    private func shorter(_ place: Int) -> SwarmCase? {
        let seconds = scenario.horizon.components.seconds
        guard place < 2, seconds > 20 else { return nil }
        return changed { $0.scenario.horizon = .seconds(place == 0 ? seconds / 2 : seconds * 4 / 5) }
    }

    /// First all calls are written down, as they would come; then halves of them are left out, quarters, eighths and so on.
    private func withFewerCalls(_ place: Int) -> SwarmCase? {
        let listed = scenario.queues.map { queue -> [RecordedArrival]? in
            if case .recorded(let calls) = queue.arrivals { calls } else { nil }
        }
        guard listed.allSatisfy({ $0 != nil }) else { return place == 0 ? written : nil }
        var rest = place
        for (queue, calls) in listed.enumerated() {
            guard let calls, !calls.isEmpty else { continue }
            var size = (calls.count + 1) / 2
            while true {
                let pieces = (calls.count + size - 1) / size
                if rest < pieces {
                    let first = rest * size
                    return changed {
                        var fewer = calls
                        fewer.removeSubrange(first..<min(first + size, calls.count))
                        $0.scenario.queues[queue].arrivals = .recorded(fewer)
                    }
                }
                rest -= pieces
                guard size > 1 else { break }
                size = (size + 1) / 2
            }
        }
        return nil
    }

    /// The same case with every call written down, with what chance would give it.
    private var written: SwarmCase {
        let streams = RandomStreams(seed: seed, replication: 0)
        return changed {
            for place in scenario.queues.indices {
                let queue = scenario.queues[place]
                var arrivals = ArrivalGenerator(queue.arrivals, stream: streams.stream(.arrivals, place))
                var (patience, talk) = (streams.stream(.patience, place), streams.stream(.talk, place))
                var calls: [RecordedArrival] = []
                while let arrival = arrivals.next(), arrival.offset < scenario.horizon, calls.count < 10_000 {
                    var call = arrival
                    if call.patience == nil, case .drawn(let distribution) = queue.patience {
                        call.patience = distribution.sample(using: &patience)
                    }
                    if call.talk == nil { call.talk = queue.talk.sample(using: &talk) }
                    calls.append(call)
                }
                $0.scenario.queues[place].arrivals = .recorded(calls)
            }
        }
    }
}
