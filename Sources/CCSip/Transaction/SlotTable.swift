/// Names an element of a ``SlotTable``. A slot that is used again has another generation, so an old name finds nothing.
struct SlotID: Hashable, Comparable, Sendable {
    fileprivate var index: UInt32
    fileprivate var generation: UInt32

    static func < (lhs: Self, rhs: Self) -> Bool { (lhs.index, lhs.generation) < (rhs.index, rhs.generation) }
}

/// Elements in an array with stable names; free slots are reused. Find, insert and remove cost O(1).
struct SlotTable<Element: Sendable>: Sendable {
    private var slots: [(generation: UInt32, element: Element?)] = []
    private var free: [UInt32] = []
    private(set) var count = 0

    mutating func insert(_ element: Element) -> SlotID {
        count += 1
        if let index = free.popLast() {
            slots[Int(index)].element = element
            return SlotID(index: index, generation: slots[Int(index)].generation)
        }
        slots.append((0, element))
        return SlotID(index: UInt32(slots.count - 1), generation: 0)
    }

    /// The element, to be read or changed in place; nil when it has been removed. Assigning nil removes it.
    subscript(id: SlotID) -> Element? {
        _read {
            yield isCurrent(id) ? slots[Int(id.index)].element : nil
        }
        _modify {
            var nothing: Element?
            if isCurrent(id) {
                yield &slots[Int(id.index)].element
                if slots[Int(id.index)].element == nil { release(id) }
            } else {
                yield &nothing
            }
        }
    }

    mutating func remove(_ id: SlotID) -> Element? {
        guard isCurrent(id), let element = slots[Int(id.index)].element else { return nil }
        slots[Int(id.index)].element = nil
        release(id)
        return element
    }

    private func isCurrent(_ id: SlotID) -> Bool {
        Int(id.index) < slots.count && slots[Int(id.index)].generation == id.generation
            && slots[Int(id.index)].element != nil
    }

    private mutating func release(_ id: SlotID) {
        slots[Int(id.index)].generation &+= 1
        free.append(id.index)
        count -= 1
    }

    /// Every name in use, in slot order.
    var ids: [SlotID] {
        slots.indices.compactMap { index in
            slots[index].element == nil ? nil : SlotID(index: UInt32(index), generation: slots[index].generation)
        }
    }
}
