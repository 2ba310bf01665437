import CCCore
import Foundation

/// Simulated annealing over lines of shifts (Kirkpatrick, Gelatt & Vecchi 1983): a change is taken when it saves, and
/// with probability exp(−loss ÷ temperature) when it costs. Every line keeps the rules at all times.
///
/// Unsafe memory for the same reason as in `SlotLedger`.
final class RosterAnnealer {
    let tables: RosterTables
    let ledger: SlotLedger
    let days: Int
    let agents: Int
    let words: Int
    let options: UnsafeMutablePointer<RosterTables.Option>
    let first: UnsafeMutablePointer<Int32>
    let cover: UnsafeMutablePointer<UInt64>
    let groupOf: UnsafeMutablePointer<Int>
    let chosen: UnsafeMutablePointer<Int32>
    let worked: UnsafeMutablePointer<UInt64>
    let paid: UnsafeMutablePointer<Int32>
    let shifts: UnsafeMutablePointer<Int32>
    let contracts: UnsafeMutablePointer<Contract>
    /// −ln u for u in the middle of each of 4,096 parts of 0 to 1.
    let chances: UnsafeMutablePointer<Double>

    /// Bit 5 of each week.
    static let saturdays = stride(from: 5, to: 64, by: 7).reduce(UInt64(0)) { $0 | 1 << UInt64($1) }

    struct Contract: BitwiseCopyable {
        var minPaid: Int32
        var maxPaid: Int32
        var maxShifts: Int32
        var before: Int32
        var maxWeekends: Int32
    }

    var random: SplitMix64
    var wages = 0
    var best: [Int32]
    var bestCost = Int.max
    var unsaved = false
    var moves = 0

    var cost: Int { wages + ledger.total }

    init(_ problem: ScheduleProblem, _ tables: RosterTables, seed: UInt64) {
        self.tables = tables
        ledger = SlotLedger(problem, groups: tables.groups)
        (days, agents, words) = (tables.days, tables.agents, tables.words)
        options = Self.copy(tables.options)
        first = Self.copy(tables.first)
        cover = Self.copy(tables.cover)
        groupOf = Self.copy(tables.groupOf)
        best = [Int32](repeating: -1, count: agents * days)
        chosen = Self.copy(best)
        worked = Self.copy([UInt64](repeating: 0, count: agents))
        paid = Self.copy([Int32](repeating: 0, count: agents * tables.weeks))
        shifts = Self.copy([Int32](repeating: 0, count: agents * tables.weeks))
        contracts = Self.copy(
            tables.roster.map {
                Contract(
                    minPaid: Int32($0.minSlots), maxPaid: Int32($0.maxSlots), maxShifts: Int32($0.maxDays),
                    before: Int32($0.daysBefore), maxWeekends: Int32($0.maxWeekends ?? 64))
            })
        chances = Self.makeChances()
        random = SplitMix64(state: seed)
    }

    deinit {
        options.deallocate()
        first.deallocate()
        cover.deallocate()
        groupOf.deallocate()
        chosen.deallocate()
        worked.deallocate()
        paid.deallocate()
        shifts.deallocate()
        contracts.deallocate()
        chances.deallocate()
    }

    static func makeChances() -> UnsafeMutablePointer<Double> {
        copy((0..<4_096).map { -log((Double($0) + 0.5) / 4_096) })
    }

