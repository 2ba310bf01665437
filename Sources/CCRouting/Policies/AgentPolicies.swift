import CCCore

/// The agent with the fewest contacts since they were added gets the next.
public struct FewestContacts: RoutingPolicy {
    public init() {}
    public var text: String { "fewestContacts" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        Double(agent.contacts)
    }
}

/// The agent who has spent the least time with customers gets the next.
public struct LeastTalkTime: RoutingPolicy {
    public init() {}
    public var text: String { "leastTalkTime" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        agent.talkTime
    }
}

/// One after the other, in the order in which agents were added; who is busy when the turn comes is passed over.
public struct RoundRobin: RoutingPolicy {
    public init() {}
    public var text: String { "roundRobin" }

    /// A rank is a round and a place in it. Who comes after the last one that was taken is still in the same round.
    private static let places = Double(1 << 20)

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        let place = Double(agent.place)
        guard let last = line.lastRank, last.isFinite else { return place }
        let round = (last / Self.places).rounded(.down)
        return (last - round * Self.places < place ? round : round + 1) * Self.places + place
    }
}

/// Always the first in the order in which agents were added; the last only when all others are busy.
public struct Linear: RoutingPolicy {
    public init() {}
    public var text: String { "linear" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        Double(agent.place)
    }
}

/// Anyone who is free, each as likely.
///
/// Every agent who becomes free draws an exponential time from the rank of the one who was taken last. What others still
/// have to go is exponential too, since it has no memory: whoever came when, all are as likely to be first.
public struct RandomAgent: RoutingPolicy {
    public init() {}
    public var text: String { "random" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        (line.lastRank ?? 0) + random.exponential()
    }
}

/// Anyone who is free, in proportion to their ``Agent/weight``: as ``RandomAgent``, with times that are shorter by the
/// weight, so that of agents with weights 3 and 1 the first is taken three times in four.
public struct WeightedRandom: RoutingPolicy {
    public init() {}
    public var text: String { "weightedRandom" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        let time = random.exponential()
        // Who weighs nothing comes after all who weigh something, and still in finite time.
        return (line.lastRank ?? 0) + time / max(agent.weight, 1e-9)
    }
}

/// The agent who is best at what the queue asks for, by the mean proficiency in its skills.
public struct BestProficiency: RoutingPolicy {
    public init() {}
    public var text: String { "bestProficiency" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        -agent.proficiency
    }
}

/// The agent who uses the smallest share of what they can do at a time on the channel; of those the one with the fewest
/// contacts of any channel at the moment. For channels with several contacts at a time.
public struct LeastLoaded: RoutingPolicy {
    public init() {}
    public var text: String { "leastLoaded" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        agent.utilization + Double(agent.load) * 1e-6
    }
}

/// The agent who can do the least besides: flexible agents stay free for contacts that nobody else can take.
///
/// Flexibility is the number of different requirements that an agent fulfils, then the number of skills. (R. Wallace and
/// W. Whitt, A staffing algorithm for call centers with skill-based routing, Manufacturing & Service Operations Management
/// 7 (2005) 276–294, give each agent's calls by the same idea: primary skill first.)
public struct SpecialistsFirst: RoutingPolicy {
    public init() {}
    public var text: String { "specialistsFirst" }

    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        Double(agent.requirements) + Double(agent.skills.count) * 1e-6
    }
}

/// Keeps the free agents of groups in fixed proportions: a contact goes to the group whose number of free agents exceeds
/// its share of all free agents most, and within it to the longest idle.
///
/// A group without a share has share 0: none of its agents is kept free as long as there are others. (I. Gurvich and W. Whitt,
/// Queue-and-idleness-ratio controls in many-server service systems, Mathematics of Operations Research 34 (2009)
/// 363–396.)
public struct IdlenessRatio: RoutingPolicy {
    /// In proportion; 0 or more, and one above 0.
    public let shares: [AgentGroupID: Double]
    public let text: String
    private let sum: Double

    /// - Throws: ``PolicyError`` when a share is negative or all are 0.
    public init(_ shares: [AgentGroupID: Double]) throws(PolicyError) {
        self.shares = shares
        text = PolicyText.text("idlenessRatio", shares.map { ($0.rawValue, $1) })
        sum = try PolicyText.sum(of: Array(shares.values), text)
    }

    public var choosesByGroup: Bool { true }

    public func worth(of group: GroupView, for contact: ContactView, in queue: QueueView) -> Double {
        let share = group.id.flatMap { shares[$0] } ?? 0
        return Double(group.idle) - share / sum * Double(group.idleInAll)
    }
}
