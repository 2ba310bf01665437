import CCCore
import CCMedia
import CCTelephony

/// Where a contact is given to.
public enum TransferTarget: Hashable, Sendable {
    case queue(QueueID)
    case agent(AgentID)
    /// A ``Number`` of the plan.
    case number(String)

    var name: String {
        switch self {
        case .queue(let queue): queue.rawValue
        case .agent(let agent): agent.rawValue
        case .number(let number): number
        }
    }
}

extension ContactCenter {
    /// What is meant by a name that somebody transfers to on a phone: a number of the plan, an agent, a queue.
    func target(named name: String) -> TransferTarget? {
        if numbers[name] != nil { return .number(name) }
        if seats[AgentID(name)] != nil { return .agent(AgentID(name)) }
        return plan.queues.contains { $0.id.rawValue == name } ? .queue(QueueID(name)) : nil
    }

    /// The queue, and the agent in it, to which a target leads; nil when it has a handling of its own.
    func place(of target: TransferTarget) throws -> (queue: QueueID, agent: AgentID?)? {
        switch target {
        case .queue(let queue):
            guard plan.queues.contains(where: { $0.id == queue }) else { throw unknown(target) }
            return (queue, nil)
        case .agent(let agent):
            guard seats[agent] != nil else { throw unknown(target) }
            return (Self.directQueue, agent)
        case .number(let name):
            switch numbers[name]?.target {
            case .queue(let queue, _): return (queue, nil)
            case .agent(let agent): return (Self.directQueue, agent)
            case .handler: return nil
            case nil: throw unknown(target)
            }
        }
    }

    private func unknown(_ target: TransferTarget) -> CenterError {
        CenterError(.unknownTarget, "there is no \(target.name) to transfer to")
    }

    /// What a party hears that waits for somebody to answer.
    static let ringback = Prompt(.ringback())
}
