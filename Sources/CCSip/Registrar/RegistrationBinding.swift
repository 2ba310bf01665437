#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One place where a user can be reached, as a REGISTER has said (RFC 3261 §10).
public struct RegistrationBinding: Sendable, Equatable, Codable {
    /// Whose it is: the user part of the address of record.
    public var user: String
    /// The Contact's URI as text.
    public var contact: String
    /// When it ends by itself.
    public var expiresAt: Date
    /// Call-ID and CSeq of the REGISTER that last wrote it: an older one may not overwrite it.
    public var callID: String
    public var cseq: UInt32
    /// The way the REGISTER came: a phone behind a NAT is reached on this way and no other.
    public var flow: SipFlow
    /// The values of Path (RFC 3327), nearest to the registrar first: the route to the phone.
    public var path: [String]
    public var userAgent: String?
    /// The Contact's preference, 0 to 1; 1 when it did not say.
    public var q: Double
    /// `+sip.instance` (RFC 5626): the phone itself, whatever its address. A new binding replaces the old one of it.
    public var instance: String?

    public init(
        user: String, contact: String, expiresAt: Date, callID: String, cseq: UInt32, flow: SipFlow,
        path: [String] = [], userAgent: String? = nil, q: Double = 1, instance: String? = nil
    ) {
        self.user = user
        self.contact = contact
        self.expiresAt = expiresAt
        self.callID = callID
        self.cseq = cseq
        self.flow = flow
        self.path = path
        self.userAgent = userAgent
        self.q = q
        self.instance = instance
    }
}
