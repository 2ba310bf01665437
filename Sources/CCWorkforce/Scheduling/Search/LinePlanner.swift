/// The cheapest line of shifts for one agent that keeps all rules of his contract, when each shift has a price: exact,
/// by dynamic programming over the days.
///
/// What the rules need to know of the days so far is a node of a `LineGraph` and the end of yesterday's shift. Of shifts
/// of equal start, end and pay only the cheapest matters.
struct LinePlanner: Sendable {
    struct Shape: Sendable {
        var start: Int
        var end: Int
        var paid: Int
        var options: Range<Int>
    }

    private struct Step: Sendable {
        /// How many ends of yesterday are early enough for the shift; the first of them is a day off.
        var after: Int32
        /// The place of its own end among those of the day.
        var end: Int32
        /// Its pay among the kinds of the day.
        var kind: Int32
        var options: Range<Int>
    }

    /// The agent's options, by their numbers.
    let options: Range<Int>
    private let graph: LineGraph
    /// By day.
    private let steps: [[Step]]
    /// Ends of yesterday's shifts to be told apart before each day, and a day off before them.
    private let widths: [Int]
    private let kinds: [Int]

    static let never = Int.max / 4

    /// - Parameters:
    ///   - shapes: By day; their options lie in `options`.
    ///   - graphs: Of contracts seen before; is added to.
    init(
        _ contract: RosterAgent, rest: Int, maxConsecutiveDays: Int, slotsPerDay: Int, shapes: [[Shape]],
        options: Range<Int>, graphs: inout [LineGraph.Terms: LineGraph]
    ) {
        let paid = shapes.map { Set($0.map(\.paid)).sorted() }
        let terms = LineGraph.Terms(
            days: shapes.count, maxConsecutiveDays: maxConsecutiveDays, minSlots: contract.minSlots,
            maxSlots: contract.maxSlots, maxDays: contract.maxDays, daysBefore: contract.daysBefore,
            maxWeekends: contract.maxWeekends, paid: paid)
        graph = graphs[terms] ?? LineGraph(terms)
        graphs[terms] = graph
        let ends = shapes.map { Set($0.map(\.end)).sorted() }
        steps = shapes.enumerated().map { day, shapes in
            shapes.map { shape in
                let latest = shape.start + slotsPerDay - rest
                let before = day > 0 ? ends[day - 1] : []
                return Step(
                    after: Int32(before.firstIndex { $0 > latest } ?? before.count),
                    end: Int32((ends[day].firstIndex(of: shape.end) ?? 0) + 1),
                    kind: Int32(paid[day].firstIndex(of: shape.paid) ?? 0), options: shape.options)
            }
        }
        widths = [1] + ends.map { $0.count + 1 }
        kinds = paid.map(\.count)
        self.options = options
    }

    /// - Parameter prices: of the agent's options, in the order of their numbers; sums stay within ±2⁶⁰.
    /// - Returns: an option number or −1 for each day, and the sum of prices; nil when nothing keeps the rules.
    func cheapest(_ prices: [Int]) -> (line: [Int32], price: Int)? {
        let best = bestOptions(prices)
        let ahead = costsAhead(best)
        guard ahead[0][0] < Self.never / 2 else { return nil }
        var line = [Int32](repeating: -1, count: steps.count)
        var (node, place) = (0, 0)
        for day in steps.indices {
            let (next, width) = (ahead[day + 1], widths[day + 1])
            let rest = graph.off[day][node]
            var (cost, to, end) = (rest < 0 ? Self.never : next[Int(rest) * width], rest, 0)
            for (number, step) in steps[day].enumerated() where step.after >= place {
                let after = graph.work[day][node * kinds[day] + Int(step.kind)]
                guard after >= 0 else { continue }
                let total = best[day][number].price + next[Int(after) * width + Int(step.end)]
                if total < cost { (cost, to, end, line[day]) = (total, after, Int(step.end), best[day][number].option) }
            }
            (node, place) = (Int(to), end)
        }
        return (line, ahead[0][0])
    }

