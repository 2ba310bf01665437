import CCCore

/// What can go wrong with a centre as a whole.
public struct CenterError: Error, CustomStringConvertible {
    /// The kind of failure. Safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case badPlan, notServed, unknownContact, unknownPosition, unknownTarget, notTalking
        }
        private let value: Value

        /// The plan contradicts itself; the message lists every problem.
        public static let badPlan = Code(value: .badPlan)
        /// The queue or the agent could not take the contact.
        public static let notServed = Code(value: .notServed)
        /// The call does not belong to this centre.
        public static let unknownContact = Code(value: .unknownContact)
        /// The journal does not reach to the position that was asked for.
        public static let unknownPosition = Code(value: .unknownPosition)

        /// There is no queue, agent or number of that name.
        public static let unknownTarget = Code(value: .unknownTarget)
        /// The contact has no agent, or what was asked for does not fit what goes on with it.
        public static let notTalking = Code(value: .notTalking)

        public var description: String { value.rawValue }
    }

    public var code: Code
    public var message: String
    /// Why a contact was not served, with `notServed`: `rejectedQueueFull`, `rejectedAgentUnavailable` ...
    public var reason: TerminalReason?

    public init(_ code: Code, _ message: String, reason: TerminalReason? = nil) {
        self.code = code
        self.message = message
        self.reason = reason
    }

    public var description: String { "\(code): \(message)" }
}
