/// Rules of one agent that cannot hold together: what to talk about when no schedule exists.
///
/// The set is irreducible: with any one of its rules left out the others can hold. Up to three rules, and up to four on
/// horizons of at most a fortnight, it is also a smallest one, which is shown by trying all smaller sets.
public struct ScheduleConflict: Hashable, Sendable, CustomStringConvertible {
    public enum Rule: Hashable, Sendable, CustomStringConvertible {
        /// Paid slots of a week.
        case minHours(Int)
        case maxHours(Int)
        case maxDays(Int)
        case consecutiveDays(Int, before: Int)
        case rest(Int)
        case maxWeekends(Int)
        /// On this day only so many shifts can be worked, and not any.
        case availability(day: Int, options: Int)

        public var description: String {
            switch self {
            case .minHours(let slots): "at least \(slots) paid slots a week"
            case .maxHours(let slots): "at most \(slots) paid slots a week"
            case .maxDays(let days): "at most \(days) shifts a week"
            case .consecutiveDays(let days, let before):
                "at most \(days) days in a row" + (before > 0 ? ", after \(before) before the first day" : "")
            case .rest(let slots): "at least \(slots) slots of rest between shifts"
            case .maxWeekends(let count): "at most \(count) weekends with work"
            case .availability(let day, let options):
                options == 0 ? "no shift on day \(day)" : "only the \(options) shifts offered on day \(day)"
            }
        }
    }

    public var agent: Int
    public var rules: [Rule]

    /// `agent 7 cannot have at least 80 paid slots a week together with at most 4 shifts a week`
    public var description: String {
        let words = rules.map(\.description)
        guard let first = words.first else { return "agent \(agent): no line of shifts keeps the rules" }
        if words.count == 1 { return "agent \(agent) cannot have \(first)" }
        return "agent \(agent) cannot have \(first) together with " + words.dropFirst().joined(separator: " and ")
    }

    /// The conflicts of all agents for whom no line of shifts keeps the rules; empty: a schedule exists, since rules
    /// never bind two agents together.
    public static func all(in problem: ScheduleProblem) -> [ScheduleConflict] {
        find(problem, agents: agents(in: problem))
    }

    /// The agents for whom no line of shifts keeps the rules, by their numbers: quick, and no more is asked of most.
    public static func agents(in problem: ScheduleProblem) -> [Int] {
        guard case .roster(let roster) = problem.work else { return [] }
        return zip(roster.agents, LinePlanner.all(RosterTables(problem, roster))).compactMap { agent, planner in
            planner.cheapest([Int](repeating: 0, count: planner.options.count)) == nil ? agent.id : nil
        }
    }

    /// - Returns: nil when the agent's rules can be kept, or there is no such agent.
    public static func find(_ problem: ScheduleProblem, agent id: Int) -> ScheduleConflict? {
        find(problem, agents: [id]).first
    }

    /// The conflicts of some agents, in their order; those whose rules can be kept, or who are not there, have none. An
    /// agent takes about a tenth of a second, so that a caller in a hurry asks for a few.
    public static func find(_ problem: ScheduleProblem, agents: [Int]) -> [ScheduleConflict] {
        guard case .roster(let roster) = problem.work else { return [] }
        let wanted = Set(agents)
        var options: [Int: [RosterOption]] = [:]
        for option in roster.options where wanted.contains(option.agent) {
            options[option.agent, default: []].append(option)
        }
        let contracts = Dictionary(roster.agents.map { ($0.id, $0) }) { first, _ in first }
        return agents.compactMap { id in
            contracts[id].flatMap { ConflictFinder(problem, roster, $0, options[id] ?? []).conflict }
        }
    }
}
