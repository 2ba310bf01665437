import CCCore
import CCRouting
import Foundation
import Testing

@Suite("A queue's life")
struct QueueLifeTests {
    private func treatments(_ desk: Desk) -> [QueueRule.Treatment] {
        desk.actions.compactMap { if case .treated(_, let treatment) = $0 { treatment } else { nil } }
    }

    @Test("joining an empty queue: nobody checked in, or all in a pause, and the first rule that holds is performed")
    func joinEmpty() {
        let desk = Desk(
            queues: [
                Queue(
                    "q",
                    joining: [
                        QueueRule(when: .noAgentsCheckedIn, then: .number("voicemail")),
                        QueueRule(when: .noAgentsReady, then: .hangUp(message: "later")),
                    ])
            ], agents: ["ann"])
        desk.arrive("c1", in: "q")
        #expect(treatments(desk) == [.number("voicemail")])
        #expect(desk.router.position(of: "c1") == nil)
        desk.checkIn("ann", notReady: "lunch")
        desk.arrive("c2", in: "q")
        #expect(treatments(desk) == [.hangUp(message: "later")])
        desk.resume("ann")
        #expect(desk.arrive("c3", in: "q")?.agent == "ann")
    }

    @Test("leaving when the last agent goes: the next queue takes who waits, with the wait that they have")
    func leaveEmpty() throws {
        let desk = Desk(
            queues: [
                Queue(
                    "first", requires: ["a"], leaving: [QueueRule(when: .noAgentsCheckedIn, then: .move(to: "second"))]),
                Queue("second", requires: ["b"]),
            ], agents: [Agent("ann", skills: ["a"]), Agent("bob", skills: ["b"])])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1", in: "first")))
        desk.arrive("c2", in: "first")
        desk.perform { $0.force("ann", .checkedOut, now: $1, into: &$2) }
        desk.end("c1")
        desk.advance(to: desk.now.advanced(by: .seconds(10)))
        #expect(desk.router.waitingCount(in: "second") == 1)
        desk.arrive("b1", in: "second")
        #expect(desk.checkIn("bob")?.contact == "c2", "who waited longer comes first")
    }

    @Test("overflow: after a minute the other queue's agents may take it too, and it keeps its place")
    func overflow() {
        let desk = Desk(
            queues: [
                Queue(
                    "sales", requires: ["sales"],
                    leaving: [QueueRule(when: .waited(atLeast: .seconds(60)), then: .overflow(to: "support"))]),
                Queue("support", requires: ["support"]),
            ], agents: [Agent("bob", skills: ["support"])])
        desk.checkIn("bob")
        #expect(desk.arrive("c1", in: "sales") == nil)
        desk.advance(to: desk.now.advanced(by: .seconds(60)))
        #expect(desk.offer?.agent == "bob")
        #expect(desk.offer?.queue == "sales")
    }

    @Test("a chain of queues: each failover is taken once, and a circle ends")
    func chain() {
        func queue(_ id: QueueID, _ next: QueueID) -> Queue {
            Queue(
                id, requires: ["nobody"],
                leaving: [QueueRule(when: .waited(atLeast: .seconds(10)), then: .move(to: next))])
        }
        let desk = Desk(queues: [queue("a", "b"), queue("b", "c"), queue("c", "a")], agents: ["ann"])
        desk.arrive("c1", in: "a")
        var moves = 0
        for _ in 0..<50 {
            desk.advance(to: desk.now.advanced(by: .seconds(10)))
            moves += desk.actions.count { if case .requeued = $0 { true } else { false } }
        }
        #expect((2...10).contains(moves))
        #expect(desk.router.position(of: "c1") == .waiting, "nobody is lost")
    }

    @Test("the cap, the longest wait, and combined conditions turn contacts away or offer a callback")
    func caps() {
        let desk = Desk(
            queues: [
                Queue(
                    "q",
                    joining: [
                        QueueRule(when: .waiting(atLeast: 2) && .longestWait(atLeast: .seconds(100)), then: .busy),
                        QueueRule(when: .waiting(atLeast: 2), then: .offerCallback),
                    ])
            ], agents: ["ann"])
        desk.arrive("c1", in: "q")
        desk.arrive("c2", in: "q")
        #expect(treatments(desk).isEmpty)
        desk.arrive("c3", in: "q")
        #expect(treatments(desk) == [.offerCallback])
        #expect(desk.router.position(of: "c3") == .waiting, "an offer of a callback takes nobody out of line")
        desk.pass(.seconds(100))
        desk.arrive("c4", in: "q")
        #expect(treatments(desk) == [.busy])
        #expect(desk.router.position(of: "c4") == nil)
    }

    @Test("a message after thirty seconds, once; after two minutes the caller goes on elsewhere")
    func waits() {
        let desk = Desk(
            queues: [
                Queue(
                    "q",
                    leaving: [
                        QueueRule(when: .waited(atLeast: .seconds(120)), then: .number("voicemail")),
                        QueueRule(when: .waited(atLeast: .seconds(30)), then: .message("patience")),
                    ])
            ], agents: ["ann"])
        desk.arrive("c1", in: "q")
        let start = desk.now
        desk.advance(to: start.advanced(by: .seconds(30)))
        #expect(treatments(desk) == [.message("patience")])
        desk.advance(to: start.advanced(by: .seconds(119)))
        #expect(treatments(desk).isEmpty)
        desk.advance(to: start.advanced(by: .seconds(120)))
        #expect(treatments(desk) == [.number("voicemail")])
        #expect(desk.router.contactCount == 0)
    }

