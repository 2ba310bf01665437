import CCCore
import CCRecording
import Foundation
import Logging
import Synchronization

/// Writes what the centre keeps: every event at its position, and what follows from them.
///
/// An event is noted before anybody hears of it, without asking for the disk; then it is committed beside the calls, with
/// all that has come meanwhile. So a slow disk makes batches larger, not calls slower.
final class Journal: Sendable {
    /// Entries that may wait for the disk; with a store that has been failing for long, more are lost, and logged.
    static let entriesMax = 200_000
    /// A store that fails is tried again as long as the centre runs, and so often once it has ended.
    static let lastAttemptsMax = 10
    /// A start reads the newest snapshot and at most about so many entries.
    static let snapshotInterval = 5_000

    private enum Item: Sendable {
        case event(JournalEntry, ContactRecord?, CenterState?)
        case recording(RecordingInfo, OneShot<Void>? = nil)
    }

    private struct Pen {
        var isOpen = false
        var last: UInt64 = 0
        var sinceSnapshot = 0
        /// Whether the last entry was noted, and whether it was taken to be written.
        var isNoting = true
        var isTaking = true
    }

    let progress = JournalProgress()
    private let pen = Mutex(Pen())
    private let items = Mailbox<Item>(limit: Journal.entriesMax)
    private let stores: Stores
    private let time: any TimeSource
    private let logger: Logger

    private let tenant: TenantID

    init(tenant: TenantID = .main, stores: Stores, time: any TimeSource, logger: Logger) {
        self.tenant = tenant
        self.stores = stores
        self.time = time
        self.logger = logger
    }

    // MARK: What comes

    /// Takes an event that has just happened.
    ///
    /// - Parameters:
    ///   - record: the contact's record as the event has made it.
    ///   - state: the state after the event.
    func add(_ event: CenterEvent, record: ContactRecord?, state: CenterState) {
        pen.withLock { add(event, record, state, isLast: false, &$0) }
    }

    /// No more events come after this one: ``run()`` returns when all is written.
    func finish(_ event: CenterEvent, state: CenterState) {
        pen.withLock { pen in
            add(event, nil, state, isLast: true, &pen)
            pen.isOpen = false
        }
        items.finish()
    }

    func keep(_ recording: RecordingInfo) {
        if !items.post(.recording(recording)) { logger.error("journal is full: a recording's state is lost") }
    }

    /// Waits until the store has it, or has failed to take it.
    func keepAndWait(_ recording: RecordingInfo) async {
        let isTried = OneShot<Void>()
        if items.post(.recording(recording, isTried)) { await isTried.valueWhateverHappens() }
    }

    private func start(from snapshot: JournalSnapshot?) throws -> JournalSnapshot {
        guard let snapshot else { return JournalSnapshot(position: 0, state: CenterState(tenant: tenant)) }
        guard snapshot.state.tenant != tenant else { return snapshot }
        // A new file begins with an empty state, which is nobody's.
        guard snapshot.position == 0, snapshot.state.agents.isEmpty else {
            throw CenterError(.badPlan, "the store of tenant \(tenant) is that of tenant \(snapshot.state.tenant)")
        }
        return JournalSnapshot(position: 0, state: CenterState(tenant: tenant))
    }

    private func add(
        _ event: CenterEvent, _ record: ContactRecord?, _ state: CenterState, isLast: Bool, _ pen: inout Pen
    ) {
        guard pen.isOpen else { return }
        let entry = JournalEntry(position: pen.last + 1, event: event)
        // Where entries were lost, the state goes on from a snapshot.
        let isDue = isLast || !pen.isTaking || pen.sinceSnapshot >= Self.snapshotInterval
        var isNoted = pen.isNoting
        // What is not taken is not noted: its position goes to the next one. And nothing is committed before it is noted.
        let isTaken = items.post(.event(entry, record, isDue ? state : nil)) { isNoted = stores.journal.note(entry) }
        if isNoted != pen.isNoting {
            logger.error(isNoted ? "journal notes again" : "journal cannot note: a crash would lose what waits")
            pen.isNoting = isNoted
        }
        if !isTaken, pen.isTaking { logger.error("journal is full: entries are lost") }
        pen.isTaking = isTaken
        guard isTaken else { return }
        pen.last = entry.position
        pen.sinceSnapshot = isDue ? 0 : pen.sinceSnapshot + 1
    }

    // MARK: The beginning

    /// Puts in order what was there, closes what a process that died has left open, and returns the state to go on from.
    ///
    /// - Throws: also ``CenterError`` `badPlan` when the store is another tenant's.
    func open() async throws -> CenterState {
        let opening = try await stores.journal.openJournal()
        do {
            for damage in opening.damage {
                logger.error(
                    "journal damaged and cut off there",
                    metadata: [
                        "position": "\(damage.position)", "reason": "\(damage.reason)", "file": "\(damage.file)",
                    ])
            }
            let start = try start(from: opening.snapshot)
            var rebuilt = Rebuilt(position: start.position, state: start.state)
            while true {
                let entries = try await stores.journal.entries(after: rebuilt.position, limit: 1_000)
                if entries.isEmpty { break }
                for entry in entries { rebuilt.apply(entry) }
            }
            try await close(&rebuilt)
            if rebuilt.position > start.position { try await stores.journal.commit(rebuilt.batch) }
            pen.withLock { pen in
                pen.isOpen = true
                pen.last = rebuilt.position
            }
            progress.advance(to: rebuilt.position)
            return rebuilt.state
        } catch {
            try? await stores.journal.closeJournal()
            throw error
        }
    }

