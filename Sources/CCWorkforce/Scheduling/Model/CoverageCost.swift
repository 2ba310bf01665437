/// What it costs when there are fewer agents than asked for, or more.
///
/// With u agents of a skill missing in a slot the cost is `under[0] + under[1] + … + under[u − 1]`, the last entry
/// standing for all further ones, and summed over skills and slots. The entries may not descend, which makes the cost
/// convex: two slots that lack one agent each are never dearer than one that lacks two. Agents who are on shift and not
/// needed by any skill of theirs cost `over` in the same way, counted over all skills together.
///
/// A `minimum` is cover that has to be there, such as two people for safety: each agent missing below it costs
/// `belowMinimum` instead, which is more than the last entry of `under`.
public struct CoverageCost: Hashable, Sendable {
    public var under: [Int]
    public var over: [Int]
    /// By skill and slot; empty: no minimum.
    public var minimum: [[Int]]
    public var belowMinimum: Int

    /// - Parameters:
    ///   - under: at least one entry, from 0 to 1,000,000, none smaller than the one before it.
    ///   - over: likewise; empty: nothing beyond wages.
    ///   - minimum: agents that each skill needs in each slot, at most the demand.
    ///   - belowMinimum: at least the last entry of `under`, to 1,000,000.
    public init(under: [Int] = [14, 40], over: [Int] = [], minimum: [[Int]] = [], belowMinimum: Int = 1_000) {
        self.under = under
        self.over = over
        self.minimum = minimum
        self.belowMinimum = belowMinimum
    }

    func check(demand: [[Int]]) throws {
        guard !under.isEmpty else { throw WorkforceError(.empty, at: "under_cost", "expected at least one cost") }
        for (name, costs) in [("under_cost", under), ("over_cost", over)] {
            guard costs.count <= 32 else { throw WorkforceError(.outOfRange, at: name, "expected at most 32 costs") }
            for (index, cost) in costs.enumerated() {
                guard (0...Limits.cost).contains(cost) else {
                    throw WorkforceError(.outOfRange, at: "\(name)[\(index)]", "expected 0 to \(Limits.cost)")
                }
                if index > 0, cost < costs[index - 1] {
                    throw WorkforceError(
                        .outOfRange, at: "\(name)[\(index)]",
                        "expected at least \(costs[index - 1]), the cost before it: costs must be convex")
                }
            }
        }
        guard !minimum.isEmpty else { return }
        guard (under[under.count - 1]...Limits.cost).contains(belowMinimum) else {
            throw WorkforceError(
                .outOfRange, at: "minimum_cost", "expected \(under[under.count - 1]) to \(Limits.cost)")
        }
        guard minimum.map(\.count) == demand.map(\.count) else {
            throw WorkforceError(.mismatch, at: "minimum", "expected as many skills and slots as in demand")
        }
        for (skill, row) in minimum.enumerated() {
            for (slot, count) in row.enumerated() where !(0...demand[skill][slot]).contains(count) {
                throw WorkforceError(
                    .outOfRange, at: "minimum[\(skill)][\(slot)]", "expected 0 to the demand, \(demand[skill][slot])")
            }
        }
    }
}

/// Sizes beyond which input is refused, so that no sum overflows and no number makes a large allocation.
enum Limits {
    static let slots = 100_000
    static let skills = 10
    /// Slots times sets of skills.
    static let skillSets = 1 << 22
    /// Slots times sets of skills times different costs: what the ledger of each worker keeps, in entries of four bytes.
    static let ledger = 1 << 24
    static let demand = 1_000_000
    static let cost = 1_000_000
    static let patterns = 100_000
    static let agents = 100_000
    static let shifts = 1_000_000
    static let options = 20_000_000
    /// In a schedule without names.
    static let people = 10_000_000
}
