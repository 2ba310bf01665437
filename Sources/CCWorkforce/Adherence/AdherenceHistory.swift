import CCCore

/// What an agent did, as states and the times at which they began, and what a plan makes of it.
public struct AdherenceHistory: Hashable, Sendable {
    public struct Change: Hashable, Sendable {
        /// Milliseconds since 1 January 1970.
        public var time: Int
        public var state: AgentState

        public init(_ state: AgentState, at time: Int) {
            self.state = state
            self.time = time
        }
    }

    public private(set) var changes: [Change] = []

    public init() {}

    /// - Throws: `WorkforceError` `.unordered` for a change before the last one.
    public mutating func append(_ state: AgentState, at time: Int) throws {
        guard time.magnitude < AgentPlan.limit else {
            throw WorkforceError(.outOfRange, at: "history[\(changes.count)]", "expected a time within 10,000 years")
        }
        if let last = changes.last {
            guard time >= last.time else {
                throw WorkforceError(
                    .unordered, at: "history[\(changes.count)]", "it lies before the change before it")
            }
            if last.state == state { return }
            if last.time == time {
                changes[changes.count - 1].state = state
                return
            }
        }
        changes.append(Change(state, at: time))
    }

    /// Forgets what was before a time, except the state at that time.
    public mutating func forget(before time: Int) {
        guard let last = changes.lastIndex(where: { $0.time <= time }) else { return }
        changes.removeFirst(last)
    }

    /// The state at a time; checked out before the first change.
    public func state(at time: Int) -> AgentState {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? changes[low - 1].state : .checkedOut
    }

    /// Figures of a span, from scratch: every planned entry against every state.
    ///
    /// - Parameter excused: Spans, without overlaps, in which whatever the agent does is in adherence.
    public func figures(
        _ plan: AgentPlan, _ rules: AdherenceRules, excused: [Range<Int>] = [], from start: Int, to end: Int
    ) -> AdherenceFigures {
        var figures = AdherenceFigures()
        let (start, end) = (AgentPlan.clamped(start), AgentPlan.clamped(end))
        guard start < end else { return figures }
        // Spans with one activity, then their parts with one state, then the excused share of those.
        var planned: [(activity: PlannedActivity?, span: Range<Int>)] = []
        var time = start
        for entry in plan.entries where entry.end > start && entry.start < end {
            if entry.start > time { planned.append((nil, time..<entry.start)) }
            planned.append((entry.activity, max(entry.start, start)..<min(entry.end, end)))
            time = min(entry.end, end)
        }
        if time < end { planned.append((nil, time..<end)) }
        var place = 0
        for (activity, span) in planned {
            while place < changes.count, changes[place].time <= span.lowerBound { place += 1 }
            var (low, number) = (span.lowerBound, place)
            while low < span.upperBound {
                let next = number < changes.count ? min(changes[number].time, span.upperBound) : span.upperBound
                let actual = rules.activity(of: number > 0 ? changes[number - 1].state : .checkedOut)
                let isAdherent = rules.isInAdherence(actual, planned: activity)
                let free = isAdherent ? 0 : excused.reduce(0) { $0 + $1.clamped(to: low..<next).count }
                figures.add(next - low - free, planned: activity, actual: actual, inAdherence: isAdherent)
                figures.add(free, planned: activity, actual: actual, inAdherence: true)
                low = next
                number += 1
            }
        }
        return figures
    }
}
