/// A first-in, first-out buffer that drops its oldest value when it is full, and counts those it dropped.
struct LossyRing<Element: Sendable>: Sendable {
    private let capacity: Int
    private var slots: [Element?] = []
    private var head = 0
    private(set) var count = 0
    private var missed = 0

    /// - Parameter capacity: at least 1. Memory grows with use, up to that.
    init(capacity: Int) { self.capacity = capacity }

    mutating func push(_ element: Element) {
        if count == slots.count, count < capacity { grow() }
        if count == slots.count {
            slots[head] = element
            head = (head + 1) % count
            missed += 1
        } else {
            slots[(head + count) % slots.count] = element
            count += 1
        }
    }

    mutating func pop() -> Element? {
        guard count > 0 else { return nil }
        let element = slots[head]
        slots[head] = nil
        head = (head + 1) % slots.count
        count -= 1
        return element
    }

    /// How many values were dropped since the last call; nil when none was.
    mutating func takeMissed() -> Int? {
        guard missed > 0 else { return nil }
        defer { missed = 0 }
        return missed
    }

    private mutating func grow() {
        let size = min(capacity, max(16, count * 2))
        slots = (0..<count).map { slots[(head + $0) % count] } + Array(repeating: nil, count: size - count)
        head = 0
    }
}
