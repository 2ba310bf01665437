import CCCore

/// What an agent must be able to do to get a contact: skills with proficiencies, joined by *and*, *or* and *not*.
///
/// ```swift
/// .skill("es", atLeast: 3) && !.skill("trainee")
/// ```
///
/// The same as text is `es>=3 & !trainee`. A list of skills asks for all of them: `["es", "billing"]`.
public indirect enum SkillExpression: Hashable, Sendable {
    /// Every agent fulfils it.
    case anyone
    /// The skill with a proficiency in the range.
    case proficiency(SkillID, ClosedRange<Int>)
    case not(SkillExpression)
    /// All of them; an empty list is fulfilled.
    case all([SkillExpression])
    /// At least one of them; an empty list is not fulfilled.
    case any([SkillExpression])

    /// The skill, however well.
    public static func skill(_ skill: SkillID) -> Self { .proficiency(skill, SkillSet.proficiencies) }

    /// The skill with at least this proficiency, 1 to 10.
    public static func skill(_ skill: SkillID, atLeast least: Int) -> Self {
        let most = SkillSet.proficiencies.upperBound
        return .proficiency(skill, max(1, min(least, most))...most)
    }

    /// The skill with a proficiency in the range.
    public static func skill(_ skill: SkillID, _ range: ClosedRange<Int>) -> Self {
        .proficiency(skill, range.clamped(to: SkillSet.proficiencies))
    }

    public static prefix func ! (expression: Self) -> Self {
        if case .not(let inner) = expression { inner } else { .not(expression) }
    }

    public static func && (lhs: Self, rhs: Self) -> Self {
        switch (lhs, rhs) {
        case (.anyone, let other), (let other, .anyone): other
        case (.all(let first), .all(let second)): .all(first + second)
        case (.all(let first), let other): .all(first + [other])
        case (let other, .all(let rest)): .all([other] + rest)
        default: lhs == rhs ? lhs : .all([lhs, rhs])
        }
    }

    public static func || (lhs: Self, rhs: Self) -> Self {
        switch (lhs, rhs) {
        case (.anyone, _), (_, .anyone): .anyone
        case (.any(let first), .any(let second)): .any(first + second)
        case (.any(let first), let other): .any(first + [other])
        case (let other, .any(let rest)): .any([other] + rest)
        default: lhs == rhs ? lhs : .any([lhs, rhs])
        }
    }

    /// Whether somebody with these skills may get the contact.
    public func isFulfilled(by skills: SkillSet) -> Bool {
        switch self {
        case .anyone: true
        case .proficiency(let skill, let range): range.contains(skills[skill])
        case .not(let inner): !inner.isFulfilled(by: skills)
        case .all(let parts): parts.allSatisfy { $0.isFulfilled(by: skills) }
        case .any(let parts): parts.contains { $0.isFulfilled(by: skills) }
        }
    }

    /// The skills that are asked for, without those that must be missing, each once, by name.
    public var skills: [SkillID] {
        var found: Set<SkillID> = []
        collect(into: &found)
        return found.sorted()
    }

    private func collect(into found: inout Set<SkillID>) {
        switch self {
        case .anyone, .not: break
        case .proficiency(let skill, _): found.insert(skill)
        case .all(let parts), .any(let parts): for part in parts { part.collect(into: &found) }
        }
    }
}

extension SkillExpression: ExpressibleByArrayLiteral {
    /// All of the skills; no skill: anyone.
    public init(arrayLiteral skills: SkillID...) { self.init(allOf: skills) }

    /// All of the skills, by name; no skill: anyone.
    public init(allOf skills: some Sequence<SkillID>) {
        let names = Set(skills).sorted()
        self = names.isEmpty ? .anyone : names.count == 1 ? .skill(names[0]) : .all(names.map { .skill($0) })
    }
}
