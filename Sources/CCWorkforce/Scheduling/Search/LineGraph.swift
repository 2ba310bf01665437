/// What the rules need to know of the days that an agent has worked so far, and how a day changes it: made once for a
/// contract, asked for every price.
///
/// Days that no longer matter are forgotten, so that few nodes are left: a run of days that the days ahead cannot make
/// too long counts as none, and so do shifts of a week that cannot become too many.
struct LineGraph: Sendable {
    /// What graphs are equal by.
    struct Terms: Hashable {
        var days: Int
        var maxConsecutiveDays: Int
        var minSlots: Int
        var maxSlots: Int
        var maxDays: Int
        var daysBefore: Int
        var maxWeekends: Int?
        /// Paid slots that shifts of each day can have, ascending.
        var paid: [[Int]]
    }

    /// Nodes at the midnight before each day, and at the last.
    let counts: [Int]
    /// Entry [day][node]: the node after a day off; −1: the rules forbid it, or nothing after it keeps them.
    let off: [[Int32]]
    /// Entry [day][node × kinds + kind]: the node after a shift of the day's kind of pay.
    let work: [[Int32]]

    private struct Tally: Hashable {
        var run: Int
        /// Of this week.
        var shifts: Int
        var paid: Int
        var weekends: Int
    }

    init(_ terms: Terms) {
        let days = terms.days
        func essential(_ tally: Tally, before day: Int) -> Tally {
            var tally = tally
            let weekEnd = min((day / 7 + 1) * 7, days)
            var ahead = days - day
            if weekEnd == days { ahead = min(ahead, max(0, terms.maxDays - tally.shifts)) }
            if tally.run + ahead <= terms.maxConsecutiveDays {
                // A Sunday asks whether the Saturday was worked.
                tally.run = terms.maxWeekends != nil && day % 7 == 6 ? min(tally.run, 1) : 0
            }
            if tally.shifts + (weekEnd - day) <= terms.maxDays { tally.shifts = 0 }
            return tally
        }
        var layers = [
            [
                essential(
                    Tally(run: min(terms.daysBefore, terms.maxConsecutiveDays), shifts: 0, paid: 0, weekends: 0),
                    before: 0)
            ]
        ]
        var (off, work) = ([[Int32]](), [[Int32]]())
        for day in 0..<days {
            var numbers: [Tally: Int32] = [:]
            var next: [Tally] = []
            let weekEnds = day % 7 == 6 || day == days - 1
            func number(_ tally: Tally) -> Int32 {
                var tally = tally
                if weekEnds {
                    if tally.paid < terms.minSlots { return -1 }
                    (tally.paid, tally.shifts) = (0, 0)
                }
                tally = essential(tally, before: day + 1)
                if let number = numbers[tally] { return number }
                numbers[tally] = Int32(next.count)
                next.append(tally)
                return Int32(next.count - 1)
            }
            var (offs, works) = ([Int32](), [Int32]())
            for tally in layers[day] {
                var rest = tally
                rest.run = 0
                offs.append(number(rest))
                var after = tally
                after.run += 1
                after.shifts += 1
                if terms.maxWeekends != nil, day % 7 == 5 || (day % 7 == 6 && tally.run == 0) { after.weekends += 1 }
                let forbidden =
                    tally.run >= terms.maxConsecutiveDays || after.shifts > terms.maxDays
                    || after.weekends > terms.maxWeekends ?? .max
                for paid in terms.paid[day] {
                    if forbidden || tally.paid + paid > terms.maxSlots {
                        works.append(-1)
                    } else {
                        var after = after
                        after.paid += paid
                        works.append(number(after))
                    }
                }
            }
            layers.append(next)
            off.append(offs)
            work.append(works)
        }
        // Ways that lead nowhere are closed.
        var open = layers[days].map { _ in true }
        for day in (0..<days).reversed() {
            let kinds = terms.paid[day].count
            for place in off[day].indices where off[day][place] >= 0 && !open[Int(off[day][place])] {
                off[day][place] = -1
            }
            for place in work[day].indices where work[day][place] >= 0 && !open[Int(work[day][place])] {
                work[day][place] = -1
            }
            open = layers[day].indices.map { node in
                off[day][node] >= 0 || work[day][node * kinds..<(node + 1) * kinds].contains { $0 >= 0 }
            }
        }
        counts = layers.map(\.count)
        (self.off, self.work) = (off, work)
    }
}
