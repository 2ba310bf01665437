import CCCore

/// A span in which an agent was out of adherence, and what that is called.
public struct AdherenceDeviation: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Checked out during a whole shift.
        case noShow
        /// Checked out at the beginning of a shift.
        case late
        /// Checked out until the end of a shift.
        case earlyLeave
        /// Checked out in the middle of work.
        case away
        /// A break or lunch went on into the work after it.
        case longBreak
        /// A break or lunch began during the work before it.
        case earlyBreak
        /// A pause in the middle of work.
        case unscheduledPause
        /// Worked when a break or lunch was planned.
        case missedBreak
        /// Not in the meeting or training.
        case missedMeeting
        /// In another pause than the planned one.
        case wrongPause
        /// There, although off or absent.
        case unscheduled
    }

    public var kind: Kind
    /// Nil: off.
    public var planned: PlannedActivity?
    public var state: AgentState
    public var start: Int
    public var end: Int

    /// All deviations of a span of time, in order. A span with one planned activity and one state is one deviation; what is
    /// excused is none.
    ///
    /// A shift is a run of planned activities, absence not among them, without a gap. One that is not over at the end of
    /// the span may still be begun: who is not there is late.
    ///
    /// - Parameter excused: Spans in which whatever the agent does is in adherence, as ``AdherenceMonitor/excused`` has
    ///   them.
    public static func all(
        in history: AdherenceHistory, _ plan: AgentPlan, _ rules: AdherenceRules, excused: [Range<Int>] = [],
        from start: Int, to end: Int
    ) -> [AdherenceDeviation] {
        let (start, end) = (AgentPlan.clamped(start), AgentPlan.clamped(end))
        guard start < end else { return [] }
        let first = plan.shiftBegin(at: start)
        var times: Set<Int> = [first, start, end]
        for entry in plan.entries { times.formUnion([entry.start, entry.end]) }
        for change in history.changes { times.insert(change.time) }
        for span in excused { times.formUnion([span.lowerBound, span.upperBound]) }
        let cuts = times.filter { first <= $0 && $0 <= end }.sorted()
        let pieces = zip(cuts, cuts.dropFirst()).map { low, high in
            Piece(
                span: low..<high, planned: plan.now(low).activity, state: history.state(at: low), rules: rules,
                excused: excused.contains { $0.contains(low) })
        }
        let isOpen = plan.shiftBegin(at: end) < end
        return pieces.indices.compactMap { place in
            let piece = pieces[place]
            if piece.isInAdherence || piece.span.lowerBound < start { return nil }
            return AdherenceDeviation(
                kind: kind(pieces, place, isOpen: isOpen), planned: piece.planned, state: piece.state,
                start: piece.span.lowerBound, end: piece.span.upperBound)
        }
    }

    private struct Piece {
        var span: Range<Int>
        var planned: PlannedActivity?
        var state: AgentState
        var actual: ActualActivity
        var isInAdherence: Bool

        init(
            span: Range<Int>, planned: PlannedActivity?, state: AgentState, rules: AdherenceRules, excused: Bool
        ) {
            (self.span, self.planned, self.state) = (span, planned, state)
            actual = rules.activity(of: state)
            isInAdherence = excused || rules.isInAdherence(actual, planned: planned)
        }

        var isShift: Bool { planned != nil && planned != .absence }
    }

    /// - Parameter isOpen: whether the shift of the last piece goes on after it.
    private static func kind(_ pieces: [Piece], _ place: Int, isOpen: Bool) -> Kind {
        let piece = pieces[place]
        var (gone, stayedAway) = (false, false)
        if piece.isShift, piece.actual == .checkedOut {
            // Checked out all the way on to the end of the shift, and back to its beginning.
            let on = pieces[(place + 1)...].prefix { $0.isShift }
            let back = pieces[..<place].reversed().prefix { $0.isShift }
            gone = on.allSatisfy { $0.actual == .checkedOut }
            stayedAway = back.allSatisfy { $0.actual == .checkedOut }
            if gone, stayedAway, !isOpen || place + 1 + on.count < pieces.count { return .noShow }
        }
        switch piece.planned {
        case nil, .absence: return .unscheduled
        case .meeting, .training: return .missedMeeting
        case .shortBreak, .lunch: return piece.actual == .working ? .missedBreak : .wrongPause
        case .work: break
        }
        if piece.actual == .checkedOut { return stayedAway ? .late : gone ? .earlyLeave : .away }
        func isPause(_ piece: Piece?) -> Bool {
            piece.map { $0.planned == .shortBreak || $0.planned == .lunch } ?? false
        }
        let before = pieces[..<place].last
        if isPause(before), before?.actual == piece.actual { return .longBreak }
        let after = pieces[(place + 1)...].first
        return isPause(after) && after?.actual == piece.actual ? .earlyBreak : .unscheduledPause
    }
}
