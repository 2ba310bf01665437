import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The monitors of all agents of a centre, fed by its events: live, or from its journal.
public struct AdherenceBoard: Hashable, Sendable {
    public let rules: AdherenceRules
    public let start: Int
    private var monitors: [AgentID: AdherenceMonitor] = [:]

    /// - Parameter start: The first millisecond that figures count.
    public init(rules: AdherenceRules = AdherenceRules(), from start: Int) {
        self.rules = rules
        self.start = AgentPlan.clamped(start)
    }

    /// Every agent with a plan or an event, in order.
    public var agents: [AgentID] { monitors.keys.sorted() }

    public func monitor(_ agent: AgentID) -> AdherenceMonitor? { monitors[agent] }

    /// The agent's plan is new, or has changed, in the past or the future.
    public mutating func change(_ plan: AgentPlan, of agent: AgentID) {
        monitors[agent, default: AdherenceMonitor(rules: rules, from: start)].change(plan)
    }

    /// - Throws: `WorkforceError` as ``AdherenceMonitor/excuse(_:)``.
    public mutating func excuse(_ span: Range<Int>, of agent: AgentID) throws {
        try monitors[agent, default: AdherenceMonitor(rules: rules, from: start)].excuse(span)
    }

    /// Takes the next event; those that say nothing about an agent's state change nothing. States before the start count
    /// as there at the start.
    ///
    /// - Throws: `WorkforceError` `.unordered` for an event older than what was told before.
    public mutating func apply(_ event: CenterEvent) throws {
        let time = Self.milliseconds(event.date)
        switch event.kind {
        case .agentStateChanged(let agent, let state, _, _): try apply(state, of: agent, at: time)
        case .centerStarted:
            for agent in agents { try apply(.checkedOut, of: agent, at: time) }
        default: break
        }
    }

    /// An agent's state changed; before the start counts as at the start.
    ///
    /// - Throws: `WorkforceError` as ``AdherenceMonitor/apply(_:at:)``.
    public mutating func apply(_ state: AgentState, of agent: AgentID, at time: Int) throws {
        try monitors[agent, default: AdherenceMonitor(rules: rules, from: start)].apply(state, at: max(start, time))
    }

    public func figures(at time: Int) -> [(agent: AgentID, figures: AdherenceFigures)] {
        agents.map { ($0, monitors[$0]?.figures(at: time) ?? AdherenceFigures()) }
    }

    /// The agents who have been out of adherence for at least the tolerance.
    public func outOfAdherence(at time: Int) -> [(agent: AgentID, out: AdherenceMonitor.OutOfAdherence)] {
        agents.compactMap { agent in monitors[agent]?.outOfAdherence(at: time).map { (agent, $0) } }
    }

    /// Forgets what was before a time, for all agents.
    public mutating func forget(before time: Int) {
        for agent in agents { monitors[agent]?.forget(before: time) }
    }

    /// Since 1 January 1970, cut to what plans can hold.
    public static func milliseconds(_ date: Date) -> Int {
        let value = (date.timeIntervalSince1970 * 1_000).rounded()
        return value.isFinite ? Int(min(max(value, -3e14), 3e14)) : 0
    }
}
