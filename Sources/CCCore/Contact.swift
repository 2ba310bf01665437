#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The medium of a contact.
public enum Channel: String, Sendable, Codable, CaseIterable {
    case voice
    case chat
    case mail
    case sms
    case social
    /// Work without a customer on the line: a back-office task, a step of a workflow.
    case task
}

/// Who began a contact: the customer, or the centre.
public enum Direction: String, Sendable, Codable, CaseIterable {
    case inbound
    case outbound
}

/// A side of a contact, for example the one that hung up.
public enum Party: String, Sendable, Codable, CaseIterable {
    case customer
    case agent
    /// The centre itself: a call handler, an operator, a stop.
    case center
}

/// One request of one customer, on any channel, from its arrival to its terminal reason.
///
/// This is what is known on arrival and never changes; what happens to it afterwards is told by ``CenterEvent``s, and
/// ``ContactTimeline`` turns those into the ``ContactRecord``.
public struct Contact: Hashable, Sendable, Codable, Identifiable {
    public let id: ContactID
    public let tenant: TenantID
    public let channel: Channel
    public let direction: Direction
    /// The number that was called.
    public let dialledNumber: PhoneNumber
    /// The number that called; empty when it is withheld.
    public let callerNumber: PhoneNumber
    public let arrivedAt: Date
    /// The identifier of the contact's own signalling: a SIP Call-ID.
    public let signallingID: String?

    /// - Parameter arrivedAt: is kept to the millisecond.
    public init(
        id: ContactID, tenant: TenantID = .main, channel: Channel = .voice, direction: Direction = .inbound,
        dialledNumber: PhoneNumber, callerNumber: PhoneNumber, arrivedAt: Date, signallingID: String? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.channel = channel
        self.direction = direction
        self.dialledNumber = dialledNumber
        self.callerNumber = callerNumber
        self.arrivedAt = arrivedAt.roundedToMilliseconds
        self.signallingID = signallingID
    }

    /// The number of the party that is not the centre's.
    public var customerNumber: PhoneNumber { direction == .inbound ? callerNumber : dialledNumber }
}
