/// What an agent is to do for some time.
public enum PlannedActivity: String, Hashable, Sendable, Codable, CaseIterable {
    /// Take contacts.
    case work
    case shortBreak
    case lunch
    case meeting
    case training
    /// Not there although a shift was planned: leave, illness.
    case absence
}

/// An agent's planned activities: in order, and no two at the same time. Where there are none the agent is off.
///
/// Times are milliseconds since 1 January 1970, so that all sums are exact.
public struct AgentPlan: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var activity: PlannedActivity
        public var start: Int
        /// The first millisecond after it.
        public var end: Int

        public init(_ activity: PlannedActivity, from start: Int, to end: Int) {
            self.activity = activity
            self.start = start
            self.end = end
        }
    }

    public let entries: [Entry]

    /// No shift at all.
    public init() { entries = [] }

    /// - Throws: `WorkforceError` naming the entry: `.outOfRange` when it does not end after its start or lies further from
    ///   1970 than 10,000 years, `.unordered` when it starts before the one before it ends.
    public init(_ entries: [Entry]) throws {
        for (index, entry) in entries.enumerated() {
            guard entry.start < entry.end, entry.start.magnitude < Self.limit, entry.end.magnitude < Self.limit else {
                throw WorkforceError(.outOfRange, at: "plan[\(index)]", "expected an end after the start")
            }
            if index > 0, entry.start < entries[index - 1].end {
                throw WorkforceError(.unordered, at: "plan[\(index)]", "it starts before the entry before it ends")
            }
        }
        self.entries = entries
    }

    static let limit = 320_000_000_000_000

    /// The shift that a pattern makes of a day: work with a break in each of its break slots.
    ///
    /// - Parameters:
    ///   - midnight: of the shift's day.
    ///   - slot: Milliseconds of a slot.
    ///   - lunch: The break, by its place among the pattern's, that is the lunch; nil: none.
    /// - Throws: `WorkforceError` `.outOfRange` when the slot is not 1 ms to a day.
    public init(_ pattern: ShiftPattern, midnight: Int, slot: Int, lunch: Int? = nil) throws {
        guard (1...86_400_000).contains(slot), midnight.magnitude < Self.limit / 2, (0...1_440).contains(pattern.start),
            pattern.length <= 1_440
        else {
            throw WorkforceError(.outOfRange, at: "slot", "expected 1 to 86400000 ms")
        }
        var entries: [Entry] = []
        let breaks = Set(pattern.breaks).sorted()
        for place in 0..<max(pattern.length, 0) {
            let start = midnight + (pattern.start + place) * slot
            let number = breaks.firstIndex(of: place)
            let activity = number.map { $0 == lunch ? PlannedActivity.lunch : .shortBreak } ?? .work
            if let last = entries.last, last.activity == activity {
                entries[entries.count - 1].end = start + slot
            } else {
                entries.append(Entry(activity, from: start, to: start + slot))
            }
        }
        try self.init(entries)
    }

    /// The place of the first entry that ends after a time.
    func first(endingAfter time: Int) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].end <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What is planned at a time, and until when; nil activity: off.
    func now(_ time: Int) -> (activity: PlannedActivity?, until: Int) {
        let place = first(endingAfter: time)
        guard place < entries.count else { return (nil, .max) }
        let entry = entries[place]
        return entry.start <= time ? (entry.activity, entry.end) : (nil, entry.start)
    }
}
