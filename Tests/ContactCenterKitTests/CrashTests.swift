import CCSQLite
import CCTestKit
import Foundation
import Logging
import Synchronization
import Testing

@testable import ContactCenterKit

@Suite("A centre that dies at any of its writes", .timeLimit(.minutes(10)))
struct CrashTests {
    /// Every write of one story, in three parts.
    @Test("has one record for every contact that it knew of, and goes on from there", arguments: 1...3)
    func everyWrite(part: Int) async throws {
        try await withTemporaryFolder { folder in
            // Once to its end, to see how many writes there are.
            let whole = try await life(1, until: .max, in: folder + "/whole.sqlite")
            #expect(whole.writes > 80)
            for writes in stride(from: part, through: whole.writes + 1, by: 3) {
                let path = "\(folder)/\(writes).sqlite"
                let life = try await life(1, until: writes, in: path)
                try await inspect(life.survived, path, "dead after \(writes) writes")
                for suffix in ["", "-wal", "-shm", "-tail"] {
                    try? FileManager.default.removeItem(atPath: path + suffix)
                }
            }
        }
    }

    @Test("in the middle of its recovery does it again, with the same outcome", arguments: 0..<4)
    func recovery(commits: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/center.sqlite"
            let life = try await life(7, until: 80, in: path)
            for _ in 0..<commits {
                // The database is read, put in order and never told more.
                let store = try SQLiteStore(path: path)
                let mortal = MortalStore(store, writes: 0)
                let journal = Journal(
                    stores: stores(store, mortal), time: ManualTime(loop: ManualLoop()), logger: .silent)
                await #expect(throws: (any Error).self) { try await journal.open() }
                try store.close()
            }
            try await inspect(life.survived, path, "\(commits) recoveries")
        }
    }

    @Test("starts again from a snapshot and the few entries after it, also when the store failed for a while")
    func snapshot() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/center.sqlite"
            let store = try SQLiteStore(path: path)
            let mortal = MortalStore(store, writes: .max)
            let loop = ManualLoop()
            let desk = try await Self.desk(stores(store, mortal), loop)
            async let writing: Void = desk.journal.run()
            for number in 0..<3_000 {
                mortal.isFailing = (100..<200).contains(number)
                let contact = Self.contact(number, at: desk.time.date)
                await desk.desk.arrived(contact, by: CallID("\(number)"))
                await desk.desk.ended(contact.id) { _ in .rejectedByHandler }
                await desk.desk.closed(contact.id, by: CallID("\(number)"))
            }
            await desk.desk.finish()
            await writing
            #expect(try await store.records().count == 3_000)
            #expect(try await store.snapshot()?.position == store.lastPosition())
            let again = try await store.openJournal()
            #expect(again.lastPosition == 9_014 && again.damage.isEmpty && again.recovered == 0)
            #expect(again.snapshot?.state.contacts.isEmpty == true)
        }
    }

    // MARK: A life

    private struct Life {
        let survived: [JournalEntry]
        let writes: Int
    }

    /// A few agents, who answer, refuse, ring out and wrap up, and contacts that come faster than they can be served.
    private func life(_ seed: UInt64, until writes: Int, in path: String) async throws -> Life {
        let entropy = Entropy(seed: seed)
        let store = try SQLiteStore(path: path)
        let mortal = MortalStore(store, writes: writes)
        let loop = ManualLoop()
        let (desk, journal, time) = try await Self.desk(stores(store, mortal), loop)
        async let writing: Void = journal.run()
        var lines: [ContactID: Line] = [:]
        var offers: [ContactID: Reservation] = [:]
        var live: [ContactID] = []
        for number in 0..<50 where !mortal.isDead {
            loop.advance(by: .milliseconds(Int64(entropy.unit() * 900)))
            if entropy.unit() < 0.5 {
                let contact = Self.contact(number, at: time.date)
                await desk.arrived(contact, by: CallID("\(number)"))
                lines[contact.id] = await desk.enqueue(contact.id, queue: "support", requiredAgent: nil)
                live.append(contact.id)
            }
            for (index, contact) in live.enumerated().reversed() {
                let state = await desk.state
                switch state.standing(of: contact) {
                case .offered(_, _, let id):
                    while offers[contact]?.id != id, case .offer(let offer)? = await lines[contact]?.next() {
                        offers[contact] = offer.reservation
                    }
                    guard let offer = offers[contact], entropy.unit() < 0.6 else { continue }
                    if entropy.unit() < 0.7 {
                        _ = await desk.accepted(offer)
                    } else {
                        await desk.refused(offer, entropy.unit() < 0.5 ? .busy : .declined)
                    }
                case .talking where entropy.unit() < 0.1:
                    if let offer = offers[contact] { await desk.lost(contact, by: offer.agent) }
                case .talking, .waiting, .inHand:
                    guard entropy.unit() < 0.25 else { continue }
                    await desk.ended(contact) { $0.reason(forHangUpBy: .customer) }
                    await desk.tell(.mediaMeasured(contact, nil, MediaFigures(packetsExpected: 9, packetsLost: 1)))
                    await desk.closed(contact, by: CallID(String(contact.rawValue.dropFirst())))
                    live.remove(at: index)
                case .ended, nil: live.remove(at: index)
                }
            }
            let agent = AgentID("agent\(1 + Int(entropy.unit() * 3))")
            switch entropy.unit() {
            case ..<0.1: await desk.resume(agent)
            case ..<0.15: await desk.pause(agent, reason: "lunch")
            case ..<0.25: await desk.wrapUpDone(agent)
            case ..<0.3: await desk.checkOut(agent)
            case ..<0.4: await desk.checkIn(agent)
            default: break
            }
            // Now and then the disk keeps up.
            if entropy.unit() < 0.3 { await mortal.catchesUp() }
        }
        await desk.finish()
        await writing
        try store.close()
        return Life(survived: mortal.survived, writes: mortal.written)
    }

    private static func contact(_ number: Int, at date: Date) -> Contact {
        Contact(
            id: ContactID("c\(number)"), dialledNumber: "support", callerNumber: "+15550100", arrivedAt: date,
            signallingID: "call-\(number)")
    }

    private static func desk(
        _ stores: Stores, _ loop: ManualLoop
    ) async throws -> (desk: Desk, journal: Journal, time: ManualTime) {
        let time = ManualTime(loop: loop)
        let journal = Journal(stores: stores, time: time, logger: .silent)
        let queue = Queue("support", ringTimeout: .seconds(2), wrapUp: .seconds(1), waitingMax: 5)
        let agents: [AgentID] = ["agent1", "agent2", "agent3"]
        let desk = Desk(
            router: Router(queues: [queue], agents: agents.map { Agent($0) }), loop: loop, time: time,
            events: EventBroadcast(), journal: journal)
        await desk.start(from: try await journal.open(), checkingIn: agents)
        return (desk, journal, time)
    }

    private func stores(_ store: SQLiteStore, _ journal: any JournalStore) -> Stores {
        Stores(contacts: store, journal: journal, registrations: store, recordings: store)
    }

    // MARK: What is left of it

    private func inspect(_ survived: [JournalEntry], _ path: String, _ place: String) async throws {
        let first = try await restart(path)
        // Everything that was noted is there, at its position; what a death adds comes after it.
        #expect(Array(first.entries.prefix(survived.count)) == survived, "\(place)")
        #expect(first.entries.map(\.position) == Array(1...UInt64(max(1, first.entries.count))), "\(place)")

        var expected: [ContactID: TerminalReason] = [:]
        for case .contactArrived(let contact) in survived.map(\.event.kind) { expected[contact.id] = .crashed }
        for case .contactEnded(let contact, let reason) in survived.map(\.event.kind) { expected[contact] = reason }
        let found = first.records.map { ($0.id, $0.terminalReason) }
        #expect(found.count == expected.count, "\(place)")
        #expect(Dictionary(found) { first, _ in first } == expected, "\(place)")

        try expectOneToOne(first.entries, place)
        var state = CenterState()
        var records: [ContactID: ContactRecord] = [:]
        for entry in first.entries { if let record = state.apply(entry.event) { records[record.id] = record } }
        #expect(state.contacts.isEmpty && state == first.state, "\(place)")
        #expect(records.values.sorted { $0.id < $1.id } == first.records.sorted { $0.id < $1.id }, "\(place)")

        let second = try await restart(path)
        #expect(second.entries == first.entries && second.records == first.records, "\(place)")
        #expect(second.state == first.state, "\(place)")
    }

    private func restart(
        _ path: String
    ) async throws -> (entries: [JournalEntry], records: [ContactRecord], state: CenterState) {
        let store = try SQLiteStore(path: path)
        let journal = Journal(stores: stores(store, store), time: ManualTime(loop: ManualLoop()), logger: .silent)
        let state = try await journal.open()
        let found = (try await store.entries(after: 0, limit: .max), try await store.records(), state)
        try store.close()
        return found
    }

    /// No contact has two agents, no agent two contacts, and no reservation two answers.
    private func expectOneToOne(_ entries: [JournalEntry], _ place: String) throws {
        var agents: [AgentID: ContactID] = [:]
        for entry in entries {
            switch entry.event.kind {
            case .contactAnswered(let contact, let agent):
                try #require(agents[agent] == nil && !agents.values.contains(contact), "\(place): \(entry)")
                agents[agent] = contact
            case .contactReleased(let contact, let agent):
                try #require(agents[agent] == contact, "\(place): \(entry)")
                agents[agent] = nil
            default: break
            }
        }
        #expect(agents.isEmpty, "\(place)")
    }
}

