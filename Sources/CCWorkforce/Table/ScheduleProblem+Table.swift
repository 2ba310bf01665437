import CCCore

extension ScheduleProblem {
    /// The same problem with the demand that a table asks for in some slots, such as a new forecast's in the rest of a day.
    ///
    /// The table has a column `agents` (whole numbers) and a column `slot` (from 0) or `timestamp`, as `ccctl plan` writes it; with several
    /// skills also `skill` (from 0). A row with a time is for all slots up to the next row's, by the smallest distance of two.
    ///
    /// - Parameter first: the date of day 0, for times.
    /// - Throws: `FileError` with line and column.
    public func with(demand table: CSVTable, from first: CalendarDate? = nil) throws -> ScheduleProblem {
        let agents = try table.column("agents")
        let skill = table.optionalColumn("skill")
        let place = try table.column("slot", "timestamp")
        var rows: [(skill: Int, slot: Int, agents: Int)] = []
        for row in 0..<table.count {
            let slot =
                try table.header[place] == "slot"
                ? table.whole(row, place, in: 0...(slots - 1))
                : self.slot(table.time(row, place), first, table, row, place)
            rows.append(
                (
                    try skill.map { try table.whole(row, $0, in: 0...(skills - 1)) } ?? 0, slot,
                    try table.whole(row, agents, in: 0...Limits.demand)
                ))
        }
        var span = 1
        if table.header[place] == "timestamp" {
            let starts = Set(rows.map(\.slot)).sorted()
            span = zip(starts.dropFirst(), starts).map { $0 - $1 }.min() ?? 1
        }
        var (demand, taken) = (self.demand, Set<[Int]>())
        for (row, asked) in rows.enumerated() {
            guard taken.insert([asked.skill, asked.slot]).inserted else {
                throw table.error(row, place, "there are two rows for it")
            }
            for slot in asked.slot..<min(asked.slot + span, slots) { demand[asked.skill][slot] = asked.agents }
        }
        do {
            return try ScheduleProblem(
                name: name, slotsPerDay: slotsPerDay, days: days, demand: demand, coverage: coverage,
                patterns: patterns, work: work)
        } catch let error as WorkforceError {
            throw FileError(file: table.file, path: error.place, message: error.message)
        }
    }

    private func slot(
        _ time: WallTime, _ first: CalendarDate?, _ table: CSVTable, _ row: Int, _ column: Int
    ) throws -> Int {
        guard let first else { throw table.error(row, column, "for times the date of day 0 is needed") }
        let minutes = time.minuteNumber - WallTime(first).minuteNumber
        guard (0..<days * 1_440).contains(minutes) else {
            throw table.error(row, column, "it is not within the \(days) days from \(first) on")
        }
        let (slot, rest) = (minutes * slotsPerDay).quotientAndRemainder(dividingBy: 1_440)
        guard rest == 0 else { throw table.error(row, column, "no slot begins then") }
        return slot
    }
}

extension ShiftBids {
    /// The lines in a table with the columns `line`, `day` and `pattern`, a row for each shift; lines are numbered from 0.
    ///
    /// - Throws: `FileError` with line and column.
    public static func lines(_ table: CSVTable, in problem: ScheduleProblem) throws -> [[Int: Int]] {
        let (line, day, pattern) = (
            try table.column("line"), try table.column("day"), try table.column("pattern")
        )
        var lines: [[Int: Int]] = []
        for row in 0..<table.count {
            let number = try table.whole(row, line)
            guard number <= lines.count else {
                throw table.error(row, line, "expected \(lines.count) or less: lines are numbered from 0")
            }
            if number == lines.count { lines.append([:]) }
            let date = try table.whole(row, day, in: 0...(problem.days - 1))
            let shift = try table.whole(row, pattern, in: 0...(problem.patterns.count - 1))
            guard lines[number].updateValue(shift, forKey: date) == nil else {
                throw table.error(row, day, "line \(number) has a shift on day \(date) already")
            }
        }
        return lines
    }

    /// The bids in a table with the columns `agent` and `line`, a row for each wish, the dearest first, and perhaps `seniority` and
    /// `points`; the first row of an agent tells the seniority.
    ///
    /// - Throws: `FileError` with line and column.
    public func bids(_ table: CSVTable) throws -> [Bid] {
        let (agent, line) = (try table.column("agent"), try table.column("line"))
        let (seniority, points) = (table.optionalColumn("seniority"), table.optionalColumn("points"))
        let known = if case .roster(let roster) = problem.work { Set(roster.agents.map(\.id)) } else { Set<Int>() }
        var (order, wishes): ([Int], [Int: (seniority: Int, lines: [(line: Int, points: Int)])]) = ([], [:])
        for row in 0..<table.count {
            let id = try table.whole(row, agent)
            guard known.contains(id) else { throw table.error(row, agent, "there is no agent \(id)") }
            let wish = (line: try table.whole(row, line), points: try points.map { try table.whole(row, $0) } ?? 0)
            guard lines.indices.contains(wish.line) else {
                throw table.error(row, line, "there is no line \(wish.line); there are \(lines.count)")
            }
            if wishes[id] == nil {
                order.append(id)
                wishes[id] = (try seniority.map { try table.whole(row, $0) } ?? 0, [])
            }
            guard wishes[id]?.lines.contains(where: { $0.line == wish.line }) != true else {
                throw table.error(row, line, "agent \(id) wants it already")
            }
            wishes[id]?.lines.append(wish)
        }
        return order.compactMap { id in
            wishes[id].map { Bid(agent: id, seniority: $0.seniority, points: $0.lines) }
        }
    }
}

extension CSVTable {
    /// A field's whole number.
    fileprivate func whole(_ row: Int, _ column: Int, in range: ClosedRange<Int> = 0...1_000_000_000) throws -> Int {
        guard let value = try number(row, column), let number = Int(exactly: value), range.contains(number) else {
            throw error(row, column, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
