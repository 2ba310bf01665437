import CCCore
import CCRouting
import Testing

@Suite("Requests")
struct RequestTests {
    private func desk(_ queues: [Queue], _ agents: [Agent], ready: Bool = true) -> Desk {
        let desk = Desk(queues: queues, agents: agents)
        if ready { for agent in agents { desk.checkIn(agent.id) } }
        return desk
    }

    private func arrive(_ desk: Desk, _ request: RoutingRequest) -> Reservation? {
        desk.perform { $0.contactArrived(request, now: $1, into: &$2) }
    }

    @Test("an expression with proficiency, absence and alternatives chooses who may take it")
    func expression() {
        let agents = [
            Agent("novice", skills: ["es": 2]), Agent("trainee", skills: ["es": 5, "trainee": 1]),
            Agent("expert", skills: ["es": 4]),
        ]
        let desk = desk([Queue("q", requires: .skill("es", atLeast: 3) && !.skill("trainee"))], agents)
        #expect(desk.arrive("c1", in: "q")?.agent == "expert")
        #expect(desk.arrive("c2", in: "q") == nil)
    }

    @Test("what the contact asks for is added to what its queue requires")
    func both() {
        let desk = desk(
            [Queue("q", requires: ["en"])], [Agent("a", skills: ["en"]), Agent("b", skills: ["en", "vip"])])
        #expect(arrive(desk, RoutingRequest("c1", queue: "q", needs: RoutingNeeds(requires: ["vip"])))?.agent == "b")
    }

    @Test("who is preferred comes first among those who can, others when nobody is")
    func prefers() {
        let desk = desk(
            [Queue("q", prefers: .skill("local"))], [Agent("far"), Agent("near", skills: ["local"]), Agent("other")])
        #expect(desk.arrive("c1", in: "q")?.agent == "near")
        #expect(desk.arrive("c2", in: "q")?.agent == "far")
    }

    @Test("a requirement widens by its steps, down to anyone, and never narrows")
    func relaxation() {
        let steps = [
            Relaxation(after: .seconds(20), to: .skill("es")), Relaxation(after: .seconds(60), to: .anyone),
        ]
        let desk = desk(
            [Queue("q", requires: .skill("es", atLeast: 4), relaxation: steps)],
            [Agent("beginner", skills: ["es": 1]), Agent("other")])
        desk.arrive("c1", in: "q")
        let start = desk.now
        #expect(desk.router.nextDeadline == start.advanced(by: .seconds(20)))
        desk.advance(to: start.advanced(by: .seconds(20)))
        let offer = desk.offer
        #expect(offer?.agent == "beginner")
        if let offer { desk.accept(offer) }
        desk.arrive("c2", in: "q")
        desk.advance(to: desk.now.advanced(by: .seconds(59)))
        #expect(desk.router.position(of: "c2") == .waiting)
        desk.advance(to: desk.now.advanced(by: .seconds(1)))
        #expect(desk.actions.contains { if case .offer(let offer) = $0 { offer.agent == "other" } else { false } })
    }

    @Test("a preferred agent is waited for as long as was said, then anybody will do")
    func preferredAgent() throws {
        let desk = desk([Queue("q", wrapUp: .zero)], [Agent("ann"), Agent("bob")])
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        var request = RoutingRequest("c2", queue: "q")
        request.preferredAgent = PreferredAgent("ann", for: .seconds(30))
        #expect(arrive(desk, request) == nil)
        #expect(desk.router.state(of: "bob") == .idle)
        desk.advance(to: desk.now.advanced(by: .seconds(30)))
        #expect(desk.offer?.agent == "bob")
    }

    @Test("a preferred agent who becomes free in time gets it")
    func preferredAgentInTime() throws {
        let desk = desk([Queue("q", wrapUp: .zero)], [Agent("ann"), Agent("bob")])
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        _ = arrive(
            desk,
            RoutingRequest(
                "c2", queue: "q", needs: RoutingNeeds(preferredAgent: PreferredAgent("ann", for: .seconds(30)))))
        #expect(desk.end("c1")?.contact == "c2")
    }

    @Test("a preferred agent who goes away is not waited for")
    func preferredAgentLeaves() throws {
        let desk = desk([Queue("q", wrapUp: .zero)], [Agent("ann"), Agent("bob")])
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        _ = arrive(
            desk,
            RoutingRequest(
                "c2", queue: "q", needs: RoutingNeeds(preferredAgent: PreferredAgent("ann", for: .seconds(300)))))
        #expect(desk.checkOut("ann")?.agent == "bob")
    }

    @Test("an excluded agent never gets it, even when it waits for ever")
    func excluded() {
        let desk = desk([Queue("q", relaxation: [Relaxation(after: .seconds(1), to: .anyone)])], [Agent("ann")])
        #expect(arrive(desk, RoutingRequest("c1", queue: "q", needs: RoutingNeeds(excluded: ["ann"]))) == nil)
        desk.advance(to: desk.now.advanced(by: .seconds(100)))
        #expect(desk.offer == nil)
    }

