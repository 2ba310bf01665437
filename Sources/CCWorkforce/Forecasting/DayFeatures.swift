import CCCore

/// What the calendar says of days, as numbers for a ``DayFilter``.
struct DayFeatures: Sendable {
    static let holiday = DayFilter.fixed
    static let eve = holiday + 1
    static let afterLikeFirst = holiday + 2
    static let after = holiday + 3
    static let secondLikeSecond = holiday + 4
    static let second = holiday + 5
    static let month = holiday + 6
    /// Days of the month at which effects are learned: eight before its last, its last, and 22 from its first.
    static let nodes = 31
    private static let lastOfMonth = 8
    static let yearly = month + nodes
    static let harmonics = 3
    /// So many days make whole weeks and nearly a year.
    static let year = 364
    /// At most so many names of days have a coefficient.
    static let namesMax = 40
    /// The prior variance of their coefficients.
    static let nameVariance = 0.15 * 0.15

    let calendar: HolidayCalendar
    let hasYear: Bool
    let names: [String: Int]
    let size: Int
    /// Days on which the centre was or will be open.
    var open: Set<Int>
    /// Whether a weekday is usually open.
    let usuallyOpen: [Bool]
    /// How much more than its own weekday the first day after days that are always closed has.
    var firstDayEffect: [Double]
    var secondDayEffect = [Double](repeating: 0, count: 7)
    /// Days that are like another weekday than their own.
    var like: [Int: Int] = [:]
    /// How far days were from the usual one a year before them, on the logarithmic scale; nothing where that is not known.
    var yearAgo: [Int: Double] = [:]
    /// The place of its coefficient, if there is one.
    private let lastYear: Int?
    /// How much of a closed day's place in the month the next open day takes over.
    var carry = 0.5

    init(calendar: HolidayCalendar, past: [Int], future: Set<Int>) {
        self.calendar = calendar
        open = future.union(past)
        var seen = [Int](repeating: 0, count: 7)
        for day in past { seen[Self.weekday(day)] += 1 }
        let most = seen.max() ?? 0
        usuallyOpen = seen.map { Double($0) > 0.25 * Double(most) }
        firstDayEffect = [Double](repeating: 0, count: 7)
        let span = (past.last ?? 0) - (past.first ?? 0)
        hasYear = span >= 300
        var first = Self.yearly + (hasYear ? 2 * Self.harmonics : 0)
        lastYear = span >= Self.year + 30 ? first : nil
        if lastYear != nil { first += 1 }
        let learned = Self.learned(calendar, past: past, future: future)
        names = Dictionary(uniqueKeysWithValues: learned.enumerated().map { ($1, first + $0) })
        size = first + learned.count
    }

    /// What days of one name are known by; nil for days that are like no other and for those whose effect is given.
    private static func name(_ special: HolidayCalendar.Day) -> String? {
        special.name.isEmpty || special.factor != nil ? nil : special.kind.rawValue + special.name
    }

    /// The names that days of the history have in common with each other or with days ahead, in the order of their first days;
    /// the most frequent ones when there are many, as the filters' cost grows with the square of their number.
    private static func learned(_ calendar: HolidayCalendar, past: [Int], future: Set<Int>) -> [String] {
        func names(_ day: Int) -> [String] { calendar[CalendarDate(dayNumber: day)].compactMap(name) }
        var counts: [String: Int] = [:]
        var order: [String] = []
        for day in past {
            for name in names(day) {
                if counts[name] == nil { order.append(name) }
                counts[name, default: 0] += 1
            }
        }
        let ahead = Set(future.flatMap(names))
        let useful = order.enumerated().map { (place: $0, name: $1, count: counts[$1, default: 0]) }
            .filter { $0.count >= 2 || ahead.contains($0.name) }
            .sorted { ($1.count, $0.place) < ($0.count, $1.place) }
        return useful.prefix(namesMax).sorted { $0.place < $1.place }.map(\.name)
    }

