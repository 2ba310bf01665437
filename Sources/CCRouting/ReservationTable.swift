import CCCore

/// The reservations that stand, by number. Numbers grow by one, and reservations are short, so the table is a window
/// that moves over the numbers: finding and removing take constant time and no hashing. Its length is that of the numbers
/// given out since the oldest that stands.
struct ReservationTable: Sendable {
    /// Contacts by number, from ``first`` on; -1 where the reservation has ended.
    private var slots: [Int32] = []
    private var first: UInt64 = 1
    /// How many at the beginning of ``slots`` have ended.
    private var ended = 0

    /// Gives out the next number: 1, 2, 3, ….
    mutating func append(_ contact: Int) -> UInt64 {
        if ended > 256, ended * 2 > slots.count {
            slots.removeFirst(ended)
            first += UInt64(ended)
            ended = 0
        }
        slots.append(Int32(contact))
        return first + UInt64(slots.count) - 1
    }

    /// The contact of a reservation that stands.
    func slot(of number: UInt64) -> Int? {
        guard number >= first, number - first < UInt64(slots.count) else { return nil }
        let slot = slots[Int(number - first)]
        return slot < 0 ? nil : Int(slot)
    }

    mutating func remove(_ number: UInt64) {
        guard slot(of: number) != nil else { return }
        slots[Int(number - first)] = -1
        while ended < slots.count, slots[ended] < 0 { ended += 1 }
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
            guard byte >= 0x30, byte <= 0x39, digits < 19 else { return nil }
            number = number * 10 + UInt64(byte - 0x30)
            digits += 1
        }
        guard digits > 0 else { return nil }
        self = number
    }
}