    /// By how much a line becomes dearer, at least, when it has to contain an option: for each option, `never` when no
    /// line does; nil when nothing keeps the rules.
    func premiums(_ prices: [Int]) -> [Int]? {
        let best = bestOptions(prices)
        let ahead = costsAhead(best)
        let least = ahead[0][0]
        guard least < Self.never / 2 else { return nil }
        var premiums = [Int](repeating: Self.never, count: options.count)
        // Entry [node × width + place]: the cheapest way there whose last shift ends no later than the place says.
        var before = [0]
        for day in steps.indices {
            let (next, width, here) = (ahead[day + 1], widths[day + 1], widths[day])
            var after = [Int](repeating: Self.never, count: graph.counts[day + 1] * width)
            for node in 0..<graph.counts[day] {
                let rest = graph.off[day][node]
                if rest >= 0 {
                    let place = Int(rest) * width
                    after[place] = min(after[place], before[node * here + here - 1])
                }
            }
            for (number, step) in steps[day].enumerated() {
                var through = Self.never
                for node in 0..<graph.counts[day] {
                    let to = graph.work[day][node * kinds[day] + Int(step.kind)]
                    let cost = before[node * here + Int(step.after)]
                    guard to >= 0 else { continue }
                    let place = Int(to) * width + Int(step.end)
                    through = min(through, cost + next[place])
                    after[place] = min(after[place], cost + best[day][number].price)
                }
                guard through < Self.never / 2 else { continue }
                for option in step.options {
                    premiums[option - options.lowerBound] = through + prices[option - options.lowerBound] - least
                }
            }
            for node in 0..<graph.counts[day + 1] {
                for place in (node * width + 1)..<((node + 1) * width) where after[place] > after[place - 1] {
                    after[place] = after[place - 1]
                }
            }
            before = after
        }
        return premiums
    }

    /// By day and shape.
    private func bestOptions(_ prices: [Int]) -> [[(price: Int, option: Int32)]] {
        steps.map { steps in
            steps.map { step in
                var best = (price: Int.max, option: -1)
                for option in step.options where prices[option - options.lowerBound] < best.price {
                    best = (prices[option - options.lowerBound], option)
                }
                return (best.price, Int32(best.option))
            }
        }
    }

    /// Entry [day][node × width + place]: the cheapest way on from the midnight before a day when yesterday's shift ended
    /// at the place.
    private func costsAhead(_ best: [[(price: Int, option: Int32)]]) -> [[Int]] {
        var next = [Int](repeating: 0, count: graph.counts[steps.count] * widths[steps.count])
        var ahead = [next]
        for day in steps.indices.reversed() {
            let (width, here) = (widths[day + 1], widths[day])
            var costs = [Int](repeating: Self.never, count: graph.counts[day] * here)
            for node in 0..<graph.counts[day] {
                let row = node * here
                for (number, step) in steps[day].enumerated() {
                    let to = graph.work[day][node * kinds[day] + Int(step.kind)]
                    guard to >= 0 else { continue }
                    let cost = best[day][number].price + next[Int(to) * width + Int(step.end)]
                    let place = row + Int(step.after)
                    if cost < costs[place] { costs[place] = cost }
                }
                let to = graph.off[day][node]
                var cost = to >= 0 ? next[Int(to) * width] : Self.never
                for place in (row..<row + here).reversed() {
                    cost = min(cost, costs[place])
                    costs[place] = cost
                }
            }
            ahead.append(costs)
            next = costs
        }
        return ahead.reversed()
    }
}

extension LinePlanner {
    /// One for each agent of a roster.
    static func all(_ tables: RosterTables) -> [LinePlanner] {
        var graphs: [LineGraph.Terms: LineGraph] = [:]
        return (0..<tables.agents).map { agent in
            let place = agent * tables.days
            let shapes = (0..<tables.days).map { day in
                var shapes: [Shape] = []
                for number in Int(tables.first[place + day])..<Int(tables.first[place + day + 1]) {
                    let option = tables.options[number]
                    let shape = Shape(
                        start: Int(option.start), end: Int(option.end), paid: Int(option.paid),
                        options: number..<number + 1)
                    if let last = shapes.last, last.start == shape.start, last.end == shape.end, last.paid == shape.paid
                    {
                        shapes[shapes.count - 1].options = last.options.lowerBound..<number + 1
                    } else {
                        shapes.append(shape)
                    }
                }
                return shapes
            }
            return LinePlanner(
                tables.roster[agent], rest: tables.rest, maxConsecutiveDays: tables.maxConsecutiveDays,
                slotsPerDay: tables.slotsPerDay, shapes: shapes,
                options: Int(tables.first[place])..<Int(tables.first[place + tables.days]), graphs: &graphs)
        }
    }
}
