import CCCore

/// The contact that has waited longest of all queues, whatever its priority and its queue's weight.
public struct OldestFirst: RoutingPolicy {
    public init() {}
    public var text: String { "oldestFirst" }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double { contact.wait }
}

/// The highest priority first, queue's and contact's together; of the same priority the longest wait.
///
/// With ageing, a contact counts as one priority higher for every so many seconds that it has waited, so that none waits
/// without end while higher ones keep coming.
public struct PriorityFirst: RoutingPolicy {
    /// Seconds for one step of priority, above 0; nil: priority is strict.
    public let aging: Double?

    /// - Throws: ``PolicyError`` when the time is not above 0.
    public init(aging: Double? = nil) throws(PolicyError) {
        self.aging = aging
        if let aging, !(aging > 0 && aging.isFinite) {
            throw PolicyError(text: text, message: "aging is a time above 0 s")
        }
    }

    public var text: String { aging.map { PolicyText.text("priority", [("aging", $0)]) } ?? "priority" }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        Double(contact.priority) * (aging ?? 1e9) + contact.wait
    }
}

/// The wait times the weight of the queue, highest first: a heavier queue is served earlier, and none is left to starve,
/// because every wait grows.
public struct WeightedWait: RoutingPolicy {
    /// By queue, above 0; queues that are not listed have their ``Queue/weight``.
    public let weights: [QueueID: Double]
    public let text: String

    /// - Throws: ``PolicyError`` when a weight is not above 0.
    public init(_ weights: [QueueID: Double] = [:]) throws(PolicyError) {
        self.weights = weights
        text = PolicyText.text("weightedWait", weights.map { ($0.rawValue, $1) })
        try PolicyText.checkPositive(Array(weights.values), text)
    }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        contact.wait * (weights[queue.id] ?? queue.weight)
    }
}

/// The queue that is nearest to missing its target goes first: the wait in parts of the queue's threshold, and a part for
/// what its service level of late lacks to the target.
///
/// With gain 10, a queue 10 points below its target counts as if its first contact had waited one threshold longer. The
/// wait always counts, so a queue above its target does not starve.
public struct ServiceLevelDriven: RoutingPolicy {
    /// 0 or more; 10 unless you say otherwise.
    public let gain: Double

    /// - Throws: ``PolicyError`` when the gain is negative.
    public init(gain: Double = 10) throws(PolicyError) {
        self.gain = gain
        guard gain >= 0, gain.isFinite else { throw PolicyError(text: text, message: "gain is 0 or more") }
    }

    public var text: String { gain == 10 ? "serviceLevel" : PolicyText.text("serviceLevel", [("gain", gain)]) }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        let lack = queue.serviceLevel.map { queue.target - $0 } ?? 0
        return contact.wait / max(queue.threshold, 0.001) + gain * lack
    }
}

/// The generalised cµ rule: the queue whose cost of waiting grows fastest, for each second of work that it takes to stop
/// it.
///
/// A wait of w seconds costs weight × w^power in a queue; an agent takes the contact with the highest weight × power ×
/// w^(power − 1) ÷ (the queue's mean handle time of late). With power 1 it is the cµ rule, a fixed order of queues; with
/// power 2 waits are kept short where they cost most, and none becomes very long. (J. A. van Mieghem, Dynamic scheduling with
/// convex delay costs: the generalized cµ rule, Annals of Applied Probability 5 (1995) 809–833; A. Mandelbaum and A. L.
/// Stolyar, Operations Research 52 (2004) 836–855, for agents with several skills.)
public struct GeneralizedCMu: RoutingPolicy {
    /// By queue, 0 or more; 1 for queues that are not listed.
    public let weights: [QueueID: Double]
    /// 1 or more.
    public let power: Double
    public let text: String

    /// - Throws: ``PolicyError`` when a weight is negative or the power less than 1.
    public init(_ weights: [QueueID: Double], power: Double = 2) throws(PolicyError) {
        self.weights = weights
        self.power = power
        text = PolicyText.text("generalizedCMu", [("power", power)] + weights.map { ($0.rawValue, $1) })
        guard power >= 1, power <= 100 else { throw PolicyError(text: text, message: "power is 1 to 100") }
        guard weights[QueueID("power")] == nil else {
            throw PolicyError(text: text, message: "a queue named power cannot have a weight here")
        }
        guard weights.values.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw PolicyError(text: text, message: "weights are 0 or more")
        }
    }

    /// What is taken for the handle time of a queue that has served nobody yet, in seconds.
    private static let handleTime = 180.0

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        let weight = (weights[queue.id] ?? 1) * power / max(queue.handleTime ?? Self.handleTime, 0.001)
        if power == 2 { return weight * contact.wait }
        return power == 1 ? weight : weight * raised(max(0, contact.wait), to: power - 1)
    }
}

/// Keeps the lengths of queues in fixed proportions: an agent takes the first of the queue whose length exceeds its share
/// of all that wait most.
///
/// The shares are what the waits should be times how many come: queues with equal arrivals and shares 2 and 1 have
/// waits of 2 to 1. A queue without a share has share 0: it is emptied first. (I. Gurvich and W. Whitt, Service-level
/// differentiation in many-server service systems via queue-ratio routing, Operations Research 58 (2010) 316–328, and Queue-and-idleness-ratio controls
/// in many-server service systems, Mathematics of Operations Research 34 (2009) 363–396.)
public struct FixedQueueRatio: RoutingPolicy {
    /// In proportion; 0 or more, and one above 0.
    public let shares: [QueueID: Double]
    public let text: String
    private let sum: Double

    /// - Throws: ``PolicyError`` when a share is negative or all are 0.
    public init(_ shares: [QueueID: Double]) throws(PolicyError) {
        self.shares = shares
        text = PolicyText.text("fixedQueueRatio", shares.map { ($0.rawValue, $1) })
        sum = try PolicyText.sum(of: Array(shares.values), text)
    }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        Double(queue.waiting) - (shares[queue.id] ?? 0) / sum * Double(queue.waitingInAll)
    }
}

/// The work that is due first; what has no date comes after all that has one, by its wait.
public struct EarliestDue: RoutingPolicy {
    public init() {}
    public var text: String { "earliestDue" }

    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        contact.due.map { -$0 } ?? contact.wait - 1e12
    }
}
