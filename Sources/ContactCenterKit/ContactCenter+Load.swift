import CCCore
import CCTelephony

/// What a centre holds at a moment: 0 everywhere some time after the last contact.
public struct CenterLoad: Hashable, Sendable, Codable {
    /// Entries about contacts that are live, or whose wrap-up goes on.
    public var contacts: Int
    public var phones: UserAgentLoad

    public init(contacts: Int = 0, phones: UserAgentLoad = UserAgentLoad()) {
        self.contacts = contacts
        self.phones = phones
    }

    public var isNothing: Bool { contacts == 0 && phones.isNothing }
}

extension ContactCenter {
    /// What the centre holds now: for metrics, and for tests that nothing is left over.
    /// Of all tenants, when it has others than main.
    public func load() async -> CenterLoad {
        var contacts = 0
        for center in [self] + tenants { contacts += await center.desk.holdings }
        return CenterLoad(contacts: contacts, phones: await userAgent.load())
    }
}
