import CCRouting

/// How a tenant's router decides, beyond what its queues say.
public struct Routing: CenterPart, Hashable {
    /// Which of several waiting contacts an agent gets.
    public var policy: Policy
    /// Whether the journal says for each offer who was considered and who was not, and why. It costs a look at every agent
    /// and a few kilobytes for each offer.
    public var explains: Bool

    public init(policy: Policy = .longestWait, explains: Bool = true) {
        self.policy = policy
        self.explains = explains
    }

    public func add(to plan: inout CenterPlan) { plan.routing = self }
}
