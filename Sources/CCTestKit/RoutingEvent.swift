import CCCore
import CCRouting

/// One event for a router as a value, so that sequences of them can be generated, kept and replayed.
public enum RoutingEvent: Hashable, Sendable {
    case contactArrived(ContactID, QueueID, requiredAgent: AgentID?)
    case contactEnded(ContactID)
    case offerAccepted(ReservationID)
    case offerRefused(ReservationID, RefusalReason)
    case agentLost(AgentID)
    case checkIn(AgentID, notReady: NotReadyReason?)
    case checkOut(AgentID)
    case pause(AgentID, NotReadyReason)
    case resume(AgentID)
    case wrapUpDone(AgentID)
    case setAgent(Agent)
    case setQueue(Queue)
    case advance
}

extension Router {
    /// Hands the router an event.
    public mutating func apply(_ event: RoutingEvent, now: Instant, into actions: inout [Action]) {
        switch event {
        case .contactArrived(let id, let queue, let agent):
            contactArrived(id, queue: queue, requiredAgent: agent, now: now, into: &actions)
        case .contactEnded(let id): contactEnded(id, now: now, into: &actions)
        case .offerAccepted(let id): _ = offerAccepted(id, now: now, into: &actions)
        case .offerRefused(let id, let reason): offerRefused(id, reason, now: now, into: &actions)
        case .agentLost(let id): agentLost(id, now: now, into: &actions)
        case .checkIn(let id, let reason): checkIn(id, notReady: reason, now: now, into: &actions)
        case .checkOut(let id): checkOut(id, now: now, into: &actions)
        case .pause(let id, let reason): pause(id, reason: reason, now: now, into: &actions)
        case .resume(let id): resume(id, now: now, into: &actions)
        case .wrapUpDone(let id): wrapUpDone(id, now: now, into: &actions)
        case .setAgent(let agent): set(agent, now: now, into: &actions)
        case .setQueue(let queue): set(queue, now: now, into: &actions)
        case .advance: advance(now: now, into: &actions)
        }
    }
}
