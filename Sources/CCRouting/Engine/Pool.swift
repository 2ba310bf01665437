import CCCore

extension Router {
    /// Everybody who fulfils one requirement on one channel, and who waits for any of them.
    struct Pool: Sendable {
        let requires: SkillExpression
        let channel: Channel
        /// The skills that it asks for, by name.
        let skills: [SkillID]
        /// Free agents, once for each way to choose from them.
        var lines: [IdleLine] = []
        /// Contacts that wait, by queue.
        var waiting: [WaitLine] = []
        /// Contacts in ``waiting``.
        var waitingCount = 0
        /// How many agents stand in line.
        var idle = 0
        /// How many who fulfil it are available, or in a pause that lasts.
        var checkedIn = 0
        /// How many who fulfil it are available.
        var available = 0
        /// Contacts in line that some agents refused.
        var refused: [Int] = []
        /// How many queues and contacts use it; a pool that nobody uses is forgotten some time.
        var users = 0
        var isForgotten = false
    }

    /// The free agents of a pool in the order of one policy.
    struct IdleLine: Sendable {
        let policy: Policy
        let prefers: SkillExpression?
        /// Agents go by their turns alone.
        let isPlain: Bool
        let choosesByGroup: Bool
        /// All of them, or by group when the policy chooses one first.
        var groups: [RankIndex]
        /// How many stand in each group.
        var counts: [Int]
        var lastRank: Double?

        init(policy: Policy, prefers: SkillExpression?) {
            self.policy = policy
            self.prefers = prefers
            isPlain = policy.isLongestIdle && prefers == nil
            choosesByGroup = policy.choosesByGroup
            groups = [RankIndex()]
            counts = [0]
        }
    }

    /// The contacts of one queue that wait for the agents of one pool.
    struct WaitLine: Sendable {
        let queue: Int
        var contacts = OrderedLine()
    }
}
