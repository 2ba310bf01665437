import CCCore
import CCRouting
import Testing

/// Bugs that users of other distributors report again and again, each as a test.
@Suite("Known bugs of others")
struct KnownBugTests {
    private func ringAll(_ agents: [AgentID], max: Int = 10) -> Desk {
        let desk = Desk(
            queues: [
                Queue(
                    "support", wrapUp: .zero, refusals: RefusalPolicy(declined: .pause(.seconds(5))),
                    ringing: .all(max: max))
            ], agents: agents)
        for agent in agents { desk.checkIn(agent) }
        return desk
    }

    private func offers(_ desk: Desk) -> [Reservation] {
        desk.actions.compactMap { if case .offer(let offer) = $0 { offer } else { nil } }
    }

    @Test("two winners in ring-all: the first who accepts has it, whoever else answers is told so and not blamed")
    func twoWinners() throws {
        let desk = ringAll(["ann", "bob", "eve"])
        desk.arrive("c1")
        let rung = offers(desk)
        #expect(rung.map(\.agent) == ["ann", "bob", "eve"])
        #expect(desk.accept(rung[1]))
        #expect(!desk.accept(rung[0]))
        #expect(desk.router.state(of: "ann") == .idle)
        #expect(desk.router.position(of: "c1") == .talking("bob"))
    }

