import ContactCenterKit
import Synchronization
import Testing

@Suite("A number with a handler", .timeLimit(.minutes(5)))
struct NumberTests {
    @Test("plays, collects digits, and puts the call in a queue")
    func menu() async throws {
        let collected = OneShot<String>()
        try await Rig.run {
            Support()
            Number("menu") { call, center in
                try await call.answer()
                try await call.play(Voice.agent.prompt)
                collected.fulfil(try await call.collectDigits(DigitCollection(max: 4)))
                try await center.enqueue(call, "support")
            }
        } body: { rig in
            let ear = Ear()
            try await rig.phone("agent1", AgentPhone.talks())
            let caller = try await rig.caller("menu", hears: ear)
            try await ear.listens(for: Voice.agent.duration + .milliseconds(200))
            try await caller.call.send(digits: "42#")
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
            #expect(collected.current == "42")
            #expect(ear.clarity(of: Voice.agent) > 0.8)
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByCustomer)
            #expect(record.queue == "support" && record.digitCount == 3 && record.agent == "agent1")
            let queuedAt = try #require(record.queuedAt)
            #expect(queuedAt.duration(since: record.contact.arrivedAt) > Voice.agent.duration)
        }
    }

    @Test("completes a call that hears its own echo")
    func echo() async throws {
        try await Rig.run {
            Number("echo") { call, _ in
                try await call.answer()
                try await call.echo()
            }
        } body: { rig in
            let ear = Ear()
            let caller = try await rig.caller("echo", says: Voice.customer, hears: ear)
            try await ear.listens(for: Voice.customer.duration + .milliseconds(400))
            await caller.hangUp()
            #expect(ear.clarity(of: Voice.customer) > 0.7)
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByCustomer)
            #expect(record.connectedAt != nil && record.queue == nil)
        }
    }

    @Test("ends the call by returning")
    func announcement() async throws {
        try await Rig.run {
            Number("time") { call, _ in
                try await call.answer()
                try await call.play(.beep)
            }
        } body: { rig in
            let caller = try await rig.caller("time")
            #expect(try await caller.waitForEnd() == .remoteHangup)
            #expect(try await rig.records().first?.terminalReason == .completedByCenter)
        }
    }

    @Test("may turn a call away")
    func turnedAway() async throws {
        try await Rig.run {
            Number("closed") { call, _ in await call.reject(.decline) }
        } body: { rig in
            #expect(await rig.refusal("closed") == 603)
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .rejectedByHandler && record.connectedAt == nil)
        }
    }

    @Test("that throws fails the call: 500 before an answer, a hang-up after it")
    func throwing() async throws {
        try await Rig.run {
            Number("broken") { _, _ in throw Surprise("broken") }
            Number("late") { call, _ in
                try await call.answer()
                throw Surprise("broken")
            }
        } body: { rig in
            #expect(await rig.refusal("broken") == 500)
            let error = await failure { try await rig.call("late") { _ = await $0.waitForEnd() } }
            #expect(error == nil || error?.code == .callEnded, "it may end before the caller has looked")
            let reasons = try await rig.records(2).map(\.terminalReason)
            #expect(reasons == [.failedInternal, .failedInternal])
        }
    }

    @Test("that throws because its caller has gone does not make the call a failure")
    func throwingAfterTheEnd() async throws {
        try await Rig.run {
            Number("slow") { call, _ in
                try await call.answer()
                await call.waitForEnd()
                throw Surprise("the database does not like to be cancelled")
            }
        } body: { rig in
            let caller = try await rig.caller("slow")
            await caller.hangUp()
            #expect(try await rig.records().first?.terminalReason == .completedByCustomer)
        }
    }

    @Test("learns that the queue is full, with the call still there; if it does not care, the caller gets 503")
    func queueFull() async throws {
        let queue = Queue("support", requires: ["support"], waitingMax: 0)
        try await Rig.run {
            Support(queue)
            Number("careless") { call, center in try await center.enqueue(call, "support") }
            Number("careful") { call, center in
                do {
                    try await center.enqueue(call, "support")
                } catch let error as CenterError where error.code == .notServed {
                    try await call.answer()
                    try await call.play(.beep)
                }
            }
        } body: { rig in
            #expect(await rig.refusal("careless") == 503)
            let caller = try await rig.caller("careful")
            #expect(try await caller.waitForEnd() == .remoteHangup)
            let reasons = try await rig.records(2).map(\.terminalReason)
            #expect(reasons == [.rejectedQueueFull, .completedByCenter])
        }
    }

    @Test("goes on when the agent has hung up, and can queue the call a second time")
    func afterwards() async throws {
        try await Rig.run {
            Support()
            Number("survey") { call, center in
                try await center.enqueue(call, "support")
                try await call.play(.beep)
                try await center.enqueue(call, "support")
            }
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.hangsUp(after: .milliseconds(200)))
            try await rig.phone("agent2", AgentPhone.hangsUp(after: .milliseconds(200)))
            let caller = try await rig.caller("survey")
            #expect(try await caller.waitForEnd() == .remoteHangup)
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByAgent)
            #expect(record.segments.map(\.agent) == ["agent1", "agent2"])
            #expect(record.segments.map(\.outcome) == [.answered, .answered])
            #expect(rig.events.all.count { $0.type == "contactEnded" } == 1)
            try await rig.reaches("agent1", .idle)
            try await rig.reaches("agent2", .idle)
        }
    }

    @Test("frees the agent when the caller leaves in the second queue")
    func leavingAfterwards() async throws {
        try await Rig.run {
            Support()
            Number("twice") { call, center in
                try await center.enqueue(call, "support")
                try await center.enqueue(call, "support")
            }
        } body: { rig in
            let (once, talked) = (OneShot<Void>(), OneShot<Void>())
            try await rig.phone("agent1") { call in
                try await call.answer()
                if once.fulfil(()) { _ = await talked.value() } else { await call.waitForEnd() }
            }
            let caller = try await rig.caller("twice")
            // Who hangs up before the centre has heard the answer was never there.
            try await rig.events.wait(for: "contactAnswered")
            talked.fulfil(())
            try await rig.events.wait(for: "contactReleased")
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
            #expect(try await rig.records().first?.terminalReason == .completedByCustomer)
            try await rig.reaches("agent1", .idle)
        }
    }

    @Test("can take the call out of the queue again")
    func leavingTheQueue() async throws {
        try await Rig.run {
            Support()
            Number("impatient") { call, center in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await center.enqueue(call, "support") }
                    group.addTask { _ = try await call.digit(within: .seconds(20)) }
                    try await group.next()
                    group.cancelAll()
                }
                try await call.play(.beep)
            }
        } body: { rig in
            let caller = try await rig.caller("impatient")
            #expect(try await eventually { await rig.center.waiting(in: "support") == 1 })
            try await caller.call.send(digits: "*")
            #expect(try await eventually { await rig.center.waiting(in: "support") == 0 })
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            #expect(try await caller.waitForEnd() == .remoteHangup)
            #expect(phone.calls.isEmpty)
            #expect(try await rig.records().first?.terminalReason == .completedByCenter)
        }
    }

    @Test("takes a message: the caller left, what the caller hears right", arguments: [true, false])
    func message(records: Bool) async throws {
        try await withTemporaryFolder { folder in
            let path = OneShot<String?>()
            try await Rig.run {
                if records { Recordings(folder) }
                Number("box") { call, center in
                    try await call.answer()
                    let recording = try await center.withRecording(of: call) {
                        try await call.play(Voice.agent.prompt)
                        _ = try await call.collectDigits(
                            DigitCollection(max: 1, terminator: nil, firstTimeout: .seconds(20)))
                    }
                    path.fulfil(recording?.path)
                }
            } body: { rig in
                let caller = try await rig.caller("box", says: Voice.customer)
                try await Task.sleep(for: Voice.customer.duration + .milliseconds(400))
                try await caller.call.send(digits: "#")
                #expect(try await caller.waitForEnd() == .remoteHangup)
                let found = await path.valueWhateverHappens()
                guard records else {
                    #expect(found == nil)
                    return
                }
                let wav = try WavFile(path: try #require(found))
                #expect(Voice.customer.match(in: wav.channels[0], rate: wav.sampleRate).clarity > 0.8)
                #expect(Voice.agent.match(in: wav.channels[1], rate: wav.sampleRate).clarity > 0.8)
            }
        }
    }
}
