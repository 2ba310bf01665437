import CCCore

/// What the law forbids a centre to do to its callers. A plan that does it is refused, with the place.
public struct LegalProfile: Hashable, Sendable {
    /// The profiles that there are.
    public enum Name: String, Hashable, Sendable, CaseIterable {
        /// Callers who wait, or who come while it is open, may be neither hung up on nor refused, however long the line
        /// is; outside opening hours a message and a hang-up are allowed. Spain's rules for customer services are of
        /// this kind; whether a centre falls under them, and what else they ask for, is a question for lawyers.
        case spain
    }

    public var name: Name
    /// The queues that it holds for; nil: all.
    public var queues: [QueueID]?

    public init(_ name: Name, queues: [QueueID]? = nil) {
        self.name = name
        self.queues = queues
    }

    /// The profile named `spain`: see ``Name/spain``.
    public static let spain = LegalProfile(.spain)

    func covers(_ queue: QueueID) -> Bool { queues?.contains(queue) ?? true }
}

extension LegalProfile: CenterPart {
    public func add(to plan: inout CenterPlan) { plan.legal = self }
}
