import CCSimulation
import ContactCenterKit
import Foundation
import Testing

@Suite("A machine that dies in virtual time")
struct DeathTests {
    @CenterBuilder static func plan(_ store: String) -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        Store.sqlite(store)
        Queue("support", requires: ["support"], wrapUp: .seconds(5))
        Agent("anna", skills: ["support"]).phone(password: "secret")
        Number("100", queue: "support")
    }

    @Test(
        "keeps nothing of what it does afterwards: calls that it had are crashed, and its last words are its successor's"
    )
    func crash() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "death-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = folder.appending(path: "center.sqlite").path
        let death = Instant.zero.advanced(by: .seconds(30))
        let (records, entries, dead) = try await Simulation.run(seed: 1) { world in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Two callers, one of whom talks with anna when the machine dies.
                group.addTask {
                    try await world.withCenter(Self.plan(store)) { stage in
                        try await stage.agent("anna", password: "secret") { call in
                            try? await call.answer()
                            await call.waitForEnd()
                        }
                        await withTaskGroup(of: Void.self) { callers in
                            for number in 1...2 {
                                callers.addTask {
                                    _ = try? await stage.call("100", at: "10.2.0.\(number)") { call in
                                        await call.waitForEnd()
                                    }
                                }
                            }
                            await callers.waitForAll()
                        }
                    }
                }
                try await world.time.sleep(until: death, tolerance: nil)
                try world.host("10.0.0.1").cutOff()
                group.cancelAll()
                while let result = await group.nextResult() { _ = result }
            }
            let dead = world.time.date(at: death)
            return try await world.withCenter(Self.plan(store)) { stage in
                try await world.sleep(for: .seconds(5))
                var entries: [JournalEntry] = []
                for try await entry in stage.center.journal() {
                    entries.append(entry)
                    if Self.starts(entries) == 2 { break }
                }
                return (try await stage.center.contacts.records(ContactFilter()), entries, dead)
            }
        }
        #expect(records.map(\.terminalReason) == [.crashed, .crashed])
        #expect(records.filter { $0.answeredAt != nil }.count == 1)
        let before = entries.dropLast()
        #expect(before.allSatisfy { $0.event.date <= dead }, "\(before.filter { $0.event.date > dead })")
    }

    private static func starts(_ entries: [JournalEntry]) -> Int {
        entries.filter { $0.event.kind == .centerStarted }.count
    }
}