    /// The variance that a day has from names of which nothing is learned: as much as that of a coefficient that only it has.
    func unlearned(_ day: Int) -> Double {
        let special = calendar[CalendarDate(dayNumber: day)]
        guard !special.isEmpty else { return 0 }
        return special.compactMap(Self.name).reduce(0) { $0 + (names[$1] == nil ? Self.nameVariance : 0) }
    }

    func likeness(_ day: Int) -> Int { like[day] ?? Self.weekday(day) }

    static func weekday(_ day: Int) -> Int { (day % 7 + 10) % 7 }

    /// Learns from the weekdays' usual levels what the first day after a closure has more than others.
    mutating func learnFirstDay(_ effects: [Double]) {
        guard usuallyOpen.contains(false) else { return }
        let firsts = (0..<7).filter { usuallyOpen[$0] && !usuallyOpen[($0 + 6) % 7] }
        guard !firsts.isEmpty else { return }
        let first = firsts.map { effects[$0] }.max() ?? 0
        for weekday in 0..<7 where usuallyOpen[weekday] && !firsts.contains(weekday) {
            firstDayEffect[weekday] = max(0, first - effects[weekday])
        }
        let second = firsts.map { effects[($0 + 1) % 7] }.max() ?? 0
        for weekday in 0..<7
        where usuallyOpen[weekday] && !firsts.contains(weekday) && !firsts.contains((weekday + 6) % 7) {
            secondDayEffect[weekday] = max(0, second - effects[weekday])
        }
    }

    /// Learns how far days are from the usual one, smoothed over a week so that one odd day or holiday decides nothing.
    mutating func learnYearAgo(_ days: [Int], logs: [Double], classes: [Int], usual: [Double], ahead: Set<Int>) {
        guard lastYear != nil else { return }
        let level = zip(logs, classes).map { $0 - usual[$1] }
        let center = median(level)
        var found: [(day: Int, ago: Double, count: Double)] = []
        var apart: [Double] = []
        for day in ahead.union(days).sorted() {
            var before = day - Self.year
            while before > (days.last ?? before) - 4 { before -= Self.year }
            var first = 0
            var last = days.count
            while first < last {
                let middle = (first + last) / 2
                if days[middle] < before - 3 { first = middle + 1 } else { last = middle }
            }
            let near = (first..<days.count).prefix { days[$0] <= before + 3 }.map { level[$0] }
            guard near.count >= 3 else { continue }
            let middle = median(near)
            found.append((day, middle - center, Double(near.count)))
            apart += near.map { abs($0 - middle) }
        }
        // What may be chance, up to three standard errors of a median, is drawn to nothing (James and Stein 1961): else the
        // coefficient would be learned from chance.
        let spread = 1.4826 * median(apart)
        for (day, ago, count) in found {
            let chance = 9 * 1.57 * spread * spread / count
            yearAgo[day] = ago * ago > chance ? ago * (1 - chance / (ago * ago)) : 0
        }
    }

    private func priorVariance(_ hyper: DayHyper, weekdays: Double) -> [Double] {
        var variance = [Double](repeating: Self.nameVariance, count: size)
        variance[DayFilter.level] = 1
        variance[DayFilter.passing] = hyper.passing * hyper.passing
        variance[DayFilter.slope] = hyper.slope > 0 ? 0.002 * 0.002 : 0
        for weekday in 0..<7 { variance[DayFilter.weekday + weekday] = weekdays }
        variance[Self.holiday] = 0.09
        variance[Self.eve] = 0.01
        variance[Self.afterLikeFirst] = 0.16
        variance[Self.after] = 0.0036
        variance[Self.secondLikeSecond] = 0.16
        variance[Self.second] = 0.0036
        for node in 0..<Self.nodes { variance[Self.month + node] = hyper.month * hyper.month }
        if hasYear {
            for harmonic in 0..<Self.harmonics {
                let deviation = hyper.harmonics * 0.15 / Double(harmonic + 1)
                variance[Self.yearly + 2 * harmonic] = deviation * deviation
                variance[Self.yearly + 2 * harmonic + 1] = deviation * deviation
            }
        }
        if let lastYear { variance[lastYear] = 0.16 }
        return variance
    }

