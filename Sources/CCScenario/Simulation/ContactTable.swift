import CCCore

/// A contact in the simulation.
struct SimulatedContact {
    enum Phase: UInt8 {
        case waiting, offered, talking, gone
    }

    /// When it came, in nanoseconds, as all times here.
    var arrived: Int64
    /// For how long the customer waits; `Int64.max`: for ever.
    var patience: Int64
    /// What is left of the talk.
    var talk: Int64
    /// `Int64.max`: the queue's full time.
    var wrapUp: Int64
    var answered: Int64 = 0
    /// The queue to which it came, and for which it counts.
    var queue: Int32
    /// The queue in which it is: a rule may have moved it.
    var line: Int32 = 0
    /// How many phones ring for it.
    var ringing: UInt16 = 0
    var agent: Int32 = -1
    /// The batch that it is counted in; -1: none.
    var batch: Int32
    var phase = Phase.waiting
    /// How often it began to wait; marks its patience.
    var waits: UInt16 = 0
    /// How often it began to talk; marks the end of the talk.
    var talks: UInt16 = 0
    /// The customer's earlier attempts.
    var tries: UInt16
    /// Its first answer, its abandonment or its rejection was counted.
    var isCounted = false
    var wasOfferedAtOnce = false
}

/// The live contacts by number. Numbers grow by one; the table is a window from the oldest live contact to the newest,
/// so finding one needs no hashing.
struct ContactTable {
    private var window: [SimulatedContact] = []
    private var first: UInt32 = 1
    private var gone = 0
    private(set) var liveCount = 0

    mutating func add(_ contact: SimulatedContact) -> UInt32 {
        if gone > 256, gone * 2 > window.count {
            window.removeFirst(gone)
            first += UInt32(gone)
            gone = 0
        }
        window.append(contact)
        liveCount += 1
        return first + UInt32(window.count) - 1
    }

    /// Whether the number belongs to a contact that is not gone.
    func isLive(_ number: UInt32) -> Bool {
        guard number >= first, Int(number - first) < window.count else { return false }
        return window[Int(number - first)].phase != .gone
    }

    /// Only for live numbers.
    subscript(number: UInt32) -> SimulatedContact {
        _read { yield window[Int(number - first)] }
        _modify { yield &window[Int(number - first)] }
    }

    mutating func remove(_ number: UInt32) {
        window[Int(number - first)].phase = .gone
        liveCount -= 1
        while gone < window.count, window[gone].phase == .gone { gone += 1 }
    }

    /// All live numbers, ascending.
    var live: [UInt32] {
        window.indices.filter { window[$0].phase != .gone }.map { first + UInt32($0) }
    }
}

extension ContactID {
    /// `c1`, `c2`, …
    init(number: UInt32) {
        self.init(
            String(unsafeUninitializedCapacity: 11) { text in
                var rest = number
                var count = 1
                while rest >= 10 {
                    rest /= 10
                    count += 1
                }
                rest = number
                text[0] = UInt8(ascii: "c")
                for place in stride(from: count, to: 0, by: -1) {
                    text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                return count + 1
            })
    }

    /// The number of a simulated contact; nil for other ids.
    var number: UInt32? {
        var bytes = rawValue.utf8.makeIterator()
        guard bytes.next() == UInt8(ascii: "c") else { return nil }
        var number: UInt32 = 0
        while let byte = bytes.next() {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number &* 10 &+ UInt32(byte - 0x30)
        }
        return number
    }
}
