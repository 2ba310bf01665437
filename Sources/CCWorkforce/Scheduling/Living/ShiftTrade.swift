/// Agents change shifts with each other: one gives a shift away, and may get one for it.
public struct ShiftTrade: Hashable, Sendable {
    /// Who gives the shift of `day` away.
    public var giver: Int
    public var day: Int
    /// Who takes it.
    public var taker: Int
    /// The day whose shift the taker gives for it, which may be the same day; nil: nothing.
    public var inReturn: Int?

    public init(giver: Int, day: Int, taker: Int, inReturn: Int? = nil) {
        self.giver = giver
        self.day = day
        self.taker = taker
        self.inReturn = inReturn
    }

    /// Why a trade is refused.
    public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// The agent has no shift on this day.
        case noShift(agent: Int, day: Int)
        /// It takes two.
        case sameAgent
        /// The rule would be broken, and was not before.
        case breaks(BrokenRule)
        /// The schedule would cost so much more, by cover that other skills leave or by wages; so much is allowed.
        case costs(Int, allowed: Int)
        /// The problem has no names.
        case noNames

        public var description: String {
            switch self {
            case .noShift(let agent, let day): "agent \(agent) has no shift on day \(day)"
            case .sameAgent: "a trade takes two agents"
            case .breaks(let rule): rule.description
            case .costs(let cost, let allowed): "the schedule would cost \(cost) more, and \(allowed) is allowed"
            case .noNames: "a schedule without names has nobody to trade"
            }
        }
    }

    /// The schedule after the trade, and how its cost changes.
    ///
    /// - Parameter allowed: How much more the schedule may cost.
    /// - Throws: `Refusal`.
    public func apply(
        to assignments: [ScheduleSolution.Assignment], in problem: ScheduleProblem, allowed: Int = .max
    ) throws(Refusal) -> (assignments: [ScheduleSolution.Assignment], change: Int) {
        guard case .roster = problem.work else { throw .noNames }
        guard giver != taker else { throw .sameAgent }
        var after = assignments
        guard let given = after.firstIndex(where: { $0.agent == giver && $0.day == day }) else {
            throw .noShift(agent: giver, day: day)
        }
        var returned: Int?
        if let inReturn {
            guard let place = after.firstIndex(where: { $0.agent == taker && $0.day == inReturn }) else {
                throw .noShift(agent: taker, day: inReturn)
            }
            returned = place
        }
        after[given].agent = taker
        if let returned { after[returned].agent = giver }
        let checker = ScheduleChecker(problem)
        let before = checker.check(.roster(assignments))
        let report = checker.check(.roster(after))
        let old = Set(before.broken)
        if let broken = report.broken.first(where: { !old.contains($0) }) { throw .breaks(broken) }
        let change = report.cost - before.cost
        if change > allowed { throw .costs(change, allowed: allowed) }
        return (after.sorted(), change)
    }
}
