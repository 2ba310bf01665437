import CCCore

/// All entries of a journal that are still kept, read page by page.
struct JournalEntries<Store: JournalStore>: AsyncSequence {
    let store: Store

    func makeAsyncIterator() -> Iterator { Iterator(store: store) }

    struct Iterator: AsyncIteratorProtocol {
        let store: Store
        private var page: ArraySlice<JournalEntry> = []
        private var position: UInt64 = 0

        init(store: Store) { self.store = store }

        mutating func next() async throws -> JournalEntry? {
            while page.isEmpty {
                do {
                    let entries = try await store.entries(after: position, limit: 2_000)
                    guard let last = entries.last else { return nil }
                    (page, position) = (entries[...], last.position)
                } catch let trimmed as JournalTrimmed {
                    // What was trimmed is gone; the rest is read from there.
                    position = trimmed.position
                }
            }
            return page.popFirst()
        }
    }
}
