import CCCore

/// A person who takes contacts, as the router knows them.
public struct Agent: Hashable, Sendable, Codable, Identifiable {
    public let id: AgentID
    public var skills: Set<SkillID>
    /// The order in which the agent prefers work, by the skill that it asks for: of all contacts that the agent could
    /// take, those of the lowest level come first, and of those the oldest. A skill that is not listed has level 0. A
    /// queue that asks for several skills has the highest of their levels; a queue that asks for none, and a contact that
    /// is for this agent alone, have level 0.
    public var levels: [SkillID: Int]
    /// The group that the agent belongs to, for queues that choose by group.
    public var group: AgentGroupID?

    public init(
        _ id: AgentID, skills: Set<SkillID> = [], levels: [SkillID: Int] = [:], group: AgentGroupID? = nil
    ) {
        self.id = id
        self.skills = skills
        self.levels = levels
        self.group = group
    }

    func level(of required: Set<SkillID>) -> Int { required.map { levels[$0, default: 0] }.max() ?? 0 }
}
