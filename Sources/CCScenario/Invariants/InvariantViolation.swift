#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore

/// A broken rule with its counterexample: what was expected and seen, when, and the events that led there.
///
/// Printing it shows identifiers and states but no telephone numbers, as its events do.
public struct InvariantViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the rule, as in ``Invariant/rule``.
    public let rule: String
    public let expected: String
    public let seen: String
    /// The date of the event that broke the rule; of the last event when it was found at the end.
    public let date: Date
    public let contact: ContactID?
    public let agent: AgentID?
    /// The last events of the contact and the agent concerned, oldest first, with the one that broke the rule.
    public let trace: [CenterEvent]

    public init(
        rule: String, expected: String, seen: String, date: Date, contact: ContactID? = nil, agent: AgentID? = nil,
        trace: [CenterEvent] = []
    ) {
        self.rule = rule
        self.expected = expected
        self.seen = seen
        self.date = date
        self.contact = contact
        self.agent = agent
        self.trace = trace
    }

    public var description: String {
        var lines = ["\(rule): broken at \(date.iso8601)", "  expected: \(expected)", "  seen:     \(seen)"]
        if let contact { lines.append("  contact:  \(contact)") }
        if let agent { lines.append("  agent:    \(agent)") }
        for event in trace { lines.append("  \(event.date.iso8601) \(event)") }
        return lines.joined(separator: "\n")
    }
}
