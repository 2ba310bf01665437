import CCSimulation
import CCTestKit
import ContactCenterKit
import Foundation
import Synchronization
import Testing

@Suite("A whole centre runs in virtual time")
struct CenterTests {
    static let plan: @Sendable () -> CenterPlan = {
        CenterBuilder.buildFinalResult([
            Phones(host: "10.0.0.1", sipPort: 5060), Queue("support", requiredSkills: ["support"], wrapUp: .seconds(5)),
            Agent("anna", skills: ["support"]).phone(password: "secret"), Number("100", queue: "support"),
        ])
    }

    /// One caller waits, talks with anna for a minute and is done; the events as JSON, and what travelled.
    static func call(seed: UInt64, options: SimulationOptions = SimulationOptions()) async throws -> [String] {
        try await Simulation.run(seed: seed, options: options) { world in
            let center = try ContactCenter(
                plan: plan(), network: try world.host("10.0.0.1"), time: world.time, entropy: world.entropy("center"))
            let events = center.events(bufferMax: 10_000)
            let notebook = Notebook()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await center.run() }
                group.addTask {
                    for await case .event(let event) in events {
                        notebook.note(try CenterJSON.line(event))
                    }
                }
                let anna = try phone(world, "10.0.1.1")
                let caller = try phone(world, "10.0.2.1")
                group.addTask {
                    try await anna.run(UserAgentHandlers { call in
                        try? await world.time.sleep(until: world.time.now.advanced(by: .seconds(3)), tolerance: nil)
                        try? await call.answer()
                        await call.waitForEnd()
                    })
                }
                group.addTask { try await caller.run(UserAgentHandlers { _ in }) }
                let address = NetworkAddress(ip: try world.host("10.0.0.1").ip, port: 5060)
                _ = await center.waitUntilListening()
                _ = await anna.waitUntilListening()
                _ = await caller.waitUntilListening()
                try await anna.withRegistration(at: address, username: "anna", password: "secret") {
                    try await caller.withCall(to: SipURI(user: "100", address: address)) { call in
                        try await world.time.sleep(until: world.time.now.advanced(by: .seconds(60)), tolerance: nil)
                    }
                    try await world.time.sleep(until: world.time.now.advanced(by: .seconds(10)), tolerance: nil)
                }
                await anna.stop(within: .zero)
                await caller.stop(within: .zero)
                center.stop()
                try await group.waitForAll()
            }
            let records = try await center.contacts.records(ContactFilter())
            #expect(records.map(\.terminalReason) == [.completedByCustomer])
            notebook.note("\(world.network.figures) \(world.network.digest)")
            return notebook.all
        }
    }

    static func phone(_ world: World, _ address: String) throws -> UserAgent {
        let host = try world.host(address)
        return UserAgent(
            configuration: UserAgentConfiguration(listen: [NetworkAddress(ip: host.ip, port: 5060)]), network: host,
            time: world.time, entropy: world.entropy(address))
    }

    @Test("a call from its INVITE to its record, with RTP both ways")
    func call() async throws {
        let log = try await Self.call(seed: 1)
        for type in ["contactArrived", "contactQueued", "contactOffered", "contactAnswered", "contactEnded", "wrapUpEnded"] {
            #expect(log.contains { $0.contains("\"type\":\"\(type)\"") }, "\(type) in \(log)")
        }
        // The caller hears music for 3 s, and the two talk for 57 s, at 50 packets a second each way.
        let sent = try #require(log.last)
        #expect(sent.contains("lost: 0"))
    }

    @Test("the same seed gives the same bytes, other seeds do not", arguments: SimulationOptions.Scheduling.allCases)
    func repeats(scheduling: SimulationOptions.Scheduling) async throws {
        let options = SimulationOptions(scheduling: scheduling)
        let first = try await Self.call(seed: 5, options: options)
        #expect(try await Self.call(seed: 5, options: options) == first)
        #expect(try await Self.call(seed: 6, options: options) != first)
    }
}
