/// Lines of shifts for which agents bid, as an alternative to giving shifts out.
public struct ShiftBids: Hashable, Sendable {
    /// One agent's wishes.
    public struct Bid: Hashable, Sendable {
        public var agent: Int
        /// More come first, or break ties between equal points.
        public var seniority: Int
        /// Lines in the order in which the agent wants them, with points for each when points decide.
        public var lines: [(line: Int, points: Int)] { zip(order, points).map { ($0, $1) } }
        private var order: [Int]
        private var points: [Int]

        public init(agent: Int, seniority: Int, lines: [Int]) {
            self.init(agent: agent, seniority: seniority, points: lines.map { ($0, 0) })
        }

        public init(agent: Int, seniority: Int, points: [(line: Int, points: Int)]) {
            self.agent = agent
            self.seniority = seniority
            order = points.map(\.line)
            self.points = points.map(\.points)
        }
    }

    public enum Method: Hashable, Sendable {
        /// The most senior agent chooses first.
        case seniority
        /// The highest points win each line; equal points go by seniority.
        case points
    }

    public struct Award: Hashable, Sendable {
        public var agent: Int
        /// Nil: none of the lines that the agent wanted was free and allowed.
        public var line: Int?
        /// Why lines that were still free could not be given.
        public var refused: [BrokenRule]
    }

    /// Each line's patterns by day.
    public var lines: [[Int: Int]]
    public let problem: ScheduleProblem

    public init(_ problem: ScheduleProblem, lines: [[Int: Int]]) {
        self.problem = problem
        self.lines = lines
    }

    /// One award for each bid, by agent. A line goes to one agent, an agent gets one line, and only a line that keeps the
    /// agent's rules and is made of his options. The order among equals is that of the agents' numbers.
    ///
    /// - Throws: `WorkforceError`: `.mismatch` for a line or agent that there is not, or a problem without names;
    ///   `.duplicate` for a second bid of an agent.
    public func award(_ bids: [Bid], by method: Method) throws -> [Award] {
        guard case .roster(let roster) = problem.work else {
            throw WorkforceError(.mismatch, at: "kind", "bids need agents with names")
        }
        let agents = Dictionary(uniqueKeysWithValues: roster.agents.map { ($0.id, $0) })
        var seen: Set<Int> = []
        for (index, bid) in bids.enumerated() {
            guard agents[bid.agent] != nil else {
                throw WorkforceError(.mismatch, at: "bids[\(index)].agent", "there is no agent \(bid.agent)")
            }
            guard seen.insert(bid.agent).inserted else {
                throw WorkforceError(.duplicate, at: "bids[\(index)].agent", "agent \(bid.agent) has bid already")
            }
            for (place, line) in bid.lines.enumerated() where !lines.indices.contains(line.line) {
                throw WorkforceError(.mismatch, at: "bids[\(index)].lines[\(place)]", "there is no line \(line.line)")
            }
        }
        var wants: [(bid: Int, line: Int, points: Int, place: Int)] = []
        for (index, bid) in bids.enumerated() {
            for (place, line) in bid.lines.enumerated() { wants.append((index, line.line, line.points, place)) }
        }
        wants.sort { a, b in
            let (one, two) = (bids[a.bid], bids[b.bid])
            if method == .points, a.points != b.points { return a.points > b.points }
            if one.seniority != two.seniority { return one.seniority > two.seniority }
            return (one.agent, a.place) < (two.agent, b.place)
        }
        var (taken, awards) = (Set<Int>(), bids.map { Award(agent: $0.agent, line: nil, refused: []) })
        for want in wants where awards[want.bid].line == nil && !taken.contains(want.line) {
            guard let agent = agents[bids[want.bid].agent] else { continue }
            let broken = self.broken(lines[want.line], agent, roster)
            if broken.isEmpty {
                awards[want.bid].line = want.line
                taken.insert(want.line)
            } else {
                awards[want.bid].refused += broken
            }
        }
        return awards.sorted { $0.agent < $1.agent }
    }

    private func broken(_ line: [Int: Int], _ agent: RosterAgent, _ roster: Roster) -> [BrokenRule] {
        let mine = Set(roster.options.filter { $0.agent == agent.id }.map { [$0.day, $0.pattern] })
        let foreign = line.sorted { $0.key < $1.key }.filter { !mine.contains([$0.key, $0.value]) }
        if !foreign.isEmpty {
            return foreign.map { BrokenRule(.option, agent: agent.id, day: $0.key, found: $0.value, allowed: 0) }
        }
        return ContractCheck(problem: problem, roster: roster, agent: agent, line: line).broken
    }
}
