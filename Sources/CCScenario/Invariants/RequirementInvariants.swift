#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import CCRouting

/// *No skill violation*: who is offered a contact fulfils the requirement in force at that moment: that of its queue, those
/// steps of its relaxation that the contact has waited for, and those of queues to which a rule may have let it overflow.
///
/// What a single request asks for besides its queue is not in the events, and not judged. A second agent, who is asked
/// while the contact has one, is somebody's own choice. Where a customer may find an old place
/// (`Queue.keepsPlace`) the events do not tell how long the contact has waited: all steps count from its arrival on.
public struct NoSkillViolation: Invariant {
    public let rule = "no skill violation"
    private var rules: [QueueID: Queue] = [:]
    private var skills: [AgentID: SkillSet] = [:]
    private var contacts: [ContactID: Mark] = [:]

    private struct Mark {
        var queue: QueueID
        let since: Date
        var hasAgent = false
    }

    public init(queues: [Queue], agents: [Agent]) {
        for queue in queues { rules[queue.id] = queue }
        for agent in agents { skills[agent.id] = agent.skills }
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactQueued(let id, let queue):
            contacts[id, default: Mark(queue: queue, since: event.date)].queue = queue
            contacts[id]?.hasAgent = false
        case .contactAnswered(let id, _): contacts[id]?.hasAgent = true
        case .contactEnded(let id, _), .contactDequeued(let id): contacts[id] = nil
        case .contactOffered(let id, let agent, _):
            guard let contact = contacts[id], !contact.hasAgent, let queue = rules[contact.queue],
                let had = skills[agent]
            else { return }
            let waited = event.date.duration(since: contact.since)
            guard !isFulfilled(queue, after: waited, by: had) else { return }
            let names = had.names.map(\.rawValue).joined(separator: ", ")
            breaches.append(
                InvariantBreach(
                    expected: "\(agent) fulfils \(queue.requires), as \(queue.id) requires after \(waited)",
                    seen: "skills \(names)", contact: id, agent: agent))
        default: break
        }
    }

    private func isFulfilled(_ queue: Queue, after waited: Duration, by skills: SkillSet) -> Bool {
        if queue.requires.isFulfilled(by: skills) { return true }
        // Dates are kept to the millisecond.
        let waited = waited + .milliseconds(2)
        for step in queue.relaxation
        where (step.after <= waited || queue.keepsPlace > .zero) && step.to.isFulfilled(by: skills) { return true }
        for rule in queue.joining + queue.leaving {
            guard case .overflow(let other) = rule.then, let target = rules[other], rule.when.earliest <= waited
            else { continue }
            if target.requires.isFulfilled(by: skills) { return true }
        }
        return false
    }
}

extension QueueRule.Condition {
    /// How long a contact must have waited at least for it to hold.
    fileprivate var earliest: Duration {
        switch self {
        case .waited(let least): least
        case .all(let parts): parts.map(\.earliest).max() ?? .zero
        case .any(let parts): parts.map(\.earliest).min() ?? .zero
        default: .zero
        }
    }
}

/// *Capacity kept*: nobody is offered more contacts of a channel than their `Capacity` allows, nor one beside a contact that
/// needs the agent alone, nor more than in all.
///
/// Offers and conversations count. Wrap-ups do not, and an exclusive contact beside others is not judged: an emergency may
/// interrupt both.
public struct CapacityKept: Invariant {
    public let rule = "capacity kept"
    private var capacities: [AgentID: Capacity] = [:]
    private var channels: [ContactID: Channel] = [:]
    private var work: [AgentID: [ContactID: Channel]] = [:]
    private var holders: [ContactID: Set<AgentID>] = [:]

    public init(agents: [Agent]) {
        for agent in agents { capacities[agent.id] = agent.capacity }
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactArrived(let contact): channels[contact.id] = contact.channel
        case .contactOffered(let id, let agent, _):
            let channel = channels[id] ?? .voice
            if let capacity = capacities[agent] { judge(id, channel, agent, capacity, &breaches) }
            work[agent, default: [:]][id] = channel
            holders[id, default: []].insert(agent)
        case .offerEnded(let id, let agent, _), .contactReleased(let id, let agent): free(id, agent)
        case .contactHandedOver(let id, let first, _): free(id, first)
        case .contactEnded(let id, _):
            for agent in holders.removeValue(forKey: id) ?? [] { free(id, agent) }
            channels[id] = nil
        default: break
        }
    }

    private mutating func free(_ id: ContactID, _ agent: AgentID) {
        work[agent]?[id] = nil
        if work[agent]?.isEmpty == true { work[agent] = nil }
        holders[id]?.remove(agent)
    }

    private func judge(
        _ id: ContactID, _ channel: Channel, _ agent: AgentID, _ capacity: Capacity,
        _ breaches: inout [InvariantBreach]
    ) {
        var others = work[agent] ?? [:]
        others[id] = nil
        let same = others.values.count { $0 == channel }
        func add(_ expected: String) {
            breaches.append(
                InvariantBreach(
                    expected: expected, seen: "\(others.count) others, \(same) of them \(channel)", contact: id,
                    agent: agent))
        }
        if same >= capacity.limit(of: channel) {
            add("\(agent) has at most \(capacity.limit(of: channel)) contacts of the channel \(channel)")
        } else if others.values.contains(where: { $0 == .voice || capacity.exclusive.contains($0) }) {
            add("\(agent) has nothing beside a contact that needs the agent alone")
        } else if let total = capacity.total, others.count >= total, channel != .voice,
            !capacity.exclusive.contains(channel)
        {
            add("\(agent) has at most \(total) contacts in all")
        }
    }
}
