import CCCore
import CCRouting
import Testing

@Suite("Router")
struct RouterTests {
    @Test("a contact that finds an idle agent is offered at once")
    func offeredAtOnce() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        let offer = try #require(desk.arrive("c1"))
        #expect(offer.agent == "ann")
        #expect(offer.contact == "c1")
        #expect(offer.deadline == desk.now.advanced(by: .seconds(20)))
        #expect(desk.router.state(of: "ann") == .reserved)
        #expect(desk.router.nextDeadline == offer.deadline)
    }

    @Test("of several idle agents the one who has been idle longest gets the contact")
    func longestIdle() {
        let desk = Desk(agents: ["ann", "bob", "cas"])
        for agent in ["bob", "cas", "ann"] as [AgentID] { desk.checkIn(agent) }
        #expect(desk.arrive("c1")?.agent == "bob")
        #expect(desk.arrive("c2")?.agent == "cas")
        #expect(desk.arrive("c3")?.agent == "ann")
        #expect(desk.arrive("c4") == nil)
    }

    @Test("contacts that arrive at the same moment ring different agents")
    func sameMoment() {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let agents = Set(["c1", "c2"].compactMap { desk.arrive(ContactID($0), after: .zero)?.agent })
        #expect(agents == ["ann", "bob"])
    }

    @Test("an agent who becomes idle gets the oldest contact of all queues that they can serve")
    func oldestAcrossQueues() {
        let desk = Desk(
            queues: [
                Queue("spanish", requires: ["es"]), Queue("sales", requires: ["sales"]),
                Queue("vip", requires: ["vip"]),
            ],
            agents: [Agent("ann", skills: ["es", "sales"])])
        desk.arrive("c0", in: "vip")
        desk.arrive("c1", in: "sales")
        desk.arrive("c2", in: "spanish")
        desk.arrive("c3", in: "sales")
        #expect(desk.checkIn("ann")?.contact == "c1")
    }

    @Test("a queue that needs two skills is served by those who have both")
    func bothSkills() {
        let desk = Desk(
            queues: [Queue("q", requires: ["es", "tech"])],
            agents: [
                Agent("ann", skills: ["es"]), Agent("bob", skills: ["tech"]),
                Agent("cas", skills: ["es", "tech", "x"]),
            ])
        for agent in ["ann", "bob", "cas"] as [AgentID] { desk.checkIn(agent) }
        #expect(desk.arrive("c1", in: "q")?.agent == "cas")
        #expect(desk.arrive("c2", in: "q") == nil)
    }

    @Test("a contact for one agent waits for that agent and is rejected when they are not there")
    func requiredAgent() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let first = try #require(desk.arrive("c1", for: "bob"))
        #expect(first.agent == "bob")
        #expect(desk.arrive("c2", for: "bob") == nil, "ann is idle, but c2 is for bob")
        desk.accept(first)
        #expect(desk.end("c1") == nil)
        #expect(desk.wrapUpDone("bob")?.contact == "c2")
        desk.arrive("c3", for: "nobody")
        #expect(desk.rejections == [.rejected("c3", .noSuchAgent)])
        desk.checkOut("ann")
        desk.arrive("c4", for: "ann")
        #expect(desk.rejections == [.rejected("c4", .agentUnavailable)])
    }

    @Test("a contact for one agent is rejected when that agent refuses it")
    func requiredAgentRefuses() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let offer = try #require(desk.arrive("c1", for: "ann"))
        desk.refuse(offer, .declined)
        #expect(desk.rejections == [.rejected("c1", .agentRefused(.declined))])
        #expect(desk.router.contactCount == 0)
    }

    @Test("an offer that rings out makes the agent not ready and goes to the next agent")
    func ringOut() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let offer = try #require(desk.arrive("c1"))
        desk.advance(to: offer.deadline)
        #expect(desk.actions.contains(.cancelOffer(offer, .noAnswer)))
        #expect(desk.router.state(of: "ann") == .notReady(.redirectedOnNoAnswer))
        #expect(desk.offer?.agent == "bob")
        #expect(desk.accept(offer) == false, "an answer after the deadline is too late")
    }

    @Test("after a ring-out the agent can also come back by the queue's setting")
    func ringOutWithPause() throws {
        let queue = Queue("q", refusals: RefusalPolicy(noAnswer: .pause(.seconds(3))))
        let desk = Desk(queues: [queue], agents: ["ann"])
        desk.checkIn("ann")
        let offer = try #require(desk.arrive("c1", in: "q"))
        desk.advance(to: offer.deadline)
        #expect(desk.router.nextDeadline == offer.deadline.advanced(by: .seconds(3)))
        desk.advance(to: offer.deadline.advanced(by: .seconds(3)))
        #expect(desk.offer?.contact == "c1")
    }

    @Test("a refused contact keeps its place in line", arguments: RefusalReason.allCases)
    func keepsItsPlace(reason: RefusalReason) throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        let offer = try #require(desk.arrive("c1"))
        desk.arrive("c2")
        desk.refuse(offer, reason)
        #expect(desk.router.state(of: "ann") != .idle)
        #expect(desk.checkIn("bob")?.contact == "c1")
    }

    @Test("who refused a contact gets the next one, and that contact again when all others refused it too")
    func refuserIsPassedOver() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let first = try #require(desk.arrive("c1"))
        let second = try #require(desk.arrive("c2"))
        desk.accept(second)
        desk.refuse(first, .declined)
        #expect(desk.router.position(of: "c1") == .waiting)
        #expect(desk.resume("ann") == nil, "c1 waits for bob")
        #expect(desk.arrive("c3")?.agent == "ann")
        desk.end("c2")
        let again = try #require(desk.wrapUpDone("bob"))
        #expect(again.contact == "c1")
        desk.end("c3")
        #expect(desk.router.state(of: "ann") == .idle)
        desk.refuse(again, .declined)
        #expect(desk.offer?.agent == "ann")
        #expect(desk.offer?.contact == "c1")
    }

    @Test("a contact that waits for the last untried agent goes to the refuser when that agent leaves")
    func lastUntriedAgentLeaves() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        let first = try #require(desk.arrive("c1"))
        desk.checkIn("bob", notReady: "training")
        desk.resume("bob")
        let second = try #require(desk.arrive("c2"))
        desk.accept(second)
        desk.refuse(first, .busy)
        #expect(desk.resume("ann") == nil)
        #expect(desk.checkOut("bob")?.agent == "ann", "bob talks on, but will take no more")
    }

    @Test("the only agent, refusing everything, is asked once in every pause and not in a loop")
    func onlyAgentRefuses() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        var offer = try #require(desk.arrive("c1"))
        for _ in 0..<5 {
            #expect(desk.refuse(offer, .declined) == nil)
            #expect(desk.router.nextDeadline == desk.now.advanced(by: .seconds(5)))
            desk.advance(to: desk.now.advanced(by: .seconds(5)))
            offer = try #require(desk.offer)
        }
    }

    @Test("wrap-up ends at its deadline, or when the agent says so")
    func wrapUp() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1")))
        desk.end("c1")
        let deadline = desk.now.advanced(by: .seconds(10))
        #expect(desk.actions == [.agentStateChanged("ann", .wrapUp, until: deadline, .contact)])
        #expect(desk.arrive("c2") == nil)
        desk.advance(to: deadline)
        #expect(desk.actions.first == .wrapUpEnded("c1", "ann"))
        desk.accept(try #require(desk.offer))
        desk.end("c2")
        desk.wrapUpDone("ann")
        #expect(desk.router.state(of: "ann") == .idle)
        #expect(desk.router.nextDeadline == nil)
    }

    @Test("a caller who hangs up while the phone rings leaves the agent at the old place in line")
    func abandonWhileRinging() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let offer = try #require(desk.arrive("c1"))
        desk.end("c1")
        #expect(desk.actions.first == .cancelOffer(offer, .contactEnded))
        #expect(desk.accept(offer) == false)
        #expect(desk.arrive("c2")?.agent == "ann")
    }

    @Test("an agent who checks out in a call finishes it, wraps up, and gets no offer afterwards")
    func checkOutWhileTalking() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1")))
        desk.arrive("c2")
        desk.checkOut("ann")
        #expect(desk.router.state(of: "ann") == .talking)
        desk.end("c1")
        #expect(desk.router.state(of: "ann") == .wrapUp)
        desk.advance(to: desk.now.advanced(by: .seconds(10)))
        #expect(desk.router.state(of: "ann") == .checkedOut)
        #expect(desk.offer == nil)
        #expect(desk.router.position(of: "c2") == .waiting)
    }

    @Test("an agent who checks out while the phone rings may still answer, and leaves when it rings out")
    func checkOutWhileReserved() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        let offer = try #require(desk.arrive("c1"))
        desk.checkOut("ann")
        #expect(desk.router.state(of: "ann") == .reserved)
        desk.advance(to: offer.deadline)
        #expect(desk.router.state(of: "ann") == .checkedOut)
        #expect(desk.offer == nil)
    }

    @Test("a pause asked for in a call begins after it, and resume takes it back")
    func pauseWhileTalking() throws {
        let desk = Desk(queues: [Queue("q", wrapUp: .zero)], agents: ["ann"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        desk.pause("ann", "lunch")
        desk.end("c1")
        #expect(desk.router.state(of: "ann") == .notReady("lunch"))
        desk.arrive("c2", in: "q")
        let offer = try #require(desk.resume("ann"))
        desk.pause("ann", "lunch")
        desk.resume("ann")
        desk.accept(offer)
        desk.end("c2")
        #expect(desk.router.state(of: "ann") == .idle)
    }

    @Test("a full queue turns contacts away unless an agent is free")
    func queueFull() {
        let desk = Desk(queues: [Queue("q", waitingMax: 1)], agents: ["ann"])
        desk.arrive("c1", in: "q")
        desk.arrive("c2", in: "q")
        #expect(desk.rejections == [.rejected("c2", .queueFull)])
        #expect(desk.router.waitingCount(in: "q") == 1)
        desk.checkIn("ann")
        #expect(desk.router.waitingCount(in: "q") == 0)
        let walkIn = Desk(queues: [Queue("q", waitingMax: 0)], agents: ["ann"])
        walkIn.checkIn("ann")
        #expect(walkIn.arrive("c1", in: "q") != nil)
    }

    @Test("unknown queues and ids that are already here are rejected")
    func badArrivals() {
        let desk = Desk(agents: [AgentID]())
        desk.arrive("c1", in: "nowhere")
        #expect(desk.rejections == [.rejected("c1", .noSuchQueue)])
        desk.arrive("c1")
        desk.arrive("c1")
        #expect(desk.rejections == [.rejected("c1", .duplicate)])
        #expect(desk.router.position(of: "c1") == .waiting)
    }

    @Test("when an agent's phone breaks off in a call, the contact is first in line again")
    func agentLost() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1")))
        desk.arrive("c2")
        desk.lose("ann")
        #expect(desk.actions.first == .wrapUpEnded("c1", "ann"))
        #expect(desk.router.state(of: "ann") == .notReady(.unreachable))
        #expect(desk.checkIn("bob")?.contact == "c1")
    }

    @Test("the times in all states add up to the login time")
    func times() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        desk.pass(.seconds(7))
        let offer = try #require(desk.arrive("c1"))
        desk.pass(.seconds(4))
        desk.accept(offer)
        desk.pass(.milliseconds(90_500))
        desk.end("c1")
        desk.pass(.seconds(2))
        desk.pause("ann", "lunch")
        desk.pass(.seconds(1800))
        desk.checkOut("ann")
        desk.pass(.seconds(60))
        let status = try #require(desk.router.status(of: "ann", now: desk.now))
        #expect(status.times[.notReady("lunch")] == .seconds(1801))
        #expect(status.times[.talking] == .milliseconds(91_500))
        #expect(status.times[.checkedOut] == nil)
        // Each of the five steps took one second of its own.
        let passed = [7, 4, 90.5, 2, 1800, 5].reduce(Duration.zero) { $0 + .seconds($1) }
        #expect(status.loginTime == passed)
    }

    @Test("new skills count from the next offer on, and an idle agent gets what waits for them")
    func skillsChange() {
        let desk = Desk(queues: [Queue("q", requires: ["es"])], agents: ["ann"])
        desk.checkIn("ann")
        desk.arrive("c1", in: "q")
        #expect(desk.perform { $0.set(Agent("ann", skills: ["es"]), now: $1, into: &$2) }?.contact == "c1")
    }

    @Test("contacts keep their order when their queue asks for other skills")
    func queueChanges() {
        let desk = Desk(queues: [Queue("q", requires: ["es"]), Queue("r")], agents: ["ann"])
        desk.arrive("c1", in: "r")
        desk.arrive("c2", in: "q")
        desk.arrive("c3", in: "r")
        desk.perform { $0.set(Queue("q"), now: $1, into: &$2) }
        #expect(desk.checkIn("ann")?.contact == "c1")
        desk.end("c1")
        #expect(desk.offer?.contact == "c2")
    }
}
