import CCSimulation
import CCTestKit
import ContactCenterKit
import Foundation
import Synchronization
import Testing

@Suite("A whole centre runs in virtual time")
struct CenterTests {
    @CenterBuilder static func plan() -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        Queue("support", requires: ["support"], wrapUp: .seconds(5))
        Agent("anna", skills: ["support"]).phone(password: "secret")
        Number("100", queue: "support")
    }

    /// One caller waits, talks with anna until a minute after the call began, and hangs up: what is told and travels.
    static func call(
        seed: UInt64, options: SimulationOptions = SimulationOptions(), link: Link = .lan
    ) async throws -> (log: [String], record: ContactRecord, figures: NetworkFigures) {
        try await Simulation.run(seed: seed, options: options) { world in
            world.network.usualLink = link
            let notebook = Notebook()
            let record = try await world.withCenter(plan()) { stage in
                let events = stage.center.events(bufferMax: 10_000)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await case .event(let event) in events { notebook.note(try CenterJSON.line(event)) }
                    }
                    try await stage.agent("anna", password: "secret") { call in
                        try? await world.sleep(for: .seconds(3))
                        try? await call.answer()
                        await call.waitForEnd()
                    }
                    try await stage.call("100") { _ in try await world.sleep(for: .seconds(60)) }
                    try await world.sleep(for: .seconds(10))
                    group.cancelAll()
                }
                return try await stage.center.contacts.records(ContactFilter()).first
            }
            notebook.note("\(world.network.digest)")
            return (notebook.all, try #require(record), world.network.figures)
        }
    }

    @Test("a call from its INVITE to its record, with RTP both ways")
    func call() async throws {
        let (log, record, figures) = try await Self.call(seed: 1)
        let types = [
            "contactArrived", "contactQueued", "contactOffered", "contactAnswered", "contactEnded", "wrapUpEnded",
        ]
        for type in types { #expect(log.contains { $0.contains("\"type\":\"\(type)\"") }, "\(type)") }
        #expect(record.terminalReason == .completedByCustomer)
        // A millisecond each way for every message, and three seconds until anna answers.
        let segment = try #require(record.segments.first)
        #expect((Duration.seconds(3)..<Duration.milliseconds(3_050)).contains(record.queueWait))
        #expect((Duration.milliseconds(56_900)...Duration.seconds(57)).contains(segment.talk))
        #expect(segment.wrapUp == .seconds(5))
        // 60 s of RTP to and from the caller, 57 s to and from anna, 50 packets a second, and a little RTCP and SIP.
        #expect((11_650...11_900).contains(figures.delivered))
        #expect(figures.lost == 0)
        #expect(record.media?.packetsLost == 0)
        let expected = try #require(record.media?.packetsExpected)
        #expect((2_995...3_001).contains(expected))
    }

    @Test("the same seed gives the same bytes, other seeds do not", arguments: SimulationOptions.Scheduling.allCases)
    func repeats(scheduling: SimulationOptions.Scheduling) async throws {
        let options = SimulationOptions(scheduling: scheduling)
        let first = try await Self.call(seed: 5, options: options, link: .poor).log
        #expect(try await Self.call(seed: 5, options: options, link: .poor).log == first)
        #expect(try await Self.call(seed: 6, options: options, link: .poor).log != first)
    }

    @Test("a call over a poor line is served all the same, and its losses are in the record")
    func poorLine() async throws {
        let (_, record, figures) = try await Self.call(seed: 3, link: .poor)
        #expect(record.terminalReason == .completedByCustomer)
        let media = try #require(record.media)
        let share = Double(media.packetsLost) / Double(media.packetsExpected)
        // 3,000 packets with 2 % loss: three standard deviations are 0.8 %. Late ones count too.
        #expect((0.012...0.035).contains(share))
        #expect(figures.lost > 0)
    }

    @Test("a caller whose host dies in the queue is missed after the silence, and nothing else is")
    func deadCaller() async throws {
        let record = try await Simulation.run(seed: 4) { world in
            try await world.withCenter(Self.plan()) { stage in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await stage.call("100") { call in try await call.loop(.music) } }
                    try await world.sleep(for: .seconds(10))
                    try world.host("10.2.0.1").cutOff()
                    try await world.sleep(for: .seconds(120))
                    group.cancelAll()
                }
                return try await stage.center.contacts.records(ContactFilter()).first
            }
        }
        #expect(record?.terminalReason == .failedMediaTimeout)
    }
}
