/// A sort of shift before its breaks have places: when it may begin, how long it is, and windows for its breaks.
public struct ShiftShape: Hashable, Sendable {
    /// Where a break may lie. Slots count from the shift's start.
    public struct Break: Hashable, Sendable {
        /// The first slots that the break may begin in.
        public var starts: ClosedRange<Int>
        /// Slots that it takes.
        public var length: Int
        /// A lunch usually is not.
        public var isPaid: Bool

        public init(starts: ClosedRange<Int>, length: Int = 1, isPaid: Bool = true) {
            self.starts = starts
            self.length = length
            self.isPaid = isPaid
        }
    }

    /// Slots of the day in which the shift may begin.
    public var starts: [Int]
    /// Slots from first to last, breaks among them.
    public var length: Int
    /// In the order in which they are taken.
    public var breaks: [Break]
    /// Slots of work that must lie between two breaks.
    public var workBetweenBreaks: Int

    public init(starts: [Int], length: Int, breaks: [Break] = [], workBetweenBreaks: Int = 2) {
        self.starts = starts
        self.length = length
        self.breaks = breaks
        self.workBetweenBreaks = workBetweenBreaks
    }

    /// The pattern of every start and every placement of the breaks.
    ///
    /// - Throws: `WorkforceError`: `.outOfRange` when a break's window leaves the shift or there are too many patterns,
    ///   `.infeasible` when the breaks fit nowhere.
    func patterns(at place: String) throws -> [ShiftPattern] {
        guard !starts.isEmpty else {
            throw WorkforceError(.empty, at: "\(place).starts", "expected at least one start")
        }
        try Checked.count(length, in: 1...1_440, at: "\(place).length")
        try Checked.count(breaks.count, in: 0...8, at: "\(place).breaks.count")
        try Checked.count(workBetweenBreaks, in: 0...length, at: "\(place).workBetweenBreaks")
        for (number, rest) in breaks.enumerated() {
            let name = "\(place).breaks[\(number)]"
            try Checked.count(rest.length, in: 1...length, at: "\(name).length")
            for start in [rest.starts.lowerBound, rest.starts.upperBound] {
                try Checked.count(start, in: 0...(length - rest.length), at: "\(name).starts")
            }
        }
        // Counted before they are made.
        guard starts.count <= Limits.patterns, placementCount() * starts.count <= Limits.patterns else {
            throw WorkforceError(.outOfRange, at: place, "more than \(Limits.patterns) patterns")
        }
        var placements: [[Int]] = [[]]
        for (number, rest) in breaks.enumerated() {
            placements = placements.flatMap { placed in
                rest.starts.filter { $0 >= (placed.last.map { $0 + distance(before: number) } ?? 0) }
                    .map { placed + [$0] }
            }
        }
        guard !placements.isEmpty else {
            throw WorkforceError(.infeasible, at: "\(place).breaks", "the breaks have no place beside each other")
        }
        let unpaid = breaks.reduce(0) { $0 + ($1.isPaid ? 0 : $1.length) }
        return starts.flatMap { start in
            placements.map { placed in
                ShiftPattern(
                    start: start, length: length,
                    breaks: zip(placed, breaks).flatMap { first, rest in first..<(first + rest.length) },
                    paid: length - unpaid)
            }
        }
    }

    /// Slots from the start of the break before to the earliest of this one.
    private func distance(before number: Int) -> Int {
        number > 0 ? breaks[number - 1].length + workBetweenBreaks : 0
    }

    /// How many placements of the first breaks there can be, at whichever number that is largest; numbers above the limit
    /// of patterns are cut to one more.
    private func placementCount() -> Int {
        // By the last break's start: placements of all breaks so far.
        var ways: [Int: Int] = [:]
        var most = 1
        for (number, rest) in breaks.enumerated() {
            var next: [Int: Int] = [:]
            for start in rest.starts {
                let latest = start - distance(before: number)
                let count = number == 0 ? 1 : ways.reduce(0) { $0 + ($1.key <= latest ? $1.value : 0) }
                next[start] = min(count, Limits.patterns + 1)
            }
            ways = next
            most = max(most, min(ways.values.reduce(0, +), Limits.patterns + 1))
        }
        return most
    }
}
