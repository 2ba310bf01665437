import CCCore

/// What becomes of an agent who did not take an offer.
public struct RefusalPolicy: Hashable, Sendable, Codable {
    public enum Consequence: Hashable, Sendable, Codable {
        /// Not ready, until the agent resumes.
        case notReady
        /// Not ready for a while, then idle again. It keeps a phone that refuses everything from being offered contacts
        /// without a break, so do not make it much shorter than a second.
        case pause(Duration)
    }

    /// After an offer that rang until its timeout (RONA).
    public var noAnswer: Consequence
    public var busy: Consequence
    public var declined: Consequence
    public var unreachable: Consequence

    public init(
        noAnswer: Consequence = .notReady, busy: Consequence = .pause(.seconds(5)),
        declined: Consequence = .pause(.seconds(5)), unreachable: Consequence = .pause(.seconds(10))
    ) {
        self.noAnswer = noAnswer
        self.busy = busy
        self.declined = declined
        self.unreachable = unreachable
    }

    func consequence(of refusal: RefusalReason) -> Consequence {
        switch refusal {
        case .noAnswer: noAnswer
        case .busy: busy
        case .declined: declined
        case .unreachable: unreachable
        }
    }
}

extension RefusalReason {
    var notReadyReason: NotReadyReason {
        switch self {
        case .noAnswer: .redirectedOnNoAnswer
        case .busy: .phoneBusy
        case .declined: .declined
        case .unreachable: .unreachable
        }
    }
}
