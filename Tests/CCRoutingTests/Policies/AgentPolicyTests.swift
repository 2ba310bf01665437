import CCCore
import CCRouting
import Testing

/// Many contacts come to few agents, and who gets them is counted. The properties that need waiting and load are shown in
/// simulation (CCScenarioTests).
@Suite("Who gets a contact")
struct AgentPolicyTests {
    /// A day in which three of the agents are always free when a contact comes, others each time.
    ///
    /// - Returns: for each contact those who were free, the longest idle first, and who got it.
    private func picks(
        _ policy: Policy, agents: [Agent], free: Int = 3, contacts: Int = 6_000
    ) -> [(free: [AgentID], taken: AgentID)] {
        var router = Router(
            queues: [Queue("q", wrapUp: .zero, selection: policy)], agents: agents, seed: 5)
        var actions: [Router.Action] = []
        var idle: [AgentID] = []
        var busy: [(ContactID, AgentID)] = []
        var random = SplitMix64(state: 11)
        var picks: [(free: [AgentID], taken: AgentID)] = []
        func now() -> Instant { Instant(nanoseconds: Int64(picks.count) * 1_000_000_000) }
        for agent in agents {
            router.checkIn(agent.id, now: .zero, into: &actions)
            idle.append(agent.id)
        }
        actions = []
        while picks.count < contacts {
            while idle.count < free {
                let (contact, agent) = busy.remove(at: Int(random.next(upperBound: UInt64(busy.count))))
                router.contactEnded(contact, now: now(), into: &actions)
                idle.append(agent)
            }
            actions = []
            let contact = ContactID("c\(picks.count)")
            router.contactArrived(contact, queue: "q", now: now(), into: &actions)
            guard case .offer(let offer)? = actions.last(where: { if case .offer = $0 { true } else { false } }) else {
                break
            }
            _ = router.offerAccepted(offer, now: now(), into: &actions)
            picks.append((idle, offer.agent))
            idle.removeAll { $0 == offer.agent }
            busy.append((contact, offer.agent))
        }
        return picks
    }

    private func team(_ count: Int) -> [Agent] { (0..<count).map { Agent(AgentID("a\($0)")) } }

