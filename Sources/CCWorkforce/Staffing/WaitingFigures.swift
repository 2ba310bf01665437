import CCCore
import Foundation

/// What a workload meets when so many agents serve one queue first come, first served: Erlang A (M/M/n+M, C. Palm, 1957),
/// and where nobody gives up Erlang C (M/M/n, A. K. Erlang, 1917).
///
/// Exact to rounding from 0 to 10⁷ Erlangs, in microseconds whatever the size. No figure is ever NaN. Where nobody gives up and the
/// load is not less than the agents, the queue grows without end: the figures are the limits, and waits are infinite.
public struct WaitingFigures: Hashable, Sendable {
    public let agents: Int
    /// Seconds; "in time" means after at most this wait.
    public let threshold: Double
    /// The share of the offered that finds all agents busy, also those of them who give up.
    public let waitingProbability: Double
    /// Served ÷ offered.
    public let answerRate: Double
    /// Given up ÷ offered.
    public let abandonRate: Double
    /// Given up within the threshold ÷ offered.
    public let abandonedInTime: Double
    /// Served within the threshold ÷ offered.
    public let answeredInTime: Double
    /// Neither served nor given up at the threshold ÷ offered.
    public let waitingLonger: Double
    /// The share of an infinitely patient test customer's waits that are within the threshold ("virtual" service level).
    public let virtualServiceLevel: Double
    /// The mean wait over all offered. Seconds.
    public let averageWait: Double
    /// The mean wait over the served (ASA). Seconds; infinite where there are contacts and nobody is served.
    public let averageSpeedOfAnswer: Double
    /// The share of agents' time spent with contacts, 0 to 1.
    public let occupancy: Double
    /// The mean number waiting.
    public let queueLength: Double

    /// Whether the queue has a steady state.
    public var isStable: Bool { averageWait.isFinite }

    /// Which share was in time; with one threshold also for short abandons, and nobody turned away.
    public func serviceLevel(_ formula: ServiceLevelFormula = .ofOffered) -> Double {
        switch formula {
        case .ofOffered, .ofServable: answeredInTime
        case .ofAnswered: answeredInTime == 0 ? 0 : min(1, answeredInTime / answerRate)
        case .excludingAbandonedInTime, .excludingShortAbandoned:
            answeredInTime == 0 ? 0 : answeredInTime / (answeredInTime + waitingLonger)
        case .includingAbandonedInTime: min(1, answeredInTime + abandonedInTime)
        }
    }

    /// - Parameters:
    ///   - agents: 0 to 10¹².
    ///   - threshold: seconds, 0 to 10⁹.
    /// - Throws: `WorkforceError` at `agents` or `threshold`.
    public init(_ workload: Workload, agents: Int, threshold: Double = 20) throws {
        self.init(
            workload, count: try Checked.count(agents, in: 0...Self.agentsMax, at: "agents"),
            threshold: try Checked.number(threshold, in: 0...1e9, at: "threshold"))
    }

    static let agentsMax = 1_000_000_000_000

    /// Without checks.
    init(_ workload: Workload, count agents: Int, threshold: Double) {
        let n = Double(agents)
        let oddsOfIdle = workload.load > 0 ? LossIntegral.oddsOfIdle(load: workload.load, agents: n) : .infinity
        self.init(workload, agents: agents, capacity: n, oddsOfIdle: oddsOfIdle, threshold: threshold)
    }

    /// - Parameters:
    ///   - capacity: contacts that end per handle time while all agents are busy.
    ///   - oddsOfIdle: the probability that somebody is free, relative to all being busy and nobody waiting.
    init(_ workload: Workload, agents: Int, capacity: Double, oddsOfIdle: Double, threshold: Double) {
        if oddsOfIdle == .infinity {
            self.init(
                agents: agents, threshold: threshold, waitingProbability: 0, answerRate: 1, abandonRate: 0,
                abandonedInTime: 0, answeredInTime: 1, waitingLonger: 0, virtualServiceLevel: 1, averageWait: 0,
                averageSpeedOfAnswer: 0, occupancy: agents > 0 ? workload.load / capacity : 0, queueLength: 0)
        } else if workload.patience == .infinity {
            self.init(patient: workload, agents, capacity, oddsOfIdle, threshold)
        } else if agents == 0 {
            self.init(unstaffed: workload, threshold)
        } else {
            self.init(impatient: workload, agents, capacity, oddsOfIdle, threshold)
        }
    }
}

