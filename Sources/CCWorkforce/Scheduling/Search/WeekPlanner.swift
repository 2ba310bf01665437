/// The cheapest line of shifts for one agent that keeps all rules of his contract, when each shift has a price: exact,
/// by dynamic programming over the days.
///
/// What the rules need to know of the days so far is a `Tally` and the end of yesterday's shift. Of shifts of equal
/// start, end and pay only the cheapest matters, and of lines with equal tallies only the cheapest among those whose
/// last shift ended early enough.
struct WeekPlanner {
    private struct Tally: Hashable {
        /// Days worked in a row.
        var run: Int
        /// Of this week.
        var shifts: Int
        /// Paid slots of this week.
        var paid: Int
        var weekends: Int
    }

    private struct State {
        /// Of the day's shift, counted from its midnight; −1: off.
        var end: Int
        var price: Int
        /// The state of the day before, by tally and place there.
        var tally: Int32
        var place: Int32
        /// The option taken; −1: off.
        var option: Int32
    }

    private struct Layer {
        var tallies: [Tally] = []
        /// By tally; ascending by end, descending by price once pruned.
        var states: [[State]] = []
    }

    struct Shape {
        var start: Int
        var end: Int
        var paid: Int
        var options: Range<Int>
    }

    private let days: Int
    private let slotsPerDay: Int
    private let rest: Int
    private let maxConsecutiveDays: Int
    private let contract: RosterAgent
    /// By day.
    private let shapes: [[Shape]]
    /// The agent's options, by their numbers.
    let options: Range<Int>

    /// - Parameters:
    ///   - roster: Whose rules of rest and days in a row count; its agents and options do not.
    ///   - shapes: By day; their options are those from 0 to `count`.
    init(_ problem: ScheduleProblem, _ roster: Roster, _ contract: RosterAgent, shapes: [[Shape]], count: Int) {
        (days, slotsPerDay) = (problem.days, problem.slotsPerDay)
        (rest, maxConsecutiveDays) = (roster.rest, roster.maxConsecutiveDays)
        self.contract = contract
        self.shapes = shapes
        options = 0..<count
    }

    init(tables: RosterTables, agent: Int) {
        (days, slotsPerDay) = (tables.days, tables.slotsPerDay)
        (rest, maxConsecutiveDays) = (tables.rest, tables.maxConsecutiveDays)
        contract = tables.roster[agent]
        let place = agent * tables.days
        options = Int(tables.first[place])..<Int(tables.first[place + tables.days])
        shapes = (0..<tables.days).map { day in
            var shapes: [Shape] = []
            for number in Int(tables.first[place + day])..<Int(tables.first[place + day + 1]) {
                let option = tables.options[number]
                let shape = Shape(
                    start: Int(option.start), end: Int(option.end), paid: Int(option.paid), options: number..<number + 1
                )
                if let last = shapes.last, last.start == shape.start, last.end == shape.end, last.paid == shape.paid {
                    shapes[shapes.count - 1].options = last.options.lowerBound..<number + 1
                } else {
                    shapes.append(shape)
                }
            }
            return shapes
        }
    }

    /// - Parameter prices: of the agent's options, in the order of their numbers.
    /// - Returns: an option number or −1 for each day, and the sum of prices; nil when nothing keeps the rules.
    func cheapest(_ prices: [Int]) -> (line: [Int32], price: Int)? {
        var layers = [
            Layer(
                tallies: [
                    Tally(run: min(contract.daysBefore, maxConsecutiveDays), shifts: 0, paid: 0, weekends: 0)
                ],
                states: [[State(end: -1, price: 0, tally: 0, place: 0, option: -1)]])
        ]
        for day in 0..<days {
            let cheapest = shapes[day].map { shape in
                var best = (price: Int.max, option: -1)
                for option in shape.options {
                    let price = prices[option - options.lowerBound]
                    if price < best.price { best = (price, option) }
                }
                return best
            }
            let layer = next(layers[day], day, cheapest)
            if layer.tallies.isEmpty { return nil }
            layers.append(layer)
        }
        var (best, tally, place) = (Int.max, 0, 0)
        for (number, states) in layers[days].states.enumerated() {
            for (index, state) in states.enumerated() where state.price < best {
                (best, tally, place) = (state.price, number, index)
            }
        }
        var line = [Int32](repeating: -1, count: days)
        for day in (0..<days).reversed() {
            let state = layers[day + 1].states[tally][place]
            line[day] = state.option
            (tally, place) = (Int(state.tally), Int(state.place))
        }
        return (line, best)
    }

    private func next(_ layer: Layer, _ day: Int, _ cheapest: [(price: Int, option: Int)]) -> Layer {
        let weekEnds = day % 7 == 6 || day == days - 1
        var result = Layer()
        var numbers: [Tally: Int] = [:]
        func number(_ tally: Tally) -> Int? {
            var tally = tally
            if weekEnds {
                guard tally.paid >= contract.minSlots else { return nil }
                (tally.paid, tally.shifts) = (0, 0)
            }
            if let number = numbers[tally] { return number }
            numbers[tally] = result.tallies.count
            result.tallies.append(tally)
            result.states.append([])
            return result.tallies.count - 1
        }
        for (index, tally) in layer.tallies.enumerated() {
            let states = layer.states[index]
            // The last state is the cheapest.
            var off = tally
            off.run = 0
            if let number = number(off), let last = states.last {
                result.states[number].append(
                    State(end: -1, price: last.price, tally: Int32(index), place: Int32(states.count - 1), option: -1))
            }
            guard tally.run < maxConsecutiveDays, tally.shifts < contract.maxDays else { continue }
            var after = tally
            after.run += 1
            after.shifts += 1
            if let limit = contract.maxWeekends {
                if day % 7 == 5 || (day % 7 == 6 && tally.run == 0) { after.weekends += 1 }
                if after.weekends > limit { continue }
            }
            var (paid, known) = (-1, Int?.none)
            for (shape, best) in zip(shapes[day], cheapest) where tally.paid + shape.paid <= contract.maxSlots {
                if shape.paid != paid {
                    paid = shape.paid
                    var after = after
                    after.paid += paid
                    known = number(after)
                }
                guard let known, let place = last(states, endingBy: shape.start + slotsPerDay - rest)
                else {
                    continue
                }
                result.states[known].append(
                    State(
                        end: shape.end, price: states[place].price + best.price, tally: Int32(index),
                        place: Int32(place), option: Int32(best.option)))
            }
        }
        for index in result.states.indices { prune(&result.states[index]) }
        let full = result.states.indices.filter { !result.states[$0].isEmpty }
        return Layer(tallies: full.map { result.tallies[$0] }, states: full.map { result.states[$0] })
    }

    /// The last state, which is the cheapest, whose shift ended by then, or that was off.
    private func last(_ states: [State], endingBy end: Int) -> Int? {
        var (low, high) = (0, states.count)
        while low < high {
            let middle = (low + high) / 2
            if states[middle].end < 0 || states[middle].end <= end { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// Keeps the states that no other undercuts in end and price.
    private func prune(_ states: inout [State]) {
        states.sort { ($0.end, $0.price) < ($1.end, $1.price) }
        var kept = 0
        for state in states where kept == 0 || state.price < states[kept - 1].price {
            states[kept] = state
            kept += 1
        }
        states.removeLast(states.count - kept)
    }
}
