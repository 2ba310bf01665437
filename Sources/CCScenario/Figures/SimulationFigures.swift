import CCCore
import CCRouting

/// What a simulation brought, per queue, per group and overall, with confidence intervals.
///
/// Its JSON has stable names; fields are added, never renamed. Definitions: `Docs/Scenarios.md`.
public struct SimulationFigures: Hashable, Sendable, Codable {
    public var scenario: String
    /// `contact` or `telephony`.
    public var depth: String
    public var seed: UInt64
    public var replications: Int
    @Seconds public var horizon: Duration
    @Seconds public var warmUp: Duration
    /// Arrivals, ends, answers, deadlines: what the loop did in all.
    public var events: Int
    public var overall: QueueFigures
    public var queues: [QueueFigures]
    public var groups: [GroupFigures]

    enum CodingKeys: String, CodingKey {
        case scenario, depth, seed, replications, events, overall, queues, groups
        case horizon = "horizonSeconds"
        case warmUp = "warmUpSeconds"
    }

    public subscript(queue: QueueID) -> QueueFigures? { queues.first { $0.queue == queue } }
}

/// The figures of one queue, or of all together.
public struct QueueFigures: Hashable, Sendable, Codable {
    /// Nil for all queues together.
    public var queue: QueueID?
    /// Counts per replication.
    public var offered: Estimate
    public var answered: Estimate
    public var abandoned: Estimate
    /// Turned away by a full queue.
    public var blocked: Estimate
    /// Never served, because the day was over.
    public var lost: Estimate
    /// Of the offered, those that were a customer's further attempt.
    public var redials: Estimate
    /// Of the offered.
    public var abandonRate: Estimate
    public var blockRate: Estimate
    /// The share of the offered that found no idle agent, and waited.
    public var waitingProbability: Estimate
    /// Seconds until the answer, mean of the answered.
    public var averageSpeedOfAnswer: Estimate
    /// Seconds until the answer or the leaving, mean of the answered and abandoned.
    public var averageWait: Estimate
    /// Seconds², mean of the square of the same: what waiting costs when twice the wait costs four times as much. Without the
    /// square of the mean it is the variance.
    public var averageSquaredWait: Estimate
    public var averageTalk: Estimate
    public var averageWrapUp: Estimate
    public var averageHandleTime: Estimate
    /// Contacts in line, ringing included, mean over time.
    public var queueLength: Estimate
    /// Of the agents who can serve the queue: the share of their ready time in which they are busy.
    public var occupancy: Estimate
    /// The share of the time signed in for which those agents talk or wrap up.
    public var utilisation: Estimate
    /// The threshold that service levels are counted by; nil for queues with different ones together.
    public var thresholdSeconds: Double?
    /// The share that was aimed at.
    public var target: Double?
    public var serviceLevels: ServiceLevels
    /// Seconds; over all replications.
    public var longestWait: Double
    /// Seconds, of the answered and abandoned, by `p50`, `p75`, `p90`, `p95`, `p99`; off by at most 0.8 %.
    public var waitPercentiles: [String: Double]
    /// How wrong the router's estimates of the wait were; nil when nobody waited who was answered, for all queues together,
    /// and at telephony depth.
    public var estimates: EstimateFigures?
}

/// The service level by every formula of `CCCore.ServiceLevelFormula`. With T the threshold:
public struct ServiceLevels: Hashable, Sendable, Codable {
    /// answered within T ÷ offered
    public var ofOffered: Estimate
    /// answered within T ÷ answered
    public var ofAnswered: Estimate
    /// answered within T ÷ (answered + abandoned): contacts that were turned away do not count
    public var ofServable: Estimate
    /// answered within T ÷ (offered − abandoned within T)
    public var excludingAbandonedInTime: Estimate
    /// answered within T ÷ (offered − abandoned within 5 s)
    public var excludingShortAbandoned: Estimate
    /// (answered within T + abandoned within T) ÷ offered
    public var includingAbandonedInTime: Estimate

    public subscript(formula: ServiceLevelFormula) -> Estimate {
        switch formula {
        case .ofOffered: ofOffered
        case .ofAnswered: ofAnswered
        case .ofServable: ofServable
        case .excludingAbandonedInTime: excludingAbandonedInTime
        case .excludingShortAbandoned: excludingShortAbandoned
        case .includingAbandonedInTime: includingAbandonedInTime
        }
    }
}

/// How the agents of one group spent their time. Shares of 0 to 1.
public struct GroupFigures: Hashable, Sendable, Codable {
    public var group: AgentGroupID
    public var agents: Int
    /// (ringing + talk + wrap-up) ÷ (the same + idle)
    public var occupancy: Estimate
    /// (talk + wrap-up) ÷ time signed in
    public var utilisation: Estimate
    /// Hours signed in per replication, of all agents together.
    public var loginHours: Estimate
    /// Time not ready ÷ time signed in.
    public var notReadyShare: Estimate
}
