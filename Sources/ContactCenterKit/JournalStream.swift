import CCCore

extension ContactCenter {
    /// The centre's events after a position, from whatever run of the centre on its store: first what is kept, then each as
    /// it is committed, a few milliseconds after it happened. None is left out and none comes twice, also for a reader who
    /// comes back later with the last position that it has dealt with. It ends with the centre.
    ///
    /// That holds over deaths of the process. When the end of a journal was lost, to a power failure or as damaged, its
    /// positions go to other events: a reader who was further is told `unknownPosition` only until the journal has grown
    /// past it again.
    ///
    /// A slow reader costs nothing but its own time: it reads from the store again.
    ///
    /// - Parameter position: 0 for everything that is kept.
    /// - Returns: A sequence that throws `JournalTrimmed` when entries after the position are not kept any more,
    ///   ``CenterError`` `unknownPosition` when the journal does not reach to it, `JournalDamage`, or the
    ///   store's error.
    public func journal(after position: UInt64 = 0) -> JournalStream {
        JournalStream(store: stores.journal, progress: journal.progress, position: position)
    }
}

/// Entries of a centre's journal in their order: see ``ContactCenter/journal(after:)``.
public struct JournalStream: AsyncSequence, Sendable {
    public typealias Element = JournalEntry
    public typealias Failure = any Error

    /// Entries read at once.
    static let pageSize = 500

    let store: any JournalStore
    let progress: JournalProgress
    let position: UInt64

    public func makeAsyncIterator() -> Iterator { Iterator(store: store, progress: progress, position: position) }

    public struct Iterator: AsyncIteratorProtocol {
        let store: any JournalStore
        let progress: JournalProgress
        /// The last position that was read.
        private var position: UInt64
        private var isChecked = false
        private var page: ArraySlice<JournalEntry> = []

        init(store: any JournalStore, progress: JournalProgress, position: UInt64) {
            self.store = store
            self.progress = progress
            self.position = position
        }

        public mutating func next() async throws -> JournalEntry? {
            if let entry = page.popFirst() { return entry }
            while !Task.isCancelled {
                // Before reading: what is committed meanwhile makes the mark out of date.
                let mark = progress.current
                page = try await store.entries(after: position, limit: JournalStream.pageSize)[...]
                if let last = page.last {
                    position = last.position
                    return page.popFirst()
                }
                try await check()
                guard !mark.hasEnded, await mark.next.value() != nil else { return nil }
            }
            return nil
        }

        /// A position beyond the journal's end belongs to another journal, or to a part that was lost.
        private mutating func check() async throws {
            guard !isChecked else { return }
            let last = try await store.lastPosition()
            if position > last {
                throw CenterError(.unknownPosition, "the journal ends at \(last), before position \(position)")
            }
            isChecked = true
        }
    }
}
