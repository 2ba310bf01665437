/// Contacts of one kind as Erlang's models see them: how much work comes, how long one contact takes, how long people wait.
///
/// Arrivals are Poisson; handle time and patience are exponential with these means.
public struct Workload: Hashable, Sendable {
    /// Erlangs: contacts per second times seconds per contact. 0 to 10⁹.
    public let load: Double
    /// The mean time of an agent per contact, wrap-up included. Seconds, 10⁻⁶ to 10⁹.
    public let handleTime: Double
    /// The mean time after which people give up waiting. Seconds, 10⁻⁶ to 10⁹, or infinite: nobody gives up.
    public let patience: Double

    static let loadMax = 1e9
    static let seconds = 1e-6...1e9

    /// - Throws: `WorkforceError` at `load`, `handleTime` or `patience`.
    public init(load: Double, handleTime: Double, patience: Double = .infinity) throws {
        // First the parts of what the load may have been made of, so that mistakes are told where they are.
        self.handleTime = try Checked.number(handleTime, in: Self.seconds, at: "handleTime")
        self.patience =
            patience == .infinity ? patience : try Checked.number(patience, in: Self.seconds, at: "patience")
        self.load = try Checked.number(load, in: 0...Self.loadMax, at: "load")
    }

    /// - Parameter contactsPerHour: offered contacts, 0 or more.
    /// - Throws: `WorkforceError` at `contactsPerHour`, `load`, `handleTime` or `patience`.
    public init(contactsPerHour: Double, handleTime: Double, patience: Double = .infinity) throws {
        let rate = try Checked.number(contactsPerHour, in: 0...1e18, at: "contactsPerHour")
        try self.init(load: rate * handleTime / 3600, handleTime: handleTime, patience: patience)
    }

    public var contactsPerHour: Double { load / handleTime * 3600 }

    /// The same contacts, more or fewer of them.
    func with(load: Double) -> Workload { Workload(unchecked: load, handleTime, patience) }

    init(unchecked load: Double, _ handleTime: Double, _ patience: Double) {
        (self.load, self.handleTime, self.patience) = (load, handleTime, patience)
    }
}
