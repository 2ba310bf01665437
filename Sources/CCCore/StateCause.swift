/// Why an agent's state changed.
public enum StateCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// By the agent's own will.
    case agent
    case supervisor
    /// A contact was offered, answered, ended or withdrawn.
    case contact
    /// An offer rang until its deadline (RONA).
    case noAnswer
    case busy
    case declined
    case unreachable
    /// The time of a wrap-up or a short pause was over.
    case deadline
    /// The agent's phone came or went.
    case phone
    /// The centre began or ended.
    case center
    /// The agent's settings were changed.
    case configuration
}
