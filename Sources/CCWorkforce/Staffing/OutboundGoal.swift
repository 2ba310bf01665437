/// Calls that the centre makes: how many agents reach so many customers.
public struct OutboundGoal: Hashable, Sendable {
    /// Customers to be reached per hour, 0 or more.
    public let contactsPerHour: Double
    /// The share of attempts that reach the customer, above 0, to 1.
    public let contactRate: Double
    /// Mean seconds of an agent per customer reached, wrap-up included.
    public let handleTime: Double
    /// Mean seconds of an agent per attempt that reaches nobody: looking up, dialling, ringing. 0 where a dialler does it alone.
    public let missTime: Double

    /// - Throws: `WorkforceError` at the name of a parameter that its meaning does not allow.
    public init(contactsPerHour: Double, contactRate: Double, handleTime: Double, missTime: Double = 0) throws {
        self.contactsPerHour = try Checked.number(contactsPerHour, in: 0...1e12, at: "contactsPerHour")
        self.contactRate = try Checked.number(contactRate, in: 1e-6...1, at: "contactRate")
        self.handleTime = try Checked.number(handleTime, in: Workload.seconds, at: "handleTime")
        self.missTime = try Checked.number(missTime, in: 0...1e9, at: "missTime")
    }

    public var attemptsPerHour: Double { contactsPerHour / contactRate }
    /// Agents' work in Erlangs, misses included.
    public var load: Double {
        (contactsPerHour * handleTime + (attemptsPerHour - contactsPerHour) * missTime) / 3600
    }

    /// The fewest agents whose share of busy time is at most this.
    ///
    /// - Parameter occupancyMax: 0.001 to 1.
    /// - Throws: `WorkforceError` at `occupancyMax` or `load`.
    public func agents(occupancyMax: Double = 0.85) throws -> Int {
        let occupancy = try Checked.number(occupancyMax, in: 1e-3...1, at: "occupancyMax")
        let load = try Checked.number(self.load, in: 0...Workload.loadMax, at: "load")
        return Int((load / occupancy * (1 - 1e-14)).rounded(.up))
    }
}
