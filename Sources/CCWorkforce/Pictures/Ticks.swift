import CCCore

/// Where an axis has its marks, and what is written at them.
struct Ticks {
    var places: [(value: Double, text: String)] = []

    /// - Parameter room: How many marks there may be, at least two.
    init(_ range: ClosedRange<Double>, scale: Chart.Axis.Scale, room: Int) {
        let room = max(room, 2)
        switch scale {
        case .number: steps(range, Self.round(range, room)) { Self.number($0, $1) }
        case .share: steps(range, Self.round(range, room)) { "\(Self.number($0 * 100, $1 * 100)) %" }
        case .seconds:
            // One unit for the whole axis.
            let (unit, name) =
                range.upperBound > 7_200 ? (3_600.0, "h") : range.upperBound > 240 ? (60.0, "min") : (1.0, "s")
            steps(range, Self.roundSeconds(range, room)) { value, step in
                "\(Self.number(value / unit, step / unit)) \(name)"
            }
        case .names(let names):
            let each = max(1, (names.count + room - 1) / room)
            for place in stride(from: 0, to: names.count, by: each) where range.contains(Double(place)) {
                places.append((Double(place), names[place]))
            }
        case .time: moments(range, room)
        }
    }

    private mutating func steps(_ range: ClosedRange<Double>, _ step: Double, _ text: (Double, Double) -> String) {
        let first = (range.lowerBound / step).rounded(.up)
        let count = ((range.upperBound / step).rounded(.down) - first).rounded()
        guard step > 0, count >= 0, count <= 1_000 else { return }
        for place in 0...Int(count) {
            let value = (first + Double(place)) * step
            places.append((value, text(value, step)))
        }
    }

    /// The least of 1, 2, 5, 10, … times a power of ten that leaves at most `room` steps.
    static func round(_ range: ClosedRange<Double>, _ room: Int) -> Double {
        let least = max((range.upperBound - range.lowerBound) / Double(room), .leastNormalMagnitude)
        var power = 1.0
        while power * 10 <= least { power *= 10 }
        while power > least { power /= 10 }
        return [1.0, 2, 5, 10].lazy.map { $0 * power }.first { $0 >= least } ?? power * 10
    }

    private static func roundSeconds(_ range: ClosedRange<Double>, _ room: Int) -> Double {
        let least = (range.upperBound - range.lowerBound) / Double(room)
        let usual: [Double] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400,
        ]
        return least < 1 ? round(range, room) : usual.first { $0 >= least } ?? round(range, room)
    }

    static func number(_ value: Double, _ step: Double) -> String {
        var digits = 0
        var scaled = step
        while digits < 9, abs(scaled - scaled.rounded()) > 1e-9 * max(1, scaled) {
            scaled *= 10
            digits += 1
        }
        return decimal(value, digits: digits)
    }

    /// With a thin space between thousands.
    static func decimal(_ value: Double, digits: Int) -> String {
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let scaled = (abs(value) * power).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let whole = Int(scaled)
        let (integer, fraction) = whole.quotientAndRemainder(dividingBy: Int(power))
        var text = String(integer)
        if integer >= 10_000 {
            var grouped = ""
            for (place, digit) in text.enumerated() {
                if place > 0, (text.count - place) % 3 == 0 { grouped += "\u{2009}" }
                grouped.append(digit)
            }
            text = grouped
        }
        if digits > 0 {
            let after = String(fraction)
            text += "." + String(repeating: "0", count: digits - after.count) + after
        }
        return value < 0 && whole != 0 ? "−" + text : text
    }

    private mutating func moments(_ range: ClosedRange<Double>, _ room: Int) {
        // 1e9 minutes are nineteen centuries; beyond that there is no calendar to draw.
        guard range.lowerBound > -1e9, range.upperBound < 1e9 else { return }
        let least = (range.upperBound - range.lowerBound) / Double(room)
        let day = 1_440.0
        let hours: [Double] = [5, 10, 15, 30, 60, 120, 180, 360, 720]
        if let step = hours.first(where: { $0 >= least }) {
            steps(range, step) { value, _ in Self.clock(value) }
        } else if let days = [1.0, 2, 7, 14].first(where: { $0 * day >= least }) {
            // Weeks begin on Mondays, and 5 January 1970 was one.
            let first = ((range.lowerBound / day - 4) / days).rounded(.up) * days + 4
            for value in stride(from: first * day, through: range.upperBound, by: days * day) {
                places.append((value, Self.day(value)))
            }
        } else {
            months(range, every: max(1, Int((least / (30 * day)).rounded(.up))))
        }
    }

    private mutating func months(_ range: ClosedRange<Double>, every months: Int) {
        let from = CalendarDate(dayNumber: Int((range.lowerBound / 1_440).rounded(.down)))
        let every = [1, 2, 3, 6, 12, 24, 60, 120, 600].first { $0 >= months } ?? 1_200
        var month = (from.year * 12 + from.month - 1) / every * every
        for _ in 0..<1_000 {
            guard let date = CalendarDate(year: month / 12, month: month % 12 + 1, day: 1) else { return }
            let value = Double(date.dayNumber) * 1_440
            if value > range.upperBound { return }
            if value >= range.lowerBound {
                places.append((value, every >= 12 ? "\(date.year)" : "\(Self.monthNames[date.month - 1]) \(date.year)"))
            }
            month += every
        }
    }

    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func clock(_ minutes: Double) -> String {
        let ofDay = Int((minutes - (minutes / 1_440).rounded(.down) * 1_440).rounded())
        if ofDay == 0 { return day(minutes) }
        return (ofDay < 600 ? "0" : "") + "\(ofDay / 60):" + (ofDay % 60 < 10 ? "0" : "") + "\(ofDay % 60)"
    }

    private static func day(_ minutes: Double) -> String {
        let date = CalendarDate(dayNumber: Int((minutes / 1_440).rounded()))
        let weekday = date.weekday.rawValue.prefix(1).uppercased() + date.weekday.rawValue.dropFirst()
        return "\(weekday) \(date.day) \(monthNames[date.month - 1])"
    }
}
