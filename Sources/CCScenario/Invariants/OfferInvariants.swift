import CCCore
import CCRouting

/// *One agent per contact*: one agent has a contact, offered or in conversation. A queue that rings all offers it to
/// several, of whom one alone gets it.
///
/// A second agent may be asked while the first has it; who answers then is told at once to be consulted
/// (`consultationStarted`) or to take it over (`contactHandedOver`).
public struct OneAgentPerContact: Invariant {
    public let rule = "one agent per contact"
    private var limits: [QueueID: Int] = [:]
    private var contacts: [ContactID: Mark] = [:]

    private struct Mark {
        var queue: QueueID?
        var talking: AgentID?
        /// Has answered beside the one who talks.
        var second: AgentID?
        var isSecondKnown = false
        var offers: Set<AgentID> = []
    }

    /// - Parameter queues: for how many phones ring (`Queue.ringing`).
    public init(queues: [Queue] = []) {
        for queue in queues {
            if case .all(let most) = queue.ringing { limits[queue.id] = max(1, most) }
        }
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        guard let id = event.contact, var mark = contacts[id] ?? fresh(event) else { return }
        defer { contacts[id] = mark }
        switch event.kind {
        case .contactQueued(_, let queue): mark.queue = queue
        case .contactOffered(_, let agent, _):
            let limit = mark.queue.flatMap { limits[$0] } ?? 1
            if mark.talking == nil, !mark.offers.contains(agent), mark.offers.count >= limit {
                add("the contact is offered to \(limit) at a time", event, &breaches)
            }
            mark.offers.insert(agent)
        case .offerEnded(_, let agent, _): mark.offers.remove(agent)
        case .contactAnswered(_, let agent):
            mark.offers.remove(agent)
            if mark.talking == nil || mark.talking == agent {
                mark.talking = agent
            } else {
                checkSecond(mark, event, &breaches)
                mark.second = agent
                mark.isSecondKnown = false
            }
        case .consultationStarted(_, _, let second):
            if mark.second == second { mark.isSecondKnown = true }
        case .contactHandedOver(_, _, let second):
            mark.talking = second
            mark.second = nil
        case .contactReleased(_, let agent):
            checkSecond(mark, event, &breaches)
            if mark.second == agent { mark.second = nil }
            if mark.talking == agent {
                mark.talking = mark.second
                mark.second = nil
            }
        case .contactEnded:
            checkSecond(mark, event, &breaches)
            mark = Mark()
        default: break
        }
        if case .contactEnded = event.kind { contacts[id] = nil }
    }

    private func fresh(_ event: CenterEvent) -> Mark? {
        switch event.kind {
        case .contactArrived, .contactQueued, .contactOffered, .contactAnswered: Mark()
        default: nil
        }
    }

    private func checkSecond(_ mark: Mark, _ event: CenterEvent, _ breaches: inout [InvariantBreach]) {
        guard let first = mark.talking, let second = mark.second, !mark.isSecondKnown else { return }
        breaches.append(
            InvariantBreach(
                expected: "the contact is with \(first) alone", seen: "\(second) has it too", contact: event.contact,
                agent: second))
    }

    private func add(_ expected: String, _ event: CenterEvent, _ breaches: inout [InvariantBreach]) {
        breaches.append(
            InvariantBreach(expected: expected, seen: "\(event)", contact: event.contact, agent: event.agent))
    }
}

/// *One contact per agent*: an agent has one voice contact at a time, offered or in conversation, whatever else there is.
public struct OneContactPerAgent: Invariant {
    public let rule = "one contact per agent"
    private var contacts: [AgentID: ContactID] = [:]
    private var agents: [ContactID: Set<AgentID>] = [:]
    /// Contacts of other channels.
    private var others: Set<ContactID> = []

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactArrived(let contact): if contact.channel != .voice { others.insert(contact.id) }
        case .contactOffered(let id, let agent, _), .contactAnswered(let id, let agent):
            guard !others.contains(id) else { return }
            if let other = contacts[agent], other != id {
                breaches.append(
                    InvariantBreach(
                        expected: "\(agent) has contact \(other) alone", seen: "\(event)", contact: id, agent: agent))
            }
            contacts[agent] = id
            agents[id, default: []].insert(agent)
        case .offerEnded(let id, let agent, _), .contactReleased(let id, let agent): free(id, agent)
        case .contactHandedOver(let id, let first, _): free(id, first)
        case .contactEnded(let id, _):
            others.remove(id)
            for agent in agents.removeValue(forKey: id) ?? [] { free(id, agent) }
        default: break
        }
    }

    private mutating func free(_ id: ContactID, _ agent: AgentID) {
        if contacts[agent] == id { contacts[agent] = nil }
        agents[id]?.remove(agent)
        if agents[id]?.isEmpty == true { agents[id] = nil }
    }
}

/// *Every offer ends*, once: by an answer, a refusal or a withdrawal, and not after its contact.
public struct EveryOfferEnds: Invariant {
    public let rule = "every offer ends"
    private var open: [ContactID: [AgentID]] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactOffered(let id, let agent, _):
            if open[id]?.contains(agent) == true {
                breaches.append(
                    InvariantBreach(
                        expected: "the offer to \(agent) ends before the next", seen: "\(event)", contact: id,
                        agent: agent))
            }
            open[id, default: []].append(agent)
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
        case .contactReleased(let id, let agent), .contactHandedOver(let id, let agent, _):
            move(id, agent, from: .talking, to: .wrapUp, event, &breaches)
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
