import CCCore
import CCRouting

/// What a centre's day costs, per unit. The unit of money is yours.
public struct CostRates: Hashable, Sendable {
    /// For each hour that an agent is signed in.
    public var agentHour: Double
    /// The same for agents of certain groups.
    public var agentHours: [AgentGroupID: Double]
    /// For each minute that a contact waits or talks.
    public var lineMinute: Double
    /// For each contact that was given up in line: what a lost customer is worth.
    public var abandoned: Double
    /// For each contact that was turned away.
    public var blocked: Double
    /// For each contact that was answered after the threshold of its queue.
    public var late: Double

    public init(
        agentHour: Double = 0, agentHours: [AgentGroupID: Double] = [:], lineMinute: Double = 0, abandoned: Double = 0,
        blocked: Double = 0, late: Double = 0
    ) {
        self.agentHour = agentHour
        self.agentHours = agentHours
        self.lineMinute = lineMinute
        self.abandoned = abandoned
        self.blocked = blocked
        self.late = late
    }
}

/// What one day cost, by part. The parts sum to ``total``.
public struct DayCosts: Hashable, Sendable, Codable {
    public var agents: Double
    public var lines: Double
    public var abandoned: Double
    public var blocked: Double
    public var late: Double

    public var total: Double { agents + lines + abandoned + blocked + late }

    /// - Parameters:
    ///   - figures: Counts and hours are per replication, so are the costs.
    ///   - rates: Per unit.
    public init(_ figures: SimulationFigures, at rates: CostRates) {
        agents = figures.groups.reduce(0) {
            $0 + ($1.loginHours.value ?? 0) * (rates.agentHours[$1.group] ?? rates.agentHour)
        }
        // Queues have thresholds of their own, so the parts are counted queue by queue.
        let parts = figures.queues.map { queue in
            let answered = queue.answered.value ?? 0
            let left = queue.abandoned.value ?? 0
            let inTime = (queue.serviceLevels.ofOffered.value ?? 0) * (queue.offered.value ?? 0)
            let seconds = (queue.averageWait.value ?? 0) * (answered + left) + (queue.averageTalk.value ?? 0) * answered
            return (
                minutes: seconds / 60, late: max(0, answered - inTime), left: left, blocked: queue.blocked.value ?? 0
            )
        }
        lines = parts.reduce(0) { $0 + $1.minutes } * rates.lineMinute
        late = parts.reduce(0) { $0 + $1.late } * rates.late
        abandoned = parts.reduce(0) { $0 + $1.left } * rates.abandoned
        blocked = parts.reduce(0) { $0 + $1.blocked } * rates.blocked
    }
}