/// A journal that dies after so many writes: what comes then reaches nobody.
private final class MortalStore: JournalStore {
    private struct State {
        var left: Int
        var written = 0
        var survived: [JournalEntry] = []
        var committed: UInt64 = 0
        var isFailing = false
        var progress = OneShot<Void>()
    }

    private let store: SQLiteStore
    private let state: Mutex<State>

    init(_ store: SQLiteStore, writes: Int) {
        self.store = store
        state = Mutex(State(left: writes))
    }

    var isDead: Bool { state.withLock { $0.left == 0 } }
    var written: Int { state.withLock(\.written) }
    /// What was noted before the end.
    var survived: [JournalEntry] { state.withLock(\.survived) }
    /// Commits fail for a while; that is no death.
    var isFailing: Bool {
        get { state.withLock(\.isFailing) }
        set { state.withLock { $0.isFailing = newValue } }
    }

    private func lives() -> Bool {
        state.withLock { state in
            guard state.left > 0 else { return false }
            state.left -= 1
            state.written += 1
            return true
        }
    }

    func openJournal() async throws -> JournalOpening { try await store.openJournal() }

    func note(_ entry: JournalEntry) -> Bool {
        guard lives() else { return false }
        state.withLock { $0.survived.append(entry) }
        return store.note(entry)
    }

    func commit(_ batch: JournalBatch) async throws {
        if isFailing { throw Surprise("the disk is away") }
        defer {
            let waiting = state.withLock { state in
                defer { state.progress = OneShot() }
                return state.progress
            }
            waiting.fulfil(())
        }
        guard lives() else { throw Surprise("dead") }
        try await store.commit(batch)
        state.withLock { $0.committed = batch.entries.last?.position ?? 0 }
    }

    /// Waits until everything is committed, or nothing will be any more.
    func catchesUp() async {
        while true {
            let (isDone, progress) = state.withLock { state in
                (state.left == 0 || state.committed >= state.survived.last?.position ?? 0, state.progress)
            }
            if isDone { return }
            await progress.valueWhateverHappens()
        }
    }

    func entries(after position: UInt64, limit: Int) async throws -> [JournalEntry] {
        try await store.entries(after: position, limit: limit)
    }
    func lastPosition() async throws -> UInt64 { try await store.lastPosition() }
    func snapshot() async throws -> JournalSnapshot? { try await store.snapshot() }
    func trim(through position: UInt64) async throws -> Int { try await store.trim(through: position) }
    func closeJournal() async throws { try await store.closeJournal() }
}

extension Logger {
    fileprivate static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
