import CCCore
import CCWorkforce
import Foundation

/// Centres whose truth is known, of kinds that differ as real ones do.
struct SyntheticCenter {
    enum Kind: String, CaseIterable {
        /// Small, in the middle of a weekday-only year.
        case office
        /// An emergency number: every hour of every day, a handful each.
        case aroundTheClock
        /// Open Sunday to Thursday and half of Friday; closed on holidays, half of their eves.
        case sundayToFriday
        /// Two and a half years, every day, with summer and winter far apart.
        case yearly
        /// Half as much again from one day on.
        case levelShift
        /// Two percent more every week.
        case growing
        /// Days on which the counter stood still or ran wild, and single wild intervals.
        case dirty
        /// A fifth of the intervals and some whole days are missing.
        case gaps
        /// Closed on holidays, with more on the days after, and pay-days on the first and the fifteenth.
        case holidays
        /// Fewer than one contact in most intervals.
        case nearlyNothing
        /// Every day, with nearly nobody on weekends.
        case quietWeekends
        /// Nights open, with clocks put forward and back.
        case summerTime
    }

    let kind: Kind
    let calendar: HolidayCalendar
    /// With what is to be forecast, clean.
    let truth: [History.Point]
    /// As a forecaster sees it.
    let seen: [History.Point]
    let firstOrigin: Int
    let lastOrigin: Int

    init(_ kind: Kind, seed: UInt64 = 1) {
        self.kind = kind
        var random = SplitMix64(state: seed &* 7_919 &+ UInt64(Kind.allCases.firstIndex(of: kind) ?? 0))
        let start = CalendarDate(year: 2_021, month: 1, day: 4)!.dayNumber
        let days = kind == .yearly ? 900 : 150
        let interval = kind == .aroundTheClock || kind == .yearly || kind == .nearlyNothing ? 60 : 30
        var special: [HolidayCalendar.Day] = []
        if kind == .holidays || kind == .sundayToFriday {
            for (place, offset) in stride(from: 17, to: days + 20, by: 19).enumerated() {
                let date = CalendarDate(dayNumber: start + offset)
                special.append(.init(date, .holiday, name: "holiday \(place)"))
                special.append(.init(date.advanced(by: -1), .eve, name: "holiday \(place)"))
            }
        }
        let calendar = HolidayCalendar(special)
        var truth: [History.Point] = []
        var seen: [History.Point] = []
        var passing = 0.0
        var afterHoliday = false
        for day in start..<start + days {
            let date = CalendarDate(dayNumber: day)
            let place = day - start
            passing = 0.6 * passing + 0.03 * random.normal()
            let isHoliday = calendar[date].contains { $0.kind == .holiday }
            let isEve = calendar[date].contains { $0.kind == .eve }
            guard let hours = Self.hours(kind, date.weekday, isHoliday: isHoliday, isEve: isEve) else {
                afterHoliday = afterHoliday || isHoliday
                continue
            }
            var level = Self.level(kind, date, place) * exp(passing + 0.02 * random.normal())
            if afterHoliday, kind == .holidays { level *= 1.2 }
            afterHoliday = false
            let isLost = kind == .gaps && Double.random(in: 0..<1, using: &random) < 0.06
            let stoodStill = kind == .dirty && [31, 60, 85, 110].contains(place)
            let ranWild = kind == .dirty && [45, 73, 101].contains(place)
            for minute in stride(from: hours.lowerBound, to: hours.upperBound, by: interval) {
                let time = WallTime(date, minute: minute)
                let isSkipped = kind == .summerTime && date == CalendarDate("2021-03-28")! && minute / 60 == 2
                let mean = level * Self.profile(kind, Double(minute) / 60, date.weekday) * Double(interval) / 60
                let count = Double(random.poisson(mean))
                if isSkipped { continue }
                truth.append(.init(time, count))
                if isLost || kind == .gaps && Double.random(in: 0..<1, using: &random) < 0.2 { continue }
                var dirty = count
                if stoodStill { dirty = 0 }
                if ranWild { dirty *= 3 }
                if kind == .dirty, Double.random(in: 0..<1, using: &random) < 0.002 { dirty = count * 20 }
                seen.append(.init(time, dirty))
            }
        }
        self.calendar = calendar
        self.truth = truth
        self.seen = seen
        firstOrigin = start + days - (kind == .yearly ? 200 : 70)
        lastOrigin = start + days - 14
    }

