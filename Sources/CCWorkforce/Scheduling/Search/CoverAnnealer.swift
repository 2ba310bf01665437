import CCCore
import Foundation

/// Simulated annealing over how often each shift is worked. As `RosterAnnealer`, without names and rules.
final class CoverAnnealer {
    private let slotsPerDay: Int
    private let days: Int
    private let words: Int
    private let ledger: SlotLedger
    private let shifts: UnsafeMutablePointer<Shift>
    private let shiftCount: Int
    private let problemShifts: Int
    private let cover: UnsafeMutablePointer<UInt64>
    /// The problem's number of each shift.
    private let names: [Int]
    private let chances: UnsafeMutablePointer<Double>

    private struct Shift: BitwiseCopyable {
        var pattern: Int32
        var day: Int32
        var cost: Int32
    }

    private var random: SplitMix64
    /// The shift of each person.
    private var people: [Int32] = []
    /// By shift.
    private var fixed: [Int]
    private var wages = 0
    private var unsaved = false
    private(set) var best: [Int32] = []
    private(set) var bestCost = Int.max
    var moves = 0

    var cost: Int { wages + ledger.total }

    /// The shifts nearest to each, `nearCount` of them in turn.
    private let near: UnsafeMutablePointer<Int32>
    private let nearCount: Int

