import CCSimulation
import ContactCenterKit
import Testing

@Suite("Waiting callers are told where they stand")
struct WaitingTests {
    static let music = AudioClip.holdMusic(sampleRate: 8_000)

    @CenterBuilder static func plan(_ comfort: Comfort) -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        Queue("support", requires: ["support"], ringTimeout: .seconds(10), wrapUp: .zero)
        comfort
        Message("welcome", Prompt(.speechLike(seed: 40, seconds: 6)))
        for name in ["anna", "berta"] { Agent(AgentID(name), skills: ["support"]).phone(password: "secret") }
        Number("100", queue: "support")
        Number("200", queue: "support", language: .spanish)
    }

    /// Answers each call at once and stays until the customer hangs up.
    static let talks: @Sendable (Call) async -> Void = { call in
        try? await call.answer()
        await call.waitForEnd()
    }

    @Test("each in the language of the number that was called, and again when the place is a better one")
    func position() async throws {
        let comfort = Comfort("support").position(after: .seconds(2), every: .seconds(30))
        let (first, second, third) = (Hearing(), Hearing(), Hearing())
        try await Simulation.run(seed: 1) { world in
            try await world.withCenter(Self.plan(comfort)) { stage in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, ear) in [first, second, third].enumerated() {
                        group.addTask {
                            try await world.sleep(for: .milliseconds(500 * index))
                            try await stage.call(index == 1 ? "200" : "100") { call in
                                // The first one gives up after 20 s.
                                try await ear.listening(to: call) {
                                    try await world.sleep(for: .seconds(index == 0 ? 20 : 70))
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        #expect(try first.clarity(of: .position(1), .english) > 0.9)
        // Two seconds after they came, and thirty seconds later.
        #expect(try second.clarity(of: .position(2), .spanish, in: 1.5..<10) > 0.9)
        #expect(try second.clarity(of: .position(1), .spanish, in: 30..<40) > 0.9)
        #expect(try third.clarity(of: .position(3), .english, in: 1.5..<10) > 0.9)
        #expect(try third.clarity(of: .position(2), .english, in: 30..<40) > 0.9)
        #expect(try third.clarity(of: .position(3), .english, in: 30..<40) < 0.8)
    }

    @Test("music goes on where it was when an announcement is over")
    func musicResumes() async throws {
        let comfort = Comfort("support").message("welcome", after: .seconds(3))
        let ear = Hearing()
        try await Simulation.run(seed: 2) { world in
            try await world.withCenter(Self.plan(comfort)) { stage in
                try await stage.call("100") { call in
                    try await ear.listening(to: call) { try await world.sleep(for: .seconds(15)) }
                }
            }
        }
        let welcome = ear.match(of: AudioClip.speechLike(seed: 40, seconds: 6).samples)
        #expect(welcome.clarity > 0.95)
        #expect(abs(welcome.at - 3) < 0.2)
        let before = ear.match(of: Array(Self.music.samples[..<16_000]), in: 0..<3)
        #expect(before.clarity > 0.95)
        // What is heard a second after the end of the message is the music of four seconds after its beginning.
        let rest = Array(Self.music.samples[(8_000 * 4)..<(8_000 * 6)])
        let after = ear.match(of: rest, in: (welcome.at + 6)..<(welcome.at + 9))
        #expect(after.clarity > 0.95)
        #expect(abs(after.at - (welcome.at + 6) - (4 - (welcome.at - before.at))) < 0.05)
    }

    @Test("an offer silences an announcement at once, and what was due is said when nobody takes it")
    func offerInterrupts() async throws {
        let comfort = Comfort("support").message("welcome", after: .seconds(3)).position(after: .seconds(8), every: nil)
        let ear = Hearing()
        try await Simulation.run(seed: 3) { world in
            try await world.withCenter(Self.plan(comfort)) { stage in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await stage.call("100") { call in
                            try await ear.listening(to: call) { try await world.sleep(for: .seconds(25)) }
                        }
                    }
                    try await world.sleep(for: .seconds(5))
                    // Berta's phone rings for ten seconds and is not answered.
                    try await stage.agent("berta", password: "secret") { await $0.waitForEnd() }
                    try await group.waitForAll()
                }
            }
        }
        let welcome = AudioClip.speechLike(seed: 40, seconds: 6).samples
        #expect(ear.match(of: Array(welcome[..<14_000]), in: 2.5..<6).clarity > 0.95)
        // From the third second of the message on there is music, no message.
        #expect(ear.match(of: Array(welcome[20_000...]), in: 5.2..<15).clarity < 0.4)
        #expect(ear.match(of: Array(Self.music.samples[32_000..<56_000]), in: 5.2..<15).clarity > 0.95)
        #expect(try ear.clarity(of: .position(1), .english, in: 5.2..<14.8) < 0.5)
        #expect(try ear.clarity(of: .position(1), .english, in: 15..<20) > 0.9)
    }
}
