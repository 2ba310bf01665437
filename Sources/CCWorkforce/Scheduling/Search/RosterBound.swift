/// A cost that no roster can undercut: Lagrangian relaxation of the cover (Geoffrion 1974).
///
/// Every slot and skill has a price. Each agent works the line that is cheapest when the prices of its slots are paid to
/// him, which dynamic programming finds exactly; each missing agent costs his price or what his absence costs, whichever
/// is less. The sum is a bound for any prices, counted in whole thousandths so that rounding cannot spoil it; subgradient
/// steps (Held, Wolfe & Crowder 1974) look for the prices with the largest sum.
public enum RosterBound {
    /// - Parameters:
    ///   - target: The cost of a schedule, which steers the length of the steps.
    ///   - budget: A move is one plan for all agents.
    /// - Returns: nil for a problem without names, when no line keeps some agent's rules, and when costs are too large to be
    ///   counted in thousandths.
    public static func bound(_ problem: ScheduleProblem, target: Int, budget: ScheduleBudget) -> Int? {
        guard case .roster(let roster) = problem.work else { return nil }
        let largest = Double(max(problem.coverage.under.last ?? 0, problem.coverage.belowMinimum))
        guard problem.demand.joined().reduce(0.0, { $0 + Double($1) }) * largest < 1e15 else { return nil }
        var prices = Prices(problem, RosterTables(problem, roster))
        var (best, step, waiting, moves) = (Int.min, 1.0, 0, 0)
        var bestPrices = prices.thousandths
        repeat {
            guard let (sum, slope) = prices.evaluate() else { return nil }
            moves += 1
            if sum > best {
                (best, bestPrices, waiting) = (sum, prices.thousandths, 0)
            } else {
                waiting += 1
                if waiting >= 20 {
                    (step, waiting) = (step * 0.7, 0)
                    prices.thousandths = bestPrices
                    if step < 1e-4 { break }
                    continue
                }
            }
            let norm = slope.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
            if norm == 0 { break }
            let length = step * max(Double(target) * 1_000 - Double(sum), 1_000) / norm
            prices.move(slope, length)
        } while budget.share(moves) < 1
        return max(0, Int((Double(best) / 1_000 - 1e-9).rounded(.up)))
    }

    private struct Prices {
        /// By skill and slot.
        var thousandths: [[Int]]
        private let problem: ScheduleProblem
        private let tables: RosterTables
        private let planners: [WeekPlanner]
        private let covers: [[Int]]
        /// By skill and slot: what each missing agent costs, and how many cost so.
        private let parts: [[[(cost: Int, count: Int)]]]
        private let skillsOf: [[Int]]

        init(_ problem: ScheduleProblem, _ tables: RosterTables) {
            self.problem = problem
            self.tables = tables
            planners = (0..<tables.agents).map { WeekPlanner(tables: tables, agent: $0) }
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

        /// The bound that these prices give, in thousandths, and how it changes with each price.
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
            // By group and slot: the skill that pays most.
            let serving = skillsOf.map { skills in
                (0..<problem.slots).map { slot in
                    skills.max { thousandths[$0][slot] < thousandths[$1][slot] } ?? 0
                }
            }
            let worth = serving.map { row in row.enumerated().map { thousandths[$1][$0] } }
            for agent in 0..<tables.agents {
                let planner = planners[agent]
                let group = tables.groupOf[agent]
                let prices = self.prices(agent, planner.options, worth[group])
                guard let (line, price) = planner.cheapest(prices) else { return nil }
                sum += price
                for (day, option) in line.enumerated() where option >= 0 {
                    for slot in covers[Int(tables.options[Int(option)].pattern)] {
                        let place = (day * problem.slotsPerDay + slot) % problem.slots
                        slope[serving[group][place]][place] -= 1
                    }
                }
            }
            return (sum, slope)
        }

        private func prices(_ agent: Int, _ options: Range<Int>, _ worth: [Int]) -> [Int] {
            var prices: [Int] = []
            prices.reserveCapacity(options.count)
            for day in 0..<tables.days {
                let place = agent * tables.days + day
                for number in Int(tables.first[place])..<Int(tables.first[place + 1]) {
                    let option = tables.options[number]
                    var price = Int(option.cost) * 1_000
                    for slot in covers[Int(option.pattern)] {
                        let index = day * problem.slotsPerDay + slot
                        price -= worth[index < problem.slots ? index : index - problem.slots]
                    }
                    prices.append(price)
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
    }
}
