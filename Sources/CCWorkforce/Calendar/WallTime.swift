import CCCore

/// A time that a clock on the wall shows, to the minute, in no time zone: what people plan by.
///
/// Intervals of a history are named by the wall time at which they begin. On the day when clocks are put forward an
/// hour's wall times do not occur; on the day when they are put back an hour's occur twice and mean both.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let date: CalendarDate
    /// Minutes since midnight, 0 to 1439.
    public let minute: Int

    /// - Parameter minute: minutes since midnight; more than a day or less than none counts into other days.
    public init(_ date: CalendarDate, minute: Int = 0) {
        let (days, rest) = minute.quotientAndRemainder(dividingBy: 1_440)
        self.date = date.advanced(by: rest < 0 ? days - 1 : days)
        self.minute = rest < 0 ? rest + 1_440 : rest
    }

    /// Minutes since the midnight at which 1 January 1970 began.
    public var minuteNumber: Int { date.dayNumber &* 1_440 &+ minute }

    public init(minuteNumber: Int) { self.init(CalendarDate(dayNumber: 0), minute: minuteNumber) }

    /// `2026-12-25 07:30:00`, also with `T` between date and time and without the seconds; nil for anything else, and for
    /// seconds other than `00`.
    public init?(_ text: some StringProtocol) {
        var text = String(text)
        let parsed = text.withUTF8 { WallTime(utf8: $0) }
        guard let parsed else { return nil }
        self = parsed
    }

    init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 19 || bytes.count == 16, bytes[10] == 0x20 || bytes[10] == 0x54, bytes[13] == 0x3A
        else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for place in range {
                guard (0x30...0x39).contains(bytes[place]) else { return nil }
                value = value * 10 + Int(bytes[place] - 0x30)
            }
            return value
        }
        if bytes.count == 19 {
            guard bytes[16] == 0x3A, number(17..<19) == 0 else { return nil }
        }
        guard bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16), hour < 24, minute < 60,
            let date = CalendarDate(year: year, month: month, day: day)
        else { return nil }
        self.init(date, minute: hour * 60 + minute)
    }

    public func advanced(byMinutes minutes: Int) -> WallTime {
        let (days, rest) = minutes.quotientAndRemainder(dividingBy: 1_440)
        return WallTime(date.advanced(by: days), minute: minute + rest)
    }

    /// Whether it is within 9999 years, about what a table can hold, so that one may calculate with it.
    var isUsual: Bool { date.dayNumber.magnitude < 4_000_000 }

    /// - Throws: ``WorkforceError`` `outOfRange` for a time that is not within 9999 years.
    func check(at place: String) throws {
        guard isUsual else { throw WorkforceError(.outOfRange, at: place, "\(self) is not within 9999 years") }
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.date, lhs.minute) < (rhs.date, rhs.minute) }

    /// `2026-12-25 07:30:00`
    public var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date) \(two(minute / 60)):\(two(minute % 60)):00"
    }
}
