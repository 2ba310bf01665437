import CCCore
import CCRouting

/// *No skill violation*: who is offered a contact has all skills that its queue asks for.
public struct NoSkillViolation: Invariant {
    public let rule = "no skill violation"
    private var required: [QueueID: SkillExpression] = [:]
    private var skills: [AgentID: SkillSet] = [:]
    private var queues: [ContactID: QueueID] = [:]

    public init(queues: [Queue], agents: [Agent]) {
        for queue in queues { required[queue.id] = queue.requires }
        for agent in agents { skills[agent.id] = agent.skills }
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactQueued(let id, let queue): queues[id] = queue
        case .contactEnded(let id, _): queues[id] = nil
        case .contactOffered(let id, let agent, _):
            guard let queue = queues[id], let needed = required[queue], let had = skills[agent] else { return }
            guard !needed.isFulfilled(by: had) else { return }
            let names = had.names.map(\.rawValue).joined(separator: ", ")
            breaches.append(
                InvariantBreach(
                    expected: "\(agent) fulfils \(needed), as \(queue) requires", seen: "skills \(names)", contact: id,
                    agent: agent))
        default: break
        }
    }
}

/// *Queue order kept*: nobody is offered an agent while an earlier contact of the same queue waits.
///
/// Contacts that were refused by an agent, put in a queue again, or turned away because the queue was full are not judged:
/// for them the order of arrivals does not tell who is first.
public struct QueueOrderKept: Invariant {
    public let rule = "queue order kept"
    private var limits: [QueueID: Int] = [:]
    private var lines: [QueueID: Line] = [:]
    /// The queue of each contact that is in line.
    private var queues: [ContactID: QueueID] = [:]
    /// Contacts that are in no line any more, until they end.
    private var seen: Set<ContactID> = []

    private struct Line {
        /// In order of arrival; those before `head` are gone, and so are those who are not waiting.
        var contacts: [ContactID] = []
        var head = 0
        var waiting: Set<ContactID> = []

        var first: ContactID? {
            mutating get {
                while head < contacts.count, !waiting.contains(contacts[head]) { head += 1 }
                if head > 1_024, head * 2 > contacts.count {
                    contacts.removeFirst(head)
                    head = 0
                }
                return head < contacts.count ? contacts[head] : nil
            }
        }
    }

    /// - Parameter queues: for their limits (`Queue.waitingMax`).
    public init(queues: [Queue] = []) {
        for queue in queues { limits[queue.id] = queue.waitingMax }
    }

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactQueued(let id, let queue):
            leave(id)
            guard seen.insert(id).inserted, lines[queue]?.waiting.count ?? 0 < limits[queue] ?? .max else { return }
            lines[queue, default: Line()].contacts.append(id)
            lines[queue]?.waiting.insert(id)
            queues[id] = queue
        case .contactOffered(let id, let agent, _):
            guard let queue = queues[id] else { return }
            if let first = lines[queue]?.first, first != id {
                breaches.append(
                    InvariantBreach(
                        expected: "\(first), which came to \(queue) earlier, is offered first", seen: "\(event)",
                        contact: id, agent: agent))
            }
            leave(id)
        case .contactDequeued(let id): leave(id)
        case .contactEnded(let id, _):
            leave(id)
            seen.remove(id)
        default: break
        }
    }

    private mutating func leave(_ id: ContactID) {
        guard let queue = queues.removeValue(forKey: id) else { return }
        lines[queue]?.waiting.remove(id)
    }
}
