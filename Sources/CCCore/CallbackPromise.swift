/// A call back that a customer was promised: it outlives the process that promised it.
///
/// Both are personal data, and print as such.
public struct CallbackPromise: Hashable, Sendable, Codable {
    /// The SIP address that the customer called from, and is called at.
    public let address: PhoneNumber
    /// The number that the customer had called: that is who calls back.
    public let number: PhoneNumber

    public init(address: PhoneNumber, number: PhoneNumber) {
        self.address = address
        self.number = number
    }
}
