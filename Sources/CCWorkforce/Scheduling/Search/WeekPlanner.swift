/// The cheapest line of shifts for one agent that keeps all rules of his contract, when each shift has a price: exact,
/// by dynamic programming over the days.
///
/// A state is what the rules need to know of the days so far: days worked in a row, shifts and paid slots of this week,
/// weekends worked, and the end of yesterday's shift. Of shifts of equal start, end and pay only the cheapest matters.
struct WeekPlanner {
    private struct State {
        var run: Int32
        var shifts: Int32
        var paid: Int32
        var weekends: Int32
        /// Of yesterday's shift, counted from yesterday's midnight; −1: was off.
        var end: Int32
        var price: Int
        /// The state of the day before, and the option taken from there, −1: off.
        var before: Int32
        var option: Int32

        // Fits: at most 1,000 days in a row, 7 shifts, 10,080 slots, 10 weekends, an end of 2,880.
        var key: UInt64 {
            UInt64(run) | UInt64(shifts) << 10 | UInt64(paid) << 13 | UInt64(weekends) << 27 | UInt64(end + 1) << 32
        }
    }

    let tables: RosterTables
    let agent: Int

    /// - Parameter price: of an option, by its number.
    /// - Returns: an option number or −1 for each day, and the sum of prices; nil when nothing keeps the rules.
    func cheapest(_ price: (Int) -> Int) -> (line: [Int32], price: Int)? {
        var days: [[State]] = []
        var states = [State(run: runLimit(tables.roster[agent].daysBefore), shifts: 0, paid: 0, weekends: 0, end: -1, price: 0, before: -1, option: -1)]
        for day in 0..<tables.days {
            states = next(states, day, shapes(day, price))
            if states.isEmpty { return nil }
            days.append(states)
        }
        guard var place = states.indices.min(by: { states[$0].price < states[$1].price }) else { return nil }
        var line = [Int32](repeating: -1, count: tables.days)
        let best = states[place].price
        for day in (0..<tables.days).reversed() {
            line[day] = days[day][place].option
            place = Int(days[day][place].before)
        }
        return (line, best)
    }

    private func runLimit(_ run: Int) -> Int32 { Int32(min(run, tables.maxConsecutiveDays)) }

    private struct Shape {
        var option: Int32
        var price: Int
    }

    /// The cheapest option of each start, end and pay; options lie together by length and start.
    private func shapes(_ day: Int, _ price: (Int) -> Int) -> [Shape] {
        let place = agent * tables.days + day
        var shapes: [Shape] = []
        for option in Int(tables.first[place])..<Int(tables.first[place + 1]) {
            let price = price(option)
            if let last = shapes.last {
                let (a, b) = (tables.options[Int(last.option)], tables.options[option])
                if a.start == b.start, a.end == b.end, a.paid == b.paid {
                    if price < last.price { shapes[shapes.count - 1] = Shape(option: Int32(option), price: price) }
                    continue
                }
            }
            shapes.append(Shape(option: Int32(option), price: price))
        }
        return shapes
    }

    private func next(_ states: [State], _ day: Int, _ shapes: [Shape]) -> [State] {
        let contract = tables.roster[agent]
        let (weekday, lastOfWeek) = (day % 7, day % 7 == 6 || day == tables.days - 1)
        var result: [State] = []
        var places: [UInt64: Int] = [:]
        func add(_ state: State) {
            var state = state
            if lastOfWeek {
                guard state.paid >= Int32(contract.minSlots) else { return }
                (state.paid, state.shifts) = (0, 0)
            }
            if let place = places[state.key] {
                if state.price < result[place].price { result[place] = state }
            } else {
                places[state.key] = result.count
                result.append(state)
            }
        }
        for (place, state) in states.enumerated() {
            var off = state
            (off.run, off.end, off.before, off.option) = (0, -1, Int32(place), -1)
            add(off)
            guard state.run < Int32(tables.maxConsecutiveDays), state.shifts < Int32(contract.maxDays) else { continue }
            var weekends = state.weekends
            if let limit = contract.maxWeekends {
                if weekday == 5 || (weekday == 6 && state.end < 0) { weekends += 1 }
                if weekends > Int32(limit) { continue }
            }
            for shape in shapes {
                let option = tables.options[Int(shape.option)]
                if state.end >= 0, Int(option.start) + tables.slotsPerDay - Int(state.end) < tables.rest { continue }
                guard state.paid + option.paid <= Int32(contract.maxSlots) else { continue }
                add(
                    State(
                        run: state.run + 1, shifts: state.shifts + 1, paid: state.paid + option.paid,
                        weekends: weekends, end: option.end, price: state.price + shape.price, before: Int32(place),
                        option: shape.option))
            }
        }
        return result
    }
}