    @Test("the losers' phones ring until the winner can be heard, and then stop")
    func losersAreCancelledWhenTheWinnersMediaIsUp() throws {
        let desk = ringAll(["ann", "bob", "eve"])
        desk.arrive("c1")
        let rung = offers(desk)
        desk.accept(rung[0])
        #expect(!desk.actions.contains { if case .cancelOffer = $0 { true } else { false } })
        #expect(desk.router.state(of: "bob") == .reserved)
        desk.perform { $0.contactConnected("c1", now: $1, into: &$2) }
        #expect(
            desk.actions.filter { if case .cancelOffer = $0 { true } else { false } }
                == [.cancelOffer(rung[1], .answeredElsewhere), .cancelOffer(rung[2], .answeredElsewhere)])
        #expect(desk.router.state(of: "bob") == .idle)
    }

    @Test("when the winner's phone dies before it is heard, the others still ring")
    func winnerFails() throws {
        let desk = ringAll(["ann", "bob"])
        desk.arrive("c1")
        let rung = offers(desk)
        desk.accept(rung[0])
        desk.lose("ann")
        #expect(desk.router.position(of: "c1") == .ringing([rung[1]]))
        #expect(desk.accept(rung[1]))
    }

    @Test("reservation leak when another answers first: the loser gets the next contact")
    func reservationLeak() throws {
        let desk = ringAll(["ann", "bob"])
        desk.arrive("c1")
        let rung = offers(desk)
        desk.accept(rung[0])
        desk.perform { $0.contactConnected("c1", now: $1, into: &$2) }
        #expect(desk.arrive("c2")?.agent == "bob")
        #expect(desk.router.status(of: "bob", now: desk.now)?.contacts == ["c2"])
    }

    @Test("agent stuck after a reject: the pause ends by itself and the agent is offered work again")
    func stuckAfterReject() throws {
        let desk = Desk(
            queues: [Queue("support", refusals: RefusalPolicy(declined: .pause(.seconds(5))))], agents: ["ann"])
        desk.checkIn("ann")
        desk.refuse(try #require(desk.arrive("c1")), .declined)
        #expect(desk.router.state(of: "ann") == .notReady(.declined))
        desk.advance(to: desk.now.advanced(by: .seconds(5)))
        #expect(desk.offer?.agent == "ann")
    }

    @Test("the only agent rejecting in a loop: between two offers lies the pause, never a storm of offers")
    func rejectingInALoop() throws {
        let desk = Desk(
            queues: [Queue("support", refusals: RefusalPolicy(declined: .pause(.seconds(5))))], agents: ["ann"])
        desk.checkIn("ann")
        var offer = try #require(desk.arrive("c1"))
        for _ in 0..<20 {
            #expect(desk.refuse(offer, .declined) == nil)
            let next = try #require(desk.router.nextDeadline)
            #expect(next == desk.now.advanced(by: .seconds(5)))
            desk.advance(to: next)
            #expect(desk.actions.count { if case .offer = $0 { true } else { false } } == 1)
            offer = try #require(desk.offer)
        }
    }

    @Test("wrap-up lost by a transfer: who transfers has a wrap-up, and so has who takes over")
    func wrapUpAfterTransfer() throws {
        let desk = Desk(queues: [Queue("first"), Queue("second")], agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1", in: "first")))
        desk.checkIn("bob")
        desk.perform { $0.contactMoved(RoutingRequest("c1", queue: "second"), now: $1, into: &$2) }
        #expect(desk.router.state(of: "ann") == .wrapUp)
        let offer = try #require(desk.offer)
        #expect(offer.agent == "bob")
        desk.accept(offer)
        desk.end("c1")
        #expect(desk.router.state(of: "bob") == .wrapUp)
        desk.advance(to: desk.now.advanced(by: .seconds(10)))
        #expect(desk.actions.contains(.wrapUpEnded("c1", "bob")))
    }

    @Test("same-moment calls all ringing the first agent: each goes to another")
    func sameMoment() throws {
        let desk = Desk(agents: ["ann", "bob", "eve"])
        for agent in ["ann", "bob", "eve"] as [AgentID] { desk.checkIn(agent) }
        let agents = (1...3).map { desk.arrive(ContactID("c\($0)"), after: .zero)?.agent }
        #expect(agents == ["ann", "bob", "eve"])
    }

    @Test("a heavier queue starving others: waiting counts in every queue, so the lighter one is served too")
    func heavierQueue() throws {
        let heavy = Queue("heavy", wrapUp: .zero, weight: 10)
        let light = Queue("light", wrapUp: .zero)
        let desk = Desk(queues: [heavy, light], agents: ["ann"])
        desk.checkIn("ann")
        var offer = try #require(desk.arrive("h0", in: "heavy"))
        desk.arrive("l0", in: "light")
        var served: [QueueID] = []
        for round in 1...40 {
            desk.arrive(ContactID("h\(round)"), in: "heavy", after: .seconds(5))
            desk.accept(offer)
            offer = try #require(desk.end(offer.contact))
            served.append(offer.queue)
        }
        #expect(served.first == "heavy")
        #expect(served.contains("light"))
    }

    @Test("a queue holds back an agent only if it could use that agent now")
    func holdsBackOnlyWhatItCouldUse() throws {
        // The heavier queue has contacts in line that this agent cannot take.
        let desk = Desk(
            queues: [Queue("heavy", requires: ["x"], weight: 100), Queue("light")],
            agents: [Agent("ann", skills: ["y"])])
        desk.arrive("h1", in: "heavy")
        desk.arrive("l1", in: "light")
        #expect(desk.checkIn("ann")?.contact == "l1")
    }

    @Test(
        "later joiner passing an earlier one: of one queue and priority the order of arrival holds, after refusals too")
    func laterJoiner() throws {
        let desk = Desk(
            queues: [Queue("support", wrapUp: .zero, refusals: RefusalPolicy(declined: .pause(.seconds(2))))],
            agents: ["ann"])
        desk.checkIn("ann")
        let first = try #require(desk.arrive("c1"))
        desk.arrive("c2")
        desk.arrive("c3")
        desk.refuse(first, .declined)
        desk.advance(to: desk.now.advanced(by: .seconds(2)))
        #expect(desk.offer?.contact == "c1")
        #expect(desk.router.place(of: "c2") == 1)
        #expect(desk.router.place(of: "c3") == 2)
    }

    @Test(
        "callback floods: a callback is dialled only with an agent reserved for it, so never more than agents are free")
    func callbackFlood() throws {
        let desk = Desk(queues: [Queue("support", wrapUp: .zero)], agents: ["ann", "bob"])
        // Fifty customers wait to be called back; each keeps the place from before.
        for number in 1...50 {
            desk.perform(after: .milliseconds(1)) {
                $0.contactArrived(
                    RoutingRequest(
                        ContactID("c\(number)"), queue: "support", queuedAt: Instant(nanoseconds: Int64(number))),
                    now: $1, into: &$2)
            }
        }
        desk.checkIn("ann")
        let one = try #require(desk.offer)
        desk.checkIn("bob")
        let two = try #require(desk.offer)
        #expect([one.contact, two.contact] == ["c1", "c2"])
        desk.accept(one)
        desk.accept(two)
        // Nobody answers at c1: it is tried again in five minutes, and the agent gets the next, no earlier.
        let retry = desk.now.advanced(by: .seconds(300))
        desk.perform { $0.contactParked("c1", until: retry, now: $1, into: &$2) }
        let three = try #require(desk.offer)
        #expect(three.contact == "c3")
        #expect(desk.router.position(of: "c1") == .parked)
        desk.accept(three)
        #expect(desk.router.place(of: "c4") == 1)
        desk.advance(to: retry)
        #expect(desk.router.place(of: "c1") == 1, "it has its old place, and waits for an agent as before")
        #expect(desk.actions.isEmpty, "no agent is free, nobody is called")
        #expect(desk.end("c3")?.contact == "c1")
    }

    @Test("counts at answer, not at hang-up: the service level knows an answered contact while it still talks")
    func countsAtAnswer() throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        let offer = try #require(desk.arrive("c1"))
        #expect(level(desk) == nil)
        desk.accept(offer)
        #expect(level(desk) == 1)
    }

    private func level(_ desk: Desk) -> Double? {
        desk.router.situation(of: "support", now: desk.now)?.serviceLevel
    }
}
