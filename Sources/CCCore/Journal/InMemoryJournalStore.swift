import Synchronization

/// Keeps a journal in memory, for tests and for centres that keep nothing.
public final class InMemoryJournalStore: JournalStore {
    /// Beyond it the older half is trimmed.
    public let entriesMax: Int

    private struct State {
        var trimmed: UInt64 = 0
        var entries: [JournalEntry] = []
        var snapshot: JournalSnapshot?

        var last: UInt64 { trimmed + UInt64(entries.count) }

        mutating func trim(through position: UInt64) -> Int {
            let end = min(position, snapshot?.position ?? 0)
            guard end > trimmed else { return 0 }
            let count = Int(end - trimmed)
            entries.removeFirst(count)
            trimmed = end
            return count
        }
    }

    private let state = Mutex(State())
    private let contacts: any ContactStore

    /// - Parameters:
    ///   - contacts: Where the batches' records go.
    ///   - entriesMax: How many entries are kept, about.
    public init(contacts: any ContactStore = InMemoryContactStore(), entriesMax: Int = 100_000) {
        self.contacts = contacts
        self.entriesMax = entriesMax
    }

    public func openJournal() async throws -> JournalOpening {
        state.withLock { JournalOpening(snapshot: $0.snapshot, lastPosition: $0.last) }
    }

    /// Nothing survives the process here.
    @discardableResult
    public func note(_ entry: JournalEntry) -> Bool { true }

    public func commit(_ batch: JournalBatch) async throws {
        try state.withLock { state in
            let new = batch.entries.filter { $0.position > state.last }
            for (index, entry) in new.enumerated() where entry.position != state.last + 1 + UInt64(index) {
                throw JournalDamage(file: "memory", position: state.last + 1 + UInt64(index), reason: .missing)
            }
            state.entries += new
            if let snapshot = batch.snapshot { state.snapshot = snapshot }
            if state.entries.count > entriesMax {
                _ = state.trim(through: state.trimmed + UInt64(state.entries.count / 2))
            }
        }
        try await contacts.save(batch.records)
    }

    public func entries(after position: UInt64, limit: Int) async throws -> [JournalEntry] {
        try state.withLock { state in
            if position < state.trimmed { throw JournalTrimmed(position: state.trimmed) }
            guard position < state.last else { return [] }
            return Array(state.entries.dropFirst(Int(position - state.trimmed)).prefix(max(0, limit)))
        }
    }

    public func lastPosition() async throws -> UInt64 { state.withLock(\.last) }

    public func snapshot() async throws -> JournalSnapshot? { state.withLock(\.snapshot) }

    @discardableResult
    public func trim(through position: UInt64) async throws -> Int { state.withLock { $0.trim(through: position) } }

    public func closeJournal() async throws {}
}
