import CCCore

/// The skills that an agent has, each with a proficiency from 1 (beginner) to 10 (expert).
///
/// Written as `["es": 4, "billing": 2]`, or as `["es", "billing"]` when proficiency does not matter: it is 1 then.
public struct SkillSet: Hashable, Sendable {
    /// What a proficiency may be.
    public static let proficiencies = 1...10

    private var levels: [SkillID: Int] = [:]

    public init() {}

    /// - Parameter proficiencies: Are brought into 1...10.
    public init(_ proficiencies: [SkillID: Int]) {
        for (skill, proficiency) in proficiencies { self[skill] = proficiency }
    }

    public init(_ skills: some Sequence<SkillID>) {
        for skill in skills { levels[skill] = 1 }
    }

    /// How well the agent masters a skill; 0 when not at all. Setting it to 0 takes the skill away.
    public subscript(skill: SkillID) -> Int {
        get { levels[skill, default: 0] }
        set { levels[skill] = newValue <= 0 ? nil : min(newValue, Self.proficiencies.upperBound) }
    }

    public var isEmpty: Bool { levels.isEmpty }
    public var count: Int { levels.count }
    public func contains(_ skill: SkillID) -> Bool { levels[skill] != nil }

    /// The skills, by name.
    public var names: [SkillID] { levels.keys.sorted() }

    /// The skills by name, with their proficiencies.
    public var entries: [(skill: SkillID, proficiency: Int)] {
        levels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension SkillSet: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(arrayLiteral skills: SkillID...) { self.init(skills) }

    public init(dictionaryLiteral elements: (SkillID, Int)...) {
        for (skill, proficiency) in elements { self[skill] = proficiency }
    }
}

/// Coded as a mapping from the skill's name to the proficiency.
extension SkillSet: Codable {
    public init(from decoder: any Decoder) throws {
        var levels: [SkillID: Int] = [:]
        let container = try decoder.singleValueContainer()
        for (name, proficiency) in try container.decode([String: Int].self) { levels[SkillID(name)] = proficiency }
        self.init(levels)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(uniqueKeysWithValues: levels.map { ($0.key.rawValue, $0.value) }))
    }
}
