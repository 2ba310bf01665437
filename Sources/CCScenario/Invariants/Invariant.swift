import CCCore

/// A rule that the events of every centre keep at every moment, watched from outside.
///
/// A checker is a value: it is given the events of one tenant in their order, from the centre's start on, and says what
/// breaks its rule. ``InvariantSuite`` runs all of them together and adds the trace.
public protocol Invariant: Sendable {
    /// The name of the rule, stable: it stands in reports.
    var rule: String { get }
    /// Takes the next event, and adds what is wrong with it.
    mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach])
    /// The stream is over.
    ///
    /// - Parameters:
    ///   - isCut: The run was stopped in the middle, so that what is open may stay open.
    ///   - records: What the store has of the contacts of the stream, when it was asked.
    mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach])
}

extension Invariant {
    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {}
}

/// What a checker found: what should have been, and what was.
public struct InvariantBreach: Hashable, Sendable {
    public let expected: String
    public let seen: String
    public let contact: ContactID?
    public let agent: AgentID?

    public init(expected: String, seen: String, contact: ContactID? = nil, agent: AgentID? = nil) {
        self.expected = expected
        self.seen = seen
        self.contact = contact
        self.agent = agent
    }
}

/// A set that remembers the last `capacity` elements that were added.
struct RecentSet<Element: Hashable & Sendable>: Sendable {
    private let capacity: Int
    private var elements: Set<Element> = []
    private var ring: [Element] = []
    private var next = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func contains(_ element: Element) -> Bool { elements.contains(element) }

    mutating func insert(_ element: Element) {
        guard elements.insert(element).inserted else { return }
        guard ring.count == capacity else { return ring.append(element) }
        elements.remove(ring[next])
        ring[next] = element
        next = (next + 1) % capacity
    }
}
