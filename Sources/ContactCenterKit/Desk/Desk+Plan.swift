import CCCore
import CCRouting

extension Desk {
    /// Runs a change of the plan at one moment of the desk.
    func change(_ body: @Sendable (isolated Desk) -> PlanChanges) -> PlanChanges { body(self) }

    /// Lets the router follow a new plan. Nobody loses a place; whoever is taken out finishes first.
    ///
    /// - Parameter registered: new agents whose phones are registered already.
    func change(from old: CenterSettings, to new: CenterSettings, registered: Set<AgentID>) -> PlanChanges {
        var changes = PlanChanges()
        let before = Dictionary(old.queues.map { ($0.id, $0) }) { first, _ in first }
        let queues = new.queues
        func comfort(_ queue: QueueID, in plan: CenterPlan) -> Comfort? { plan.comforts.first { $0.queue == queue } }
        for queue in queues
        where before[queue.id] != queue || comfort(queue.id, in: old.plan) != comfort(queue.id, in: new.plan) {
            changes.queuesSet.append(queue.id)
        }
        changes.queuesRemoved = old.queues.map(\.id).filter { id in !queues.contains { $0.id == id } }
        for seat in new.plan.seats where old.seats[seat.agent.id] != seat { changes.agentsSet.append(seat.agent.id) }
        changes.agentsRemoved = old.plan.seats.map(\.agent.id).filter { new.seats[$0] == nil }
        for number in new.plan.numbers where !(old.numbers[number.name]?.leadsLike(number) ?? false) {
            changes.numbersSet.append(number.name)
        }
        changes.numbersRemoved = old.plan.numbers.map(\.name).filter { new.numbers[$0] == nil }
        changes.routingSet = old.plan.routing != new.plan.routing
        follow(
            routing: new.plan.routing, queues: queues.filter { changes.queuesSet.contains($0.id) },
            removedQueues: changes.queuesRemoved,
            agents: new.plan.seats.map(\.agent).filter { agent in old.seats[agent.id]?.agent != agent },
            removedAgents: changes.agentsRemoved)
        for seat in new.plan.seats {
            // Who has an address of their own is there, as at a start.
            let hasCome = seat.contact != nil && old.seats[seat.agent.id]?.contact == nil
            if registered.contains(seat.agent.id) { phone(of: seat.agent.id, isRegistered: true) }
            if hasCome { checkIn(seat.agent.id) }
        }
        return changes
    }
}

extension Number {
    /// Whether calls to both go the same way, as far as can be told: code without a name counts as other code.
    func leadsLike(_ other: Number) -> Bool {
        switch (target, other.target) {
        case (.queue(let mine, let needs), .queue(let theirs, let others)):
            mine == theirs && needs == others && language == other.language
        case (.agent(let mine), .agent(let theirs)): mine == theirs
        case (.handler, .handler): handlerName != nil && handlerName == other.handlerName
        default: false
        }
    }
}

extension Seat: Equatable {
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.agent == rhs.agent && lhs.secret == rhs.secret && lhs.password == rhs.password && lhs.contact == rhs.contact
    }
}