    @Test("a higher priority comes first; with ageing a long wait makes up for it")
    func priority() throws {
        for (aging, expected) in [(nil, "vip"), (Duration.seconds(10), "old")] as [(Duration?, ContactID)] {
            let desk = desk([Queue("q", aging: aging)], [Agent("ann")], ready: false)
            desk.arrive("old", in: "q")
            desk.pass(.seconds(30))
            _ = arrive(desk, RoutingRequest("vip", queue: "q", needs: RoutingNeeds(priority: 2)))
            #expect(desk.checkIn("ann")?.contact == expected)
        }
    }

    @Test("last in, first out; and the earliest due first")
    func orders() {
        let lifo = desk([Queue("q", order: .lastInFirstOut)], [Agent("ann")], ready: false)
        for id in ["c1", "c2", "c3"] as [ContactID] { lifo.arrive(id, in: "q") }
        #expect(lifo.checkIn("ann")?.contact == "c3")
        let due = desk([Queue("q", order: .earliestDueFirst)], [Agent("ann")], ready: false)
        for (id, hours) in [("whenever", nil), ("late", 5), ("soon", 1)] as [(ContactID, Int64?)] {
            _ = arrive(
                due, RoutingRequest(id, queue: "q", due: hours.map { Instant(nanoseconds: $0 * 3_600_000_000_000) }))
        }
        #expect(due.checkIn("ann")?.contact == "soon")
    }

    @Test("a customer who hangs up and calls again soon has the old place; after the time that was said, not")
    func redialKeepsPlace() {
        for (pause, expected) in [(50, "again"), (90, "other")] as [(Int, ContactID)] {
            let desk = desk([Queue("q", keepsPlace: .seconds(60))], [Agent("ann")], ready: false)
            _ = arrive(desk, RoutingRequest("first", queue: "q", customer: "+34600"))
            _ = arrive(desk, RoutingRequest("other", queue: "q", customer: "+34700"))
            desk.end("first")
            desk.pass(.seconds(pause))
            _ = arrive(desk, RoutingRequest("again", queue: "q", customer: "+34600"))
            #expect(desk.checkIn("ann")?.contact == expected)
        }
    }

    @Test(
        "an emergency passes everybody, no cap turns it away, no rule treats it, and a wrap-up does not keep it waiting"
    )
    func emergency() throws {
        let desk = desk(
            [
                Queue(
                    "q", wrapUp: .seconds(60), waitingMax: 1,
                    joining: [QueueRule(when: .waiting(atLeast: 1), then: .hangUp(message: nil))])
            ], [Agent("ann")])
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        desk.arrive("c2", in: "q")
        #expect(arrive(desk, RoutingRequest("sos", queue: "q", needs: RoutingNeeds(isEmergency: true))) == nil)
        #expect(desk.router.place(of: "sos") == 1)
        #expect(desk.end("c1")?.contact == "sos", "the wrap-up is interrupted")
        #expect(desk.router.state(of: "ann") == .reserved)
    }

    @Test("two calls never, not even for an emergency")
    func emergencyAndVoice() throws {
        let desk = desk([Queue("q")], [Agent("ann")])
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        #expect(arrive(desk, RoutingRequest("sos", queue: "q", needs: RoutingNeeds(isEmergency: true))) == nil)
    }

    @Test("an agent has as many chats as fit, a call alone, and a call may interrupt back-office work")
    func channels() throws {
        let capacity = Capacity([.voice: 1, .chat: 2, .task: 1], interruptible: [.task])
        let desk = desk([Queue("q", wrapUp: .zero)], [Agent("ann", capacity: capacity)])
        desk.accept(try #require(arrive(desk, RoutingRequest("chat1", queue: "q", channel: .chat))))
        desk.accept(try #require(arrive(desk, RoutingRequest("chat2", queue: "q", channel: .chat))))
        #expect(arrive(desk, RoutingRequest("chat3", queue: "q", channel: .chat)) == nil)
        #expect(arrive(desk, RoutingRequest("call", queue: "q")) == nil)
        #expect(desk.end("chat1")?.contact == "chat3")
        desk.accept(try #require(desk.offer))
        desk.end("chat2")
        #expect(desk.end("chat3")?.contact == "call")
        desk.end("call")
        desk.accept(try #require(arrive(desk, RoutingRequest("task", queue: "q", channel: .task))))
        #expect(arrive(desk, RoutingRequest("call2", queue: "q"))?.agent == "ann")
        #expect(arrive(desk, RoutingRequest("mail", queue: "q", channel: .mail)) == nil, "not this agent's channel")
        #expect(desk.router.status(of: "ann", now: desk.now)?.contacts == ["task", "call2"])
    }
}
