/// A binary heap of deadlines, earliest first. Entries are never removed before their time: whoever takes one out looks
/// whether it still means something.
public struct DeadlineHeap<Key: Sendable>: Sendable {
    private var entries: [(at: Instant, key: Key)] = []

    public init() {}

    public var earliest: Instant? { entries.first?.at }
    public var count: Int { entries.count }

    public mutating func insert(_ key: Key, at instant: Instant) {
        entries.append((instant, key))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].at < entries[parent].at else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest entry out when it is due.
    public mutating func popDue(_ now: Instant) -> Key? {
        guard let first = entries.first, first.at <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].at < entries[smallest].at { smallest = child }
            }
            guard smallest != parent else { return first.key }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
