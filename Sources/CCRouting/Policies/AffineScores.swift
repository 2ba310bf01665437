import CCCore

/// A score for each pair of a queue and a group of agents, on both sides: a contact that comes goes to the group, and an agent
/// who becomes free takes the contact, with the highest *base* + *wait* × seconds waited + *idle* × seconds idle.
///
/// Give it to the router and to the queues' ``Queue/selection``. Bases make fixed preferences, which waits and idle times
/// overcome in time: most common policies are special cases. (W. Chan, G. Koole and P. L'Ecuyer, Dynamic call center routing
/// policies using call waiting and agent idle times, Manufacturing & Service Operations Management 16 (2014) 544–560.)
///
/// As text `affineScores(sales@closers: 30 1 0.5, *@*: 0 1 0)`: queue, group, and the three numbers; `*` stands for all that
/// are not listed.
public struct AffineScores: RoutingPolicy {
    public struct Pair: Hashable, Sendable {
        /// Nil: every queue.
        public var queue: QueueID?
        /// Nil: every group, and agents without one.
        public var group: AgentGroupID?

        public init(_ queue: QueueID?, _ group: AgentGroupID?) {
            self.queue = queue
            self.group = group
        }
    }

    public struct Score: Hashable, Sendable {
        public var base: Double
        /// For each second that the contact has waited, 0 or more.
        public var wait: Double
        /// For each second that the agent has been idle, 0 or more.
        public var idle: Double

        public init(base: Double, wait: Double, idle: Double) {
            self.base = base
            self.wait = wait
            self.idle = idle
        }
    }

    /// The most exact pair counts: queue and group, then the queue, then the group, then all; a pair that none fits has
    /// 0, 1 and 1.
    public let scores: [Pair: Score]
    public let text: String

    /// - Throws: ``PolicyError`` when a number is not finite, or one for a second is negative.
    public init(_ scores: [Pair: Score]) throws(PolicyError) {
        self.scores = scores
        text = PolicyText.text(
            "affineScores",
            scores.map { pair, score in
                (
                    "\(pair.queue?.rawValue ?? "*")@\(pair.group?.rawValue ?? "*")",
                    [score.base, score.wait, score.idle]
                )
            })
        for score in scores.values {
            guard score.base.isFinite, score.wait >= 0, score.wait.isFinite, score.idle >= 0, score.idle.isFinite else {
                throw PolicyError(text: text, message: "expected a base, and numbers of 0 or more for wait and idle")
            }
        }
    }

    private func score(_ queue: QueueID, _ group: AgentGroupID?) -> Score {
        if let group, let score = scores[Pair(queue, group)] { return score }
        if let score = scores[Pair(queue, nil)] { return score }
        if let group, let score = scores[Pair(nil, group)] { return score }
        return scores[Pair(nil, nil)] ?? Score(base: 0, wait: 1, idle: 1)
    }

    public var choosesByGroup: Bool { true }

    public func worth(of group: GroupView, for contact: ContactView, in queue: QueueView) -> Double {
        let score = score(queue.id, group.id)
        return score.base + score.wait * contact.wait + score.idle * group.longestIdle
    }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        let score = score(queue.id, agent.group)
        return score.base + score.wait * contact.wait + score.idle * agent.idle
    }
}
