import CCCore
import CCRouting
import Testing

@Suite("Agents at work")
struct WorkTests {
    private func inWrapUp(_ queue: Queue) throws -> Desk {
        let desk = Desk(queues: [queue], agents: ["ann"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1", in: queue.id)))
        desk.end("c1")
        return desk
    }

    @Test("a required disposition keeps the wrap-up until it is given; the deadline ends it in any case")
    func disposition() throws {
        let queue = Queue("q", wrapUp: .seconds(30), dispositions: Dispositions(["sold", "lost"], isRequired: true))
        let desk = try inWrapUp(queue)
        var result = Router.WrapUpEnd.ended
        desk.perform { result = $0.wrapUpDone("ann", now: $1, into: &$2) }
        #expect(result == .dispositionMissing)
        #expect(desk.router.state(of: "ann") == .wrapUp)
        let isUnknownTaken = desk.router.dispose("c1", by: "ann", as: ["unheard of"])
        #expect(!isUnknownTaken)
        let isTaken = desk.router.dispose("c1", by: "ann", as: ["sold"])
        #expect(isTaken)
        desk.perform { result = $0.wrapUpDone("ann", now: $1, into: &$2) }
        #expect(result == .ended)
        #expect(desk.router.state(of: "ann") == .idle)
        let late = try inWrapUp(queue)
        late.advance(to: late.now.advanced(by: .seconds(30)))
        #expect(late.router.state(of: "ann") == .idle)
    }

    @Test("a wrap-up can be extended, but not beyond what its queue allows")
    func extension_() throws {
        let desk = try inWrapUp(Queue("q", wrapUp: .seconds(10), wrapUpMax: .seconds(25)))
        let start = desk.now
        var until: Instant?
        desk.perform { until = $0.extendWrapUp("ann", by: .seconds(10), now: $1, into: &$2) }
        #expect(until == start.advanced(by: .seconds(20)))
        desk.perform { until = $0.extendWrapUp("ann", by: .seconds(10), now: $1, into: &$2) }
        #expect(until == start.advanced(by: .seconds(25)))
        desk.advance(to: start.advanced(by: .seconds(24)))
        #expect(desk.router.state(of: "ann") == .wrapUp)
        desk.advance(to: start.advanced(by: .seconds(25)))
        #expect(desk.actions.last == .agentStateChanged("ann", .idle, until: nil, .deadline))
    }

    @Test("a supervisor's word holds at once: the offer goes to the next, a conversation is not cut")
    func forced() throws {
        let desk = Desk(agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        let offer = try #require(desk.arrive("c1"))
        #expect(offer.agent == "ann")
        let next = desk.perform { $0.force("ann", .notReady("coaching"), now: $1, into: &$2) }
        #expect(desk.actions.contains(.cancelOffer(offer, .withdrawn)))
        #expect(desk.actions.contains(.agentStateChanged("ann", .notReady("coaching"), until: nil, .supervisor)))
        #expect(next?.agent == "bob")
        desk.accept(try #require(next))
        desk.perform { $0.force("bob", .checkedOut, now: $1, into: &$2) }
        #expect(desk.router.state(of: "bob") == .talking)
        desk.end("c1")
        desk.advance(to: desk.now.advanced(by: .seconds(10)))
        #expect(desk.router.state(of: "bob") == .checkedOut)
        desk.perform { $0.force("ann", .ready, now: $1, into: &$2) }
        #expect(desk.router.state(of: "ann") == .idle)
    }

    @Test("every change of state says why", arguments: RefusalReason.allCases)
    func causes(reason: RefusalReason) throws {
        let desk = Desk(agents: ["ann"])
        desk.checkIn("ann")
        desk.refuse(try #require(desk.arrive("c1")), reason)
        let causes = desk.actions.compactMap {
            if case .agentStateChanged(_, _, _, let cause) = $0 { cause } else { nil }
        }
        #expect(causes.map(\.rawValue) == [reason.rawValue])
    }

    @Test("a consulted transfer: the second agent has the contact, the first a wrap-up, and nobody waits")
    func handOver() throws {
        let desk = Desk(queues: [Queue("q"), Queue("direct", wrapUp: .zero)], agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.checkIn("bob")
        desk.accept(try #require(desk.arrive("c1", in: "q")))
        desk.accept(try #require(desk.arrive("c1#2", in: "direct", for: "bob")))
        var isDone = false
        desk.perform { isDone = $0.contactHandedOver("c1", from: "c1#2", now: $1, into: &$2) }
        #expect(isDone)
        #expect(desk.router.position(of: "c1") == .talking("bob"))
        #expect(desk.router.position(of: "c1#2") == nil)
        #expect(desk.router.state(of: "ann") == .wrapUp)
        desk.end("c1")
        #expect(desk.router.state(of: "bob") == .wrapUp)
    }

    @Test("durations sum to the time checked in, with several contacts at once too")
    func durations() throws {
        let capacity = Capacity([.voice: 1, .chat: 3])
        let desk = Desk(queues: [Queue("q")], agents: [Agent("ann", capacity: capacity)])
        desk.checkIn("ann")
        let start = desk.now
        for id in ["x", "y", "z"] as [ContactID] {
            let offer = desk.perform {
                $0.contactArrived(RoutingRequest(id, queue: "q", channel: .chat), now: $1, into: &$2)
            }
            desk.accept(try #require(offer))
        }
        desk.end("x")
        desk.pause("ann", "lunch")
        desk.end("y")
        desk.end("z")
        desk.advance(to: desk.now.advanced(by: .seconds(10)))
        #expect(desk.router.state(of: "ann") == .notReady("lunch"))
        desk.pass(.seconds(100))
        let status = try #require(desk.router.status(of: "ann", now: desk.now))
        #expect(status.loginTime == start.duration(to: desk.now))
        #expect(status.times[.notReady("lunch")] == .seconds(100))
    }

    @Test("an explained decision names who could have had it, and who could not and why")
    func explained() throws {
        let desk = Desk(
            queues: [Queue("q", requires: ["es"])],
            agents: [
                Agent("away", skills: ["es"]), Agent("paused", skills: ["es"]), Agent("english", skills: ["en"]),
                Agent("busy", skills: ["es"]), Agent("first", skills: ["es": 5]), Agent("second", skills: ["es": 3]),
            ])
        desk.checkIn("busy")
        desk.accept(try #require(desk.arrive("b", in: "q")))
        desk.checkIn("paused", notReady: "lunch")
        for agent in ["english", "first", "second"] as [AgentID] { desk.checkIn(agent) }
        desk.router.explains = true
        desk.arrive("c1", in: "q")
        let decision = try #require(
            desk.actions.compactMap { if case .decided(let decision) = $0 { decision } else { nil } }.first)
        #expect(decision.requires == "es")
        #expect(decision.policy == "longestIdle")
        #expect(decision.occasion == .contactCame)
        let rejected = Dictionary(uniqueKeysWithValues: decision.rejections.map { ($0.rule, $0.agents) })
        #expect(decision.candidates.map(\.agent) == ["first", "second"])
        #expect(decision.candidates.map(\.proficiency) == [5, 3])
        #expect(rejected[.checkedOut] == ["away"])
        #expect(rejected[.paused] == ["paused"])
        #expect(rejected[.busy] == ["busy"])
        #expect(rejected[.skills] == ["english"])
        #expect(decision.notLookedAt == nil)
        let text = try CenterJSON.line(decision)
        #expect(try CenterJSON.value(RoutingDecision.self, from: text) == decision)
    }

    @Test("an explained decision looks at five hundred agents at most, and tells how many it left out")
    func explainedAmongMany() throws {
        let desk = Desk(queues: [Queue("q")], agents: (0..<2_500).map { Agent(AgentID("a\($0)")) })
        for agent in [1_100, 1_200, 2_300] { desk.checkIn(AgentID("a\(agent)")) }
        desk.router.explains = true
        desk.arrive("c", in: "q")
        let decision = try #require(
            desk.actions.compactMap { if case .decided(let decision) = $0 { decision } else { nil } }.first)
        #expect(decision.agent == "a1100")
        #expect(decision.candidates.map(\.agent) == ["a1100", "a1200"])
        #expect(decision.rejections.map(\.count) == [498])
        #expect(decision.rejections.map(\.agents.count) == [RoutingDecision.namesMax])
        #expect(decision.notLookedAt == 2_000)
    }
}
