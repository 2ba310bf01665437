import CCCore

/// One agent's plan and states as they come, with figures that are kept up to date by every change: the same figures that
/// `AdherenceHistory` counts from scratch.
///
/// A change of what is still to come costs nothing. A change of the past counts its days again, from the history that is
/// kept; call ``forget(before:)`` to keep, say, thirty days.
///
/// Times further from 1970 than 10,000 years are taken as the nearest that are not.
public struct AdherenceMonitor: Hashable, Sendable {
    /// A state that does not fit the plan and has lasted for at least the tolerance.
    public struct OutOfAdherence: Hashable, Sendable {
        /// Nil: off.
        public var planned: PlannedActivity?
        public var state: AgentState
        /// When the agent left adherence, by a change of state or of what is planned.
        public var since: Int
    }

    public private(set) var plan: AgentPlan
    public let rules: AdherenceRules
    public private(set) var history = AdherenceHistory()
    /// Spans in which whatever the agent does is in adherence, in order.
    public private(set) var excused: [Range<Int>] = []
    /// The first millisecond that figures count.
    public private(set) var start: Int
    /// Until when figures are counted.
    public private(set) var now: Int
    private var counted = AdherenceFigures()
    private var state = AgentState.checkedOut
    /// Since when the agent is out of adherence without a break; nil: in adherence.
    private var outSince: Int?

    /// - Parameter start: The first millisecond that figures count; the agent is checked out then.
    public init(plan: AgentPlan = AgentPlan(), rules: AdherenceRules = AdherenceRules(), from start: Int) {
        self.plan = plan
        self.rules = rules
        self.start = AgentPlan.clamped(start)
        now = self.start
    }

    /// The agent's state changed.
    ///
    /// - Throws: `WorkforceError` `.unordered` for a time before what was told last.
    public mutating func apply(_ state: AgentState, at time: Int) throws {
        try check(time)
        try history.append(state, at: time)
        advance(to: time)
        self.state = state
        look(plan.now(time).activity)
    }

    /// The plan changed, in the past, the future or both.
    public mutating func change(_ plan: AgentPlan) {
        let past = Self.until(self.plan, now) != Self.until(plan, now)
        self.plan = plan
        if past { recount() } else { look(plan.now(now).activity) }
    }

    /// Whatever the agent does or did in this span is in adherence: somebody had asked for it.
    ///
    /// - Throws: `WorkforceError` `.outOfRange` for an empty span, `.duplicate` for one that overlaps another.
    public mutating func excuse(_ span: Range<Int>) throws {
        guard !span.isEmpty else { throw WorkforceError(.outOfRange, at: "excused", "expected an end after the start") }
        guard !excused.contains(where: { $0.overlaps(span) }) else {
            throw WorkforceError(.duplicate, at: "excused", "it overlaps a span that is excused")
        }
        excused.append(span)
        excused.sort { $0.lowerBound < $1.lowerBound }
        if span.lowerBound < now { recount() }
    }

    /// Figures from the start to a time, at which they are exact; a time before what was told last counts as that.
    public func figures(at time: Int) -> AdherenceFigures {
        var copy = self
        copy.advance(to: time)
        return copy.counted
    }

    /// All deviations from the start to a time.
    public func deviations(to time: Int) -> [AdherenceDeviation] {
        AdherenceDeviation.all(in: history, plan, rules, excused: excused, from: start, to: time)
    }

    /// What an agent is out of adherence with at a time, when that has lasted for at least the tolerance.
    public func outOfAdherence(at time: Int) -> OutOfAdherence? {
        var copy = self
        copy.advance(to: time)
        let planned = plan.now(copy.now).activity
        copy.look(planned)
        guard let since = copy.outSince, copy.now - since >= rules.tolerance,
            !excused.contains(where: { $0.contains(copy.now) })
        else { return nil }
        return OutOfAdherence(planned: planned, state: state, since: since)
    }

    /// Figures begin at this time from now on, and older states are forgotten.
    public mutating func forget(before time: Int) {
        let time = AgentPlan.clamped(time)
        guard time > start else { return }
        advance(to: time)
        start = time
        history.forget(before: time)
        excused.removeAll { $0.upperBound <= time }
        recount()
    }

    private func check(_ time: Int) throws {
        guard time >= now else {
            throw WorkforceError(.unordered, at: "time", "it lies before what was told last")
        }
    }

    /// What a plan says up to a time.
    private static func until(_ plan: AgentPlan, _ time: Int) -> [AgentPlan.Entry] {
        plan.entries.prefix { $0.start < time }.map {
            AgentPlan.Entry($0.activity, from: $0.start, to: min($0.end, time))
        }
    }

    private mutating func recount() {
        counted = history.figures(plan, rules, excused: excused, from: start, to: now)
        outSince = nil
        // Since when: back through what was planned and done, while that did not fit either.
        var time = now
        var left = 10_000
        while time > start, left > 0 {
            left -= 1
            let before = time - 1
            let actual = rules.activity(of: history.state(at: before))
            if rules.isInAdherence(actual, planned: plan.now(before).activity) { break }
            let change = history.changes.last { $0.time <= before }?.time ?? start
            let place = plan.first(endingAfter: before)
            let begins = place < plan.entries.count ? plan.entries[place].start : .max
            let entry = begins <= before ? begins : place > 0 ? plan.entries[place - 1].end : start
            time = max(start, change, entry)
            outSince = time
        }
        look(plan.now(now).activity)
    }

    private mutating func look(_ activity: PlannedActivity?) {
        if rules.isInAdherence(rules.activity(of: state), planned: activity) {
            outSince = nil
        } else if outSince == nil {
            outSince = now
        }
    }

    private mutating func advance(to time: Int) {
        let (actual, time) = (rules.activity(of: state), AgentPlan.clamped(time))
        while now < time {
            let (activity, until) = plan.now(now)
            let end = min(until, time)
            let isAdherent = rules.isInAdherence(actual, planned: activity)
            look(activity)
            let free = isAdherent ? 0 : excused.reduce(0) { $0 + $1.clamped(to: now..<end).count }
            counted.add(end - now - free, planned: activity, actual: actual, inAdherence: isAdherent)
            counted.add(free, planned: activity, actual: actual, inAdherence: true)
            now = end
        }
    }
}