    private static func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(values.count, 1))
        for (index, value) in values.enumerated() { (memory + index).initialize(to: value) }
        return memory
    }

    // MARK: State

    /// Replaces everything by a schedule that keeps the rules, which is the best from now on when it is.
    func load(_ schedule: [Int32]) {
        for agent in 0..<agents {
            for day in 0..<days { put(agent, day, schedule[agent * days + day]) }
        }
        save()
    }

    /// Gives the agent this option on this day, or none (−1), whatever the rules say.
    func put(_ agent: Int, _ day: Int, _ option: Int32) {
        let place = agent * days + day
        let old = chosen[place]
        if old == option { return }
        let week = agent * tables.weeks + day / 7
        var (before, after) = (-1, -1)
        if old >= 0 {
            let value = options[Int(old)]
            before = Int(value.pattern) * words
            wages -= Int(value.cost)
            paid[week] -= value.paid
            shifts[week] -= 1
        }
        if option >= 0 {
            let value = options[Int(option)]
            after = Int(value.pattern) * words
            wages += Int(value.cost)
            paid[week] += value.paid
            shifts[week] += 1
            worked[agent] |= 1 << UInt64(day)
        } else {
            worked[agent] &= ~(1 << UInt64(day))
        }
        let group = groupOf[agent]
        for word in 0..<words {
            let was = before < 0 ? 0 : cover[before + word]
            let now = after < 0 ? 0 : cover[after + word]
            let base = day * tables.slotsPerDay + word * 64
            var gone = was & ~now
            while gone != 0 {
                ledger.change(group, at: base + gone.trailingZeroBitCount, by: -1)
                gone &= gone - 1
            }
            var come = now & ~was
            while come != 0 {
                ledger.change(group, at: base + come.trailingZeroBitCount, by: 1)
                come &= come - 1
            }
        }
        chosen[place] = option
    }

    /// What `put` would add to the cost.
    @inline(__always)
    func change(_ agent: Int, _ day: Int, _ option: Int32) -> Int {
        let old = chosen[agent * days + day]
        var (before, after, wages) = (-1, -1, Int32(0))
        if old >= 0 {
            before = Int(options[Int(old)].pattern) * words
            wages -= options[Int(old)].cost
        }
        if option >= 0 {
            after = Int(options[Int(option)].pattern) * words
            wages += options[Int(option)].cost
        }
        var sum = 0
        let row = groupOf[agent] * ledger.stride + day * tables.slotsPerDay
        for word in 0..<words {
            let was = before < 0 ? 0 : cover[before + word]
            let now = after < 0 ? 0 : cover[after + word]
            let (removed, added) = (ledger.removed + row + word * 64, ledger.added + row + word * 64)
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
        return Int(wages) + sum
    }

    // MARK: Rules

    /// Whether the agent's line keeps the rules with one day changed, or two.
    @inline(__always)
    func fits(_ agent: Int, _ day: Int, _ option: Int32, _ other: Int = -1, _ second: Int32 = -1) -> Bool {
        let contract = contracts[agent]
        let line = chosen + agent * days
        var mask = worked[agent]
        let old = line[day]
        var more = (option >= 0 ? options[Int(option)].paid : 0) - (old >= 0 ? options[Int(old)].paid : 0)
        var count: Int32 = (option >= 0 ? 1 : 0) - (old >= 0 ? 1 : 0)
        if count != 0 { mask ^= 1 << UInt64(day) }
        let week = agent * tables.weeks + day / 7
        if other >= 0 {
            let old = line[other]
            let moreThen = (second >= 0 ? options[Int(second)].paid : 0) - (old >= 0 ? options[Int(old)].paid : 0)
            let countThen: Int32 = (second >= 0 ? 1 : 0) - (old >= 0 ? 1 : 0)
            if countThen != 0 { mask ^= 1 << UInt64(other) }
            if other / 7 == day / 7 {
                more += moreThen
                count += countThen
            } else {
                let week = agent * tables.weeks + other / 7
                let total = paid[week] + moreThen
                guard total >= contract.minPaid, total <= contract.maxPaid,
                    shifts[week] + countThen <= contract.maxShifts
                else { return false }
            }
        }
        let total = paid[week] + more
        guard total >= contract.minPaid, total <= contract.maxPaid, shifts[week] + count <= contract.maxShifts else {
            return false
        }
        guard rests(line, day, option, other, second) else { return false }
        if other >= 0, !rests(line, other, second, day, option) { return false }
        return mask == worked[agent] || rowsFit(mask, contract)
    }

    @inline(__always)
    private func rests(
        _ line: UnsafeMutablePointer<Int32>, _ day: Int, _ option: Int32, _ other: Int, _ second: Int32
    ) -> Bool {
        guard option >= 0 else { return true }
        let value = options[Int(option)]
        if day > 0 {
            let before = day - 1 == other ? second : line[day - 1]
            if before >= 0, Int(value.start) + tables.slotsPerDay - Int(options[Int(before)].end) < tables.rest {
                return false
            }
        }
        if day + 1 < days {
            let after = day + 1 == other ? second : line[day + 1]
            if after >= 0, Int(options[Int(after)].start) + tables.slotsPerDay - Int(value.end) < tables.rest {
                return false
            }
        }
        return true
    }

    /// Days in a row and weekends.
    private func rowsFit(_ mask: UInt64, _ contract: Contract) -> Bool {
        let limit = tables.maxConsecutiveDays
        if mask & 1 != 0, Int(contract.before) + (~mask).trailingZeroBitCount > limit { return false }
        if limit < days {
            var rows = mask
            for _ in 0..<limit { rows &= rows >> 1 }
            if rows != 0 { return false }
        }
        guard contract.maxWeekends < 64 else { return true }
        return ((mask | mask >> 1) & Self.saturdays).nonzeroBitCount <= Int(contract.maxWeekends)
    }
}
