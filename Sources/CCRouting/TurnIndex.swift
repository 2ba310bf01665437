import HeapModule

/// Something that stands in indexes. Whenever its standing changes, its version changes, and entries that hold an
/// older version are dead.
protocol Versioned {
    var version: UInt32 { get }
}

/// Those who stand in line, in the order of their turns, by slot number in an array of owners.
///
/// Nobody is taken out: an entry dies when its owner's version changes. Dead entries are dropped when they come first,
/// and all at once when they are more than the living, so every operation is O(log n) in the mean and memory stays
/// within a small factor of the living.
struct TurnIndex: Sendable {
    struct Entry: Comparable, Sendable {
        let turn: Int64
        let slot: Int32
        let version: UInt32

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.turn != rhs.turn ? lhs.turn < rhs.turn : lhs.slot < rhs.slot
        }
    }

    private var heap = Heap<Entry>()
    private var countAtNextSweep = 64

    var count: Int { heap.count }
    /// The first entry, dead or alive.
    var head: Entry? { heap.min }

    mutating func insert<Owner: Versioned>(_ slot: Int, turn: Int64, of owners: [Owner]) {
        if heap.count >= countAtNextSweep {
            heap = Heap(heap.unordered.filter { owners[Int($0.slot)].version == $0.version })
            countAtNextSweep = max(64, heap.count * 2)
        }
        heap.insert(Entry(turn: turn, slot: Int32(slot), version: owners[slot].version))
    }

    /// The living entry whose turn is first; it stays in line.
    mutating func first<Owner: Versioned>(of owners: [Owner]) -> Entry? {
        while let entry = heap.min {
            if owners[Int(entry.slot)].version == entry.version { return entry }
            heap.removeMin()
        }
        return nil
    }

    /// The first living entry that is not one of the excluded slots; it stays in line. O(k log n) for k excluded.
    mutating func first<Owner: Versioned>(of owners: [Owner], excluding excluded: [Int]) -> Entry? {
        var passed: [Entry] = []
        defer { heap.insert(contentsOf: passed) }
        while let entry = first(of: owners) {
            if !excluded.contains(Int(entry.slot)) { return entry }
            passed.append(heap.removeMin())
        }
        return nil
    }
}
