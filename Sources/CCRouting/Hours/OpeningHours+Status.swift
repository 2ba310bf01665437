import CCCore
import Foundation

extension OpeningHours {
    /// Whether it is open at a moment, and until when that holds.
    public struct Status: Hashable, Sendable {
        public var isOpen: Bool
        /// The first moment at which it is otherwise; nil when that never comes. When nothing changes for eight years, the
        /// moment at which to ask again.
        public var changesAt: Date?

        public init(isOpen: Bool, changesAt: Date? = nil) {
            self.isOpen = isOpen
            self.changesAt = changesAt
        }
    }

    /// From one 29 February to the next there are up to eight years.
    private static let daysAheadMax = 8 * 366
    /// A week and a day, with a week for whatever the clocks do.
    private static let daysAheadWithoutSpecialDays = 15

    /// Whether it is open at `date`. It costs some microseconds when the next change is near, and some hundred when it is
    /// years away: keep the answer until ``Status/changesAt``.
    public func status(at date: Date) -> Status {
        // Some thirty thousand years each way: whole seconds for all that a calendar is asked about.
        let now = Int(max(-1e12, min(1e12, date.timeIntervalSince1970.rounded(.down))))
        let today = CalendarDate(dayNumber: Self.floored(now + offset(at: now), 86_400))
        let ahead = days.isEmpty ? Self.daysAheadWithoutSpecialDays : Self.daysAheadMax
        // Spans reach into the next day, and islands have left out whole days when they changed sides.
        var local = LocalSpans(hours: self, day: today.dayNumber - 3, end: today.dayNumber + ahead)
        var openUntil: Int?
        while let span = local.next() {
            let (start, end) = (moment(of: span.start), moment(of: span.end))
            guard start < end else { continue }
            if let until = openUntil {
                // With the hour that the clocks jump over between them, spans meet.
                guard start <= until else { return Status(isOpen: true, changesAt: Self.date(until)) }
                openUntil = max(until, end)
            } else if start > now {
                return Status(isOpen: false, changesAt: Self.date(start))
            } else if end > now {
                openUntil = end
            }
        }
        // Nothing changes as far as was looked.
        let limit = moment(of: (today.dayNumber + ahead) * 86_400)
        if let until = openUntil, until < limit { return Status(isOpen: true, changesAt: Self.date(until)) }
        return Status(isOpen: openUntil != nil, changesAt: days.isEmpty ? nil : Self.date(limit))
    }

    // MARK: The clock on the wall

    /// The first second at which the clock on the wall has reached a time, which is given as seconds since 1970 as if the
    /// place had the time of Greenwich.
    func moment(of local: Int) -> Int {
        let reach = 16 * 3_600
        let (before, after) = (offset(at: local - reach), offset(at: local + reach))
        guard before != after else { return local - before }
        // The clocks are set in between: when?
        var (low, high) = (local - reach, local + reach)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before { low = middle } else { high = middle }
        }
        return local - before < high ? local - before : max(high, local - after)
    }

    /// Seconds ahead of Greenwich.
    private func offset(at second: Int) -> Int { zone.secondsFromGMT(for: Self.date(second)) }

    private static func date(_ second: Int) -> Date { Date(timeIntervalSince1970: Double(second)) }

    static func floored(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : (number - divisor + 1) / divisor
    }
}

/// The spans from a day on by local seconds, in order, those that touch as one.
private struct LocalSpans {
    let hours: OpeningHours
    var day: Int
    /// The first day that is not looked at.
    let end: Int
    private var waiting: [Range<Int>] = []
    private var taken = 0

    init(hours: OpeningHours, day: Int, end: Int) {
        self.hours = hours
        self.day = day
        self.end = end
    }

    private func peek() -> Range<Int>? { taken < waiting.count ? waiting[taken] : nil }

    /// Makes sure that there is a next span to look at, as far as there is one.
    private mutating func fill() {
        while taken == waiting.count, day < end {
            let midnight = day * 86_400
            waiting = hours.spans(on: CalendarDate(dayNumber: day))
                .map { midnight + $0.start * 60..<midnight + $0.end * 60 }
            taken = 0
            day += 1
        }
    }

    mutating func next() -> (start: Int, end: Int)? {
        fill()
        guard let first = peek() else { return nil }
        taken += 1
        var (start, end) = (first.lowerBound, first.upperBound)
        while true {
            fill()
            guard let following = peek(), following.lowerBound <= end else { return (start, end) }
            end = max(end, following.upperBound)
            taken += 1
        }
    }
}
