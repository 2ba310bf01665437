import CCCore

/// Contacts per interval: the day's level (``LevelModel``), spread by the weekday's profile (``DayShape``) and what days' profiles
/// have in common (``DayComponents``), with errors as in validation (``Calibration``).
struct VolumeModel: Sendable {
    let matrix: DayMatrix
    let levels: LevelModel
    let components: DayComponents
    let calibration: Calibration
    /// What was forecast in validation and what came.
    let trials: [Calibration.Trial]
    /// Whether an interval of the day was ever open.
    let isSeen: [Bool]
    private let likeness: Likeness
    private let calendar: HolidayCalendar
    private let shape: DayShape

    /// - Parameter future: the days on which the centre will be open.
    init(_ history: DayMatrix, calendar: HolidayCalendar, future: Set<Int>) {
        var matrix = history
        let rows = matrix.rows
        let firstValidated = max(min(rows - 1, 5), rows - 60, rows / 3)
        self.calendar = calendar
        likeness = Likeness(matrix)
        var isSeen = [Bool](repeating: false, count: matrix.slots)
        for (place, value) in matrix.values.enumerated() where !value.isNaN { isSeen[place % matrix.slots] = true }
        self.isSeen = isSeen
        let classes = (0..<rows).map { [likeness] in likeness(history, row: $0) }
        let shaped = ShapeChoice(&matrix, masks: likeness.masks, classes: classes, firstValidated: firstValidated)
        self.matrix = matrix
        shape = shaped.shape
        var features = DayFeatures(calendar: calendar, past: matrix.dayNumbers, future: future)
        for (day, weekday) in zip(matrix.dayNumbers, classes) where weekday != DayFeatures.weekday(day) {
            features.like[day] = weekday
        }
        var byWeekday = [[Double]](repeating: [], count: 7)
        for row in 0..<rows { byWeekday[classes[row]].append(shaped.logs[row]) }
        let usual = byWeekday.map { median($0) }
        features.learnFirstDay(usual)
        features.learnYearAgo(matrix.dayNumbers, logs: shaped.logs, classes: classes, usual: usual, ahead: future)
        let counting = Self.countingNoise(shaped.sums)
        let odd = OddDays.find(matrix.dayNumbers, logs: shaped.logs, counting: counting, classes: classes) { day in
            calendar.isSpecial(day) || calendar.isSpecial(day - 1)
        }
        // What the caller knows of special days is taken out here and put back into forecasts.
        let factors = matrix.dayNumbers.map { calendar.factor($0) }
        levels = LevelModel(
            days: matrix.dayNumbers, values: zip(shaped.logs, factors).map { $1 > 0 ? $0 - logarithm($1) : $0 },
            noise: zip(counting, odd).map { $1 ? LevelModel.unknown : $0 }, features: features,
            firstValidated: firstValidated)
        components = DayComponents(
            shaped.residuals(matrix), slots: matrix.slots, days: matrix.dayNumbers, features: features,
            firstValidated: firstValidated)
        trials = Self.trials(matrix, levels, components, shaped, firstValidated, factors)
        calibration = Calibration(trials, slots: matrix.slots, days: rows - firstValidated)
    }

    /// The variance of a day's logarithm by counting: one by about how many contacts were expected of it, for which the days
    /// around it stand. With the day's own count days with few contacts by chance would weigh less than those with many.
    private static func countingNoise(_ sums: [Double]) -> [Double] {
        sums.indices.map { row in
            let near = sums[max(0, row - 7)..<min(sums.count, row + 7)]
            return 1 / (near.reduce(0, +) / Double(near.count) + 0.5)
        }
    }

    private static func trials(
        _ matrix: DayMatrix, _ levels: LevelModel, _ components: DayComponents, _ shaped: ShapeChoice, _ first: Int,
        _ factors: [Double]
    ) -> [Calibration.Trial] {
        let slots = matrix.slots
        var trials: [Calibration.Trial] = []
        for row in first..<max(first, matrix.rows) {
            let added = components.validated(row, slots: slots)
            for (place, level) in levels.validated(row).enumerated() {
                let size = exponential(level.mean) * factors[row]
                for slot in 0..<slots {
                    let actual = matrix.values[row * slots + slot]
                    guard !actual.isNaN else { continue }
                    let mean = Self.mean(size * shaped.shapes[row][slot], place < added.count ? added[place][slot] : 0)
                    trials.append(
                        .init(
                            row: row, ahead: level.ahead, slot: slot, forecast: mean, variance: level.variance,
                            actual: actual))
                }
            }
        }
        return trials
    }

    private static func mean(_ mean: Double, _ added: Double) -> Double {
        guard added != 0 else { return mean }
        let root = max((0.25 * mean + 0.25).squareRoot(), (mean + 0.25).squareRoot() + added)
        return max(0, root * root - 0.25)
    }

    /// The mean of each interval of a day, and the variance of the day's level on the logarithmic scale.
    func day(_ day: Int, open: [Bool]) -> (means: [Double], variance: Double, ahead: Int) {
        let like = likeness(day, open: open)
        let level = levels(day, like: like)
        let size = exponential(level.mean) * calendar.factor(day)
        var profile = shape.profile(like)
        // Of intervals in which the centre was never open nothing is known but what is beside them.
        if isSeen.contains(false) {
            let seen = isSeen.indices.filter { isSeen[$0] }
            let own = seen.filter { likeness.masks[like][$0] }
            for slot in isSeen.indices where !isSeen[slot] {
                let nearest = (own.isEmpty ? seen : own).min { abs($0 - slot) < abs($1 - slot) }
                if let nearest { profile[slot] = profile[nearest] }
            }
        }
        let added = components(day, slots: matrix.slots)
        return ((0..<matrix.slots).map { Self.mean(size * profile[$0], added[$0]) }, level.variance, level.ahead)
    }
}
