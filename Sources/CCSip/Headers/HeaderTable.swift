/// Finds a header's kind by its name in a few nanoseconds: a hash of the name's length and of its first and last eight
/// bytes in lower case picks one candidate list of a small table.
struct HeaderTable: Sendable {
    private struct Slot {
        var first: UInt64 = 0
        var last: UInt64 = 0
        var length = 0
        var kind = HeaderKind.other
    }

    private static let slotCount = 512
    static let shared = HeaderTable()

    private let slots: [Slot]

    private init() {
        var slots = [Slot](repeating: Slot(), count: Self.slotCount)
        for kind in HeaderKind.allCases where kind != .other {
            for name in [kind.name, kind.compact].compactMap({ $0 }) {
                let bytes = Array(name.utf8)
                let (first, last) = Self.key(bytes.span, 0, name.utf8.count)
                var index = Self.index(first, last, name.utf8.count)
                while slots[index].length != 0 { index = (index + 1) & (Self.slotCount - 1) }
                slots[index] = Slot(first: first, last: last, length: name.utf8.count, kind: kind)
            }
        }
        self.slots = slots
    }

    /// The kind of the name of `length` bytes at `start`.
    func kind(_ span: Span<UInt8>, _ start: Int, _ length: Int) -> HeaderKind {
        guard length > 0 else { return .other }
        let (first, last) = Self.key(span, start, length)
        var index = Self.index(first, last, length)
        while slots[index].length != 0 {
            let slot = slots[index]
            if slot.first == first, slot.last == last, slot.length == length {
                return length <= 16 || Self.middleMatches(slot.kind, span, start, length) ? slot.kind : .other
            }
            index = (index &+ 1) & (Self.slotCount - 1)
        }
        return .other
    }

    /// The first eight bytes (fewer are padded with zeros) and, of a longer name, the last eight. Setting bit 5 turns
    /// upper case into lower; no other two characters of a token that occur in these names fall together.
    @inline(__always)
    private static func key(_ span: Span<UInt8>, _ start: Int, _ length: Int) -> (first: UInt64, last: UInt64) {
        let lower: UInt64 = 0x2020_2020_2020_2020
        if length > 8 { return (span.word(at: start) | lower, span.word(at: start &+ length &- 8) | lower) }
        var first: UInt64 = 0
        if start &+ 8 <= span.count {
            first = (span.word(at: start) | lower) & (.max >> UInt64((8 &- length) &* 8))
        } else {
            for offset in 0..<length { first |= UInt64(span[start &+ offset] | 0x20) << UInt64(offset &* 8) }
        }
        return (first, 0)
    }

    @inline(__always)
    private static func index(_ first: UInt64, _ last: UInt64, _ length: Int) -> Int {
        let mixed = (first ^ (last &* 31) ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 55)
    }

    private static func middleMatches(_ kind: HeaderKind, _ span: Span<UInt8>, _ start: Int, _ length: Int) -> Bool {
        var offset = 0
        for expected in kind.name.utf8 {
            if span[start &+ offset] | 0x20 != expected | 0x20 { return false }
            offset &+= 1
        }
        return offset == length
    }
}

extension HeaderKind {
    init(name: String) {
        let bytes = Array(name.utf8)
        self = HeaderTable.shared.kind(bytes.span, 0, bytes.count)
    }
}
