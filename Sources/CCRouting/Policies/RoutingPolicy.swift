import CCCore

/// Decides where there is a choice: which agent gets a contact, and which contact an agent gets.
///
/// What may be chosen from is not its business: skills, capacity and exclusions are. A policy is a small value without
/// state of its own; it sees figures and answers with numbers, and the router keeps the indexes. Implement only the side
/// that you care for: a queue's ``Queue/selection`` is asked about agents, the router's policy about contacts.
public protocol RoutingPolicy: Sendable {
    /// The policy with its parameters in one canonical line, for example `longestIdle` or `ratio(sales: 2, support: 1)`.
    /// Policies with the same text are the same.
    var text: String { get }

    /// Orders agents for a queue: the lowest gets the contact; equals go by who has been idle longest.
    ///
    /// It is asked when an agent becomes free and must hold for as long as they are.
    ///
    /// - Parameter random: A generator of the router's own, so that the same seed decides the same.
    func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double

    /// Whether a group is chosen first, and the agent within it.
    var choosesByGroup: Bool { get }

    /// How good it is to take an agent from a group: the highest is chosen, of equals the group that was added first.
    func worth(of group: GroupView, for contact: ContactView, in queue: QueueView) -> Double

    /// How urgent it is that this agent takes this contact, the first in line of its queue: the highest is chosen, of
    /// equals the one who came first.
    func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double
}

extension RoutingPolicy {
    /// The longest idle first.
    public func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
        Double(agent.turn)
    }

    public var choosesByGroup: Bool { false }

    /// The group with most idle agents.
    public func worth(of group: GroupView, for contact: ContactView, in queue: QueueView) -> Double {
        Double(group.idle)
    }

    /// The longest wait first, counted with the queue's weight and the contact's priority.
    public func urgency(of contact: ContactView, in queue: QueueView, for agent: AgentView) -> Double {
        contact.countedWait * queue.weight
    }
}

/// An agent as a policy sees one.
public struct AgentView: Sendable {
    public let id: AgentID
    /// The place in the order in which agents were added, from 0.
    public let place: Int
    /// Grows with each time that an agent becomes free: lower has been idle longer.
    public let turn: Int64
    /// For how long the agent has been idle, in seconds.
    public let idle: Double
    /// Contacts answered since the agent was added.
    public let contacts: Int
    /// Seconds spent with customers since the agent was added.
    public let talkTime: Double
    /// Contacts at this moment, of all channels.
    public let load: Int
    /// The share of the agent's capacity for the line's channel that is used, 0 to 1.
    public let utilization: Double
    /// The mean proficiency in the skills that the line asks for; 0 when it asks for none.
    public let proficiency: Double
    /// How many different requirements the agent fulfils: the more, the more flexible.
    public let requirements: Int
    /// ``Agent/weight``.
    public let weight: Double
    public let group: AgentGroupID?
    public let skills: SkillSet
}

/// The free agents who fulfil one requirement, as a policy sees them.
public struct LineView: Sendable {
    /// The rank of the agent who was taken last; nil before the first.
    public let lastRank: Double?
    /// How many agents there are in all; places are below it.
    public let agents: Int
}

/// The free agents of one group who fulfil a requirement.
public struct GroupView: Sendable {
    public let id: AgentGroupID?
    /// The place in the order in which groups were added, from 0.
    public let place: Int
    /// How many are free, 1 or more.
    public let idle: Int
    /// For how long the first of them has been idle, in seconds.
    public let longestIdle: Double
    /// How many agents of all groups who fulfil the requirement are free.
    public let idleInAll: Int
}

/// A contact as a policy sees one.
public struct ContactView: Sendable {
    /// How long it has waited, in seconds.
    public let wait: Double
    /// The same, with what its priority adds by the queue's ``Queue/aging``.
    public let countedWait: Double
    /// The queue's priority and its own.
    public let priority: Int
    /// In so many seconds it should be done; negative when it is late; nil when nothing was said.
    public let due: Double?
}

/// A queue as a policy sees one.
public struct QueueView: Sendable {
    public let id: QueueID
    /// The place in the order in which queues were added, from 0.
    public let place: Int
    public let waiting: Int
    /// How many wait in all queues together.
    public let waitingInAll: Int
    public let weight: Double
    /// Seconds, of ``Queue/serviceLevelThreshold``.
    public let threshold: Double
    public let target: Double
    /// The share that was answered in time of late, 0 to 1; nil before the first.
    public let serviceLevel: Double?
    /// The mean time that an agent spent on a contact of late, in seconds; nil before the first.
    public let handleTime: Double?
}
