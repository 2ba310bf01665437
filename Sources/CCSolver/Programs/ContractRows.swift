import CCWorkforce

/// The rules of each agent's contract as rows, with a column for each day of each agent: 1 when there is a shift on it.
struct ContractRows {
    /// Shifts that end at `end` or later, and those of the next day that start before `start`, are no two of one agent.
    private struct Rest {
        var end: Int
        var start: Int
        var row: Int
    }

    private let days: Int
    private let choices: RosterChoices
    /// By agent × days + day: choices − working day = 0.
    private var dayRow: [Int?] = []
    private var dayColumn: [Int?] = []
    /// By agent × weeks + week: paid slots.
    private var hours: [Int] = []
    /// By agent × days + day, for rest after that day.
    private var rest: [[Rest]] = []
    /// Weekends with work: columns, and the days that make them so.
    private var weekends: [(column: Int, days: [Int])] = []

    private var weeks: Int { (days + 6) / 7 }

    init(
        _ problem: ScheduleProblem, _ roster: Roster, _ choices: RosterChoices, _ program: inout MixedIntegerProgram
    ) throws {
        days = problem.days
        self.choices = choices
        for (number, agent) in roster.agents.enumerated() {
            for _ in 0..<weeks { hours.append(try program.addRow(Double(agent.minSlots)...Double(agent.maxSlots))) }
            let working = (0..<days).filter { !choices.of(agent: number, day: $0).isEmpty }
            let limits = try dayLimits(agent, roster, Set(working), &program)
            for day in 0..<days {
                rest.append(try restRows(problem, roster, number, day, &program))
                guard !choices.of(agent: number, day: day).isEmpty else {
                    dayRow.append(nil)
                    dayColumn.append(nil)
                    continue
                }
                let row = try program.addRow(0...0)
                let within = limits.filter { $0.days.contains(day) }
                dayRow.append(row)
                dayColumn.append(
                    try program.addColumn(
                        cost: 0, 0...1, isWhole: true, [(row, -1)] + within.map { ($0.row, 1) }))
            }
        }
    }

    /// Rows in which working days count: shifts of a week, days in a row, and weekends.
    private mutating func dayLimits(
        _ agent: RosterAgent, _ roster: Roster, _ working: Set<Int>, _ program: inout MixedIntegerProgram
    ) throws -> [(row: Int, days: Set<Int>)] {
        var limits: [(row: Int, days: Set<Int>)] = []
        for week in 0..<weeks {
            let ofWeek = working.filter { $0 / 7 == week }
            if ofWeek.count > agent.maxDays {
                limits.append((try program.addRow(0...Double(agent.maxDays)), ofWeek))
            }
        }
        // Windows of one day too many, which may begin before the horizon.
        let limit = roster.maxConsecutiveDays
        var begin = -min(agent.daysBefore, limit)
        while begin + limit < days {
            let window = Set(max(begin, 0)...(begin + limit))
            if window.isSubset(of: working) {
                limits.append((try program.addRow(0...Double(limit + min(begin, 0))), window))
            }
            begin += 1
        }
        guard let most = agent.maxWeekends else { return limits }
        let total = try program.addRow(0...Double(most))
        for week in 0..<weeks {
            var entries = [(row: total, value: 1.0)]
            let ofWeekend = working.filter { $0 / 7 == week && $0 % 7 >= 5 }.sorted()
            for day in ofWeekend {
                let row = try program.addRow(-Double.infinity...0)
                limits.append((row, [day]))
                entries.append((row, -1))
            }
            if ofWeekend.isEmpty { continue }
            let column = try program.addColumn(cost: 0, 0...1, isWhole: false, entries)
            weekends.append((column, ofWeekend.map { dayRow.count + $0 }))
        }
        return limits
    }

    /// One row for each end of a shift after which more of the next day's shifts are too early than after earlier ends:
    /// all shifts that end then or later exclude each other and all of those.
    private func restRows(
        _ problem: ScheduleProblem, _ roster: Roster, _ agent: Int, _ day: Int, _ program: inout MixedIntegerProgram
    ) throws -> [Rest] {
        let ends = Set(choices.of(agent: agent, day: day).map { choices.choices[$0].end }).sorted()
        let starts = choices.of(agent: agent, day: day + 1).map { choices.choices[$0].start }.sorted()
        var rows: [Rest] = []
        var before = 0
        for end in ends {
            let first = roster.rest + end - problem.slotsPerDay
            let early = starts.prefix { $0 < first }.count
            if early > before { rows.append(Rest(end: end, start: first, row: try program.addRow(0...1))) }
            before = early
        }
        return rows
    }

    /// What a choice counts in.
    func entries(_ number: Int, _ choice: RosterChoices.Choice) -> [(row: Int, value: Double)] {
        let place = choice.agent * days + choice.day
        var entries = [(row: hours[choice.agent * weeks + choice.day / 7], value: Double(choice.paid))]
        if let row = dayRow[place] { entries.append((row, 1)) }
        for rest in rest[place] where choice.end >= rest.end { entries.append((rest.row, 1)) }
        if choice.day > 0 {
            for rest in rest[place - 1] where choice.start < rest.start { entries.append((rest.row, 1)) }
        }
        return entries
    }

    /// Fills in working days and weekends.
    func fill(_ values: inout [Double], _ chosen: [Double]) {
        for (place, column) in dayColumn.enumerated() {
            guard let column else { continue }
            values[column] = choices.of(agent: place / days, day: place % days).reduce(0) { $0 + chosen[$1] }
        }
        for weekend in weekends {
            values[weekend.column] = weekend.days.contains { dayColumn[$0].map { values[$0] > 0 } ?? false } ? 1 : 0
        }
    }
}
