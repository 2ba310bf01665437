import ContactCenterKit
import Testing

/// The recipes of Docs/Cookbook.md, word by word, and that each does what it says.
@Suite("The cookbook")
struct CookbookTests {
    /// A router with the queues and agents of a plan.
    private struct Counter {
        var router: Router
        var now = Instant.zero
        var actions: [Router.Action] = []

        init(@CenterBuilder _ parts: () throws -> CenterPlan) rethrows {
            let plan = try parts()
            #expect(plan.problems.isEmpty, "\(plan.problems)")
            router = Router(queues: plan.queues, agents: plan.seats.map(\.agent))
        }

        mutating func checkIn(_ agents: AgentID...) {
            actions = []
            for agent in agents { router.checkIn(agent, now: now, into: &actions) }
        }

        mutating func arrive(_ request: RoutingRequest) {
            actions = []
            router.contactArrived(request, now: now, into: &actions)
        }

        mutating func pass(_ seconds: Int) {
            actions = []
            let end = now.advanced(by: .seconds(seconds))
            while let next = router.nextDeadline, next <= end {
                now = max(now, next)
                router.advance(now: now, into: &actions)
            }
            now = end
        }

        var offered: [String] {
            actions.compactMap { if case .offer(let offer) = $0 { "\(offer.contact) to \(offer.agent)" } else { nil } }
        }

        var treatments: [QueueRule.Treatment] {
            actions.compactMap { if case .treated(_, let treatment) = $0 { treatment } else { nil } }
        }
    }

    @Test("important customers come first, and nobody else waits for ever")
    func vip() {
        var counter = Counter {
            Queue("support", requires: ["support"], aging: .seconds(60))
            Number("support", queue: "support")
            Number("gold", queue: "support", needs: RoutingNeeds(priority: 3))
            Agent("ann", skills: ["support"])
        }
        counter.arrive(RoutingRequest("usual", queue: "support"))
        counter.pass(100)
        counter.arrive(RoutingRequest("gold", queue: "support", needs: RoutingNeeds(priority: 3)))
        #expect(counter.router.place(of: "gold") == 1)
        counter.pass(120)
        counter.arrive(RoutingRequest("late", queue: "support", needs: RoutingNeeds(priority: 3)))
        #expect(counter.router.place(of: "late") == 3, "who has waited 220 s comes before")
    }

    @Test("a language, and after a minute anybody who speaks it a little")
    func language() {
        var counter = Counter {
            Queue(
                "spanish", requires: .skill("es", atLeast: 4), prefers: .skill("es", atLeast: 8),
                relaxation: [
                    Relaxation(after: .seconds(30), to: .skill("es")),
                    Relaxation(after: .seconds(90), to: .skill("interpreter")),
                ])
            Number("ayuda", queue: "spanish", language: .spanish)
            Agent("native", skills: ["es": 10])
            Agent("fluent", skills: ["es": 5])
            Agent("beginner", skills: ["es": 1])
            Agent("kim", skills: ["interpreter"])
        }
        counter.checkIn("beginner", "fluent", "native", "kim")
        counter.arrive(RoutingRequest("c1", queue: "spanish"))
        #expect(counter.offered == ["c1 to native"])
        counter.arrive(RoutingRequest("c2", queue: "spanish"))
        #expect(counter.offered == ["c2 to fluent"])
        counter.arrive(RoutingRequest("c3", queue: "spanish"))
        #expect(counter.offered.isEmpty)
        counter.pass(30)
        #expect(counter.offered.contains("c3 to beginner"))
    }

    @Test("overflow from sales to support, then to an agency, then voice mail")
    func overflow() {
        var counter = Counter {
            Queue(
                "sales", requires: ["sales"],
                leaving: [
                    QueueRule(when: .waited(atLeast: .seconds(60)), then: .overflow(to: "support")),
                    QueueRule(when: .waited(atLeast: .seconds(180)), then: .move(to: "agency")),
                ])
            Queue("support", requires: ["support"])
            Queue(
                "agency", requires: ["agency"],
                joining: [QueueRule(when: .noAgentsReady, then: .number("voicemail"))],
                leaving: [QueueRule(when: .waited(atLeast: .seconds(300)), then: .number("voicemail"))])
            Number("sales", queue: "sales")
            Number("voicemail") { call, _ in
                try await call.answer()
                try await call.play(Prompt(.fixed(.closed), in: .english))
            }
            Agent("sue", skills: ["support"])
        }
        counter.checkIn("sue")
        counter.arrive(RoutingRequest("c1", queue: "sales"))
        counter.arrive(RoutingRequest("c2", queue: "sales"))
        counter.pass(60)
        #expect(counter.offered == ["c1 to sue"])
        counter.pass(130)
        #expect(counter.actions.contains(.requeued("c2", "agency")))
        counter.pass(120)
        #expect(counter.treatments.contains(.number("voicemail")))
    }

