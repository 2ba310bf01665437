import DequeModule

/// Those who wait, in the order of their keys: who is first, who comes after, and how many are before one.
///
/// Entries stand in chunks of at most ``chunkMax``, so that entering and leaving cost a search and a short move, at both
/// ends nothing but the search, and a place in line costs one look at each chunk before it.
struct OrderedLine: Sendable {
    struct Entry: Comparable, Sendable {
        /// Lower is earlier; of equals the lower turn.
        let key: Int64
        let turn: Int64
        let slot: Int32

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.key != rhs.key ? lhs.key < rhs.key : lhs.turn < rhs.turn
        }

        /// A turn is given once, so the slot does not count.
        static func == (lhs: Self, rhs: Self) -> Bool { lhs.key == rhs.key && lhs.turn == rhs.turn }
    }

    static let chunkMax = 256

    private var chunks = Deque<Deque<Entry>>()
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Entry? { chunks.first?.first }

    mutating func insert(_ entry: Entry) {
        count += 1
        guard let last = chunks.last?.last else { return chunks.append([entry]) }
        if last < entry {
            if chunks[chunks.count - 1].count < Self.chunkMax {
                chunks[chunks.count - 1].append(entry)
            } else {
                chunks.append([entry])
            }
            return
        }
        let chunk = chunkIndex(for: entry)
        chunks[chunk].insert(entry, at: Self.place(of: entry, in: chunks[chunk]))
        guard chunks[chunk].count > Self.chunkMax else { return }
        let half = Self.chunkMax / 2
        let rest = Deque(chunks[chunk][half...])
        chunks[chunk].removeLast(chunks[chunk].count - half)
        chunks.insert(rest, at: chunk + 1)
    }

    /// - Returns: Whether it stood here.
    @discardableResult
    mutating func remove(_ entry: Entry) -> Bool {
        guard !chunks.isEmpty else { return false }
        let chunk = chunkIndex(for: entry)
        let place = Self.place(of: entry, in: chunks[chunk])
        guard place < chunks[chunk].count, chunks[chunk][place] == entry else { return false }
        if chunks[chunk].count == 1 { chunks.remove(at: chunk) } else { chunks[chunk].remove(at: place) }
        count -= 1
        return true
    }

    /// How many stand before an entry, which need not be here.
    func countBefore(_ entry: Entry) -> Int {
        guard !chunks.isEmpty else { return 0 }
        let chunk = chunkIndex(for: entry)
        var before = 0
        for index in 0..<chunk { before += chunks[index].count }
        return before + Self.place(of: entry, in: chunks[chunk])
    }

    /// The first for which `accepts` is true.
    func first(where accepts: (Entry) -> Bool) -> Entry? {
        for chunk in chunks {
            for entry in chunk where accepts(entry) { return entry }
        }
        return nil
    }

    /// All, from the first to the last.
    var entries: [Entry] { chunks.flatMap { Array($0) } }

    /// The chunk in which the entry stands or belongs: the first whose last is not before it, else the last.
    private func chunkIndex(for entry: Entry) -> Int {
        if chunks.count == 1 { return 0 }
        var low = 0
        var high = chunks.count - 1
        while low < high {
            let middle = (low + high) / 2
            let last = chunks[middle][chunks[middle].count - 1]
            if last < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func place(of entry: Entry, in chunk: Deque<Entry>) -> Int {
        if let first = chunk.first, !(first < entry) { return 0 }
        var low = 0
        var high = chunk.count
        while low < high {
            let middle = (low + high) / 2
            if chunk[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
