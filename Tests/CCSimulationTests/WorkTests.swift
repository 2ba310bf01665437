import CCSimulation
import ContactCenterKit
import Testing

@Suite("Contacts that are not calls")
struct WorkTests {
    @CenterBuilder static func plan(_ web: Queue = Queue("web", requires: ["web"], wrapUp: .seconds(5))) -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        web
        Queue("support", requires: ["support"], wrapUp: .zero)
        for name in ["anna", "berta"] {
            Agent(AgentID(name), skills: ["web", "support"], capacity: Capacity([.voice: 1, .chat: 2, .task: 1]))
                .phone(password: "secret")
        }
        Number("100", queue: "support")
    }

    /// Runs a centre with agents whose phones answer. Returns what `body` does, the records, and what was told of contacts.
    static func run<Result: Sendable>(
        _ plan: CenterPlan = plan(), agents: [AgentID] = ["anna"],
        _ body: @escaping @Sendable (SimulatedCenter) async throws -> Result
    ) async throws -> (result: Result, records: [ContactRecord], told: [String]) {
        try await Simulation.run(seed: 12) { world in
            let notebook = Notebook()
            let (result, center) = try await world.withCenter(plan) { stage in
                let events = stage.center.events(bufferMax: 10_000)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await case .event(let event) in events where event.contact != nil {
                            notebook.note(event.type)
                        }
                    }
                    for agent in agents {
                        try await stage.agent(agent, password: "secret", handler: WaitingTests.talks)
                        try await world.sleep(for: .seconds(1))
                    }
                    let result = try await body(stage)
                    try await world.sleep(for: .seconds(20))
                    #expect(await stage.center.load().contacts == 0, "nothing is left of them")
                    group.cancelAll()
                    return (result, stage.center)
                }
            }
            return (result, try await center.contacts.records(ContactFilter()).reversed(), notebook.all)
        }
    }

    @Test("a chat is offered, taken, and over when its scope is; then comes the wrap-up")
    func taken() async throws {
        let (isTaken, records, told) = try await Self.run { stage in
            let center = stage.center
            let taken = try await center.withContact(on: .chat, in: "web", customer: "+15550188") { chat in
                #expect(await center.offers(to: "anna") == [chat.contact])
                #expect(await !center.accept(chat.contact, by: "berta"), "it is not hers")
                try await stage.world.sleep(for: .seconds(3))
                let taken = [
                    await center.accept(chat.contact, by: "anna"), await center.accept(chat.contact, by: "anna"),
                ]
                #expect(try await chat.answered() == "anna")
                #expect(await center.offers(to: "anna").isEmpty)
                await #expect(throws: CenterError.self) {
                    try await center.transfer(chat.contact, to: .queue("support"))
                }
                await #expect(throws: CenterError.self) {
                    try await center.consult(chat.contact, with: .agent("berta"))
                }
                try await stage.world.sleep(for: .seconds(30))
                return taken
            }
            #expect(await center.status(of: "anna")?.state == .wrapUp)
            return taken
        }
        #expect(isTaken == [true, false], "once")
        let record = try #require(records.first)
        #expect(records.count == 1 && record.contact.channel == .chat && record.queue == "web")
        #expect(record.agent == "anna" && record.terminalReason == .completedByAgent)
        #expect(record.queueWait == .seconds(3) && record.contact.customerNumber == "+15550188")
        #expect(record.segments.map(\.talk) == [.seconds(30)] && record.segments.map(\.wrapUp) == [.seconds(5)])
        #expect(
            told == [
                "contactArrived", "contactQueued", "routingDecided", "contactOffered", "contactAnswered",
                "contactReleased", "contactEnded", "contactClosed", "wrapUpEnded",
            ])
    }

    @Test("two chats at once, a third waits, and a call waits until the agent is alone")
    func capacity() async throws {
        let (_, records, _) = try await Self.run { stage in
            let (center, world) = (stage.center, stage.world)
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await center.withContact(on: .chat, in: "web") { first in
                    #expect(await center.accept(first.contact, by: "anna"))
                    try await center.withContact(on: .chat, in: "web") { second in
                        #expect(await center.accept(second.contact, by: "anna"))
                        #expect(await center.status(of: "anna")?.contacts == [first.contact, second.contact])
                        group.addTask {
                            try await stage.call("100") { _ in try await world.sleep(for: .seconds(40)) }
                        }
                        try await center.withContact(on: .chat, in: "web") { third in
                            try await world.sleep(for: .seconds(10))
                            #expect(await center.offers(to: "anna").isEmpty)
                            #expect(await center.place(of: third.contact) == 1)
                            #expect(await center.situation(of: "web", channel: .chat)?.waiting == 1)
                            #expect(await center.situation(of: "support")?.waiting == 1)
                        }
                    }
                    try await world.sleep(for: .seconds(10))
                    #expect(await center.waiting(in: "support") == 1, "no call beside a chat")
                }
                try await group.waitForAll()
            }
        }
        #expect(
            records.map(\.contact.channel) == [.chat, .chat, .chat, .voice]
                || records.map(\.contact.channel) == [.chat, .chat, .voice, .chat])
        let call = try #require(records.first { $0.contact.channel == .voice })
        #expect(call.agent == "anna" && call.queueWait > .seconds(24), "after the last chat's wrap-up")
        #expect(
            records.map(\.terminalReason).sorted { $0.rawValue < $1.rawValue } == [
                .completedByAgent, .completedByAgent, .completedByCenter, .completedByCustomer,
            ])
    }

    @Test("who declines does not get it again while there are others")
    func declined() async throws {
        let (_, records, _) = try await Self.run(agents: ["anna", "berta"]) { stage in
            try await stage.center.withContact(on: .task, in: "web") { task in
                #expect(await !stage.center.decline(task.contact, by: "berta"))
                #expect(await stage.center.decline(task.contact, by: "anna"))
                #expect(await stage.center.offers(to: "anna").isEmpty)
                #expect(await stage.center.offers(to: "berta") == [task.contact])
                #expect(await stage.center.accept(task.contact, by: "berta"))
                let agent = try await task.answered()
                #expect(agent == "berta")
            }
        }
        #expect(records.first?.segments.map(\.outcome) == [.declined, .answered])
        #expect(records.first?.segments.map(\.agent) == ["anna", "berta"])
        #expect(records.first?.contact.channel == .task && records.first?.terminalReason == .completedByAgent)
    }

    @Test("who does not react loses it to the next one")
    func ringsOut() async throws {
        let (_, records, _) = try await Self.run(agents: ["anna", "berta"]) { stage in
            try await stage.center.withContact(on: .chat, in: "web") { chat in
                try await stage.world.sleep(for: .seconds(21))
                #expect(await !stage.center.accept(chat.contact, by: "anna"), "too late")
                #expect(await stage.center.accept(chat.contact, by: "berta"))
            }
        }
        #expect(records.first?.segments.map(\.outcome) == [.noAnswer, .answered])
    }

    @Test("a rule and a full line turn it away, and the record says so, whatever its scope does then")
    func turnedAway() async throws {
        let cases: [(Queue, QueueID, TerminalReason)] = [
            (
                Queue("web", joining: [QueueRule(when: .noAgentsCheckedIn, then: .hangUp(message: nil))]), "web",
                .rejectedByRule
            ),
            (Queue("web", waitingMax: 0), "web", .rejectedQueueFull),
            (Queue("web"), "nowhere", .failedInternal),
        ]
        for (queue, target, reason) in cases {
            let (error, records, _) = try await Self.run(Self.plan(queue), agents: []) { stage in
                try await stage.center.withContact(on: .chat, in: target) { chat in
                    await #expect(throws: CenterError.self) { try await chat.answered() }
                }
            }
            #expect(error?.code == .notServed && error?.reason == reason)
            #expect(records.map(\.terminalReason) == [reason])
        }
    }

    @Test("left by the customer: as waiting, and while it is offered", arguments: [true, false])
    func cancelled(isOffered: Bool) async throws {
        let (_, records, _) = try await Self.run(agents: isOffered ? ["anna"] : []) { stage in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await stage.center.withContact(on: .chat, in: "web") { _ = try await $0.answered() }
                }
                try await stage.world.sleep(for: .seconds(4))
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            if isOffered { #expect(await stage.center.status(of: "anna")?.state == .idle) }
        }
        #expect(records.map(\.terminalReason) == [isOffered ? .abandonedWhileRinging : .abandonedInQueue])
        #expect(records.first?.queueWait == .seconds(4))
    }

    @Test("the centre's stop ends it, and afterwards none comes")
    func stopped() async throws {
        let (records, late) = try await Simulation.run(seed: 3) { world in
            let center = try await world.withCenter(Self.plan()) { stage in
                try await stage.center.withContact(on: .chat, in: "web") { chat in
                    stage.center.stop()
                    await #expect(throws: CancellationError.self) { try await chat.answered() }
                }
                return stage.center
            }
            let late = await #expect(throws: CenterError.self) {
                try await center.withContact(on: .chat, in: "web") { _ in }
            }
            return (try await center.contacts.records(ContactFilter()), late?.code)
        }
        #expect(records.map(\.terminalReason) == [.stopped])
        #expect(late == .notServed)
    }

    @Test("codes, a longer wrap-up, and a supervisor's word")
    func afterwards() async throws {
        let web = Queue(
            "web", wrapUp: .seconds(5), wrapUpMax: .seconds(30),
            dispositions: Dispositions(["sold", "lost"], isRequired: true))
        let (_, records, told) = try await Self.run(Self.plan(web)) { stage in
            let (center, world) = (stage.center, stage.world)
            let contact = try await center.withContact(on: .chat, in: "web") { chat in
                #expect(await !center.dispose(chat.contact, by: "anna", as: ["sold"]), "she does not have it yet")
                #expect(await center.accept(chat.contact, by: "anna"))
                #expect(await center.extendWrapUp("anna", by: .seconds(5)) == nil)
                return chat.contact
            }
            #expect(await center.wrapUpDone("anna", contact) == .dispositionMissing)
            #expect(await center.extendWrapUp("anna", by: .seconds(10)) == .seconds(15))
            #expect(await center.extendWrapUp("anna", by: .seconds(100)) == .seconds(30), "and no longer")
            #expect(await !center.dispose(contact, by: "anna", as: ["stolen"]))
            #expect(await center.dispose(contact, by: "anna", as: ["lost"]))
            try await world.sleep(for: .seconds(20))
            #expect(await center.status(of: "anna")?.state == .wrapUp)
            #expect(await center.wrapUpDone("anna", contact) == .ended)
            #expect(await center.wrapUpDone("anna", contact) == .notInWrapUp)
            // An offer is taken back at once.
            try await center.withContact(on: .chat, in: "web") { chat in
                #expect(await center.force("anna", .notReady("coaching")))
                #expect(await !center.accept(chat.contact, by: "anna"))
                #expect(await center.status(of: "anna")?.state == .notReady("coaching"))
                #expect(await center.force("anna", .ready))
                #expect(await !center.force("nobody", .ready))
                #expect(await center.offers(to: "anna") == [chat.contact])
            }
        }
        #expect(told.count { $0 == "contactDisposed" } == 1)
        #expect(records.first?.segments.first?.wrapUp == .seconds(20))
        #expect(records.last?.segments.map(\.outcome) == [.withdrawn, .withdrawn])
    }

    @Test("a queue is asked about, closed and opened")
    func queues() async throws {
        let rule = QueueRule(when: .emergencyClosed, then: .hangUp(message: nil))
        let web = Queue("web", wrapUp: .zero, joining: [rule], leaving: [rule])
        _ = try await Self.run(Self.plan(web)) { stage in
            let (center, world) = (stage.center, stage.world)
            #expect(await center.situation(of: "nowhere") == nil)
            #expect(await center.estimateErrors(of: "nowhere") == nil)
            #expect(await center.estimateErrors(of: "web")?.combined.count == 0)
            #expect(await !center.close("nowhere"))
            await center.pause("anna", reason: "lunch")
            try await center.withContact(on: .chat, in: "web") { chat in
                try await world.sleep(for: .seconds(8))
                let situation = try #require(await center.situation(of: "web", channel: .chat))
                #expect(situation.waiting == 1 && situation.longestWait == .seconds(8) && situation.isOpen)
                #expect(situation.agentsCheckedIn == 1 && situation.agentsIdle == 0)
                #expect(await center.place(of: chat.contact) == 1)
                #expect(await center.estimatedWait(of: chat.contact) != nil)
                await center.resume("anna")
                #expect(await center.accept(chat.contact, by: "anna"))
                #expect(await center.place(of: chat.contact) == nil)
                #expect(await center.estimatedWait(of: chat.contact) == nil)
            }
            #expect(await center.estimateErrors(of: "web")?.combined.count == 1)
            await center.pause("anna", reason: "lunch")
            try await center.withContact(on: .chat, in: "web") { chat in
                #expect(await center.close("web"))
                let error = await #expect(throws: CenterError.self) { try await chat.answered() }
                #expect(error?.reason == .rejectedByRule)
            }
            #expect(await center.situation(of: "web", channel: .chat)?.isOpen == false)
            #expect(await center.close("web", false))
            #expect(await center.situation(of: "web", channel: .chat)?.isOpen == true)
        }
    }
}