    @Test("outside the hours, and on holidays, callers hear so; a fire drill closes at once")
    func afterHours() throws {
        var counter = try Counter {
            Queue(
                "support", requires: ["support"],
                joining: [
                    QueueRule(when: .emergencyClosed, then: .hangUp(message: "technicalDifficulties")),
                    QueueRule(when: .closed, then: .number("voicemail")),
                ],
                leaving: [QueueRule(when: .closed && .waited(atLeast: .seconds(600)), then: .offerCallback)],
                hours: try OpeningHours(
                    "Europe/Madrid", week: ["mon-fri": "09:00-14:00, 16:00-19:30", "sat": "10:00-14:00"],
                    days: ["01-01": "closed", "easter-2": "closed", "12-24": "09:00-13:00"]))
            Message("technicalDifficulties", .music)
            Number("support", queue: "support")
            Number("voicemail") { call, _ in try await call.answer() }
            Agent("ann", skills: ["support"])
        }
        // 1 January 1970: a holiday.
        counter.arrive(RoutingRequest("c1", queue: "support"))
        #expect(counter.treatments == [.number("voicemail")])
        counter.pass(86_400 + 10 * 3_600)
        counter.arrive(RoutingRequest("c2", queue: "support"))
        #expect(counter.router.position(of: "c2") == .waiting, "Friday, 11 o'clock in Madrid")
        counter.router.close("support", now: counter.now, into: &counter.actions)
        counter.arrive(RoutingRequest("c3", queue: "support"))
        #expect(counter.treatments == [.hangUp(message: "technicalDifficulties")])
    }

    @Test("when many call at once: who has to wait long is asked to be called back, and too many are told so")
    func surge() {
        var counter = Counter {
            Queue(
                "support", requires: ["support"], ringTimeout: .seconds(15), wrapUp: .seconds(5),
                joining: [
                    QueueRule(when: .waiting(atLeast: 300), then: .busy),
                    QueueRule(when: .estimatedWait(atLeast: .seconds(300)), then: .offerCallback),
                ],
                keepsPlace: .seconds(300))
            Comfort("support")
                .estimatedWait(after: .seconds(5), every: .seconds(120))
                .position(after: .seconds(60), every: .seconds(60))
            Number("support", queue: "support")
            Agent("ann", skills: ["support"])
        }
        for number in 0..<300 { counter.arrive(RoutingRequest(ContactID("c\(number)"), queue: "support")) }
        counter.arrive(RoutingRequest("one too many", queue: "support"))
        #expect(counter.treatments == [.busy])
    }

    @Test("one team for calls and back-office work: work waits while calls are answered late")
    func blended() {
        let person = Capacity([.voice: 1, .chat: 2, .task: 1], interruptible: [.task])
        var counter = Counter {
            Queue("calls", requires: ["support"], serviceLevelTarget: 0.8)
            Queue("chats", requires: ["support"])
            Queue(
                "claims", requires: ["claims"], order: .earliestDueFirst,
                blending: Blending(after: ["calls"], idleReserve: 1))
            Number("support", queue: "calls")
            Agent("ann", skills: ["support", "claims"], capacity: person)
            Agent("bob", skills: ["support", "claims"], capacity: person)
        }
        counter.checkIn("ann")
        counter.arrive(RoutingRequest("claim", queue: "claims", channel: .task))
        #expect(counter.offered.isEmpty, "the last who is free is kept for calls")
        counter.checkIn("bob")
        counter.pass(1)
        #expect(counter.router.position(of: "claim") != .waiting)
        counter.arrive(RoutingRequest("call", queue: "calls"))
        #expect(counter.offered.count == 1)
    }

    /// Compiled: a requirement of the routing guide.
    private let tech =
        Queue("tech", requires: .skill("es", atLeast: 3) && !.skill("trainee"), prefers: .skill("fibre"))

    /// Compiled; what it does is shown in `CustomerTests`.
    private func lastAgent() -> Number {
        Number("support") { call, center in
            var needs = RoutingNeeds()
            if let contact = await center.contact(of: call),
                let agent = try await center.lastAgent(of: contact.customerNumber)
            {
                needs.preferredAgent = PreferredAgent(agent, for: .seconds(45))
            }
            try await center.enqueue(call, "support", needs: needs)
        }
    }

    /// Compiled: what a supervisor's desktop and a web chat do.
    private func desktop(_ center: ContactCenter) async throws {
        await center.force("ann", .notReady("coaching"))
        await center.close("support")
        await center.extendWrapUp("bob", by: .seconds(60))
        if let now = await center.situation(of: "support") {
            print(now.waiting, now.longestWait, now.agentsReady, now.estimatedWait)
        }
        try await center.withContact(on: .chat, in: "chats") { chat in
            let agent = try await chat.answered()
            print(agent, "has", chat.contact)
        }
    }
}
