/// Work that may wait, such as e-mail or back-office work: it comes in one interval and is due in the same or a later one.
public struct DueWork: Hashable, Sendable {
    /// The first interval in which it may be done, from 0.
    public var from: Int
    /// The last interval in which it may be done.
    public var through: Int
    /// Agents' seconds: contacts times handle time.
    public var seconds: Double

    public init(from: Int, through: Int, seconds: Double) {
        self.from = from
        self.through = through
        self.seconds = seconds
    }
}

/// The fewest agents per interval with whom all work is done when it is due, as levelly as can be.
///
/// Work is taken as a fluid that any number of agents share, the earliest due first. No plan has a lower peak, and none a lower sum
/// of squares or of any other convex cost (F. Yao, A. Demers and S. Shenker, 1995: the densest stretch of intervals sets its level,
/// then the next one).
public struct BacklogPlan: Hashable, Sendable {
    /// Intervals that a plan may have.
    public static let intervalsMax = 1_000

    /// Agents per interval before rounding: their sum is the work itself.
    public let levels: [Double]
    /// Whole agents per interval, enough for all due times, none of whom may be left out.
    public let agents: [Int]

    /// - Parameters:
    ///   - open: whether each interval is worked in; its length is the number of intervals, at most ``intervalsMax``.
    ///   - interval: seconds, 1 to 10⁶.
    /// - Throws: `WorkforceError` at `work[2].through` and the like; `infeasible` at `work[2]` when it has no open interval.
    public init(_ work: [DueWork], open: [Bool], interval: Double) throws {
        let length = try Checked.number(interval, in: 1...1e6, at: "interval")
        try Checked.count(open.count, in: 0...Self.intervalsMax, at: "open.count")
        for (index, item) in work.enumerated() {
            try Checked.number(item.seconds, in: 0...1e12, at: "work[\(index)].seconds")
            guard !open.isEmpty else { throw WorkforceError(.empty, at: "open", "expected at least one interval") }
            try Checked.count(item.from, in: 0...(open.count - 1), at: "work[\(index)].from")
            try Checked.count(item.through, in: item.from...(open.count - 1), at: "work[\(index)].through")
            guard item.seconds == 0 || open[item.from...item.through].contains(true) else {
                throw WorkforceError(
                    .infeasible, at: "work[\(index)]", "no interval from its first to its last is open")
            }
        }
        levels = Self.levels(work, open: open).map { $0 / length }
        agents = Self.rounded(levels, work: work, length: length)
    }

    /// What so many agents get done in each interval, earliest due first, and what is late then. Agents' seconds; work that is due after
    /// the last interval is not late.
    public static func progress(
        _ work: [DueWork], agents: [Int], interval: Double
    ) -> (done: [Double], late: Double) {
        progress(work.sorted { $0.from < $1.from }, capacity: agents.map { Double($0) * interval })
    }

    /// `work` by its first interval.
    private static func progress(_ work: [DueWork], capacity: [Double]) -> (done: [Double], late: Double) {
        var (late, next) = (0.0, 0)
        var done = [Double](repeating: 0, count: capacity.count)
        // Work at hand by its last interval; work beyond the last one comes at the end.
        var due = [Double](repeating: 0, count: capacity.count + 1)
        for (index, capacity) in capacity.enumerated() {
            while next < work.count, work[next].from <= index {
                let through = work[next].through
                if through < index {
                    late += work[next].seconds
                } else {
                    due[min(through, due.count - 1)] += work[next].seconds
                }
                next += 1
            }
            var left = capacity
            for last in index..<due.count where due[last] > 0 && left > 0 {
                let part = min(left, due[last])
                due[last] -= part
                left -= part
            }
            done[index] = capacity - left
            late += due[index]
        }
        return (done, late)
    }

    /// Work per interval at the levels: densest stretch first, which then is taken out of time.
    private static func levels(_ work: [DueWork], open: [Bool]) -> [Double] {
        var levels = [Double](repeating: 0, count: open.count)
        // Intervals that have no level yet, in their order, and the work in terms of their places.
        var places = open.indices.filter { open[$0] }
        var rest = work.compactMap { item -> DueWork? in
            guard item.seconds > 0 else { return nil }
            let first = Self.lowerBound(places, item.from)
            let last = Self.lowerBound(places, item.through + 1) - 1
            return DueWork(from: first, through: last, seconds: item.seconds)
        }
        while !rest.isEmpty {
            // Per first place the work by its last place.
            let count = places.count
            var begun = [[(last: Int, seconds: Double)]](repeating: [], count: count)
            for item in rest { begun[item.from].append((item.through, item.seconds)) }
            var best = (density: -1.0, from: 0, through: 0)
            var ends = [Double](repeating: 0, count: count)
            for from in stride(from: count - 1, through: 0, by: -1) {
                for (last, seconds) in begun[from] { ends[last] += seconds }
                guard !begun[from].isEmpty else { continue }
                var sum = 0.0
                for through in from..<count where ends[through] > 0 {
                    sum += ends[through]
                    let density = sum / Double(through - from + 1)
                    if density > best.density { best = (density, from, through) }
                }
            }
            for place in best.from...best.through { levels[places[place]] = best.density }
            places.removeSubrange(best.from...best.through)
            let removed = best.through - best.from + 1
            rest = rest.compactMap { item in
                if item.from >= best.from, item.through <= best.through { return nil }
                func moved(_ place: Int, _ inside: Int) -> Int {
                    place < best.from ? place : place > best.through ? place - removed : inside
                }
                return DueWork(
                    from: moved(item.from, best.from), through: moved(item.through, best.from - 1),
                    seconds: item.seconds)
            }
        }
        return levels
    }

    private static func lowerBound(_ places: [Int], _ value: Int) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Rounded up, and then one fewer wherever all is still done in time, the latest interval first.
    private static func rounded(_ levels: [Double], work: [DueWork], length: Double) -> [Int] {
        let sorted = work.sorted { $0.from < $1.from }
        let allowance = 1e-9 * work.reduce(1) { $0 + $1.seconds }
        var agents = levels.map { Int(($0 * (1 - 1e-12)).rounded(.up)) }
        var capacity = agents.map { Double($0) * length }
        var removed = true
        while removed {
            removed = false
            for index in agents.indices.reversed() where agents[index] > 0 {
                capacity[index] -= length
                if progress(sorted, capacity: capacity).late <= allowance {
                    agents[index] -= 1
                    removed = true
                } else {
                    capacity[index] += length
                }
            }
        }
        return agents
    }
}
