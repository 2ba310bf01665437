import CCCore
import CCRouting
import Testing

@Suite("Preference and selection")
struct PreferenceTests {
    static let queues = [
        Queue("a", requires: ["a"]), Queue("b", requires: ["b"]),
        Queue("both", requires: ["a", "b"]), Queue("any"),
    ]

    @Test("an agent gets the oldest contact of the level that they prefer")
    func levels() {
        let desk = Desk(queues: Self.queues, agents: [Agent("ann", skills: ["a", "b"], levels: ["b": 1])])
        for (id, queue) in [("c1", "b"), ("c2", "both"), ("c3", "a"), ("c4", "a")] as [(ContactID, QueueID)] {
            desk.arrive(id, in: queue)
        }
        var order: [ContactID] = []
        var offer = desk.checkIn("ann")
        while let next = offer {
            order.append(next.contact)
            desk.accept(next)
            desk.end(next.contact)
            offer = desk.wrapUpDone("ann")
        }
        #expect(order == ["c3", "c4", "c1", "c2"])
    }

    @Test("a level may be below that of others, and changes with the agent's settings")
    func changedLevels() {
        let desk = Desk(queues: Self.queues, agents: [Agent("ann", skills: ["a", "b"], levels: ["b": -1])])
        desk.arrive("c1", in: "any")
        desk.arrive("c2", in: "a")
        desk.arrive("c3", in: "b")
        desk.perform { $0.set(Agent("ann", skills: ["a", "b"], levels: ["a": -2]), now: $1, into: &$2) }
        #expect(desk.checkIn("ann")?.contact == "c2")
    }

    @Test("a contact for one agent alone counts as level 0")
    func directContact() {
        let desk = Desk(queues: Self.queues, agents: [Agent("ann", skills: ["a", "b"], levels: ["a": 2, "b": -1])])
        desk.checkIn("ann")
        let first = desk.arrive("c1", in: "any")
        desk.arrive("c2", in: "a")
        desk.arrive("c3", in: "a", for: "ann")
        if let first { desk.accept(first) }
        desk.end("c1")
        #expect(desk.wrapUpDone("ann")?.contact == "c3", "c2 is older, but of a worse level")
    }

    @Test("the group with most idle agents gets the contact; of two as large the first; in it who is idle longest")
    func mostIdleGroup() {
        let desk = Desk(
            queues: [Queue("q", requires: ["s"], selection: .mostIdleGroup)],
            agents: [
                Agent("a1", skills: ["s"], group: "a"), Agent("b1", skills: ["s"], group: "b"),
                Agent("b2", skills: ["s"], group: "b"), Agent("a2", skills: [], group: "a"),
            ])
        for agent in ["a2", "a1", "b2", "b1"] as [AgentID] { desk.checkIn(agent) }
        #expect(desk.arrive("c1", in: "q")?.agent == "b2", "a2 lacks the skill and does not count")
        #expect(desk.arrive("c2", in: "q")?.agent == "a1", "one each: the first group")
        #expect(desk.arrive("c3", in: "q")?.agent == "b1")
        #expect(desk.arrive("c4", in: "q") == nil)
    }

    @Test("who refused a contact does not count for their group")
    func refusals() throws {
        let desk = Desk(
            queues: [
                Queue(
                    "q", refusals: RefusalPolicy(declined: .pause(.milliseconds(1))), selection: .mostIdleGroup)
            ],
            agents: [Agent("a1", group: "a"), Agent("a2", group: "a"), Agent("b1", group: "b")])
        for agent in ["a1", "a2", "b1"] as [AgentID] { desk.checkIn(agent) }
        let first = try #require(desk.arrive("c1", in: "q"))
        #expect(first.agent == "a1")
        let second = try #require(desk.refuse(first, .declined))
        #expect(second.agent == "a2", "one each: the first group")
        let third = try #require(desk.refuse(second, .declined))
        #expect(third.agent == "b1")
    }

    @Test("a rule of selection that changes holds for the next contact")
    func changedSelection() {
        let desk = Desk(
            queues: [Queue("q")],
            agents: [Agent("a1", group: "a"), Agent("b1", group: "b"), Agent("b2", group: "b")])
        for agent in ["a1", "b1", "b2"] as [AgentID] { desk.checkIn(agent) }
        desk.perform { $0.set(Queue("q", selection: .mostIdleGroup), now: $1, into: &$2) }
        #expect(desk.arrive("c1", in: "q")?.agent == "b1")
        desk.perform { $0.set(Queue("q"), now: $1, into: &$2) }
        #expect(desk.arrive("c2", in: "q")?.agent == "a1")
    }

    @Test(
        "an id that only looks like that of an open reservation accepts nothing",
        arguments: ["r01", "r", "x1", "r1 ", "r2", "r99999999999999999999"])
    func reservationIDs(text: String) {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        let offer = desk.arrive("c1")
        #expect(offer?.id == "r1")
        var accepted = true
        desk.perform { accepted = $0.offerAccepted(ReservationID(text), now: $1, into: &$2) }
        #expect(!accepted)
        #expect(offer.map { desk.accept($0) } == true)
    }
}
