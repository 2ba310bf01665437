import HeapModule

/// Something that stands in indexes. Whenever its standing changes, its version changes, and entries that hold an
/// older version are dead.
protocol Versioned {
    var version: UInt32 { get }
}

/// Free agents in the order of their ranks, by slot number in an array of owners.
///
/// Nobody is taken out: an entry dies when its owner's version changes. Dead entries are dropped when they come first,
/// and all at once when they are more than the living, so every operation is O(log n) in the mean and memory stays
/// within a small factor of the living.
struct RankIndex: Sendable {
    struct Entry: Comparable, Sendable {
        /// 0 for who is preferred, 1 for others.
        let tier: Int32
        let slot: Int32
        let rank: Double
        let turn: Int64
        let version: UInt32

        static func < (lhs: Self, rhs: Self) -> Bool {
            if lhs.tier != rhs.tier { return lhs.tier < rhs.tier }
            if lhs.rank != rhs.rank { return lhs.rank < rhs.rank }
            return lhs.turn != rhs.turn ? lhs.turn < rhs.turn : lhs.slot < rhs.slot
        }
    }

    private var heap = Heap<Entry>()
    private var countAtNextSweep = 64

    /// Entries, dead or alive.
    var count: Int { heap.count }

    mutating func insert<Owner: Versioned>(_ entry: Entry, of owners: [Owner]) {
        if heap.count >= countAtNextSweep {
            heap = Heap(heap.unordered.filter { owners[Int($0.slot)].version == $0.version })
            countAtNextSweep = max(64, heap.count * 2)
        }
        heap.insert(entry)
    }

    /// The living entry of the lowest rank; it stays in line.
    mutating func first<Owner: Versioned>(of owners: [Owner]) -> Entry? {
        while let entry = heap.min {
            if owners[Int(entry.slot)].version == entry.version { return entry }
            heap.removeMin()
        }
        return nil
    }

    /// The first living entries, in order, that are accepted, at most so many; they stay in line. O(k log n) for k that
    /// were passed.
    mutating func first<Owner: Versioned>(
        _ most: Int, of owners: [Owner], where accepts: (Int) -> Bool
    ) -> [Entry] {
        var passed: [Entry] = []
        var found: [Entry] = []
        defer { heap.insert(contentsOf: passed) }
        while found.count < most, let entry = first(of: owners) {
            passed.append(heap.removeMin())
            if accepts(Int(entry.slot)) { found.append(entry) }
        }
        return found
    }
}
