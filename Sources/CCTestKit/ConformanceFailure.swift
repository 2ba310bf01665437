/// A rule that an implementation broke.
///
/// The suites of this module throw it, so that they can be used from any test framework.
public struct ConformanceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the rule.
    public let rule: String
    /// What was found instead.
    public let detail: String

    public init(rule: String, detail: String) {
        self.rule = rule
        self.detail = detail
    }

    public var description: String { "broken rule “\(rule)”: \(detail)" }
}
