/// Lagrangian relaxation of the cover of a roster (Geoffrion 1974): every slot and skill has a price, in thousandths of
/// a cost.
///
/// Each agent works the line that is cheapest when the prices of its slots are paid to him, which dynamic programming
/// finds exactly; each missing agent costs his price or what his absence costs, whichever is less. The sum is a bound for
/// any prices, counted in whole thousandths so that rounding cannot spoil it.
struct RosterPrices: Sendable {
    /// By skill and slot.
    var thousandths: [[Int]]
    private let problem: ScheduleProblem
    private let tables: RosterTables
    private let planners: [LinePlanner]
    /// By pattern, in the tables' order: the slots it covers.
    private let covers: [[Int]]
    /// By skill and slot: what each missing agent costs, and how many cost so.
    private let parts: [[[(cost: Int, count: Int)]]]
    private let skillsOf: [[Int]]

    /// - Returns: nil when costs are too large to be counted in thousandths.
    init?(_ problem: ScheduleProblem, _ tables: RosterTables, _ planners: [LinePlanner]) {
        let largest = Double(max(problem.coverage.under.last ?? 0, problem.coverage.belowMinimum))
        guard problem.demand.joined().reduce(0.0, { $0 + Double($1) }) * largest < 1e15 else { return nil }
        (self.problem, self.tables, self.planners) = (problem, tables, planners)
        covers = tables.patternNames.map { problem.patterns[$0].cover }
        let layers = DemandLayers(problem)
        parts = (0..<problem.skills).map { skill in
            (0..<problem.slots).map { slot in
                var cost = 0
                return layers.weights.indices.map { layer in
                    cost += layers.weights[layer]
                    let next = layer + 1 < layers.weights.count ? layers.need[layer + 1][skill][slot] : 0
                    return (cost * 1_000, layers.need[layer][skill][slot] - next)
                }
            }
        }
        skillsOf = tables.groups.map { set in (0..<problem.skills).filter { set & 1 << UInt32($0) != 0 } }
        let first = problem.coverage.under[0] * 250
        thousandths = problem.demand.map { row in row.map { $0 > 0 ? first : 0 } }
    }

    /// The bound that these prices give, in thousandths, and how it changes with each price; nil when no line keeps some
    /// agent's rules.
    func evaluate() -> (sum: Int, slope: [[Int]])? {
        var sum = 0
        var slope = [[Int]](repeating: [Int](repeating: 0, count: problem.slots), count: problem.skills)
        for skill in 0..<problem.skills {
            for slot in 0..<problem.slots {
                let price = thousandths[skill][slot]
                for part in parts[skill][slot] where part.count > 0 {
                    sum += min(price, part.cost) * part.count
                    if price < part.cost { slope[skill][slot] += part.count }
                }
            }
        }
        let serving = serving
        let worth = worth(serving)
        for agent in 0..<tables.agents {
            guard let (line, price) = planners[agent].cheapest(prices(agent, worth)) else { return nil }
            sum += price
            for (day, option) in line.enumerated() where option >= 0 {
                for slot in covers[Int(tables.options[Int(option)].pattern)] {
                    let place = (day * problem.slotsPerDay + slot) % problem.slots
                    slope[serving[tables.groupOf[agent]][place]][place] -= 1
                }
            }
        }
        return (sum, slope)
    }

    /// By how many thousandths the bound grows, at least, when an option is worked; nil when no line keeps some agent's
    /// rules.
    func premiums() -> [Int]? {
        let worth = worth(serving)
        var premiums: [Int] = []
        premiums.reserveCapacity(tables.options.count)
        for agent in 0..<tables.agents {
            guard let more = planners[agent].premiums(prices(agent, worth)) else { return nil }
            premiums += more
        }
        return premiums
    }

    /// By group and slot: the skill that pays most.
    private var serving: [[Int]] {
        skillsOf.map { skills in
            (0..<problem.slots).map { slot in
                skills.max { thousandths[$0][slot] < thousandths[$1][slot] } ?? 0
            }
        }
    }

    /// Entry [group][day × patterns + pattern]: what the slots of a shift pay.
    private func worth(_ serving: [[Int]]) -> [[Int]] {
        serving.map { row in
            let paid = row.enumerated().map { thousandths[$1][$0] }
            return (0..<problem.days).flatMap { day in
                covers.map { cover in
                    var sum = 0
                    for slot in cover {
                        let place = day * problem.slotsPerDay + slot
                        sum += paid[place < problem.slots ? place : place - problem.slots]
                    }
                    return sum
                }
            }
        }
    }

    private func prices(_ agent: Int, _ worth: [[Int]]) -> [Int] {
        let row = worth[tables.groupOf[agent]]
        var prices: [Int] = []
        prices.reserveCapacity(planners[agent].options.count)
        for day in 0..<tables.days {
            let place = agent * tables.days + day
            for number in Int(tables.first[place])..<Int(tables.first[place + 1]) {
                let option = tables.options[number]
                prices.append(Int(option.cost) * 1_000 - row[day * covers.count + Int(option.pattern)])
            }
        }
        return prices
    }

    mutating func move(_ slope: [[Int]], _ length: Double) {
        let limit = Double(Limits.cost) * 1_000
        for skill in thousandths.indices {
            for slot in thousandths[skill].indices where slope[skill][slot] != 0 {
                let value = Double(thousandths[skill][slot]) + length * Double(slope[skill][slot])
                thousandths[skill][slot] = Int(min(max(value, 0), limit).rounded())
            }
        }
    }

    /// Looks for the prices with the largest sum by subgradient steps (Held, Wolfe & Crowder 1974), and keeps them.
    ///
    /// - Parameters:
    ///   - target: The cost of a schedule, which steers the length of the steps.
    ///   - goesOn: Asked after each plan for all agents, with their number.
    /// - Returns: The sum, in thousandths; nil when no line keeps some agent's rules.
    mutating func rise(target: Int, while goesOn: (Int) -> Bool) -> Int? {
        var (best, step, waiting, rounds) = (Int.min, 1.0, 0, 0)
        var bestPrices = thousandths
        repeat {
            guard let (sum, slope) = evaluate() else { return nil }
            rounds += 1
            if sum > best {
                (best, bestPrices, waiting) = (sum, thousandths, 0)
            } else {
                waiting += 1
                if waiting >= 20 {
                    (step, waiting) = (step * 0.7, 0)
                    thousandths = bestPrices
                    if step < 1e-4 { break }
                    continue
                }
            }
            let norm = slope.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
            if norm == 0 { break }
            // Aiming beyond the cost keeps steps long, which ends higher than aiming at what can be reached.
            move(slope, step * max(Double(target) * 1_200 - Double(sum), 1_000) / norm)
        } while goesOn(rounds)
        thousandths = bestPrices
        return best
    }
}