    @Test("at closing time those who wait are asked about, and who comes later too; an emergency closure holds at once")
    func hours() throws {
        let nine = try OpeningHours("UTC", week: ["daily": "09:00-17:00"])
        let queue = Queue(
            "q", joining: [QueueRule(when: .closed, then: .hangUp(message: "closed"))],
            leaving: [
                QueueRule(when: .emergencyClosed, then: .hangUp(message: "emergency")),
                QueueRule(when: .closed, then: .number("voicemail")),
            ], hours: nine)
        // 1 January 1970, 16:59 UTC.
        let desk = Desk(queues: [queue], agents: ["ann"])
        desk.advance(to: Instant(nanoseconds: 9 * 3_600_000_000_000))
        desk.pass(.seconds(7 * 3600 + 59 * 60))
        desk.arrive("c1", in: "q")
        #expect(desk.router.position(of: "c1") == .waiting)
        desk.advance(to: try #require(desk.router.nextDeadline))
        #expect(desk.now == Instant(nanoseconds: 17 * 3_600_000_000_000))
        #expect(treatments(desk) == [.number("voicemail")])
        desk.arrive("c2", in: "q")
        #expect(treatments(desk) == [.hangUp(message: "closed")])
        desk.advance(to: Instant(nanoseconds: 33 * 3_600_000_000_000))
        desk.arrive("c3", in: "q")
        #expect(desk.router.position(of: "c3") == .waiting)
        desk.perform { $0.close("q", now: $1, into: &$2) }
        #expect(treatments(desk) == [.hangUp(message: "emergency")])
    }

    @Test("back-office work waits while calls are answered late, and never takes the last free agent")
    func blending() throws {
        let tasks = Queue(
            "tasks", wrapUp: .zero, blending: Blending(after: ["calls"], serviceLevelAtLeast: 0.8, idleReserve: 1))
        let capacity = Capacity([.voice: 1, .task: 1], exclusive: [.task], interruptible: [])
        let desk = Desk(
            queues: [Queue("calls", wrapUp: .zero), tasks],
            agents: [Agent("ann", capacity: capacity), Agent("bob", capacity: capacity)])
        desk.checkIn("ann")
        func task(_ id: ContactID) -> Reservation? {
            desk.perform { $0.contactArrived(RoutingRequest(id, queue: "tasks", channel: .task), now: $1, into: &$2) }
        }
        #expect(task("t1") == nil, "the last free agent is kept for calls")
        desk.checkIn("bob")
        #expect(desk.offer?.contact == "t1", "now one stays free")
        desk.accept(try #require(desk.offer))
        // A call that waited too long pulls the service level down.
        desk.accept(try #require(desk.arrive("c1", in: "calls")))
        desk.arrive("c2", in: "calls")
        desk.pass(.seconds(60))
        desk.accept(try #require(desk.end("c1")))
        desk.end("c2")
        desk.end("t1")
        #expect(task("t2") == nil)
        // Calls answered at once bring it back, and the work goes on by itself.
        var answered = 0
        while desk.router.position(of: "t2") == .waiting, answered < 20 {
            answered += 1
            desk.accept(try #require(desk.arrive(ContactID("n\(answered)"), in: "calls")))
            desk.end(ContactID("n\(answered)"))
        }
        #expect(answered == 3, "two in time of three, then more")
        #expect(desk.offer?.contact == "t2")
    }

    @Test("a queue that is taken away sends who waits to another one; what is talked about goes on")
    func removal() throws {
        let desk = Desk(queues: [Queue("old"), Queue("new")], agents: ["ann", "bob"])
        desk.checkIn("ann")
        desk.accept(try #require(desk.arrive("c1", in: "old")))
        desk.arrive("c2", in: "old")
        desk.perform { $0.remove("old", movingTo: "new", now: $1, into: &$2) }
        #expect(desk.actions == [.requeued("c2", "new")])
        #expect(desk.checkIn("bob")?.queue == "new")
        #expect(desk.router.position(of: "c1") == .talking("ann"))
        desk.arrive("c3", in: "old")
        #expect(desk.rejections == [.rejected("c3", .noSuchQueue)])
    }

    @Test("skills of many agents change at once without a waiting contact being lost or turned away")
    func bulk() {
        let agents = (0..<100).map { Agent(AgentID("a\($0)"), skills: ["en"]) }
        let desk = Desk(queues: [Queue("es", requires: ["es"]), Queue("en", requires: ["en"])], agents: agents)
        for agent in agents { desk.checkIn(agent.id) }
        for number in 0..<60 { desk.arrive(ContactID("c\(number)"), in: "es", after: .zero) }
        #expect(desk.router.waitingCount(in: "es") == 60)
        let changed = agents.map { Agent($0.id, skills: ["es"]) }
        desk.perform { $0.set(changed, now: $1, into: &$2) }
        #expect(desk.actions.count { if case .offer = $0 { true } else { false } } == 60)
        #expect(desk.rejections.isEmpty)
        #expect(desk.router.contactCount == 60)
    }
}