extension WaitingFigures {
    /// Erlang C. Rates are per service.
    private init(
        patient workload: Workload, _ agents: Int, _ capacity: Double, _ oddsOfIdle: Double, _ threshold: Double
    ) {
        let load = workload.load
        let spare = capacity - load
        guard spare > 0 else {
            self.init(
                agents: agents, threshold: threshold, waitingProbability: 1, answerRate: capacity / load,
                abandonRate: 0, abandonedInTime: 0, answeredInTime: 0, waitingLonger: 1, virtualServiceLevel: 0,
                averageWait: .infinity, averageSpeedOfAnswer: .infinity, occupancy: 1, queueLength: .infinity)
            return
        }
        // Relative to all busy and nobody waiting, states with all busy sum to n / (n - a).
        let waiting = capacity / spare
        let all = oddsOfIdle + waiting
        let decay = spare * threshold / workload.handleTime
        let probability = waiting / all
        let inTime = (oddsOfIdle - waiting * expm1(-decay)) / all
        let wait = probability * workload.handleTime / spare
        self.init(
            agents: agents, threshold: threshold, waitingProbability: probability, answerRate: 1, abandonRate: 0,
            abandonedInTime: 0, answeredInTime: inTime, waitingLonger: probability * exp(-decay),
            virtualServiceLevel: inTime, averageWait: wait, averageSpeedOfAnswer: wait, occupancy: load / capacity,
            queueLength: load * probability / spare)
    }

    /// Everybody waits until their patience ends.
    private init(unstaffed workload: Workload, _ threshold: Double) {
        let time = threshold / workload.patience
        self.init(
            agents: 0, threshold: threshold, waitingProbability: 1, answerRate: 0, abandonRate: 1,
            abandonedInTime: -expm1(-time), answeredInTime: 0, waitingLonger: exp(-time), virtualServiceLevel: 0,
            averageWait: workload.patience, averageSpeedOfAnswer: .infinity, occupancy: 1,
            queueLength: workload.load * workload.patience / workload.handleTime)
    }

    /// Erlang A, from the integral over the offered wait, split at the threshold.
    private init(
        impatient workload: Workload, _ agents: Int, _ capacity: Double, _ oddsOfIdle: Double, _ threshold: Double
    ) {
        let (load, patience) = (workload.load, workload.patience)
        let ratio = patience / workload.handleTime
        let time = threshold / patience
        let integral = PatienceIntegral(load: load, agents: capacity, patiencePerService: ratio)
        let early = integral.part(from: 0, to: time)
        let late = integral.part(from: time, to: .infinity)
        let height = max(early.height, late.height, 0)
        let (e, l, idle) = (exp(early.height - height), exp(late.height - height), oddsOfIdle * exp(-height))
        let all = idle + e * early.all + l * late.all
        let served = (idle + e * early.served + l * late.served) / all
        let gone = (e * early.gone + l * late.gone) / all
        self.init(
            agents: agents, threshold: threshold, waitingProbability: (e * early.all + l * late.all) / all,
            answerRate: served, abandonRate: gone,
            abandonedInTime: (e * early.gone - expm1(-time) * l * late.all) / all,
            answeredInTime: (idle + e * early.served) / all, waitingLonger: exp(-time) * l * late.all / all,
            virtualServiceLevel: (idle + e * early.all) / all, averageWait: gone * patience,
            averageSpeedOfAnswer: served > 0 ? (e * early.waits + l * late.waits) / all / served * patience : .infinity,
            occupancy: load * served / capacity, queueLength: load * ratio * gone)
    }

    /// What is above 1 by rounding becomes 1.
    private init(
        agents: Int, threshold: Double, waitingProbability: Double, answerRate: Double, abandonRate: Double,
        abandonedInTime: Double, answeredInTime: Double, waitingLonger: Double, virtualServiceLevel: Double,
        averageWait: Double, averageSpeedOfAnswer: Double, occupancy: Double, queueLength: Double
    ) {
        self.agents = agents
        self.threshold = threshold
        self.waitingProbability = min(1, waitingProbability)
        self.answerRate = min(1, answerRate)
        self.abandonRate = min(1, abandonRate)
        self.abandonedInTime = min(1, abandonedInTime)
        self.answeredInTime = min(1, answeredInTime)
        self.waitingLonger = waitingLonger
        self.virtualServiceLevel = min(1, virtualServiceLevel)
        self.averageWait = averageWait
        self.averageSpeedOfAnswer = averageSpeedOfAnswer
        self.occupancy = min(1, occupancy)
        self.queueLength = queueLength
    }
}