    /// Σ (seen − expected)² ÷ expected.
    private func chiSquare(_ seen: [Double], _ expected: [Double]) -> Double {
        zip(seen, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    }

    @Test("random: of those who are free each is as likely, however long they have been idle")
    func random() {
        let picks = picks(.random, agents: team(6), contacts: 30_000).dropFirst(6)
        var places = [0.0, 0, 0]
        for pick in picks {
            if let place = pick.free.firstIndex(of: pick.taken) { places[place] += 1 }
        }
        // Two degrees of freedom: 13.8 is passed once in a thousand.
        #expect(chiSquare(places, Array(repeating: Double(picks.count) / 3, count: 3)) < 13.8, "\(places)")
        let idle = self.picks(.longestIdle, agents: team(6)).dropFirst(6)
        #expect(idle.allSatisfy { $0.free.first == $0.taken }, "the test can tell: this is always the first")
    }

    @Test("weighted random: of those who are free each has the chance of their weight")
    func weightedRandom() {
        let agents = (0..<6).map { Agent(AgentID("a\($0)"), weight: Double($0 % 3 + 1)) }
        let weights = Dictionary(uniqueKeysWithValues: agents.map { ($0.id, $0.weight) })
        let picks = picks(.weightedRandom, agents: agents, contacts: 30_000).dropFirst(6)
        // By weight: how often an agent of it was taken, and how often that was to be expected.
        var seen = [0.0, 0, 0]
        var expected = [0.0, 0, 0]
        for pick in picks {
            let sum = pick.free.reduce(0) { $0 + (weights[$1] ?? 0) }
            for agent in pick.free { expected[Int(weights[agent] ?? 1) - 1] += (weights[agent] ?? 0) / sum }
            seen[Int(weights[pick.taken] ?? 1) - 1] += 1
        }
        #expect(chiSquare(seen, expected) < 13.8, "\(seen), expected \(expected)")
        var even = [0.0, 0, 0]
        for pick in self.picks(.random, agents: agents, contacts: 30_000).dropFirst(6) {
            even[Int(weights[pick.taken] ?? 1) - 1] += 1
        }
        #expect(chiSquare(even, expected) > 100, "the test can tell: weights that do not count are seen")
    }

    @Test("round robin: everybody's turn comes before anybody's second, and then in the same order")
    func roundRobin() {
        let picks = picks(.roundRobin, agents: team(5), free: 5, contacts: 1_000)
        for (place, pick) in picks.enumerated() { #expect(pick.taken == AgentID("a\(place % 5)")) }
    }

    @Test("round robin passes over who is busy: the next after the last one who is free")
    func roundRobinWithBusyAgents() throws {
        var last = -1
        for pick in picks(.roundRobin, agents: team(7)) {
            let free = pick.free.compactMap { Int($0.rawValue.dropFirst()) }.sorted()
            let next = try #require(free.first { $0 > last } ?? free.first)
            #expect(pick.taken == AgentID("a\(next)"))
            last = next
        }
    }

    @Test("linear: always the first of the list who is free")
    func linear() {
        for pick in picks(.linear, agents: team(7)) { #expect(pick.taken == pick.free.min()) }
    }

    @Test("fewest contacts: no two agents are further apart than chance makes them free")
    func fewestContacts() {
        var counts: [AgentID: Int] = [:]
        for pick in picks(.fewestContacts, agents: team(7)) {
            let least = pick.free.map { counts[$0, default: 0] }.min()
            #expect(counts[pick.taken, default: 0] == least)
            counts[pick.taken, default: 0] += 1
        }
        #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) < 20)
    }

    @Test("best proficiency: the best who is free, and of equals the longest idle")
    func bestProficiency() {
        let agents = (0..<6).map { Agent(AgentID("a\($0)"), skills: ["es": $0 / 2 + 1]) }
        var router = Router(
            queues: [Queue("q", requires: .skill("es"), selection: .bestProficiency)], agents: agents)
        var actions: [Router.Action] = []
        for agent in agents { router.checkIn(agent.id, now: .zero, into: &actions) }
        var taken: [AgentID] = []
        for number in 0..<6 {
            actions = []
            router.contactArrived(ContactID("c\(number)"), queue: "q", now: .zero, into: &actions)
            for case .offer(let offer) in actions { taken.append(offer.agent) }
        }
        #expect(taken == ["a4", "a5", "a2", "a3", "a0", "a1"])
    }

    @Test("specialists first: who can do the least besides, although others have been idle longer")
    func specialistsFirst() {
        let desk = Desk(
            queues: [
                Queue("es", requires: .skill("es"), selection: .specialistsFirst),
                Queue("en", requires: .skill("en"), selection: .specialistsFirst),
            ],
            agents: [Agent("both", skills: ["es", "en"]), Agent("one", skills: ["es"])])
        desk.checkIn("both")
        desk.checkIn("one")
        #expect(desk.arrive("c1", in: "es")?.agent == "one")
        #expect(desk.arrive("c2", in: "en")?.agent == "both")
    }

    @Test("least talk time: who has talked least, not who has had fewest contacts")
    func leastTalkTime() throws {
        let desk = Desk(queues: [Queue("q", wrapUp: .zero, selection: .leastTalkTime)], agents: ["a", "b"])
        desk.checkIn("a")
        desk.checkIn("b")
        let first = try #require(desk.arrive("long", in: "q"))
        desk.accept(first)
        desk.pass(.seconds(500))
        desk.end("long")
        for number in 0..<3 {
            let offer = try #require(desk.arrive(ContactID("short\(number)"), in: "q"))
            #expect(offer.agent != first.agent)
            desk.accept(offer)
            desk.pass(.seconds(20))
            desk.end(offer.contact)
        }
    }

    @Test("least loaded: chats go to the one with most room")
    func leastLoaded() throws {
        let chats = Capacity([.chat: 4])
        let desk = Desk(
            queues: [Queue("q", wrapUp: .zero, selection: .leastLoaded)],
            agents: ["a", "b", "c"].map { Agent($0, capacity: chats) })
        for agent: AgentID in ["a", "b", "c"] { desk.checkIn(agent) }
        var loads: [AgentID: Int] = [:]
        for number in 0..<12 {
            let offer = try #require(
                desk.perform {
                    $0.contactArrived(
                        RoutingRequest(ContactID("c\(number)"), queue: "q", channel: .chat), now: $1, into: &$2)
                })
            #expect(loads[offer.agent, default: 0] == number / 3)
            loads[offer.agent, default: 0] += 1
            desk.accept(offer)
        }
        #expect(
            desk.perform { $0.contactArrived(RoutingRequest("x", queue: "q", channel: .chat), now: $1, into: &$2) }
                == nil)
    }
}
