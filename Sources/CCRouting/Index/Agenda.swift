import HeapModule

/// What is due when. Nothing is taken out: an entry whose matter is settled is dead, and is dropped like those of a
/// ``RankIndex``.
struct Agenda: Sendable {
    enum Kind: UInt8, Sendable {
        /// An offer rings out; the mark is its number.
        case offer
        /// A wrap-up ends; the slot is the agent, the mark that of the work.
        case wrapUp
        /// A pause ends by itself; the slot is the agent.
        case pause
        /// A contact's requirement widens, a rule is to be asked, or it is to be tried again.
        case contact
        /// A queue opens or closes.
        case queue
        /// Contacts that were held back are looked at again.
        case heldBack
    }

    struct Entry: Comparable, Sendable {
        let time: Int64
        /// The order of entries of one time.
        let sequence: UInt64
        let mark: UInt64
        let slot: Int32
        let kind: Kind

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.time != rhs.time ? lhs.time < rhs.time : lhs.sequence < rhs.sequence
        }
    }

    private var heap = Heap<Entry>()
    private var sequence: UInt64 = 0
    private(set) var countAtNextSweep = 256

    var head: Entry? { heap.min }
    var count: Int { heap.count }
    var wantsSweep: Bool { heap.count >= countAtNextSweep }

    mutating func insert(_ kind: Kind, at time: Int64, slot: Int, mark: UInt64) {
        sequence += 1
        heap.insert(Entry(time: time, sequence: sequence, mark: mark, slot: Int32(slot), kind: kind))
    }

    mutating func removeFirst() { heap.removeMin() }

    /// Drops the dead.
    mutating func sweep(_ isAlive: (Entry) -> Bool) {
        heap = Heap(heap.unordered.filter(isAlive))
        countAtNextSweep = max(256, heap.count * 2)
    }
}
