import CCCore

extension Router {
    /// The pool of everybody who fulfils a requirement on a channel.
    mutating func pool(_ requires: SkillExpression, _ channel: Channel) -> Int {
        let key = PoolKey(requires: requires, channel: channel)
        if let known = poolSlots[key] { return known }
        var pool = Pool(requires: requires, channel: channel, skills: requires.skills)
        let place = pools.firstIndex { $0.isForgotten } ?? pools.count
        let bit = channel.bit
        for slot in agents.indices where belongs(agents[slot], to: pool) {
            let level = agents[slot].agent.level(of: pool.skills)
            let order = agents[slot].pools.firstIndex { $0.level > level } ?? agents[slot].pools.endIndex
            agents[slot].pools.insert(membership(of: agents[slot], pool, at: place), at: order)
            if agents[slot].isAvailable { pool.available += 1 }
            if agents[slot].presence != .out { pool.checkedIn += 1 }
            if agents[slot].standsFor & bit != 0 { pool.idle += 1 }
        }
        poolSlots[key] = place
        if place == pools.count { pools.append(pool) } else { pools[place] = pool }
        return place
    }

    private func belongs(_ entry: AgentEntry, to pool: Pool) -> Bool {
        !entry.isRemoved && entry.agent.capacity.limit(of: pool.channel) > 0
            && pool.requires.isFulfilled(by: entry.agent.skills)
    }

    private func membership(of entry: AgentEntry, _ pool: Pool, at place: Int) -> Membership {
        let sum = pool.skills.reduce(0) { $0 + entry.agent.skills[$1] }
        return Membership(
            pool: place, level: entry.agent.level(of: pool.skills),
            proficiency: pool.skills.isEmpty ? 0 : Double(sum) / Double(pool.skills.count))
    }

    func memberships(of entry: AgentEntry) -> [Membership] {
        pools.indices.filter { !pools[$0].isForgotten && belongs(entry, to: pools[$0]) }
            .map { membership(of: entry, pools[$0], at: $0) }
            .sorted { ($0.level, $0.pool) < ($1.level, $1.pool) }
    }

    /// The requirement of a contact in force: what its queue and it ask for, widened by the steps that are due.
    func requirementInForce(_ contact: Int) -> SkillExpression {
        let queue = queues[contacts[contact].queue].queue
        let special = contacts[contact].special
        var requires = queue.requires
        if let special { requires = requires && special.requires }
        if let widened = special?.widened { requires = requires || widened }
        let steps = special?.relaxation ?? queue.relaxation
        for step in steps.prefix(Int(contacts[contact].steps)) { requires = requires || step.to }
        return requires
    }

    /// Finds the pool of a contact that stands in no line.
    mutating func choosePool(_ contact: Int) {
        let queue = contacts[contact].queue
        let channel = contacts[contact].channel
        let isPlain =
            contacts[contact].steps == 0
            && (contacts[contact].special.map { $0.requires == .anyone && $0.widened == nil } ?? true)
        let chosen: Int
        if isPlain, let known = queues[queue].pools[channel] {
            chosen = known
        } else {
            chosen = pool(requirementInForce(contact), channel)
            if isPlain {
                queues[queue].pools[channel] = chosen
                pools[chosen].users += 1
            }
        }
        guard contacts[contact].pool != chosen else { return }
        usePool(chosen, of: contact)
    }

    /// Contacts count as users of their pools, so that a pool for a requirement that nobody has any more is forgotten.
    private mutating func usePool(_ pool: Int, of contact: Int) {
        // First the new one: leaving the old may forget all that nobody uses.
        pools[pool].users += 1
        leavePool(of: contact)
        contacts[contact].pool = pool
    }

    mutating func leavePool(of contact: Int) {
        let old = contacts[contact].pool
        guard old >= 0 else { return }
        contacts[contact].pool = -1
        release(old)
    }

    /// A queue or a contact does not use the pool any more.
    mutating func release(_ pool: Int) {
        pools[pool].users -= 1
        guard pools[pool].users == 0 else { return }
        unusedPools.append(pool)
        if unusedPools.count > Self.unusedPoolsMax { forgetUnusedPools() }
    }

    /// How many pools may be kept that nobody uses: the next contact of the kind finds them.
    private static let unusedPoolsMax = 256

    private mutating func forgetUnusedPools() {
        let forgotten = Set(unusedPools.filter { pools[$0].users == 0 && !pools[$0].isForgotten })
        unusedPools = []
        for pool in forgotten {
            poolSlots[PoolKey(requires: pools[pool].requires, channel: pools[pool].channel)] = nil
            pools[pool] = Pool(requires: .anyone, channel: .voice, skills: [], isForgotten: true)
        }
        for agent in agents.indices { agents[agent].pools.removeAll { forgotten.contains($0.pool) } }
        for queue in queues.indices { queues[queue].lines.removeAll { forgotten.contains($0.pool) } }
    }
}
