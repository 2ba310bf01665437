import CCCore
import Testing

@testable import CCRouting

@Suite("Corners")
struct CornerTests {
    @Test("requirements that nobody has any more are forgotten, but not under a contact that has just got one")
    func forgottenPools() {
        let desk = Desk(
            queues: [
                Queue(
                    "q", requires: ["a"],
                    relaxation: [
                        Relaxation(after: .seconds(1), to: ["b"]), Relaxation(after: .seconds(2), to: ["c"]),
                    ])
            ], agents: [Agent("ann", skills: ["c"])])
        for number in 0..<600 {
            let id = ContactID("c\(number)")
            desk.arrive(id, in: "q")
            for _ in 0..<2 { desk.advance(to: desk.now.advanced(by: .seconds(1))) }
            #expect(desk.router.place(of: id) == 1)
            desk.end(id)
            if let wrong = desk.router.contradictions.first { Issue.record("\(number): \(wrong)") }
        }
        desk.arrive("last", in: "q")
        for _ in 0..<2 { desk.advance(to: desk.now.advanced(by: .seconds(1))) }
        #expect(desk.checkIn("ann")?.contact == "last")
    }

    @Test("requirements that each contact brings of its own do not pile up")
    func manyRequirements() {
        let desk = Desk(queues: [Queue("q")], agents: (0..<5).map { Agent(AgentID("a\($0)")) })
        for number in 0..<2_000 {
            let id = ContactID("c\(number)")
            desk.perform {
                $0.contactArrived(
                    RoutingRequest(id, queue: "q", needs: RoutingNeeds(requires: .skill(SkillID("x\(number)")))),
                    now: $1, into: &$2)
            }
            desk.end(id)
        }
        #expect(desk.router.pools.count < 300)
        #expect(desk.router.contradictions.isEmpty)
    }

    @Test("a consultation that rang several phones leaves none ringing when the contact is handed over")
    func handOverWithLosers() throws {
        let desk = Desk(
            queues: [Queue("q"), Queue("experts", ringing: .all(max: 5))], agents: ["ann", "bob", "eve"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        desk.checkIn("bob")
        desk.checkIn("eve")
        desk.arrive("c1#2", in: "experts")
        let rung = desk.actions.compactMap { if case .offer(let offer) = $0 { offer } else { nil } }
        desk.accept(rung[0])
        desk.perform { _ = $0.contactHandedOver("c1", from: "c1#2", now: $1, into: &$2) }
        #expect(desk.actions.contains(.cancelOffer(rung[1], .answeredElsewhere)))
        #expect(desk.router.state(of: "eve") == .idle)
        desk.advance(to: desk.now.advanced(by: .seconds(60)))
        #expect(desk.router.contradictions.isEmpty)
    }

    @Test("a call for one agent alone goes to nobody else when a supervisor sends that agent away")
    func forcedDirect() throws {
        let desk = Desk(queues: [Queue("direct")], agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        #expect(desk.arrive("c1", in: "direct", for: "ann")?.agent == "ann")
        #expect(desk.perform { $0.force("ann", .notReady("talk"), now: $1, into: &$2) } == nil)
        #expect(desk.rejections == [.rejected("c1", .agentUnavailable)])
        #expect(desk.router.contactCount == 0)
    }

    @Test("what was held back after a bad hour goes out when no more calls come, and an emergency is never held back")
    func heldBackForEver() throws {
        let desk = Desk(
            queues: [
                Queue("calls", wrapUp: .zero), Queue("work", wrapUp: .zero, blending: Blending(after: ["calls"])),
            ], agents: ["ann"])
        for number in 0..<20 { desk.arrive(ContactID("c\(number)"), in: "calls", after: .zero) }
        desk.pass(.seconds(600))
        desk.checkIn("ann")
        for number in 0..<20 {
            desk.accept(try #require(desk.offer))
            desk.end(ContactID("c\(number)"))
        }
        #expect(desk.arrive("w1", in: "work") == nil)
        let sos = desk.perform {
            $0.contactArrived(
                RoutingRequest("sos", queue: "work", needs: RoutingNeeds(isEmergency: true)), now: $1, into: &$2)
        }
        desk.accept(try #require(sos))
        desk.end("sos")
        let start = desk.now
        while desk.router.position(of: "w1") == .waiting, start.duration(to: desk.now) < .seconds(4 * 3_600) {
            desk.advance(to: try #require(desk.router.nextDeadline))
        }
        #expect(desk.router.position(of: "w1") != .waiting)
        #expect(start.duration(to: desk.now) > .seconds(1_800), "not at once")
    }

    @Test("an agent whom the queue that comes first could not use is not held back for it")
    func heldBackForNobody() throws {
        let desk = Desk(
            queues: [
                Queue("calls", requires: ["es"], wrapUp: .zero),
                Queue("work", wrapUp: .zero, blending: Blending(after: ["calls"], idleReserve: 2)),
            ], agents: [Agent("ann", skills: ["es"]), Agent("bob")])
        desk.checkIn("ann")
        #expect(desk.arrive("w1", in: "work") == nil, "ann is kept for calls")
        desk.checkIn("bob")
        #expect(desk.offer?.agent == "bob", "bob speaks no Spanish")
        desk.accept(try #require(desk.offer))
        desk.end("w1")
        #expect(desk.arrive("w2", in: "work")?.agent == "bob", "also when both are free")
    }

    @Test("rules of leaving are asked when a contact begins to wait, and again while figures change")
    func leavingRulesAtOnce() {
        let desk = Desk(
            queues: [
                Queue(
                    "q", requires: ["a"],
                    leaving: [
                        QueueRule(when: .noAgentsCheckedIn, then: .move(to: "other"))
                    ]),
                Queue("other", leaving: [QueueRule(when: .longestWait(atLeast: .seconds(20)), then: .busy)]),
            ], agents: ["ann"])
        desk.arrive("c1", in: "q")
        #expect(desk.actions == [.requeued("c1", "other")])
        for _ in 0..<10 { desk.advance(to: desk.now.advanced(by: .seconds(5))) }
        #expect(desk.router.contactCount == 0)
    }
}
