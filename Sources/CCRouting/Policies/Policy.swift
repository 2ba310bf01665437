import CCCore

/// A ``RoutingPolicy`` as a value that can be compared, kept and written in a file.
public struct Policy: Sendable {
    public let rules: any RoutingPolicy
    /// Kept aside: asking for it again would make a string again.
    public let text: String
    /// For the router's short way.
    let isLongestIdle: Bool
    let isLongestWait: Bool
    let choosesByGroup: Bool

    public init(_ rules: any RoutingPolicy) {
        self.rules = rules
        text = rules.text
        isLongestIdle = rules is LongestIdle
        isLongestWait = rules is LongestWait
        choosesByGroup = rules.choosesByGroup
    }

    /// The agent who has been idle longest.
    public static let longestIdle = Policy(LongestIdle())
    /// The contact that has waited longest, counted with priority and the queue's weight.
    public static let longestWait = Policy(LongestWait())
    /// An agent of the group with most free agents.
    public static let mostIdleGroup = Policy(MostIdleGroup())
}

extension Policy: Hashable, CustomStringConvertible {
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.text == rhs.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
    public var description: String { text }
}

/// Coded as its text; only the policies of this package can be read back.
extension Policy: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Why a text is no policy.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public let message: String
    public var description: String { "\"\(text)\": \(message)" }
}

/// The agent who has been idle longest gets the contact.
public struct LongestIdle: RoutingPolicy {
    public init() {}
    public var text: String { "longestIdle" }
}

/// The contact that has waited longest comes first, counted with its priority and its queue's weight.
public struct LongestWait: RoutingPolicy {
    public init() {}
    public var text: String { "longestWait" }
}

/// One of the group that has most free agents who could take the contact; of several such groups, of the one whose first
/// agent was added first. Within the group the one who has been idle longest. Agents without a group are one group.
public struct MostIdleGroup: RoutingPolicy {
    public init() {}
    public var text: String { "mostIdleGroup" }
    public var choosesByGroup: Bool { true }
}
