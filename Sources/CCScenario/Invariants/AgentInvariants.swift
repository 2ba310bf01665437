#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore

/// *No offer after check-out*: only who is checked in is offered a contact.
public struct NoOfferAfterCheckOut: Invariant {
    public let rule = "no offer after check-out"
    private var present: Set<AgentID> = []

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .agentCheckedIn(let agent): present.insert(agent)
        case .agentCheckedOut(let agent, _): present.remove(agent)
        case .contactOffered(let id, let agent, _):
            guard !present.contains(agent) else { return }
            breaches.append(
                InvariantBreach(expected: "\(agent) is checked in", seen: "\(event)", contact: id, agent: agent))
        default: break
        }
    }
}

/// *Legal agent states*: agents go from state to state only as the table of `Router` allows.
public struct LegalAgentStates: Invariant {
    public let rule = "legal agent states"
    private var states: [AgentID: AgentState] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        guard case .agentStateChanged(let agent, let state, _, _) = event.kind else { return }
        let before = states.updateValue(state, forKey: agent) ?? .checkedOut
        guard !Self.isLegal(from: before, to: state) else { return }
        breaches.append(InvariantBreach(expected: "a state that follows \(before)", seen: "\(state)", agent: agent))
    }

    /// Whether an agent may go from one state to the other.
    public static func isLegal(from before: AgentState, to state: AgentState) -> Bool {
        switch (before, state) {
        case (.checkedOut, .idle), (.checkedOut, .notReady): true
        // Skills may change: the agent stands in line anew.
        case (.idle, .idle), (.idle, .reserved), (.idle, .notReady), (.idle, .checkedOut): true
        case (.reserved, .talking), (.reserved, .idle), (.reserved, .notReady), (.reserved, .checkedOut): true
        case (.talking, .wrapUp), (.talking, .idle), (.talking, .notReady), (.talking, .checkedOut): true
        case (.wrapUp, .idle), (.wrapUp, .notReady), (.wrapUp, .checkedOut): true
        case (.notReady, .idle), (.notReady, .notReady), (.notReady, .checkedOut): true
        default: false
        }
    }
}

/// *Reserved means offered*: an agent is offered a contact exactly while reserved for it, and is not reserved for nothing.
public struct ReservedMeansOffered: Invariant {
    public let rule = "reserved means offered"
    private var states: [AgentID: AgentState] = [:]
    /// Agents who are reserved, and whether they were offered a contact since.
    private var offered: [AgentID: Bool] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .agentStateChanged(let agent, let state, _, _):
            if offered[agent] == false {
                breaches.append(
                    InvariantBreach(expected: "\(agent), reserved, is offered a contact", seen: "none", agent: agent))
            }
            states[agent] = state
            offered[agent] = state == .reserved ? false : nil
        case .contactOffered(let id, let agent, _):
            let state = states[agent] ?? .checkedOut
            // Whoever is not there, or has a contact already, is the business of other rules.
            if state != .reserved, state != .checkedOut, state != .talking {
                breaches.append(
                    InvariantBreach(
                        expected: "\(agent) is reserved", seen: "\(agent) is \(state)", contact: id, agent: agent))
            }
            if offered[agent] != nil { offered[agent] = true }
        default: break
        }
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard !isCut else { return }
        for (agent, hasOffer) in offered.sorted(by: { $0.key < $1.key }) where !hasOffer {
            breaches.append(
                InvariantBreach(expected: "\(agent), reserved, is offered a contact", seen: "none", agent: agent))
        }
    }
}

/// *Durations sum to login time*: between check-in and check-out an agent is in exactly one state after the other, and
/// the times in them sum to the time between the two, to the millisecond.
public struct DurationsSumToLoginTime: Invariant {
    public let rule = "durations sum to login time"
    private var logins: [AgentID: Login] = [:]
    /// The time checked in of each agent so far, without the login that is open.
    public private(set) var loginTimes: [AgentID: Duration] = [:]

    private struct Login {
        let began: Date
        var state: AgentState?
        var since: Date
        var booked = Duration.zero
    }

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        let date = event.date
        switch event.kind {
        case .agentCheckedIn(let agent):
            if logins[agent] != nil { add("a check-out before the next check-in", event, &breaches) }
            logins[agent] = Login(began: date, since: date)
        case .agentStateChanged(let agent, let state, _, _): changed(agent, state, event, &breaches)
        case .agentCheckedOut(let agent, _):
            guard let login = logins.removeValue(forKey: agent) else {
                return add("a check-in before the check-out", event, &breaches)
            }
            guard login.state == .checkedOut else {
                return add("the state checkedOut with the check-out", event, &breaches)
            }
            let loginTime = date.duration(since: login.began)
            loginTimes[agent, default: .zero] += loginTime
            guard login.booked != loginTime else { return }
            add("states of \(loginTime) in all, there are \(login.booked)", event, &breaches)
        default: break
        }
    }

    private mutating func changed(
        _ agent: AgentID, _ state: AgentState, _ event: CenterEvent, _ breaches: inout [InvariantBreach]
    ) {
        guard var login = logins[agent] else {
            if state != .checkedOut { add("a check-in before the first state", event, &breaches) }
            return
        }
        if event.date < login.since { add("dates that do not go back", event, &breaches) }
        // Time before the first state is in no state: it stays unbooked, and the sum tells.
        if login.state != nil { login.booked += event.date.duration(since: login.since) }
        login.state = state
        login.since = event.date
        logins[agent] = login
    }

    private func add(_ expected: String, _ event: CenterEvent, _ breaches: inout [InvariantBreach]) {
        breaches.append(InvariantBreach(expected: expected, seen: "\(event)", agent: event.agent))
    }
}
