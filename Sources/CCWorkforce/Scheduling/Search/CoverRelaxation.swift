import CCCore

/// The cover problem with fractions of people allowed (Dantzig 1954), solved by the primal simplex method with bounded
/// variables: a lower bound, what each slot is worth, and what each shift costs beyond the worth of its slots.
///
/// Row t reads: people on shift + missing − idle = demand. Missing and idle people are split into parts of equal cost,
/// each a variable with an upper bound. The inverse of the basis is kept whole, column by column, because rows are few.
struct CoverRelaxation {
    /// What one more person on shift is worth in each slot.
    private(set) var prices: [Double]
    /// How often each shift is worked.
    private(set) var values: [Double]
    /// Cost of each shift beyond the worth of its slots.
    private(set) var surplus: [Double]
    /// No schedule costs less. Follows from `prices` alone, whether the method came to its end or not.
    private(set) var bound: Int
    /// Whether the method came to its end.
    private(set) var optimal = false

    /// Rows beyond which the inverse would be too large.
    static let maxSlots = 1_500

    private struct Part {
        var row: Int
        /// 1: missing people, −1: idle ones.
        var sign: Double
        var cost: Double
        var size: Double
    }

    private let columns: [[Int32]]
    private let costs: [Double]
    private var parts: [Part] = []

    /// - Parameter goOn: asked now and then; false ends the method early.
    init?(_ problem: ScheduleProblem, _ shifts: [AnonymousShift], goOn: () -> Bool) {
        guard problem.slots <= Self.maxSlots else { return nil }
        let slots = problem.slots
        let covers = problem.patterns.map(\.cover)
        columns = shifts.map { shift in
            covers[shift.pattern].map { Int32((shift.day * problem.slotsPerDay + $0) % slots) }
        }
        costs = shifts.map { Double($0.cost) }
        (prices, values, surplus, bound) = ([], [], [], 0)
        for row in 0..<slots { parts += Self.parts(problem, row) }
        solve(problem, goOn)
    }

    /// Missing people from the last, dearest one on; then idle ones.
    private static func parts(_ problem: ScheduleProblem, _ row: Int) -> [Part] {
        let coverage = problem.coverage
        let demand = problem.demand[0][row]
        let minimum = coverage.minimum.isEmpty ? 0 : coverage.minimum[0][row]
        var parts: [Part] = []
        let last = coverage.under.count - 1
        for (index, cost) in coverage.under.enumerated() where index < max(demand - minimum, 1) {
            let free = demand - minimum - index
            let size = index < last && minimum + index + 1 < demand ? 1 : free
            parts.append(Part(row: row, sign: 1, cost: Double(cost), size: Double(max(size, 0))))
        }
        if minimum > 0 {
            parts.append(Part(row: row, sign: 1, cost: Double(coverage.belowMinimum), size: 0))
        }
        parts[parts.count - 1].size = .infinity
        let over = coverage.over.isEmpty ? [0] : coverage.over
        for (index, cost) in over.enumerated() {
            parts.append(Part(row: row, sign: -1, cost: Double(cost), size: index == over.count - 1 ? .infinity : 1))
        }
        return parts
    }
}

extension CoverRelaxation {
    private mutating func solve(_ problem: ScheduleProblem, _ goOn: () -> Bool) {
        let rows = problem.slots
        let shifts = columns.count
        var random = SplitMix64(state: 1)
        // Slightly different right-hand sides, so that no step has length zero. The bound does not depend on them.
        var basic = [Double](repeating: 0, count: rows)
        for row in 0..<rows {
            basic[row] = Double(problem.demand[0][row]) + Double(random.next() >> 40) / Double(1 << 24) * 1e-4
        }
        var inverse = [Double](repeating: 0, count: rows * rows)
        var basis = [Int](repeating: 0, count: rows)
        prices = [Double](repeating: 0, count: rows)
        var atUpper = [Bool](repeating: false, count: shifts + parts.count)
        var inBasis = atUpper
        for (index, part) in parts.enumerated() where part.sign > 0 && part.size == .infinity {
            inverse[part.row * rows + part.row] = 1
            basis[part.row] = shifts + index
            inBasis[shifts + index] = true
            prices[part.row] = part.cost
        }
        var direction = [Double](repeating: 0, count: rows)
        var steps = 0
        while steps < 60 * rows, steps % 16 != 0 || goOn() {
            steps += 1
            guard let (entering, reduced) = entering(inBasis, atUpper) else {
                optimal = true
                break
            }
            for row in 0..<rows { direction[row] = 0 }
            let sign = atUpper[entering] ? -1.0 : 1.0
            if entering < shifts {
                for slot in columns[entering] { Self.add(inverse, Int(slot) * rows, 1, &direction) }
            } else {
                let part = parts[entering - shifts]
                Self.add(inverse, part.row * rows, part.sign, &direction)
            }
            // How far the entering variable can go before one of the basic ones, or itself, meets a bound.
            var (step, leaving, toUpper) = (size(entering), -1, false)
            for row in 0..<rows {
                let slope = direction[row] * sign
                if slope > 1e-9 {
                    let limit = max(basic[row], 0) / slope
                    if limit < step || (limit == step && leaving >= 0 && slope > abs(direction[leaving])) {
                        (step, leaving, toUpper) = (limit, row, false)
                    }
                } else if slope < -1e-9 {
                    let room = size(basis[row])
                    if room == .infinity { continue }
                    let limit = max(room - basic[row], 0) / -slope
                    if limit < step { (step, leaving, toUpper) = (limit, row, true) }
                }
            }
            guard step < .infinity else { break }
            for row in 0..<rows { basic[row] -= step * sign * direction[row] }
            if leaving < 0 {
                atUpper[entering].toggle()
                continue
            }
            let pivot = direction[leaving]
            let factor = reduced / pivot
            let out = basis[leaving]
            (inBasis[out], atUpper[out]) = (false, toUpper)
            basis[leaving] = entering
            inBasis[entering] = true
            basic[leaving] = (sign < 0 ? size(entering) : 0) + step * sign
            atUpper[entering] = false
            pivotStep(&inverse, direction, leaving, pivot, factor)
        }
        finish(problem, basis, basic)
    }

