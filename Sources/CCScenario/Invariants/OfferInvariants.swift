import CCCore

/// *One agent per contact*: while a contact is offered to an agent or talks with one, no other agent has it.
public struct OneAgentPerContact: Invariant {
    public let rule = "one agent per contact"
    private var agents: [ContactID: AgentID] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactOffered(let id, let agent, _), .contactAnswered(let id, let agent):
            if let other = agents[id], other != agent {
                breaches.append(
                    InvariantBreach(
                        expected: "the contact is with \(other) alone", seen: "\(event)", contact: id, agent: agent))
            }
            agents[id] = agent
        case .offerEnded(let id, let agent, _), .contactReleased(let id, let agent):
            if agents[id] == agent { agents[id] = nil }
        case .contactEnded(let id, _): agents[id] = nil
        default: break
        }
    }
}

/// *One contact per agent*: an agent has one voice contact at a time, offered or in conversation.
public struct OneContactPerAgent: Invariant {
    public let rule = "one contact per agent"
    private var contacts: [AgentID: ContactID] = [:]
    private var agents: [ContactID: AgentID] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactOffered(let id, let agent, _), .contactAnswered(let id, let agent):
            if let other = contacts[agent], other != id {
                breaches.append(
                    InvariantBreach(
                        expected: "\(agent) has contact \(other) alone", seen: "\(event)", contact: id, agent: agent))
            }
            contacts[agent] = id
            agents[id] = agent
        case .offerEnded(let id, let agent, _), .contactReleased(let id, let agent): free(id, agent)
        case .contactEnded(let id, _):
            if let agent = agents[id] { free(id, agent) }
        default: break
        }
    }

    private mutating func free(_ id: ContactID, _ agent: AgentID) {
        if contacts[agent] == id { contacts[agent] = nil }
        if agents[id] == agent { agents[id] = nil }
    }
}

/// *Every offer ends*, once: by an answer, a refusal or a withdrawal, and not after its contact.
public struct EveryOfferEnds: Invariant {
    public let rule = "every offer ends"
    private var open: [ContactID: [AgentID]] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactOffered(let id, let agent, _): open[id, default: []].append(agent)
        case .contactAnswered(let id, let agent): _ = end(id, agent)
        case .offerEnded(let id, let agent, _):
            guard !end(id, agent) else { return }
            breaches.append(
                InvariantBreach(expected: "an open offer that ends", seen: "\(event)", contact: id, agent: agent))
        case .contactEnded(let id, _):
            for agent in open.removeValue(forKey: id) ?? [] {
                breaches.append(
                    InvariantBreach(
                        expected: "the offer to \(agent) ends before its contact", seen: "\(event)", contact: id,
                        agent: agent))
            }
        default: break
        }
    }

    private mutating func end(_ id: ContactID, _ agent: AgentID) -> Bool {
        guard let index = open[id]?.firstIndex(of: agent) else { return false }
        open[id]?.remove(at: index)
        if open[id]?.isEmpty == true { open[id] = nil }
        return true
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard !isCut else { return }
        for (id, agents) in open.sorted(by: { $0.key < $1.key }) {
            for agent in agents {
                breaches.append(
                    InvariantBreach(
                        expected: "every offer has ended", seen: "the offer to \(agent) is open", contact: id,
                        agent: agent))
            }
        }
    }
}

/// *Answered only after offered*: an agent answers what is offered to them, is released from what they have answered, and
/// finishes the work on what they were released from.
public struct AnsweredOnlyAfterOffered: Invariant {
    public let rule = "answered only after offered"
    private enum Step { case offered, talking, wrapUp }
    private var steps: [ContactID: [AgentID: Step]] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactOffered(let id, let agent, _): steps[id, default: [:]][agent] = .offered
        case .offerEnded(let id, let agent, _):
            if steps[id]?[agent] == .offered { set(id, agent, nil) }
        case .contactAnswered(let id, let agent): move(id, agent, from: .offered, to: .talking, event, &breaches)
        case .contactReleased(let id, let agent): move(id, agent, from: .talking, to: .wrapUp, event, &breaches)
        case .wrapUpEnded(let id, let agent): move(id, agent, from: .wrapUp, to: nil, event, &breaches)
        default: break
        }
    }

    private mutating func move(
        _ id: ContactID, _ agent: AgentID, from: Step, to: Step?, _ event: CenterEvent,
        _ breaches: inout [InvariantBreach]
    ) {
        if steps[id]?[agent] != from {
            let before =
                switch from {
                case .offered: "an open offer to \(agent)"
                case .talking: "a conversation with \(agent)"
                case .wrapUp: "\(agent) was released"
                }
            breaches.append(
                InvariantBreach(expected: "\(before) before it", seen: "\(event)", contact: id, agent: agent))
        }
        set(id, agent, to)
    }

    private mutating func set(_ id: ContactID, _ agent: AgentID, _ step: Step?) {
        steps[id, default: [:]][agent] = step
        if steps[id]?.isEmpty == true { steps[id] = nil }
    }
}
