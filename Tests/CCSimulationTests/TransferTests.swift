import CCSimulation
import ContactCenterKit
import Foundation
import Synchronization
import Testing

/// A steady tone, by which it is heard who is on the line.
enum Tone {
    static func prompt(_ hertz: Double) -> Prompt {
        Prompt(
            AudioClip(
                samples: (0..<8_000).map { Int16(8_000 * sin(2 * .pi * hertz * Double($0) / 8_000)) }, sampleRate: 8_000
            ))
    }

    /// How much of a stretch is this tone: 1 all, 0 nothing.
    static func share(_ hertz: Double, in samples: some Collection<Int16>) -> Double {
        var (real, imaginary, energy) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let angle = 2 * .pi * hertz * Double(index) / 8_000
            real += Double(sample) * cos(angle)
            imaginary += Double(sample) * sin(angle)
            energy += Double(sample) * Double(sample)
        }
        return energy < 1_000 ? 0 : 2 * (real * real + imaginary * imaginary) / (energy * Double(samples.count))
    }
}

@Suite("A contact goes from one agent to another")
struct TransferTests {
    static let tones = ["anna": 500.0, "berta": 800.0, "tom": 1_200.0]

    @CenterBuilder static func plan() -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        Queue("support", requires: ["support"], ringTimeout: .seconds(10), wrapUp: .seconds(5))
        Queue("sales", requires: ["sales"], ringTimeout: .seconds(10), wrapUp: .seconds(5))
        Agent("anna", skills: ["support"], group: "first").phone(password: "secret")
        Agent("berta", skills: ["sales"]).phone(password: "secret")
        Agent("tom", skills: [], leads: ["first"]).phone(password: "secret")
        Agent("zoe", skills: []).phone(password: "secret")
        Number("100", queue: "support")
        Number("200", queue: "sales")
    }

    /// What a test sees of one call.
    struct Scene: Sendable {
        let stage: SimulatedCenter
        let world: World
        let customer: Call
        let contact: ContactID
        /// The phones' calls by agent.
        let phones: AgentPhones
    }

    final class AgentPhones: Sendable {
        private let calls = Mutex<[String: [Call]]>([:])
        func add(_ call: Call, _ agent: String) { calls.withLock { $0[agent, default: []].append(call) } }
        func count(_ agent: String) -> Int { calls.withLock { $0[agent]?.count ?? 0 } }
        func last(_ agent: String) -> Call? { calls.withLock { $0[agent]?.last } }
    }

    /// A customer calls, anna answers after a second, and `act` happens three seconds after the call began. All agents
    /// hum their tones.
    static func play(
        seed: UInt64 = 1, hears ear: Hearing = Hearing(), annaHears: Hearing? = nil,
        _ act: @escaping @Sendable (Scene) async throws -> Void
    ) async throws -> (record: ContactRecord, log: [String]) {
        try await Simulation.run(seed: seed) { world in
            let notebook = Notebook()
            let record = try await world.withCenter(plan()) { stage in
                let phones = AgentPhones()
                let arrived = OneShot<ContactID>()
                let events = stage.center.events(bufferMax: 10_000)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await case .event(let event) in events {
                            notebook.note("\(event)")
                            if case .contactArrived(let contact) = event.kind { arrived.fulfil(contact.id) }
                        }
                    }
                    for (name, tone) in tones.sorted(by: { $0.key < $1.key }) {
                        try await stage.agent(AgentID(name), password: "secret") { call in
                            phones.add(call, name)
                            try? await world.sleep(for: .seconds(1))
                            guard (try? await call.answer()) != nil else { return }
                            try? await call.setBackground(Tone.prompt(tone))
                            if name == "anna", let annaHears {
                                try? await annaHears.listening(to: call) { _ = await call.waitForEnd() }
                            }
                            await call.waitForEnd()
                        }
                    }
                    try await stage.call("100") { call in
                        try await ear.listening(to: call) {
                            let contact = try #require(await arrived.value())
                            try await world.sleep(for: .seconds(3))
                            try await act(
                                Scene(stage: stage, world: world, customer: call, contact: contact, phones: phones))
                        }
                    }
                    try await world.sleep(for: .seconds(20))
                    group.cancelAll()
                    let records = try await stage.center.contacts.records(ContactFilter())
                    #expect(records.count == 1)
                    #expect(await stage.center.load().contacts == 0)
                    return try #require(records.first)
                }
            }
            return (record, notebook.all)
        }
    }

    /// Who is heard, frame by frame of 20 ms: an agent's name, "-" for silence, "music" for all else.
    static func voices(_ samples: [Int16]) -> [String] {
        stride(from: 0, to: samples.count - 159, by: 160).map { start in
            let frame = samples[start..<(start + 160)]
            guard frame.contains(where: { $0.magnitude > 200 }) else { return "-" }
            return tones.first { Tone.share($0.value, in: frame) > 0.8 }?.key ?? "music"
        }
    }

    /// The voices one after the other, those of less than 200 ms left out.
    static func order(_ ear: Hearing) -> [String] {
        var runs: [(String, Int)] = []
        for voice in voices(ear.samples) {
            if runs.last?.0 == voice { runs[runs.count - 1].1 += 1 } else { runs.append((voice, 1)) }
        }
        return runs.filter { $0.1 >= 10 }.map(\.0).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    @Test(
        "a leader takes over: the customer hears no gap, and the first agent no more",
        arguments: 1...3 as ClosedRange<UInt64>)
    func takeOver(seed: UInt64) async throws {
        let ear = Hearing()
        let (record, log) = try await Self.play(seed: seed, hears: ear) { scene in
            #expect(try await scene.stage.center.requestHelp(scene.contact) == ["tom"])
            try await scene.stage.center.takeOver(scene.contact, by: "tom")
            #expect(await scene.stage.center.status(of: "anna")?.state == .wrapUp)
            #expect(await scene.stage.center.status(of: "tom")?.state == .talking)
            try await scene.world.sleep(for: .seconds(4))
        }
        let voices = Self.voices(ear.samples)
        let first = try #require(voices.firstIndex(of: "anna"))
        let switched = try #require(voices.firstIndex(of: "tom"))
        let last = try #require(voices.lastIndex(of: "tom"))
        #expect(voices[first..<switched].filter { $0 == "anna" }.count > 130, "anna talks while tom's phone rings")
        #expect(!voices[switched...].contains("anna"), "not a frame of the first agent afterwards")
        // 40 ms at most are of nobody alone, or silent.
        #expect(voices[first...last].filter { $0 != "anna" && $0 != "tom" }.count <= 2)
        #expect(record.segments.map(\.agent) == ["anna", "tom"])
        #expect(record.segments.map(\.outcome) == [.answered, .answered])
        #expect(record.terminalReason == .completedByCustomer)
        let talks = record.segments.map(\.talk.inSeconds)
        #expect(abs(talks[0] - 3) < 0.2 && abs(talks[1] - 4) < 0.2)
        for type in ["helpRequested", "contactHandedOver"] { #expect(log.contains { $0.hasPrefix(type) }) }
    }

    @Test("a leader who does not answer changes nothing for the customer")
    func takeOverFails() async throws {
        let ear = Hearing()
        let (record, _) = try await Self.play(hears: ear) { scene in
            await #expect(throws: CenterError.self) {
                try await scene.stage.center.takeOver(scene.contact, by: "zoe")
            }
            await #expect(throws: CenterError.self) {
                try await scene.stage.center.takeOver(scene.contact, by: "nobody")
            }
            try await scene.world.sleep(for: .seconds(2))
        }
        #expect(Self.order(ear) == ["music", "anna"])
        #expect(record.segments.count == 1)
    }

    @Test("to a queue: the next agent is another segment, and the customer waits with music")
    func toQueue() async throws {
        let ear = Hearing()
        let (record, log) = try await Self.play(hears: ear) { scene in
            try await scene.stage.center.transfer(scene.contact, to: .queue("sales"))
            try await scene.world.sleep(for: .seconds(5))
            #expect(scene.phones.last("anna")?.end == .remoteHangup)
        }
        #expect(Self.order(ear) == ["music", "anna", "music", "berta"])
        #expect(record.segments.map(\.agent) == ["anna", "berta"])
        #expect(record.segments.map(\.wrapUp) == [.seconds(5), .seconds(5)])
        #expect(record.queue == "sales")
        #expect((Duration.milliseconds(1_900)..<Duration.milliseconds(2_500)).contains(record.queueWait))
        #expect(log.contains { $0.hasPrefix("contactTransferred") })
    }

    @Test("to an agent who is not there: the first agent's phone rings again")
    func comesBack() async throws {
        let ear = Hearing()
        let (record, _) = try await Self.play(hears: ear) { scene in
            try await scene.stage.center.transfer(scene.contact, to: .agent("zoe"))
            try await scene.world.sleep(for: .seconds(5))
            #expect(scene.phones.count("anna") == 2)
        }
        #expect(Self.order(ear) == ["music", "anna", "music", "anna"])
        #expect(record.segments.map(\.agent) == ["anna", "anna"])
        #expect(record.terminalReason == .completedByCustomer)
    }

    @Test("from a phone by REFER")
    func refer() async throws {
        let ear = Hearing()
        let (record, _) = try await Self.play(hears: ear) { scene in
            let phone = try #require(scene.phones.last("anna"))
            let unknown = try await phone.transfer(to: scene.stage.uri("nobody"))
            #expect(unknown.code == 404)
            let done = try await phone.transfer(to: scene.stage.uri("200"))
            #expect(done.code == 200)
            try await scene.world.sleep(for: .seconds(5))
            // The customer may not send the call anywhere.
            let refused = try await scene.customer.transfer(to: scene.stage.uri("100"))
            #expect(refused.code == 603)
        }
        #expect(Self.order(ear) == ["music", "anna", "music", "berta"])
        #expect(record.segments.map(\.agent) == ["anna", "berta"])
    }

    @Test("after a consultation: the second agent gets the customer", arguments: [true, false])
    func consult(byHangup: Bool) async throws {
        let (ear, anna) = (Hearing(), Hearing())
        let (record, log) = try await Self.play(hears: ear, annaHears: anna) { scene in
            try await scene.stage.center.consult(scene.contact, with: .agent("tom"))
            try await scene.world.sleep(for: .seconds(3))
            if byHangup {
                await scene.phones.last("anna")?.hangUp()
            } else {
                try await scene.stage.center.completeConsult(scene.contact)
            }
            try await scene.world.sleep(for: .seconds(4))
            #expect(await scene.stage.center.status(of: "tom")?.state == .talking)
        }
        #expect(Self.order(ear) == ["music", "anna", "music", "tom"])
        #expect(Self.order(anna).last == "tom")
        #expect(record.segments.map(\.agent) == ["anna", "tom"])
        let hold = record.segments[0].hold.inSeconds
        #expect(abs(hold - 4) < 0.2, "\(hold)")
        for type in ["consultationStarted", "contactHandedOver"] { #expect(log.contains { $0.hasPrefix(type) }) }
    }

    @Test("a consultation that is cancelled, or that nobody answers, gives the customer back to the first agent")
    func consultCancelled() async throws {
        let ear = Hearing()
        let (record, _) = try await Self.play(hears: ear) { scene in
            try await scene.stage.center.consult(scene.contact, with: .queue("sales"))
            try await scene.world.sleep(for: .seconds(2))
            try await scene.stage.center.cancelConsult(scene.contact)
            try await scene.world.sleep(for: .seconds(2))
            #expect(scene.phones.last("berta")?.end == .remoteHangup)
            #expect(await scene.stage.center.status(of: "berta")?.state == .idle)
            await #expect(throws: CenterError.self) {
                try await scene.stage.center.consult(scene.contact, with: .agent("zoe"))
            }
            try await scene.world.sleep(for: .seconds(2))
            await #expect(throws: CenterError.self) { try await scene.stage.center.completeConsult(scene.contact) }
        }
        #expect(Self.order(ear) == ["music", "anna", "music", "anna"])
        #expect(record.agent == "berta" || record.agent == "anna")
        #expect(record.terminalReason == .completedByCustomer)
    }
}
