/// Why a contact ended. Every contact ends with exactly one of them.
///
/// The names are stable: they stand in records, in JSON and in metric labels.
public enum TerminalReason: String, Sendable, Codable, CaseIterable {
    /// Served, and the customer hung up.
    case completedByCustomer
    /// Served, and the agent hung up.
    case completedByAgent
    /// Served by the centre itself (an announcement, an echo, an answering machine), which then hung up.
    case completedByCenter

    /// The customer left before the centre had taken the contact.
    case abandonedBeforeQueue
    /// The customer left while waiting.
    case abandonedInQueue
    /// The customer left while an agent's phone rang.
    case abandonedWhileRinging

    /// Nothing answers at the dialled number.
    case rejectedNoSuchNumber
    /// The queue held as many contacts as it may.
    case rejectedQueueFull
    /// The one agent who was asked for is not there, or would not take the contact.
    case rejectedAgentUnavailable
    /// The centre was at a limit of its own.
    case rejectedOverload
    /// The centre was about to stop.
    case rejectedStopping
    /// The offered media cannot be served.
    case rejectedNotAcceptable
    /// A call handler declined the contact.
    case rejectedByHandler
    /// A rule of its queue turned the contact away.
    case rejectedByRule

    /// The customer's audio stopped coming.
    case failedMediaTimeout
    /// The call was never acknowledged.
    case failedNoAcknowledgement
    /// The signalling broke off.
    case failedTransport
    /// A fault of the centre's own, or of a call handler.
    case failedInternal

    /// An outbound contact that nobody answered.
    case notAnswered
    /// Ended by a stop of the centre.
    case stopped
    /// Live when the process died; closed after its restart.
    case crashed

    /// What figures are counted by.
    public enum Category: String, Sendable, Codable, CaseIterable {
        case completed, abandoned, rejected, failed, notAnswered, stopped
    }

    public var category: Category {
        switch self {
        case .completedByCustomer, .completedByAgent, .completedByCenter: .completed
        case .abandonedBeforeQueue, .abandonedInQueue, .abandonedWhileRinging: .abandoned
        case .rejectedNoSuchNumber, .rejectedQueueFull, .rejectedAgentUnavailable, .rejectedOverload, .rejectedStopping,
            .rejectedNotAcceptable, .rejectedByHandler, .rejectedByRule:
            .rejected
        case .failedMediaTimeout, .failedNoAcknowledgement, .failedTransport, .failedInternal: .failed
        case .notAnswered: .notAnswered
        case .stopped, .crashed: .stopped
        }
    }
}
