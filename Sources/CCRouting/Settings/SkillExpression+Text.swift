import CCCore

/// Why a text is no skill expression.
public struct SkillExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let text: String
    /// Where it goes wrong: characters from the beginning, the first is 1.
    public let column: Int
    public let message: String

    public var description: String { "\"\(text)\", column \(column): \(message)" }
}

/// The text form: `es>=3 & !trainee`, `(en | fr) & billing 2..4`, `*` for anyone.
///
/// `!` binds strongest, then `&`, then `|`. A skill's name is made of letters, digits, `_`, `-`, `.` and `:`; any other
/// name stands in double quotes. After it may come `>=3`, `<=3`, `=3` or a range `2..4`; each means a proficiency of at
/// least 1, so that who lacks the skill never fulfils it.
extension SkillExpression: CustomStringConvertible, Codable {
    /// The longest text that is read.
    public static let charactersMax = 4_096
    /// How deep parentheses may be nested.
    public static let depthMax = 64

    public init(_ text: String) throws(SkillExpressionError) {
        var parser = SkillExpressionParser(text)
        self = try parser.parse()
    }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String {
        switch self {
        case .anyone: "*"
        case .proficiency(let skill, let range): Self.name(skill) + Self.suffix(range)
        case .not(let inner): "!" + inner.enclosed
        case .all(let parts):
            parts.isEmpty
                ? "*"
                : parts.map { part in if case .all = part { part.enclosed } else { part.operand } }
                    .joined(separator: " & ")
        case .any(let parts):
            parts.isEmpty
                ? "!*"
                : parts.map { part in if case .any = part { part.enclosed } else { part.description } }
                    .joined(separator: " | ")
        }
    }

    /// As a part of an *and*.
    private var operand: String {
        if case .any(let parts) = self, parts.count != 0 { "(\(description))" } else { description }
    }

    private var enclosed: String {
        switch self {
        case .all(let parts) where !parts.isEmpty: "(\(description))"
        case .any(let parts) where !parts.isEmpty: "(\(description))"
        case .proficiency(_, let range) where range != SkillSet.proficiencies: "(\(description))"
        default: description
        }
    }

    private static func name(_ skill: SkillID) -> String {
        let name = skill.rawValue
        let isPlain =
            !name.isEmpty && name.unicodeScalars.allSatisfy(SkillExpressionParser.isPlain) && !name.contains("..")
        guard !isPlain else { return name }
        return "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func suffix(_ range: ClosedRange<Int>) -> String {
        let all = SkillSet.proficiencies
        if range == all { return "" }
        if range.lowerBound == range.upperBound { return "=\(range.lowerBound)" }
        if range.upperBound == all.upperBound { return ">=\(range.lowerBound)" }
        if range.lowerBound == all.lowerBound { return "<=\(range.upperBound)" }
        return " \(range.lowerBound)..\(range.upperBound)"
    }
}

/// Recursive descent over the characters of a text.
private struct SkillExpressionParser {
    private let text: String
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars.prefix(SkillExpression.charactersMax + 1))
    }

    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || (scalar.value >= 0x30 && scalar.value <= 0x39)
            || ["_", "-", ".", ":"].contains(scalar)
    }

    mutating func parse() throws(SkillExpressionError) -> SkillExpression {
        guard scalars.count <= SkillExpression.charactersMax else {
            throw fail("longer than \(SkillExpression.charactersMax) characters")
        }
        let expression = try alternatives()
        skipSpace()
        guard place == scalars.count else { throw fail("expected & or |, found \"\(scalars[place])\"") }
        return expression
    }

    private func fail(_ message: String) -> SkillExpressionError {
        SkillExpressionError(text: text, column: place + 1, message: message)
    }

    private mutating func skipSpace() {
        while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 }
    }

    private mutating func take(_ token: String) -> Bool {
        skipSpace()
        let wanted = Array(token.unicodeScalars)
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func alternatives() throws(SkillExpressionError) -> SkillExpression {
        var parts = [try conjunction()]
        while take("||") || take("|") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(SkillExpressionError) -> SkillExpression {
        var parts = [try term()]
        while take("&&") || take("&") { parts.append(try term()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func term() throws(SkillExpressionError) -> SkillExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= SkillExpression.depthMax else { throw fail("nested deeper than \(SkillExpression.depthMax)") }
        if take("!") { return .not(try term()) }
        if take("(") {
            let inner = try alternatives()
            guard take(")") else { throw fail("expected )") }
            return inner
        }
        if take("*") { return .anyone }
        let skill = try name()
        return .proficiency(skill, try range())
    }

    private mutating func name() throws(SkillExpressionError) -> SkillID {
        skipSpace()
        if place < scalars.count, scalars[place] == "\"" { return try quotedName() }
        let start = place
        while place < scalars.count, Self.isPlain(scalars[place]) { place += 1 }
        guard place > start else {
            throw fail(place < scalars.count ? "expected a skill, found \"\(scalars[place])\"" : "expected a skill")
        }
        return SkillID(string(start..<place))
    }

    private mutating func quotedName() throws(SkillExpressionError) -> SkillID {
        place += 1
        var name = String.UnicodeScalarView()
        while place < scalars.count, scalars[place] != "\"" {
            if scalars[place] == "\\", place + 1 < scalars.count { place += 1 }
            name.append(scalars[place])
            place += 1
        }
        guard place < scalars.count else { throw fail("expected the closing quote") }
        place += 1
        return SkillID(String(name))
    }

    private func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    private mutating func range() throws(SkillExpressionError) -> ClosedRange<Int> {
        let all = SkillSet.proficiencies
        if take(">=") { return try proficiency()...all.upperBound }
        if take("<=") { return all.lowerBound...(try proficiency()) }
        if take("==") || take("=") {
            let exact = try proficiency()
            return exact...exact
        }
        skipSpace()
        guard place < scalars.count, isDigit(scalars[place]) else { return all }
        let lower = try proficiency()
        guard take("..") else { throw fail("expected .. and the upper bound") }
        let upper = try proficiency()
        guard lower <= upper else { throw fail("a range begins with the lower proficiency") }
        return lower...upper
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }

    private mutating func proficiency() throws(SkillExpressionError) -> Int {
        skipSpace()
        let start = place
        while place < scalars.count, isDigit(scalars[place]), place - start < 3 { place += 1 }
        guard let value = Int(string(start..<place)), SkillSet.proficiencies.contains(value) else {
            place = start
            throw fail("expected a proficiency from 1 to \(SkillSet.proficiencies.upperBound)")
        }
        return value
    }
}
