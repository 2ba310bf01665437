import CCCore

/// Mean handle time per interval: the day's level by a ``LevelModel``, times a profile over the day; both weighted by contacts.
struct HandleTimeModel: Sendable {
    private let levels: LevelModel
    /// By weekday and interval: handle time as a multiple of the day's.
    private let profiles: [[Double]]

    /// Nil when fewer than five days have handle times.
    init?(_ history: History, times: [WallTime], calendar: HolidayCalendar) {
        let seconds = DayMatrix(history, times: times) { point in
            guard let time = point.handleTime else { return nil }
            return time
        }
        guard seconds.rows >= AutoForecaster.daysMin else { return nil }
        let counts = DayMatrix(history, times: times) { point in point.handleTime == nil ? nil : point.count ?? 1 }
        let slots = seconds.slots
        // Profiles first, with the days' own means taken out; days weigh by their contacts.
        var common = [(time: Double, weight: Double)](repeating: (0, 0), count: slots)
        var own = [[(time: Double, weight: Double)]](repeating: common, count: 7)
        var dayMeans: [(mean: Double, weight: Double)] = []
        for row in 0..<seconds.rows {
            var sum = 0.0
            var weight = 0.0
            for slot in row * slots..<(row + 1) * slots where !seconds.values[slot].isNaN {
                sum += seconds.values[slot] * counts.values[slot]
                weight += counts.values[slot]
            }
            let mean = weight > 0 ? sum / weight : 0
            dayMeans.append((mean, weight))
            guard mean > 0 else { continue }
            let weekday = DayFeatures.weekday(seconds.dayNumbers[row])
            for slot in 0..<slots {
                let place = row * slots + slot
                guard !seconds.values[place].isNaN else { continue }
                // A few very long contacts in an interval say little of the next.
                let ratio = min(max(seconds.values[place] / mean, 0.2), 5)
                common[slot].time += ratio * counts.values[place]
                common[slot].weight += counts.values[place]
                own[weekday][slot].time += ratio * counts.values[place]
                own[weekday][slot].weight += counts.values[place]
            }
        }
        // Handle times differ about as much as they are long: so many contacts are needed before an interval's own mean tells
        // more than the day's.
        let prior = 50.0
        let shared = common.map { ($0.time + prior) / ($0.weight + prior) }
        profiles = own.map { weekday in
            weekday.enumerated().map { slot, sum in
                (sum.time + 4 * prior * shared[slot]) / (sum.weight + 4 * prior)
            }
        }
        var values: [Double] = []
        var noise: [Double] = []
        var days: [Int] = []
        for row in 0..<seconds.rows where dayMeans[row].mean > 0 {
            let profile = profiles[DayFeatures.weekday(seconds.dayNumbers[row])]
            var sum = 0.0
            var expected = 0.0
            for slot in 0..<slots {
                let place = row * slots + slot
                guard !seconds.values[place].isNaN else { continue }
                sum += seconds.values[place] * counts.values[place]
                expected += profile[slot] * counts.values[place]
            }
            guard sum > 0, expected > 0 else { continue }
            values.append(logarithm(sum / expected))
            noise.append(1 / max(1, dayMeans[row].weight))
            days.append(seconds.dayNumbers[row])
        }
        guard days.count >= AutoForecaster.daysMin else { return nil }
        let first = max(min(days.count - 1, 5), days.count - 60, days.count / 3)
        levels = LevelModel(
            days: days, values: values, noise: noise,
            features: DayFeatures(calendar: calendar, past: days, future: Set(times.map(\.date.dayNumber))),
            firstValidated: first)
    }

    /// Seconds by interval of a day.
    func day(_ day: Int) -> [Double] {
        let level = exponential(min(max(levels(day).mean, -20), 25))
        return profiles[DayFeatures.weekday(day)].map { $0 * level }
    }
}
