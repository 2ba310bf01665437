import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

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

    /// The nearest time that a plan can hold.
    static func clamped(_ time: Int) -> Int { min(max(time, 1 - limit), limit - 1) }

    /// The shift that a pattern makes of a day: work, with its breaks. Slots are those of the clock on the wall, so a shift
    /// from 9:00 begins at 9:00 on the days on which clocks change as well; an hour that is left out is not planned, and
    /// one that comes twice is as long as it is.
    ///
    /// - Parameters:
    ///   - date: The day that the shift belongs to.
    ///   - slotsPerDay: 48 for half-hours, 96 for quarters.
    ///   - lunch: The break, by its place among the pattern's, that is the lunch; nil: none. Break slots beside each other
    ///     are one break.
    /// - Throws: `WorkforceError` `.outOfRange` when a day has not 1 to 1440 slots, the date lies further from 1970 than
    ///   3,000 years, or the pattern is not one of such a day.
    public init(
        _ pattern: ShiftPattern, on date: CalendarDate, slotsPerDay: Int, in zone: TimeZone, lunch: Int? = nil
    ) throws {
        try Checked.count(slotsPerDay, in: 1...1_440, at: "slotsPerDay")
        guard date.dayNumber.magnitude < 1_100_000 else {
            throw WorkforceError(.outOfRange, at: "date", "expected a day within 3,000 years of 1970")
        }
        try pattern.check(at: "pattern", slotsPerDay: slotsPerDay)
        let times = (pattern.start...pattern.end).map { slot in
            WallTime.instant(of: date.dayNumber * 86_400 + slot * 86_400 / slotsPerDay, in: zone) * 1_000
        }
        let resting = Set(pattern.breaks)
        var entries: [Entry] = []
        var number = -1
        for place in 0..<pattern.length {
            if resting.contains(place), !resting.contains(place - 1) { number += 1 }
            let activity: PlannedActivity = !resting.contains(place) ? .work : number == lunch ? .lunch : .shortBreak
            guard times[place] < times[place + 1] else { continue }
            if let last = entries.last, last.activity == activity {
                entries[entries.count - 1].end = times[place + 1]
            } else {
                entries.append(Entry(activity, from: times[place], to: times[place + 1]))
            }
        }
        try self.init(entries)
    }

    /// The plans that a schedule with names makes, by the agents' numbers.
    ///
    /// - Parameters:
    ///   - first: day 0 of the problem's horizon.
    ///   - lunch: as of ``init(_:on:slotsPerDay:in:lunch:)``.
    /// - Throws: `WorkforceError`: at `assign[17]`, in the order given, for a day or pattern that there is not, or a shift that begins before the
    ///   agent's one before it ends.
    public static func plans(
        _ assignments: [ScheduleSolution.Assignment], in problem: ScheduleProblem, from first: CalendarDate,
        zone: TimeZone, lunch: Int? = nil
    ) throws -> [Int: AgentPlan] {
        var entries: [Int: [Entry]] = [:]
        for (place, shift) in assignments.enumerated().sorted(by: { ($0.1, $0.0) < ($1.1, $1.0) }) {
            guard (0..<problem.days).contains(shift.day), problem.patterns.indices.contains(shift.pattern) else {
                throw WorkforceError(.mismatch, at: "assign[\(place)]", "there is no such day or pattern")
            }
            let plan = try AgentPlan(
                problem.patterns[shift.pattern], on: first.advanced(by: shift.day), slotsPerDay: problem.slotsPerDay,
                in: zone, lunch: lunch)
            if let begin = plan.entries.first?.start, let end = entries[shift.agent]?.last?.end, begin < end {
                throw WorkforceError(.unordered, at: "assign[\(place)]", "it begins before the shift before it ends")
            }
            entries[shift.agent, default: []] += plan.entries
        }
        return try entries.mapValues { try AgentPlan($0) }
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

    /// Where the run of activities without absence and without a gap that is under way at a time began; the time itself when
    /// none is.
    func shiftBegin(at time: Int) -> Int {
        var place = first(endingAfter: time)
        var begin = time
        // An entry that ends here is followed by one that begins here, or the run is over.
        while place >= 0, place < entries.count, entries[place].start <= begin, entries[place].activity != .absence,
            begin == time || entries[place].end == begin
        {
            begin = entries[place].start
            place -= 1
        }
        return begin
    }

    /// What is planned at a time, and until when; nil activity: off.
    func now(_ time: Int) -> (activity: PlannedActivity?, until: Int) {
        let place = first(endingAfter: time)
        guard place < entries.count else { return (nil, .max) }
        let entry = entries[place]
        return entry.start <= time ? (entry.activity, entry.end) : (nil, entry.start)
    }
}
