import CCCore
import CCRouting
import CCSip
import CCTelephony

extension ContactCenter {
    // MARK: Agents

    /// The agent begins to work. Registering a phone does the same.
    public func checkIn(_ agent: AgentID) async { await desk.checkIn(agent) }

    /// The agent leaves: at once, or when the current contact is finished. There is no offer afterwards.
    public func checkOut(_ agent: AgentID) async { await desk.checkOut(agent) }

    /// The agent takes no contacts for a stated reason: at once, or when the current contact is finished.
    public func pause(_ agent: AgentID, reason: NotReadyReason) async { await desk.pause(agent, reason: reason) }

    /// The agent is back from a pause, also from one after an unanswered offer.
    public func resume(_ agent: AgentID) async { await desk.resume(agent) }

    /// The agent has finished the work on the last contact before its time was over.
    public func wrapUpDone(_ agent: AgentID) async { await desk.wrapUpDone(agent) }

    /// What an agent is doing; nil when there is no such agent.
    public func status(of agent: AgentID) async -> AgentStatus? { await desk.status(of: agent) }

    /// How many contacts wait in a queue without an offer.
    public func waiting(in queue: QueueID) async -> Int { await desk.waiting(in: queue) }

    /// Where an agent's phone is: the seat's own address, or the best registration.
    func location(of agent: AgentID) async -> PhoneLocation? {
        if let contact = seats[agent]?.contact {
            var target = contact
            if target.user == nil { target.user = agent.rawValue }
            return PhoneLocation(contact: target, flow: nil)
        }
        return await userAgent.locations(of: Tenant.outer(agent.rawValue, of: tenantID)).first
    }
}