    private func size(_ variable: Int) -> Double {
        variable < columns.count ? .infinity : parts[variable - columns.count].size
    }

    private static func add(_ matrix: [Double], _ start: Int, _ factor: Double, _ sum: inout [Double]) {
        for row in sum.indices { sum[row] += factor * matrix[start + row] }
    }

    private mutating func pivotStep(
        _ inverse: inout [Double], _ direction: [Double], _ leaving: Int, _ pivot: Double, _ factor: Double
    ) {
        let rows = direction.count
        prices.withUnsafeMutableBufferPointer { prices in
            inverse.withUnsafeMutableBufferPointer { inverse in
                direction.withUnsafeBufferPointer { direction in
                    for column in 0..<rows {
                        let start = column * rows
                        let old = inverse[start + leaving]
                        if old == 0 { continue }
                        prices[column] += factor * old
                        let value = old / pivot
                        for row in 0..<rows { inverse[start + row] -= direction[row] * value }
                        inverse[start + leaving] = abs(value) < 1e-14 ? 0 : value
                    }
                }
            }
        }
    }

    /// The variable that promises most, and its reduced cost; nil when none promises anything.
    private func entering(_ inBasis: [Bool], _ atUpper: [Bool]) -> (Int, Double)? {
        var (best, bestReduced, entering) = (1e-7, 0.0, -1)
        prices.withUnsafeBufferPointer { prices in
            for (index, column) in columns.enumerated() where !inBasis[index] {
                var reduced = costs[index]
                for slot in column { reduced -= prices[Int(slot)] }
                if -reduced > best { (best, bestReduced, entering) = (-reduced, reduced, index) }
            }
            for (index, part) in parts.enumerated() {
                let variable = columns.count + index
                if inBasis[variable] || part.size == 0 { continue }
                let reduced = part.cost - part.sign * prices[part.row]
                let gain = atUpper[variable] ? reduced : -reduced
                if gain > best { (best, bestReduced, entering) = (gain, reduced, variable) }
            }
        }
        return entering < 0 ? nil : (entering, bestReduced)
    }

    /// The bound holds for any prices under which no shift costs less than its slots are worth; rounding and an early
    /// end are made good by scaling them down.
    private mutating func finish(_ problem: ScheduleProblem, _ basis: [Int], _ basic: [Double]) {
        values = [Double](repeating: 0, count: columns.count)
        for (row, variable) in basis.enumerated() where variable < columns.count {
            values[variable] = max(0, basic[row])
        }
        var safe = prices.map { max($0, 0) }
        var scale = 1.0
        for (index, column) in columns.enumerated() {
            let worth = column.reduce(0) { $0 + safe[Int($1)] }
            if worth > costs[index] { scale = min(scale, costs[index] / worth) }
        }
        safe = safe.map { $0 * scale }
        surplus = zip(costs, columns).map { cost, column in column.reduce(cost) { $0 - safe[Int($1)] } }
        // Per slot the least of cost of cover + price × people on shift, which lies where the marginal cost of a missing
        // person meets the price.
        var sum = 0.0
        for part in parts where part.sign > 0 {
            let price = safe[part.row]
            if part.size == .infinity {
                let others = parts.lazy.filter { $0.row == part.row && $0.sign > 0 && $0.size < .infinity }
                let left = Double(problem.demand[0][part.row]) - others.reduce(0) { $0 + $1.size }
                sum += min(price, part.cost) * max(left, 0)
            } else {
                sum += min(price, part.cost) * part.size
            }
        }
        bound = Int(max(0, min(sum - 1e-6, 1e17)).rounded(.up))
    }
}
