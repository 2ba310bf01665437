import CCCore

/// What becomes of a contact under a condition: overflow, failover, a closed door, the longest wait.
public struct QueueRule: Hashable, Sendable, Codable {
    public var when: Condition
    public var then: Treatment

    public init(when condition: Condition, then treatment: Treatment) {
        when = condition
        then = treatment
    }

    /// What can be asked about a queue and a contact that comes to it or waits in it. The figures are those of this very
    /// instant.
    public indirect enum Condition: Hashable, Sendable, Codable {
        case always
        /// Outside its opening hours.
        case closed
        /// Somebody closed the queue by hand.
        case emergencyClosed
        /// Nobody who could take the contact is checked in.
        case noAgentsCheckedIn
        /// All who could take the contact are away or in a pause that does not end by itself.
        case noAgentsReady
        /// At least so many contacts wait here already.
        case waiting(atLeast: Int)
        /// The contact that is first in line has waited so long.
        case longestWait(atLeast: Duration)
        /// The wait that a contact at the end of the line has to expect.
        case estimatedWait(atLeast: Duration)
        /// The contact itself has waited so long. Never true of one that has just come.
        case waited(atLeast: Duration)
        case not(Condition)
        case all([Condition])
        case any([Condition])
    }

    /// What is done.
    public enum Treatment: Hashable, Sendable, Codable {
        /// The agents of the other queue may take it too; it keeps its place here.
        case overflow(to: QueueID)
        /// It goes to the other queue, and counts as waiting since it came to the first.
        case move(to: QueueID)
        /// It leaves the line and goes on at that number of the plan.
        case number(String)
        /// The customer is offered to be called back without losing the place.
        case offerCallback
        /// It hears a message and goes on waiting. Only while waiting.
        case message(String)
        /// It hears a message, if there is one, and is hung up.
        case hangUp(message: String?)
        /// It is refused as busy, or hung up when it had been answered.
        case busy
    }
}

extension QueueRule.Condition {
    public static func && (lhs: Self, rhs: Self) -> Self { .all([lhs, rhs]) }
    public static func || (lhs: Self, rhs: Self) -> Self { .any([lhs, rhs]) }
    public static prefix func ! (condition: Self) -> Self { .not(condition) }
}