    /// Row by row.
    func priorCovariance(_ hyper: DayHyper, weekdays: Double) -> [Double] {
        let variance = priorVariance(hyper, weekdays: weekdays)
        var covariance = [Double](repeating: 0, count: size * size)
        for place in 0..<size { covariance[place * size + place] = variance[place] }
        for first in 0..<Self.nodes {
            for second in 0..<Self.nodes where first != second {
                covariance[(Self.month + first) * size + Self.month + second] =
                    hyper.month * hyper.month * Self.likeness(ofNodes: first, second)
            }
        }
        return covariance
    }

    func priorMean(level: Double) -> [Double] {
        var mean = [Double](repeating: 0, count: size)
        mean[DayFilter.level] = level
        mean[Self.afterLikeFirst] = 0.8
        mean[Self.after] = 0.05
        mean[Self.secondLikeSecond] = 0.6
        mean[Self.second] = 0.03
        if let lastYear { mean[lastYear] = 0.5 }
        return mean
    }

    func callAsFunction(_ day: Int, like: Int? = nil) -> Sparse {
        var sparse = Sparse()
        let weekday = like ?? likeness(day)
        sparse.add(DayFilter.weekday + weekday, 1)
        for special in calendar[CalendarDate(dayNumber: day)] where special.factor == nil {
            switch special.kind {
            case .holiday: sparse.add(Self.holiday, 1)
            case .eve: sparse.add(Self.eve, 1)
            case .event: break
            }
            if let place = names[special.kind.rawValue + special.name] { sparse.add(place, 1) }
        }
        addMonth(day, 1, &sparse)
        // Days on which the centre was closed leave part of what they would have had to the next.
        let (closed, sawHoliday) = closure(before: day)
        if carry > 0 { for distance in 0..<closed { addMonth(day - 1 - distance, carry, &sparse) } }
        if sawHoliday {
            if firstDayEffect[weekday] > 0 { sparse.add(Self.afterLikeFirst, firstDayEffect[weekday]) }
            sparse.add(Self.after, 1)
        } else if closed == 0, closure(before: day - 1).holiday {
            if secondDayEffect[weekday] > 0 { sparse.add(Self.secondLikeSecond, secondDayEffect[weekday]) }
            sparse.add(Self.second, 1)
        }
        if hasYear {
            let angle = 2 * Double.pi * Double(day) / 365.2425
            for harmonic in 1...Self.harmonics {
                sparse.add(Self.yearly + 2 * (harmonic - 1), sine(angle * Double(harmonic)))
                sparse.add(Self.yearly + 2 * (harmonic - 1) + 1, cosine(angle * Double(harmonic)))
            }
        }
        if let lastYear, let ago = yearAgo[day] { sparse.add(lastYear, ago) }
        return sparse
    }

    /// How many days before a day the centre was closed, and whether one of them was a holiday on which it would have been
    /// open.
    private func closure(before day: Int) -> (days: Int, holiday: Bool) {
        var before = day - 1
        var sawHoliday = false
        while before > day - 6, !open.contains(before), !usuallyOpen[Self.weekday(before)] || calendar.isHoliday(before)
        {
            if calendar.isHoliday(before), usuallyOpen[Self.weekday(before)] { sawHoliday = true }
            before -= 1
        }
        return (day - 1 - before, sawHoliday)
    }

    private func addMonth(_ day: Int, _ weight: Double, _ sparse: inout Sparse) {
        let date = CalendarDate(dayNumber: day)
        var node = Self.lastOfMonth + date.day
        if date.day > 22 {
            var toLast = 0
            while CalendarDate(dayNumber: day + toLast + 1).day != 1 { toLast += 1 }
            node = Self.lastOfMonth - toLast
        }
        sparse.add(Self.month + node, weight)
    }

    /// How alike the effects of two days of the month are a priori; its end is beside its beginning.
    private static func likeness(ofNodes first: Int, _ second: Int) -> Double {
        let apart = abs(first - second)
        return 0.9 * exponential(-Double(min(apart, nodes - apart)) / 3)
    }
}
