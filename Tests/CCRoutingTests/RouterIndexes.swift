import CCCore

@testable import CCRouting

extension Router {
    /// What the indexes say against what the entries say; empty when they agree.
    var contradictions: [String] {
        var found: [String] = []
        func expect(_ seen: Int, _ wanted: Int, _ what: @autoclosure () -> String) {
            if seen != wanted { found.append("\(what()): \(seen) instead of \(wanted)") }
        }
        let here = contactSlots.values.sorted()
        for (id, slot) in contactSlots where contacts[slot].id != id { found.append("\(id) is in another's slot") }
        expect(freeContactSlots.count + here.count, contacts.count, "contact slots")
        let waiting = here.filter { contacts[$0].isWaiting }
        expect(waitingInAll, waiting.count, "waiting in all")
        expect(emergencies, waiting.count { contacts[$0].isEmergency }, "emergencies")
        for queue in queues.indices {
            expect(queues[queue].waiting, waiting.count { contacts[$0].queue == queue }, "waiting in \(queue)")
        }
        for pool in pools.indices where !pools[pool].isForgotten {
            let members = agents.indices.filter { slot in
                !agents[slot].isRemoved && agents[slot].agent.capacity.limit(of: pools[pool].channel) > 0
                    && pools[pool].requires.isFulfilled(by: agents[slot].agent.skills)
            }
            let listed = agents.indices.filter { agents[$0].fulfils(pool) && !agents[$0].isRemoved }
            if members != listed { found.append("members of \(pools[pool].requires): \(listed), not \(members)") }
            let counted = agents.indices.filter { agents[$0].fulfils(pool) }
            expect(pools[pool].available, counted.count { agents[$0].isAvailable }, "available in \(pool)")
            expect(pools[pool].checkedIn, counted.count { agents[$0].presence != .out }, "checked in in \(pool)")
            let bit: UInt8 = 1 << UInt8(pools[pool].channel.place)
            expect(pools[pool].idle, counted.count { agents[$0].standsFor & bit != 0 }, "idle in \(pool)")
            let inLine = waiting.filter { contacts[$0].pool == pool && contacts[$0].special?.direct == nil }
            let standing = pools[pool].waiting.flatMap { $0.contacts.entries.map { Int($0.slot) } }
            expect(pools[pool].waitingCount, standing.count, "waiting in pool \(pool)")
            if standing.sorted() != inLine { found.append("in line of \(pool): \(standing), not \(inLine)") }
            expect(
                pools[pool].users,
                here.count { contacts[$0].pool == pool }
                    + queues.reduce(0) { $0 + $1.pools.values.count { $0 == pool } }, "users of \(pool)")
        }
        for agent in agents.indices {
            var counts = ChannelCounts()
            for work in agents[agent].work { counts[work.channel] += 1 }
            if counts != agents[agent].counts { found.append("counts of \(agents[agent].agent.id)") }
            for work in agents[agent].work where work.phase == .offered && reservations[work.mark] == nil {
                found.append("\(agents[agent].agent.id) has an offer that does not stand")
            }
            if agents[agent].presence != .ready, agents[agent].standsFor != 0 {
                found.append("\(agents[agent].agent.id) is in line and not ready")
            }
        }
        for slot in here {
            switch contacts[slot].position {
            case .offered(let number): if reservations[number] == nil { found.append("offer \(number) has ended") }
            case .ringing(let numbers):
                if numbers.isEmpty || numbers.contains(where: { reservations[$0] == nil }) {
                    found.append("ringing \(numbers)")
                }
            case .talking(let agent):
                if !agents[agent].work.contains(where: { $0.contact == slot && $0.phase == .talking }) {
                    found.append("\(contacts[slot].id) talks with somebody who does not")
                }
            case .waiting, .parked: break
            case .gone: found.append("\(contacts[slot].id) is gone")
            }
        }
        return found
    }
}
