import CCCore
import CCRouting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How agents spent a window of time, by the events of a centre.
///
/// ```swift
/// var times = AgentTimes(from: start, until: end)
/// for event in events { times.observe(event) }
/// ```
///
/// A state lasts until the agent's next one, and no longer than to the next start or stop of the centre. What lies outside of
/// the window is not counted.
public struct AgentTimes: Sendable {
    private let from: Date
    private let until: Date
    private var current: [AgentID: (state: AgentState, since: Date)] = [:]
    private var tallies: [AgentID: GroupTally] = [:]

    public init(from: Date, until: Date) {
        self.from = from
        self.until = until
    }

    /// The window of a scenario's figures: from the end of its warm-up to its horizon.
    public init(_ scenario: Scenario) {
        self.init(
            from: scenario.start.addingTimeInterval(scenario.warmUp.inSeconds),
            until: scenario.start.addingTimeInterval(scenario.horizon.inSeconds))
    }

    /// Takes the next event.
    public mutating func observe(_ event: CenterEvent) {
        switch event.kind {
        case .agentStateChanged(let agent, let state, _, _): enter(state, agent, at: event.date)
        case .agentCheckedOut(let agent, _): enter(.checkedOut, agent, at: event.date)
        case .centerStarted, .centerStopped:
            for agent in current.keys.sorted() { enter(.checkedOut, agent, at: event.date) }
        default: break
        }
    }

    private mutating func enter(_ state: AgentState, _ agent: AgentID, at date: Date) {
        tallies[agent] = tally(of: agent, at: date)
        current[agent] = state == .checkedOut ? nil : (state, date)
    }

    /// The agent's times as if everything stayed as it is until the end of the window.
    func tally(of agent: AgentID) -> GroupTally { tally(of: agent, at: until) }

    private func tally(of agent: AgentID, at date: Date) -> GroupTally {
        var tally = tallies[agent] ?? GroupTally()
        guard let (state, since) = current[agent] else { return tally }
        tally.add(max(0, min(date, until).timeIntervalSince(max(since, from))), in: state)
        return tally
    }
}
