/// Why an agent was offered a contact: what was asked for, who could have had it, and who could not and by which rule.
///
/// Its JSON is stable: keys and rules are added, never renamed.
public struct RoutingDecision: Hashable, Sendable, Codable {
    public enum Occasion: String, Hashable, Sendable, Codable, CaseIterable {
        /// A contact came, or came back into line.
        case contactCame
        /// An agent became free.
        case agentFree
    }

    /// Why an agent could not have the contact.
    public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
        case checkedOut
        case paused
        /// Does not take contacts of this channel.
        case channel
        /// Lacks what is required.
        case skills
        /// The contact may not go to this agent.
        case excluded
        /// Refused it, and others have not been tried yet.
        case refused
        /// Has no room beside what they do.
        case busy
        /// The contact waits for another agent.
        case otherAgentAskedFor
    }

    public struct Candidate: Hashable, Sendable, Codable {
        public let agent: AgentID
        /// For how long free.
        @Seconds public var idle: Duration
        /// The mean proficiency in the skills that are asked for.
        public let proficiency: Double
        /// Contacts that the agent has besides.
        public let load: Int

        public init(agent: AgentID, idle: Duration, proficiency: Double, load: Int) {
            self.agent = agent
            self.idle = idle
            self.proficiency = proficiency
            self.load = load
        }
    }

    public struct Rejection: Hashable, Sendable, Codable {
        public let rule: Rule
        public let count: Int
        /// The first of them, in the order in which they were added.
        public let agents: [AgentID]

        public init(rule: Rule, count: Int, agents: [AgentID]) {
            self.rule = rule
            self.count = count
            self.agents = agents
        }
    }

    /// A contact that the agent could have had instead.
    public struct Alternative: Hashable, Sendable, Codable {
        public var contact: ContactID
        public let queue: QueueID
        @Seconds public var waited: Duration

        public init(contact: ContactID, queue: QueueID, waited: Duration) {
            self.contact = contact
            self.queue = queue
            self.waited = waited
        }
    }

    public var contact: ContactID
    public let queue: QueueID
    public let agent: AgentID
    public let occasion: Occasion
    /// The requirement in force, as text.
    public let requires: String
    /// The policy that chose: the queue's among agents, the router's among contacts.
    public let policy: String
    @Seconds public var waited: Duration
    /// Agents who could have had it, the chosen one first, then who was free longest; not more than ``namesMax``.
    public let candidates: [Candidate]
    public let candidateCount: Int
    public let rejections: [Rejection]
    /// When an agent became free: the first contacts of other queues that they could have had.
    public let alternatives: [Alternative]
    /// Agents beyond ``agentsMax`` who are neither named nor counted here; nil when all were looked at.
    public let notLookedAt: Int?

    /// How many names a list holds at most.
    public static let namesMax = 20
    /// How many agents are looked at for one decision at most, so that explaining does not grow with the centre.
    public static let agentsMax = 500

    public init(
        contact: ContactID, queue: QueueID, agent: AgentID, occasion: Occasion, requires: String, policy: String,
        waited: Duration, candidates: [Candidate], candidateCount: Int, rejections: [Rejection],
        alternatives: [Alternative], notLookedAt: Int? = nil
    ) {
        self.contact = contact
        self.queue = queue
        self.agent = agent
        self.occasion = occasion
        self.requires = requires
        self.policy = policy
        self.waited = waited
        self.candidates = candidates
        self.candidateCount = candidateCount
        self.rejections = rejections
        self.alternatives = alternatives
        self.notLookedAt = notLookedAt
    }
}
