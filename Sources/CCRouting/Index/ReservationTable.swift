import CCCore

/// The offers that stand, by number. Numbers grow by one, and offers are short, so the table is a window that moves over
/// the numbers: finding and removing take constant time and no hashing. Its length is that of the numbers given out
/// since the oldest that stands.
struct ReservationTable: Sendable {
    struct Entry: Sendable {
        /// -1 when the offer has ended.
        var contact: Int32
        let agent: Int32
        let offeredAt: Int64
        let deadline: Int64
    }

    /// Offers by number, from ``first`` on.
    private var entries: [Entry] = []
    private var first: UInt64 = 1
    /// How many at the beginning of ``entries`` have ended.
    private var ended = 0

    /// Gives out the next number: 1, 2, 3, ….
    mutating func append(contact: Int, agent: Int, offeredAt: Int64, deadline: Int64) -> UInt64 {
        if ended > 256, ended * 2 > entries.count {
            entries.removeFirst(ended)
            first += UInt64(ended)
            ended = 0
        }
        entries.append(
            Entry(contact: Int32(contact), agent: Int32(agent), offeredAt: offeredAt, deadline: deadline))
        return first + UInt64(entries.count) - 1
    }

    /// An offer that stands.
    subscript(number: UInt64) -> Entry? {
        guard number >= first, number - first < UInt64(entries.count) else { return nil }
        let entry = entries[Int(number - first)]
        return entry.contact < 0 ? nil : entry
    }

    mutating func remove(_ number: UInt64) {
        guard self[number] != nil else { return }
        entries[Int(number - first)].contact = -1
        while ended < entries.count, entries[ended].contact < 0 { ended += 1 }
    }
}

extension UInt64 {
    /// The number in a reservation's id; nil when it does not begin with the prefix or is not a number.
    init?(reservation id: ReservationID, prefix: String) {
        var bytes = id.rawValue.utf8.makeIterator()
        for byte in prefix.utf8 where bytes.next() != byte { return nil }
        var number: UInt64 = 0
        var digits = 0
        while let byte = bytes.next() {
            guard byte >= 0x30, byte <= 0x39, digits < 19, digits == 0 || number > 0 else { return nil }
            number = number * 10 + UInt64(byte - 0x30)
            digits += 1
        }
        guard digits > 0 else { return nil }
        self = number
    }
}