    /// - Parameter candidates: the shifts, by the problem's numbers, that may be worked; at least one.
    init(_ problem: ScheduleProblem, _ all: [AnonymousShift], candidates: [Int], seed: UInt64) {
        ledger = SlotLedger(problem, groups: [1])
        (slotsPerDay, days) = (problem.slotsPerDay, problem.days)
        let (order, words, cover) = RosterTables.covers(problem)
        self.words = words
        var number = [Int32](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { number[old] = Int32(new) }
        names = candidates.sorted {
            let (a, b) = (all[$0], all[$1])
            return (a.day, number[a.pattern], $0) < (b.day, number[b.pattern], $1)
        }
        problemShifts = all.count
        shiftCount = candidates.count
        fixed = [Int](repeating: 0, count: candidates.count)
        shifts = .allocate(capacity: max(candidates.count, 1))
        for (new, old) in names.enumerated() {
            let shift = all[old]
            (shifts + new).initialize(
                to: Shift(pattern: number[shift.pattern], day: Int32(shift.day), cost: Int32(shift.cost)))
        }
        let lists = Self.neighbours(problem, names.map { all[$0] })
        nearCount = lists.first?.count ?? 0
        near = .allocate(capacity: max(lists.count * nearCount, 1))
        for (index, other) in lists.joined().enumerated() { (near + index).initialize(to: other) }
        self.cover = .allocate(capacity: cover.count)
        for (index, word) in cover.enumerated() { (self.cover + index).initialize(to: word) }
        chances = RosterAnnealer.makeChances()
        random = SplitMix64(state: seed)
    }

    deinit {
        shifts.deallocate()
        near.deallocate()
        cover.deallocate()
        chances.deallocate()
    }

    /// How often each of the problem's shifts is worked in the best schedule so far.
    var counts: [Int] {
        var counts = [Int](repeating: 0, count: problemShifts)
        for (new, old) in names.enumerated() { counts[old] = fixed[new] }
        for shift in best { counts[names[Int(shift)]] += 1 }
        return counts
    }

    /// People who are on shift whatever the search does.
    func fix(_ counts: [Int]) {
        for (new, old) in names.enumerated() where counts[old] > 0 {
            fixed[new] += counts[old]
            put(-1, Int32(new), Int32(counts[old]))
        }
    }

    /// People to begin with.
    func add(_ counts: [Int]) {
        for (new, old) in names.enumerated() where counts[old] > 0 {
            people += [Int32](repeating: Int32(new), count: counts[old])
            put(-1, Int32(new), Int32(counts[old]))
        }
    }

    func anneal(hot: Double, cold: Double, from: Double, to: Double, share: (Int) -> Double) {
        while true {
            let spent = share(moves)
            if spent >= to { break }
            let part = max(0, (spent - from) / (to - from))
            let temperature = hot * exp(part * log(cold / hot))
            let step = 2_048
            for _ in 0..<step { move(temperature) }
            moves += step
        }
        save()
    }

    private func save() {
        if cost < bestCost { (best, bestCost) = (people, cost) }
        unsaved = false
    }

    @inline(__always)
    private func below(_ count: Int) -> Int {
        Int(((random.next() >> 32) &* UInt64(truncatingIfNeeded: count)) >> 32)
    }

    @inline(__always)
    private func move(_ temperature: Double) {
        let dice = below(32)
        var (person, old, new) = (-1, Int32(-1), Int32(-1))
        if dice > 1, !people.isEmpty {
            person = below(people.count)
            old = people[person]
        }
        if old < 0 || dice < 5 {
            new = Int32(below(shiftCount))
        } else if dice > 6, nearCount > 0 {
            // The nearer the likelier.
            new = near[Int(old) * nearCount + below(1 + below(nearCount))]
        }
        if new == old { return }
        let allowed = Int(temperature * chances[Int(random.next() >> 52)])
        let change = change(old, new)
        if change > allowed { return }
        if change > 0, unsaved { save() }
        put(old, new, 1)
        if old < 0 {
            people.append(new)
        } else if new < 0 {
            people[person] = people[people.count - 1]
            people.removeLast()
        } else {
            people[person] = new
        }
        if change < 0, cost < bestCost { unsaved = true }
    }

    /// For each shift those with the fewest slots that only one of the two covers, nearest first.
    private static func neighbours(_ problem: ScheduleProblem, _ shifts: [AnonymousShift]) -> [[Int32]] {
        let slots = problem.slots
        let words = (slots + 63) / 64
        var bits = [UInt64](repeating: 0, count: words * shifts.count)
        var byDay = [[Int]](repeating: [], count: problem.days)
        for (index, shift) in shifts.enumerated() {
            byDay[shift.day].append(index)
            for slot in problem.patterns[shift.pattern].cover {
                let place = (shift.day * problem.slotsPerDay + slot) % slots
                bits[index * words + place / 64] |= 1 << UInt64(place % 64)
            }
        }
        // At most so many are compared with each, so that a hundred thousand shifts do not take minutes.
        let window = 2_000
        let count = min(40, shifts.count - 1)
        return shifts.enumerated().map { index, shift in
            var others: [Int] = []
            for step in problem.days == 1 ? [0] : [0, 1, -1] {
                let list = byDay[(shift.day + step + problem.days) % problem.days]
                let place = list.firstIndex { $0 >= index } ?? 0
                others += list[max(0, min(place - window, list.count))..<min(list.count, place + window)]
            }
            if others.count <= count { others = Array(shifts.indices.prefix(window)) }
            var ranked: [(distance: Int, other: Int)] = []
            for other in Set(others).sorted() where other != index {
                var distance = 0
                for word in 0..<words {
                    distance += (bits[index * words + word] ^ bits[other * words + word]).nonzeroBitCount
                }
                ranked.append((distance, other))
            }
            ranked.sort { ($0.distance, $0.other) < ($1.distance, $1.other) }
            var list = ranked.prefix(count).map { Int32($0.other) }
            while list.count < count { list.append(Int32(index)) }
            return list
        }
    }

    /// What `put` of one person would add to the cost. Old and new lie on one day, or one by one.
    @inline(__always)
    private func change(_ old: Int32, _ new: Int32) -> Int {
        if old >= 0, new >= 0, shifts[Int(old)].day != shifts[Int(new)].day {
            let gone = change(old, -1)
            put(old, -1, 1)
            let come = change(-1, new)
            put(-1, old, 1)
            return gone + come
        }
        var sum = 0
        let day = Int(shifts[Int(max(old, new))].day)
        var (before, after) = (-1, -1)
        if old >= 0 {
            sum -= Int(shifts[Int(old)].cost)
            before = Int(shifts[Int(old)].pattern) * words
        }
        if new >= 0 {
            sum += Int(shifts[Int(new)].cost)
            after = Int(shifts[Int(new)].pattern) * words
        }
        for word in 0..<words {
            let was = before < 0 ? 0 : cover[before + word]
            let now = after < 0 ? 0 : cover[after + word]
            let base = day * slotsPerDay + word * 64
            let (removed, added) = (ledger.removed + base, ledger.added + base)
            var gone = was & ~now
            while gone != 0 {
                sum += Int(removed[gone.trailingZeroBitCount])
                gone &= gone - 1
            }
            var come = now & ~was
            while come != 0 {
                sum += Int(added[come.trailingZeroBitCount])
                come &= come - 1
            }
        }
        return sum
    }

    private func put(_ old: Int32, _ new: Int32, _ people: Int32) {
        for (shift, change) in [(old, -people), (new, people)] where shift >= 0 {
            let value = shifts[Int(shift)]
            wages += Int(value.cost) * Int(change)
            for word in 0..<words {
                var bits = cover[Int(value.pattern) * words + word]
                let base = Int(value.day) * slotsPerDay + word * 64
                while bits != 0 {
                    ledger.change(0, at: base + bits.trailingZeroBitCount, by: change)
                    bits &= bits - 1
                }
            }
        }
    }
}
