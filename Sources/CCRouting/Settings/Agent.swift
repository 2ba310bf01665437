import CCCore

/// A person who takes contacts, as the router knows them.
public struct Agent: Hashable, Sendable, Codable, Identifiable {
    public let id: AgentID
    public var skills: SkillSet
    /// The order in which the agent prefers work, by the skill that it asks for: of all contacts that the agent could
    /// take, those of the lowest level come first, whatever the router's policy says among those of one level. A skill
    /// that is not listed has level 0. A queue that asks for several skills has the highest of their levels; a queue that
    /// asks for none, and a contact that is for this agent alone, have level 0.
    public var levels: [SkillID: Int]
    /// The group that the agent belongs to, for queues that choose by group.
    public var group: AgentGroupID?
    /// How many contacts of which channels at a time.
    public var capacity: Capacity
    /// How much of the work the agent should get where a policy goes by shares; more than 0.
    public var weight: Double
    /// The groups whose agents' requests for help come to this agent.
    public var leads: Set<AgentGroupID>

    public init(
        _ id: AgentID, skills: SkillSet = [], levels: [SkillID: Int] = [:], group: AgentGroupID? = nil,
        capacity: Capacity = .voice, weight: Double = 1, leads: Set<AgentGroupID> = []
    ) {
        self.id = id
        self.skills = skills
        self.levels = levels
        self.group = group
        self.capacity = capacity
        self.weight = weight
        self.leads = leads
    }

    func level(of required: [SkillID]) -> Int {
        if levels.isEmpty { return 0 }
        return required.map { levels[$0, default: 0] }.max() ?? 0
    }
}
