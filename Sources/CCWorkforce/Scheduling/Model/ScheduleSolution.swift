/// An answer to a `ScheduleProblem`: what is worked.
public enum ScheduleSolution: Hashable, Sendable {
    /// How often each shift of the problem is worked, by its index.
    case cover([Int])
    /// One entry for each shift of each agent.
    case roster([Assignment])

    public struct Assignment: Hashable, Sendable, Comparable {
        public var agent: Int
        public var day: Int
        public var pattern: Int

        public init(agent: Int, day: Int, pattern: Int) {
            self.agent = agent
            self.day = day
            self.pattern = pattern
        }

        public static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.agent, lhs.day, lhs.pattern) < (rhs.agent, rhs.day, rhs.pattern)
        }
    }
}
