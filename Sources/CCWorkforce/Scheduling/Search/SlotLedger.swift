/// Who is on shift in each slot, by group of equal skills, what that costs, and what one agent more or less would
/// change: the part of a search that everything else asks.
///
/// For each slot and layer the sets of skills with the largest shortage form a lattice (the shortage is supermodular).
/// One agent more of a group lessens the shortage when every such set has a skill of the group, which the smallest of
/// them tells; one less adds to it when any of them has, which the largest tells. So all changes by one agent are known
/// from two sets of skills, and searches read them from tables.
///
/// Unsafe memory, because each of several hundred million looks would otherwise check bounds; all of it is allocated
/// and freed here.
final class SlotLedger {
    let slots: Int
    let groups: [UInt32]
    /// Cost of cover in all slots.
    private(set) var total = 0

    /// Entry [group × stride + slot]: the change of cost when an agent of the group is added or removed. What lies
    /// past the last slot repeats the beginning, so that shifts which end there need no modulo.
    let added: UnsafeMutablePointer<Int32>
    let removed: UnsafeMutablePointer<Int32>
    let stride: Int

    private let layers: Int
    private let sets: Int
    private let weights: [Int]
    private let over: [Int]
    private let asked: UnsafeMutablePointer<Int32>
    /// Entry [(slot × layers + layer) × sets + set]: how many agents the skills in the set lack.
    private let shortage: UnsafeMutablePointer<Int32>
    private let staff: UnsafeMutablePointer<Int32>
    private let costs: UnsafeMutablePointer<Int>

    /// - Parameter groups: sets of skills, a bit for each.
    init(_ problem: ScheduleProblem, groups: [UInt32]) {
        let demand = DemandLayers(problem)
        slots = problem.slots
        stride = slots + problem.slotsPerDay
        self.groups = groups
        layers = demand.weights.count
        weights = demand.weights
        over = problem.coverage.over
        sets = 1 << problem.skills
        added = .allocate(capacity: stride * groups.count)
        removed = .allocate(capacity: stride * groups.count)
        shortage = .allocate(capacity: slots * layers * sets)
        staff = .allocate(capacity: slots)
        asked = .allocate(capacity: slots)
        costs = .allocate(capacity: slots)
        staff.initialize(repeating: 0, count: slots)
        costs.initialize(repeating: 0, count: slots)
        for slot in 0..<slots {
            asked[slot] = Int32(problem.demand.reduce(0) { $0 + $1[slot] })
            for layer in 0..<layers {
                for set in 0..<sets {
                    var need = 0
                    for skill in 0..<problem.skills where set & (1 << skill) != 0 {
                        need += demand.need[layer][skill][slot]
                    }
                    shortage[(slot * layers + layer) * sets + set] = Int32(need)
                }
            }
        }
        for slot in 0..<slots { refresh(slot) }
    }

    deinit {
        added.deallocate()
        removed.deallocate()
        shortage.deallocate()
        staff.deallocate()
        asked.deallocate()
        costs.deallocate()
    }

    /// An agent of the group more (`change` = 1) or less (−1) in a slot, which may lie up to a day past the last.
    func change(_ group: Int, at slot: Int, by change: Int32) {
        let slot = slot >= slots ? slot - slots : slot
        let skills = Int(groups[group])
        staff[slot] += change
        let row = shortage + slot * layers * sets
        for layer in 0..<layers {
            let row = row + layer * sets
            var set = 1
            while set < sets {
                if set & skills != 0 { row[set] -= change }
                set += 1
            }
        }
        refresh(slot)
    }

    private func refresh(_ slot: Int) {
        var cost = 0
        for group in groups.indices {
            added[group * stride + slot] = 0
            removed[group * stride + slot] = 0
        }
        var filled = Int32(0)
        var (smallestOfAll, largestOfAll) = (0, 0)
        for layer in 0..<layers {
            let row = shortage + (slot * layers + layer) * sets
            var worst = Int32(0)
            var (smallest, largest) = (0, 0)
            var set = 1
            while set < sets {
                if row[set] > worst {
                    (worst, smallest, largest) = (row[set], set, set)
                } else if row[set] == worst {
                    smallest &= set
                    largest |= set
                }
                set += 1
            }
            let weight = weights[layer]
            cost += weight * Int(worst)
            for group in groups.indices {
                let skills = Int(groups[group])
                if smallest & skills != 0 { added[group * stride + slot] -= Int32(weight) }
                if largest & skills != 0 { removed[group * stride + slot] += Int32(weight) }
            }
            if layer == 0 { (filled, smallestOfAll, largestOfAll) = (asked[slot] - worst, smallest, largest) }
        }
        if !over.isEmpty {
            let idle = Int(staff[slot] - filled)
            cost += overCost(idle)
            for group in groups.indices {
                let skills = Int(groups[group])
                if smallestOfAll & skills == 0 {
                    added[group * stride + slot] += Int32(over[min(idle, over.count - 1)])
                }
                if largestOfAll & skills == 0, idle > 0 {
                    removed[group * stride + slot] -= Int32(over[min(idle - 1, over.count - 1)])
                }
            }
        }
        total += cost - costs[slot]
        costs[slot] = cost
        let copy = slot + slots
        if copy < stride {
            for group in groups.indices {
                added[group * stride + copy] = added[group * stride + slot]
                removed[group * stride + copy] = removed[group * stride + slot]
            }
        }
    }

    private func overCost(_ idle: Int) -> Int {
        var cost = 0
        for index in 0..<min(idle, over.count) { cost += over[index] }
        return cost + max(0, idle - over.count) * (over.last ?? 0)
    }
}
