import CCCore

/// The spans of each day of a week. A span belongs to the day on which it begins.
public struct WeekHours: Hashable, Sendable, CustomStringConvertible {
    /// By day from Monday, in the order of their starts.
    private var days: [[HoursSpan]]

    /// Never open.
    public static let closed = WeekHours(days: Array(repeating: [], count: 7))

    private init(days: [[HoursSpan]]) { self.days = days }

    /// The same spans every day.
    public init(daily spans: [HoursSpan]) {
        days = Array(repeating: spans.sorted { $0.start < $1.start }, count: 7)
    }

    /// `["mon-fri": "09:00-14:00, 16:00-20:00", "sat": "10:00-14:00"]`
    ///
    /// - Parameter text: by day (`mon`, `Monday`), days (`sat, sun`, `fri-mon`) or `daily`: spans with commas between
    ///   them, or `closed`.
    /// - Throws: ``OpeningHoursError``, its place being the key.
    public init(_ text: KeyValuePairs<String, String>) throws(OpeningHoursError) {
        try self.init(text.map { ($0.key, $0.value) })
    }

    /// - Parameter text: the same as pairs.
    public init(_ text: [(days: String, spans: String)]) throws(OpeningHoursError) {
        var days: [[HoursSpan]?] = Array(repeating: nil, count: 7)
        for (key, value) in text {
            do throws(OpeningHoursError) {
                let spans = try Self.spans(value)
                for day in try Self.weekdays(key) {
                    guard days[day.place] == nil else {
                        throw OpeningHoursError(.badWeekday, at: "", "\(day) stands there twice")
                    }
                    days[day.place] = spans
                }
            } catch {
                throw error.within(key)
            }
        }
        self.init(days: days.map { $0 ?? [] })
    }

    public subscript(day: Weekday) -> [HoursSpan] {
        get { days[day.place] }
        set { days[day.place] = newValue.sorted { $0.start < $1.start } }
    }

    public var isClosed: Bool { days.allSatisfy(\.isEmpty) }

    /// The week as text, neighbouring days with the same spans together; days without spans are left out.
    public var text: [(days: String, spans: String)] {
        var lines: [(days: String, spans: String)] = []
        var first = 0
        while first < 7 {
            var last = first
            while last < 6, days[last + 1] == days[first] { last += 1 }
            if !days[first].isEmpty {
                let (from, to) = (Weekday.allCases[first], Weekday.allCases[last])
                let key = first == 0 && last == 6 ? "daily" : first == last ? "\(from)" : "\(from)-\(to)"
                lines.append((key, Self.text(of: days[first])))
            }
            first = last + 1
        }
        return lines
    }

    public var description: String {
        isClosed ? "closed" : text.map { "\($0.days) \($0.spans)" }.joined(separator: "; ")
    }

    // MARK: Text

    /// `09:00-14:00, 16:00-20:00`, or `closed`.
    static func spans(_ text: String) throws(OpeningHoursError) -> [HoursSpan] {
        guard text.trimmed.lowercased() != "closed" else { return [] }
        var spans: [HoursSpan] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            spans.append(try HoursSpan(part.trimmed))
        }
        return spans.sorted { $0.start < $1.start }
    }

    static func text(of spans: [HoursSpan]) -> String {
        spans.isEmpty ? "closed" : spans.map(\.description).joined(separator: ", ")
    }

    private static func weekdays(_ text: String) throws(OpeningHoursError) -> [Weekday] {
        guard text.lowercased() != "daily" else { return Weekday.allCases }
        var days: [Weekday] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(\.trimmed)
            guard (1...2).contains(ends.count), let first = Weekday(ends[0]), let last = Weekday(ends[ends.count - 1])
            else {
                throw OpeningHoursError(
                    .badWeekday, at: "", "\"\(part.trimmed)\" is not a day of the week such as mon, mon-fri or daily")
            }
            let count = (last.place - first.place + 7) % 7
            days += (0...count).map { Weekday.allCases[(first.place + $0) % 7] }
        }
        return days
    }

    // MARK: Checks

    /// Spans that share time, also with one that began the day before.
    func check() throws(OpeningHoursError) {
        for day in Weekday.allCases {
            let spans = days[day.place]
            for (span, next) in zip(spans, spans.dropFirst()) where next.start < span.end {
                throw OpeningHoursError(.overlap, at: day.rawValue, "\(span) and \(next) overlap")
            }
            let tomorrow = Weekday.allCases[(day.place + 1) % 7]
            if let last = spans.last, let next = days[tomorrow.place].first, next.start + 1_440 < last.end {
                throw OpeningHoursError(
                    .overlap, at: day.rawValue, "\(last) reaches into \(tomorrow) and overlaps \(next) there")
            }
        }
    }
}
