import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension History {
    /// Counts contacts by the interval in which they arrived, by the clock on the wall of a time zone.
    ///
    /// Every interval in which the centre was open is there, with 0 when nothing arrived. Wall times that do not occur, where clocks
    /// are put forward, are not there; an interval that occurs twice, where clocks are put back, has the mean of both. The handle
    /// time is the mean over contacts that an agent handled.
    ///
    /// - Parameters:
    ///   - records: in any order; filter them by queue or channel beforehand.
    ///   - minutes: the length of an interval, a divisor of the day.
    ///   - period: what is counted, from the first interval that begins in it to the last that ends in it.
    ///   - isOpen: whether the centre was open in the interval that begins at a time.
    /// - Throws: ``WorkforceError`` `outOfRange` for other lengths and for more than ten million intervals, `empty` when the centre
    ///   was never open.
    public static func counting(
        _ records: some Sequence<ContactRecord>, per minutes: Int, in zone: TimeZone, during period: Range<Date>,
        isOpen: (WallTime) -> Bool = { _ in true }
    ) throws -> History {
        guard (1...1_440).contains(minutes), 1_440 % minutes == 0 else {
            throw WorkforceError(
                .outOfRange, at: "minutes", "\(minutes) minutes do not divide a day into equal intervals")
        }
        let span = period.upperBound.timeIntervalSince(period.lowerBound) / 60 / Double(minutes)
        guard span < 1e7, abs(period.lowerBound.timeIntervalSince1970) < 1e11 else {
            throw WorkforceError(.outOfRange, at: "period", "it has more than ten million intervals")
        }
        var clock = WallClock(zone)
        var passes: [Int: Int] = [:]
        // Clocks change at full quarters of hours. Steps that divide both these and the interval meet every beginning of
        // either, so that an interval is passed over once unless clocks make it come twice.
        let step = greatestCommonDivisor(minutes, 15)
        let first = clock.minute(period.lowerBound.addingTimeInterval(59.999))
        let last = clock.minute(period.upperBound)
        var instant = period.lowerBound
        while instant < period.upperBound {
            let minute = clock.minute(instant)
            let since = minute - minute.floored(to: step)
            if since == 0 { passes[minute.floored(to: minutes), default: 0] += step }
            let second = instant.timeIntervalSince1970
            let wholeMinute = (second / 60).rounded(.down) * 60
            instant = Date(timeIntervalSince1970: wholeMinute + Double((step - since) * 60))
        }
        var counts: [Int: (contacts: Double, handled: Double, seconds: Double)] = [:]
        for record in records where period.contains(record.contact.arrivedAt) {
            let interval = clock.minute(record.contact.arrivedAt).floored(to: minutes)
            counts[interval, default: (0, 0, 0)].contacts += 1
            let seconds = record.handleTime.inSeconds
            if seconds > 0 {
                counts[interval, default: (0, 0, 0)].handled += 1
                counts[interval, default: (0, 0, 0)].seconds += seconds
            }
        }
        var points: [Point] = []
        for (minute, lasted) in passes.sorted(by: { $0.key < $1.key }) {
            let time = WallTime(minuteNumber: minute)
            guard minute >= first, minute + minutes <= last, isOpen(time) else { continue }
            let sum = counts[minute] ?? (0, 0, 0)
            let times = max(1, (Double(lasted) / Double(minutes)).rounded())
            points.append(
                Point(time, sum.contacts / times, handleTime: sum.handled > 0 ? sum.seconds / sum.handled : nil))
        }
        return try History(points, intervalMinutes: minutes)
    }
}

/// Wall times of instants; asks the time zone only where its offset may have changed.
private struct WallClock {
    private let zone: TimeZone
    private var offset = 0
    private var valid: Range<Date> = .distantPast..<(.distantPast)

    init(_ zone: TimeZone) { self.zone = zone }

    /// Minutes since the midnight at which 1 January 1970 began on the wall, rounded down.
    mutating func minute(_ date: Date) -> Int {
        if !valid.contains(date) {
            offset = zone.secondsFromGMT(for: date)
            let next = zone.nextDaylightSavingTimeTransition(after: date) ?? .distantFuture
            valid = date..<max(next, date.addingTimeInterval(1))
        }
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + offset
        return seconds.floored(to: 60) / 60
    }
}

private func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
}

extension Int {
    fileprivate func floored(to unit: Int) -> Int { self - ((self % unit) + unit) % unit }
}
