import CCCore

/// A stretch of a day, by the clock on the wall: `09:00-14:00`, or `22:00-06:00`, which ends on the next day.
public struct HoursSpan: Hashable, Sendable, CustomStringConvertible {
    /// Minutes from the day's midnight, 0 to 1439.
    public let start: Int
    /// Minutes from the same midnight, after ``start`` and at most 24 hours later; above 1440 it is the next day.
    public let end: Int

    /// - Throws: `badSpan` when the numbers are not in their ranges.
    public init(start: Int, end: Int) throws(OpeningHoursError) {
        guard (0..<1_440).contains(start), end > start, end - start <= 1_440 else {
            throw OpeningHoursError(.badSpan, at: "", "a span begins before midnight and lasts up to 24 hours")
        }
        self.start = start
        self.end = end
    }

    /// `09:00-14:00`; an end that is not after the start is on the next day.
    ///
    /// - Throws: `badTime` or `badSpan`.
    public init(_ text: some StringProtocol) throws(OpeningHoursError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(\.trimmed)
        guard parts.count == 2 else {
            throw OpeningHoursError(.badSpan, at: "", "\"\(text)\" is not a span such as 09:00-14:00")
        }
        let (start, end) = (try Self.minutes(parts[0]), try Self.minutes(parts[1]))
        guard start < 1_440 else {
            throw OpeningHoursError(.badTime, at: "", "\"\(text)\" begins at 24:00; write 00:00 of the next day")
        }
        guard start != end else {
            throw OpeningHoursError(
                .badSpan, at: "", "\"\(text)\" ends when it begins; a whole day is 00:00-24:00")
        }
        try self.init(start: start, end: end > start ? end : end + 1_440)
    }

    private static func minutes(_ text: String) throws(OpeningHoursError) -> Int {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }), let hour = Int(parts[0]), let minute = Int(parts[1]),
            minute < 60, hour * 60 + minute <= 1_440
        else {
            throw OpeningHoursError(
                .badTime, at: "", "\"\(text)\" is not a time of day from 00:00 to 24:00, such as 09:30")
        }
        return hour * 60 + minute
    }

    public var description: String { "\(Self.clock(start))-\(Self.clock(end > 1_440 ? end - 1_440 : end))" }

    private static func clock(_ minutes: Int) -> String {
        "\(CalendarDate.padded(minutes / 60, 2)):\(CalendarDate.padded(minutes % 60, 2))"
    }
}

extension StringProtocol {
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