    /// The state, made again from the events, and what follows from them.
    private struct Rebuilt {
        var position: UInt64
        var state: CenterState
        /// Of contacts that ended after the snapshot: noted ends have none yet.
        var records: [ContactID: ContactRecord] = [:]
        /// What could not be told before the death.
        var lastWords: [JournalEntry] = []

        mutating func apply(_ entry: JournalEntry) {
            position = entry.position
            if let record = state.apply(entry.event) { records[record.id] = record }
        }

        var batch: JournalBatch {
            JournalBatch(
                entries: lastWords, records: records.values.sorted { $0.id < $1.id },
                snapshot: JournalSnapshot(position: position, state: state))
        }
    }

    /// Tells what a process that died could not tell any more.
    private func close(_ rebuilt: inout Rebuilt) async throws {
        // After damage a record may know more than the journal does.
        var ends: [ContactID: ContactRecord] = [:]
        for (id, timeline) in rebuilt.state.contacts where timeline.record == nil {
            ends[id] = try await stores.contacts.record(id)
        }
        let events = rebuilt.state.eventsAfterDeath(ends: ends)
        guard !events.isEmpty else { return }
        let last = rebuilt.position > 0 ? try await stores.journal.entries(after: rebuilt.position - 1, limit: 1) : []
        if last.last?.event.kind != .centerStopped {
            let live = rebuilt.state.contacts.values.count { $0.record == nil }
            logger.notice("journal of a centre that died is closed", metadata: ["contacts": "\(live)"])
        }
        for event in events {
            let entry = JournalEntry(position: rebuilt.position + 1, event: event)
            rebuilt.lastWords.append(entry)
            rebuilt.apply(entry)
        }
        for id in ends.keys { rebuilt.records[id] = nil }
    }

    // MARK: Writing

    func run() async {
        await write()
        // Also when it has given up: nobody waits for a writer that is gone.
        items.finish()
        for case .recording(_, let isTried?) in items.drain() { isTried.fulfil(()) }
        try? await stores.journal.closeJournal()
        progress.end()
    }

    private func write() async {
        var pending = Pending()
        var failures = 0
        while true {
            if pending.isEmpty {
                let new = await items.nextBatch()
                if new.isEmpty { return }
                pending.add(new)
            } else if pending.count < Self.entriesMax {
                pending.add(items.drain())
            }
            if await write(&pending) {
                failures = 0
                continue
            }
            failures += 1
            // A cancelled task cannot pause: it would turn in circles as long as the store fails.
            let isPatient = !items.isFinished && !Task.isCancelled
            guard isPatient || failures < Self.lastAttemptsMax else {
                return logger.error("journal entries lost at the end", metadata: ["count": "\(pending.count)"])
            }
            let pause = Duration.milliseconds(100 * min(failures * failures, 50))
            try? await time.sleep(until: time.now.advanced(by: pause), tolerance: nil)
        }
    }

    /// What is still to be written; of each record only the newest version.
    private struct Pending {
        var batch = JournalBatch()
        var recordings: [RecordingInfo] = []
        /// Who waits for a recording to be kept.
        var waiting: [OneShot<Void>] = []
        private var places: [ContactID: Int] = [:]

        var isEmpty: Bool { batch.entries.isEmpty && recordings.isEmpty }
        var count: Int { batch.entries.count + recordings.count }

        mutating func add(_ items: [Item]) {
            for item in items {
                switch item {
                case .recording(let info, let isTried):
                    recordings.append(info)
                    if let isTried { waiting.append(isTried) }
                case .event(let entry, let record, let state):
                    batch.entries.append(entry)
                    if let state { batch.snapshot = JournalSnapshot(position: entry.position, state: state) }
                    guard let record else { continue }
                    if let place = places[record.id] {
                        batch.records[place] = record
                    } else {
                        places[record.id] = batch.records.count
                        batch.records.append(record)
                    }
                }
            }
        }

        mutating func forgetBatch() {
            batch = JournalBatch()
            places = [:]
        }
    }

    /// Takes out what is written. False when something is left because the store failed.
    private func write(_ pending: inout Pending) async -> Bool {
        defer {
            for isTried in pending.waiting { isTried.fulfil(()) }
            pending.waiting = []
        }
        do {
            if let last = pending.batch.entries.last?.position {
                try await stores.journal.commit(pending.batch)
                pending.forgetBatch()
                progress.advance(to: last)
            }
            if !pending.recordings.isEmpty { try await stores.recordings.save(pending.recordings) }
            pending.recordings = []
            return true
        } catch {
            logger.error("store failed", metadata: ["waiting": "\(pending.count)", "error": "\(error)"])
            return false
        }
    }
}
