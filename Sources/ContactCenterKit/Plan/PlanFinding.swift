/// Something that is wrong with a plan, or that looks wrong.
public struct PlanFinding: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable, Codable {
        /// The plan is refused.
        case error
        /// It may be meant.
        case warning
    }

    public var severity: Severity
    /// The keys that lead to the place in the plan's file form: `queues.support.leaving[0].then`.
    public var path: String
    public var message: String

    public init(_ severity: Severity, at path: String, _ message: String) {
        self.severity = severity
        self.path = path
        self.message = message
    }

    /// `queues.support.leaving[0].then: there is no queue "sales"`
    public var text: String { path.isEmpty ? message : "\(path): \(message)" }
    public var description: String { severity == .error ? text : "warning: \(text)" }
}
