import ContactCenterKit
import Foundation
import Testing

@Suite("The journal of a centre as a stream", .timeLimit(.minutes(5)))
struct JournalStreamTests {
    @Test("brings every event once and in order, live and after a restart, and ends with the centre")
    func stream() async throws {
        try await withTemporaryFolder { folder in
            let first = try await run(in: folder, after: 0)
            #expect(first.map(\.position) == Array(1...UInt64(first.count)))
            #expect(first.first?.event.type == "centerStarted" && first.last?.event.type == "centerStopped")
            let middle = first.count / 2
            let second = try await run(in: folder, after: UInt64(middle))
            #expect(Array(second.prefix(first.count - middle)) == Array(first[middle...]))
            #expect(second.map(\.position) == Array(UInt64(middle) + 1...UInt64(middle + second.count)))
            #expect(second.last?.event.type == "centerStopped")
            #expect(second.count { $0.event.type == "centerStarted" } == 1)
            // An orderly end leaves nothing for the next start to close.
            #expect(second.last { $0.position <= UInt64(first.count) }?.event.type == "centerStopped")
            #expect(second.first { $0.position == UInt64(first.count) + 1 }?.event.type == "centerStarted")
        }
    }

    @Test("ends when the centre does not even start", .timeLimit(.minutes(1)))
    func neverStarted() async throws {
        try await withTemporaryFolder { folder in
            try await Rig.run {
                Support()
                Store.sqlite(folder + "/center.sqlite")
            } body: { rig in
                var plan = CenterPlan()
                plan.store = .sqlite(folder + "/center.sqlite")
                let second = try Rig.center(plan: plan)
                async let count = second.journal(after: 0).reduce(0) { count, _ in count + 1 }
                await #expect(throws: (any Error).self, "one centre has the store") { try await second.run() }
                // Its reader sees what the other one has written, and then the end.
                _ = try await count
                rig.center.stop()
            }
        }
    }

    /// A centre with a few calls, and what a reader sees of its journal until it ends.
    private func run(in folder: String, after position: UInt64) async throws -> [JournalEntry] {
        let seen = OneShot<[JournalEntry]>()
        let told = try await Rig.run {
            Support()
            Store.sqlite(folder + "/center.sqlite")
        } body: { rig in
            let stream = rig.center.journal(after: position)
            rig.beside {
                var entries: [JournalEntry] = []
                do {
                    for try await entry in stream { entries.append(entry) }
                } catch {
                    Issue.record("the stream failed: \(error)")
                }
                seen.fulfil(entries)
            }
            for _ in 0..<3 {
                let caller = try await rig.caller()
                await caller.hangUp()
            }
            _ = try await rig.records(3)
            rig.center.stop()
            try await rig.events.wait(for: "centerStopped")
            return rig.events.all
        }
        let entries = await seen.valueWhateverHappens()
        // What was broadcast is what was journalled, to the millisecond.
        #expect(entries.suffix(told.count).map(\.event) == told)
        return entries
    }

    @Test("says so when a position is not kept any more, or was never reached")
    func positions() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            var ahead = rig.center.journal(after: 1_000_000).makeAsyncIterator()
            let error = await #expect(throws: CenterError.self) { try await ahead.next() }
            #expect(error?.code == .unknownPosition)
        }
        let store = InMemoryJournalStore(entriesMax: 10)
        for position in 1...30 as ClosedRange<UInt64> {
            let entry = JournalEntry(
                position: position, event: CenterEvent(.centerStarted, at: Date(millisecondsSince1970: 0)))
            let snapshot = JournalSnapshot(position: position, state: CenterState())
            try await store.commit(JournalBatch(entries: [entry], snapshot: snapshot))
        }
        await #expect(throws: JournalTrimmed.self) { try await store.entries(after: 0, limit: 5) }
        let last = try await store.entries(after: 29, limit: 5)
        #expect(last.map(\.position) == [30])
    }

    @Test("is cut short for a reader whose task is cancelled, and for nobody else")
    func cancelled() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let stream = rig.center.journal()
            await withTaskGroup(of: Int.self) { group in
                group.addTask {
                    var count = 0
                    do { for try await _ in stream { count += 1 } } catch {}
                    return count
                }
                try? await rig.events.wait(for: "centerStarted")
                group.cancelAll()
                #expect(await group.next() != nil)
            }
            var other = stream.makeAsyncIterator()
            let first = try await other.next()
            #expect(first?.event.type == "centerStarted")
        }
    }
}
