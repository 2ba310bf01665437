/// A day's work as it lies in the day: when it begins, how long it lasts and in which slots there is a break.
public struct ShiftPattern: Hashable, Sendable {
    /// The first slot, counted from the midnight on which the shift's day begins.
    public var start: Int
    /// Slots from the first to the last, breaks among them.
    public var length: Int
    /// Slots without cover, counted from `start`; each within the shift.
    public var breaks: [Int]
    /// Slots that are paid, which is what hours are counted in.
    public var paid: Int

    public init(start: Int, length: Int, breaks: [Int] = [], paid: Int) {
        self.start = start
        self.length = length
        self.breaks = breaks
        self.paid = paid
    }

    /// The slot after the last, counted from the midnight on which the shift's day begins.
    public var end: Int { start + length }

    /// The slots in which the agent serves, counted from the midnight on which the shift's day begins.
    public var cover: [Int] {
        let resting = Set(breaks)
        return (0..<length).filter { !resting.contains($0) }.map { start + $0 }
    }

    /// - Throws: `WorkforceError` `.outOfRange` naming the field.
    func check(at place: String, slotsPerDay: Int) throws {
        func require(_ good: Bool, _ field: String, _ expected: String) throws {
            if !good { throw WorkforceError(.outOfRange, at: "\(place).\(field)", expected) }
        }
        try require((0..<slotsPerDay).contains(start), "start", "expected 0 to \(slotsPerDay - 1)")
        try require((1...slotsPerDay).contains(length), "length", "expected 1 to \(slotsPerDay)")
        try require((0...length).contains(paid), "paid", "expected 0 to the length, \(length)")
        try require(breaks.allSatisfy((0..<length).contains), "breaks", "expected slots from 0 to \(length - 1)")
        try require(Set(breaks).count < length, "breaks", "expected at least one slot of work")
    }
}