    private static func hours(_ kind: Kind, _ weekday: Weekday, isHoliday: Bool, isEve: Bool) -> Range<Int>? {
        switch kind {
        case .aroundTheClock, .yearly, .nearlyNothing, .quietWeekends, .summerTime: return 0..<1_440
        case .sundayToFriday:
            if weekday == .sat || isHoliday { return nil }
            return weekday == .fri || isEve ? 420..<840 : 420..<1_320
        case .holidays where isHoliday: return nil
        default: return weekday == .sat || weekday == .sun ? nil : 480..<1_200
        }
    }

    /// Contacts in an hour at the day's height.
    private static func level(_ kind: Kind, _ date: CalendarDate, _ place: Int) -> Double {
        let week: [Double] = [1.2, 1.05, 1, 0.97, 1.02, 0.8, 0.7]
        let weekday = Weekday.allCases.firstIndex(of: date.weekday)!
        switch kind {
        case .aroundTheClock: return 9 * week[6 - weekday]
        case .nearlyNothing: return 0.8
        case .quietWeekends: return 60 * (weekday >= 5 ? 0.04 : week[weekday])
        case .yearly: return 40 * week[weekday] * (1 + 0.35 * cos(2 * .pi * Double(date.dayNumber) / 365.25))
        case .levelShift: return 60 * week[weekday] * (place >= 95 ? 1.5 : 1)
        case .growing: return 60 * week[weekday] * exp(0.02 * Double(place) / 7)
        case .sundayToFriday: return 50 * [1, 0.97, 0.95, 1, 0.9, 1, 1.25][weekday]
        case .holidays: return 80 * week[weekday] * (date.day == 1 || date.day == 15 ? 1.25 : 1)
        default: return 60 * week[weekday]
        }
    }

    private static func profile(_ kind: Kind, _ hour: Double, _ weekday: Weekday) -> Double {
        let day = exp(-pow((hour - 11) / 3.2, 2)) + 0.7 * exp(-pow((hour - 15.5) / 3, 2)) + 0.06
        let shift = weekday == .fri ? 1 - 0.03 * max(0, hour - 12) : 1
        return kind == .aroundTheClock ? 0.25 + 0.75 * day * shift : day * shift
    }

    /// Forecasts from some days, scored: WAPE of it, and the shares of what came that lie within the bands.
    func score(
        _ forecaster: any Forecaster, step: Int = 6, historyDays: Int? = nil, days: Int = 14
    ) throws -> (wape: Double, c80: Double, c95: Double, bias: Double) {
        var error = 0.0
        var bias = 0.0
        var sum = 0.0
        var within = (0.0, 0.0, 0.0)
        for origin in stride(from: firstOrigin, through: lastOrigin, by: step) {
            let future = truth.filter { (origin..<origin + days).contains($0.time.date.dayNumber) }
            let history = try History(
                seen.filter {
                    $0.time.date.dayNumber < origin && $0.time.date.dayNumber >= origin - (historyDays ?? 10_000)
                })
            let forecast = try forecaster.forecast(history, for: future.map(\.time), calendar: calendar)
            for (point, actual) in zip(forecast.points, future) {
                let count = actual.count ?? 0
                error += abs(point.mean - count)
                bias += point.mean - count
                sum += count
                within.0 += 1
                if point.quantiles[1] <= count, count <= point.quantiles[3] { within.1 += 1 }
                if point.quantiles[0] <= count, count <= point.quantiles[4] { within.2 += 1 }
            }
        }
        return (error / sum, within.1 / within.0, within.2 / within.0, bias / sum)
    }
}

extension SplitMix64 {
    /// Box and Muller.
    mutating func normal() -> Double {
        let radius = (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &self))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }

    /// Knuth's way for small means, rounded normal numbers for great ones.
    mutating func poisson(_ mean: Double) -> Int {
        if mean > 60 { return max(0, Int((mean + mean.squareRoot() * normal()).rounded())) }
        let limit = exp(-mean)
        var product = Double.random(in: 0..<1, using: &self)
        var count = 0
        while product > limit {
            product *= Double.random(in: 0..<1, using: &self)
            count += 1
        }
        return count
    }
}
