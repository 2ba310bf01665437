/// Why an agent takes no contacts although checked in. Every pause has one.
///
/// The centre's own reasons are the static members; yours are any other text, for example `"lunch"`.
public struct NotReadyReason: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An offer rang until its timeout (RONA).
    public static let redirectedOnNoAnswer: NotReadyReason = "redirectedOnNoAnswer"
    /// The agent declined an offer.
    public static let declined: NotReadyReason = "declined"
    /// The agent's phone was busy.
    public static let phoneBusy: NotReadyReason = "phoneBusy"
    /// The agent's phone could not be reached.
    public static let unreachable: NotReadyReason = "unreachable"
}

/// What an agent is doing. An agent is in exactly one state at any time.
///
/// Coded as its name, with the reason after a colon: `"idle"`, `"notReady:lunch"`.
public enum AgentState: Hashable, Sendable {
    case checkedOut
    /// Ready, and without a contact.
    case idle
    /// A contact is offered: the phone rings.
    case reserved
    case talking
    /// Finishing the work on the last contact.
    case wrapUp
    case notReady(NotReadyReason)
}

extension AgentState: RawRepresentable, Codable, CustomStringConvertible {
    public init?(rawValue: String) {
        switch rawValue {
        case "checkedOut": self = .checkedOut
        case "idle": self = .idle
        case "reserved": self = .reserved
        case "talking": self = .talking
        case "wrapUp": self = .wrapUp
        default:
            guard rawValue.hasPrefix("notReady:") else { return nil }
            self = .notReady(NotReadyReason(String(rawValue.dropFirst("notReady:".count))))
        }
    }

    public var rawValue: String {
        switch self {
        case .checkedOut: "checkedOut"
        case .idle: "idle"
        case .reserved: "reserved"
        case .talking: "talking"
        case .wrapUp: "wrapUp"
        case .notReady(let reason): "notReady:\(reason)"
        }
    }

    public var description: String { rawValue }
}

/// Why an agent did not take an offer.
public enum RefusalReason: String, Sendable, Codable, CaseIterable {
    /// The phone is in another call (486).
    case busy
    /// The agent pressed "reject" (603 and other final answers).
    case declined
    /// The phone is not registered or does not respond.
    case unreachable
    /// The phone rang until the offer's deadline.
    case noAnswer
}

/// How an offer to an agent ended.
public enum OfferOutcome: String, Sendable, Codable, CaseIterable {
    case answered
    case busy, declined, unreachable, noAnswer
    /// Taken back, because the contact ended first, or somebody else decided so.
    case withdrawn
    /// Several phones rang, and another agent was first.
    case answeredElsewhere

    public init(_ refusal: RefusalReason) {
        switch refusal {
        case .busy: self = .busy
        case .declined: self = .declined
        case .unreachable: self = .unreachable
        case .noAnswer: self = .noAnswer
        }
    }
}
