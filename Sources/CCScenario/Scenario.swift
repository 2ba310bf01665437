import CCCore
import CCRouting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A day of a centre as a value: who calls when and how patient they are, who works when and how, and for how long.
///
/// The same scenario runs at contact depth (``ContactSimulation``: the router alone) and at telephony depth (with real
/// SIP and RTP, in CCSimulation). `Docs/Scenarios.md` describes its file form.
public struct Scenario: Hashable, Sendable {
    public var name: String
    /// The date of offset zero; arrivals, shifts and breaks are offsets from it.
    public var start: Date
    /// When arrivals end, and with them what is measured. Contacts that are there by then are served to their end.
    public var horizon: Duration
    /// Contacts that arrive before it, and the time until then, are not counted. Less than the horizon.
    public var warmUp: Duration
    /// How many times the scenario runs, with other random numbers each time; 1 or more.
    public var replications: Int
    /// Which contact an agent gets who becomes free. At telephony depth it is not used.
    public var policy: Policy
    /// In the order of the file; figures come in the same order.
    public var queues: [ScenarioQueue]
    /// In the order of the file; of two groups with as many idle agents the first is preferred.
    public var groups: [AgentGroup]

    public init(
        name: String = "scenario", start: Date = Scenario.defaultStart, horizon: Duration, warmUp: Duration = .zero,
        replications: Int = 1, policy: Policy = .longestWait, queues: [ScenarioQueue], groups: [AgentGroup]
    ) {
        self.name = name
        self.start = start
        self.horizon = horizon
        self.warmUp = warmUp
        self.replications = replications
        self.policy = policy
        self.queues = queues
        self.groups = groups
    }

    /// How many agents one group may have.
    public static let agentsMax = 1_000_000

    /// Monday, 5 January 2026, 00:00 UTC.
    public static let defaultStart = Date(timeIntervalSince1970: 1_767_571_200)

    /// The agents of all groups as the router knows them, in the order of their groups.
    public var agents: [Agent] { groups.flatMap(\.agents) }
    /// The queues as the router knows them.
    public var rules: [Queue] { queues.map(\.rules) }
}

/// A queue with the contacts that come to it.
public struct ScenarioQueue: Hashable, Sendable, Identifiable {
    /// The production rules: skills, ring timeout, waitingMax, service level threshold, selection, refusals. Its
    /// `wrapUp` is the longest that an agent may take.
    public var rules: Queue
    /// The share of offered contacts, 0 to 1, that should be answered within the threshold. Reported, and what policies
    /// go by that look at service levels.
    public var target: Double {
        didSet { rules.serviceLevelTarget = target }
    }
    public var arrivals: ArrivalProcess
    public var patience: Patience
    /// The time with the customer.
    public var talk: Distribution
    /// The work afterwards; nil: always as long as `rules.wrapUp`.
    public var wrapUp: Distribution?
    public var redials: Redials?

    public var id: QueueID { rules.id }

    public init(
        _ rules: Queue, target: Double = 0.8, arrivals: ArrivalProcess, patience: Patience = .endless,
        talk: Distribution, wrapUp: Distribution? = nil, redials: Redials? = nil
    ) {
        self.rules = rules
        self.rules.serviceLevelTarget = target
        self.target = target
        self.arrivals = arrivals
        self.patience = patience
        self.talk = talk
        self.wrapUp = wrapUp
        self.redials = redials
    }
}

/// For how long a customer waits for an agent before leaving, ringing included.
public enum Patience: Hashable, Sendable {
    /// Nobody ever leaves.
    case endless
    case drawn(Distribution)
}

/// Customers who left, or were turned away, and try again.
public struct Redials: Hashable, Sendable {
    /// Of those who did not get through, the share who try again, 0 to 1.
    public var probability: Double
    /// How long after.
    public var delay: Distribution
    /// How many more times one customer tries at most, 1 or more.
    public var triesMax: Int

    public init(probability: Double, delay: Distribution, triesMax: Int = 3) {
        self.probability = probability
        self.delay = delay
        self.triesMax = triesMax
    }
}
