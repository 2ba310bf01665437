import CCCore

/// A person who takes contacts, as the router knows them.
public struct Agent: Hashable, Sendable, Codable, Identifiable {
    public let id: AgentID
    public var skills: Set<SkillID>

    public init(_ id: AgentID, skills: Set<SkillID> = []) {
        self.id = id
        self.skills = skills
    }
}
