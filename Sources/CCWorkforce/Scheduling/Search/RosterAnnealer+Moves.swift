import CCCore
import Foundation

extension RosterAnnealer {
    /// Anneals from one temperature to another, geometrically in the share of the budget that is spent between `from`
    /// and `to`.
    func anneal(
        hot: Double, cold: Double, from: Double, to: Double, share: (Int) -> Double
    ) {
        var temperature = hot
        while true {
            let spent = share(moves)
            if spent >= to { break }
            let part = max(0, (spent - from) / (to - from))
            temperature = hot * exp(part * log(cold / hot))
            let step = 2_048
            for _ in 0..<step { move(temperature) }
            moves += step
        }
        save()
    }

    func save() {
        if cost < bestCost {
            bestCost = cost
            for place in best.indices { best[place] = chosen[place] }
        }
        unsaved = false
    }

    @inline(__always)
    func below(_ count: Int) -> Int { Int(((random.next() >> 32) &* UInt64(truncatingIfNeeded: count)) >> 32) }

    /// The most that a change may cost now.
    @inline(__always)
    private func allowance(_ temperature: Double) -> Int {
        Int(temperature * chances[Int(random.next() >> 52)])
    }

    @inline(__always)
    private func before(_ change: Int) {
        if change > 0, unsaved { save() }
    }

    @inline(__always)
    private func after(_ change: Int) {
        if change < 0, cost < bestCost { unsaved = true }
    }

    @inline(__always)
    func move(_ temperature: Double) {
        let kind = below(100)
        let agent = below(agents)
        let day = below(days)
        if kind < 50 {
            changeDay(agent, day, temperature)
        } else if kind < 75 {
            changeTwoDays(agent, day, temperature)
        } else {
            swap(agent, day, temperature)
        }
    }

    /// Any option of the day, a near one, or none.
    @inline(__always)
    private func candidate(_ agent: Int, _ day: Int) -> Int32 {
        let place = agent * days + day
        let (low, high) = (Int(first[place]), Int(first[place + 1]))
        if low == high { return -1 }
        let old = Int(chosen[place])
        let dice = below(16)
        if old < 0 || dice < 5 { return Int32(low + below(high - low)) }
        if dice < 14 {
            let near = old - 16 + below(33)
            return Int32(min(max(near, low), high - 1))
        }
        return -1
    }

    @inline(__always)
    private func changeDay(_ agent: Int, _ day: Int, _ temperature: Double) {
        let option = candidate(agent, day)
        if option == chosen[agent * days + day] || !fits(agent, day, option) { return }
        let allowed = allowance(temperature)
        let change = change(agent, day, option)
        if change <= allowed {
            before(change)
            put(agent, day, option)
            after(change)
        }
    }

    /// The option of the day with the pattern, −1 when there is none.
    @inline(__always)
    private func option(_ agent: Int, _ day: Int, pattern: Int32) -> Int32 {
        let place = agent * days + day
        var (low, high) = (Int(first[place]), Int(first[place + 1]))
        while low < high {
            let middle = (low + high) / 2
            if options[middle].pattern < pattern { low = middle + 1 } else { high = middle }
        }
        return low < Int(first[place + 1]) && options[low].pattern == pattern ? Int32(low) : -1
    }

    /// Moves a shift to another day, or changes two days at once.
    @inline(__always)
    private func changeTwoDays(_ agent: Int, _ day: Int, _ temperature: Double) {
        if days < 2 { return }
        var other = below(days - 1)
        if other >= day { other += 1 }
        let line = chosen + agent * days
        var (one, two) = (line[day], line[other])
        if (one < 0) != (two < 0), below(4) != 0 {
            let pattern = options[Int(max(one, two))].pattern
            let target = one < 0 ? day : other
            var moved = below(4) == 0 ? candidate(agent, target) : option(agent, target, pattern: pattern)
            if moved < 0 { moved = candidate(agent, target) }
            if moved < 0 { return }
            (one, two) = one < 0 ? (moved, -1) : (-1, moved)
        } else {
            (one, two) = (candidate(agent, day), candidate(agent, other))
        }
        if one == line[day] || two == line[other] || !fits(agent, day, one, other, two) { return }
        let allowed = allowance(temperature)
        let gap = abs(day - other)
        if gap == 1 || gap == days - 1 {
            tryTwo(agent, day, one, agent, other, two, allowed)
        } else {
            let change = change(agent, day, one) + change(agent, other, two)
            if change <= allowed {
                before(change)
                put(agent, day, one)
                put(agent, other, two)
                after(change)
            }
        }
    }

    /// Two changes that touch the same slots: makes the first to know what the second costs.
    @inline(__always)
    private func tryTwo(
        _ agent: Int, _ day: Int, _ option: Int32, _ other: Int, _ otherDay: Int, _ second: Int32, _ allowed: Int
    ) {
        let old = chosen[agent * days + day]
        let change1 = change(agent, day, option)
        if unsaved { save() }
        put(agent, day, option)
        let total = change1 + change(other, otherDay, second)
        if total <= allowed {
            put(other, otherDay, second)
            after(total)
        } else {
            put(agent, day, old)
        }
    }

    /// Two agents take over each other's work of one day, or of two.
    @inline(__always)
    private func swap(_ agent: Int, _ day: Int, _ temperature: Double) {
        if agents < 2 { return }
        var other = below(agents - 1)
        if other >= agent { other += 1 }
        let (place, otherPlace) = (agent * days + day, other * days + day)
        let (mine, yours) = (chosen[place], chosen[otherPlace])
        if mine < 0, yours < 0 { return }
        var (forMe, forYou) = (Int32(-1), Int32(-1))
        if yours >= 0 {
            forMe = option(agent, day, pattern: options[Int(yours)].pattern)
            if forMe < 0 { return }
        }
        if mine >= 0 {
            forYou = option(other, day, pattern: options[Int(mine)].pattern)
            if forYou < 0 { return }
        }
        let allowed = allowance(temperature)
        if (mine < 0) != (yours < 0) || below(3) == 0 {
            swapTwo(agent, other, day, forMe, forYou, allowed)
            return
        }
        if !fits(agent, day, forMe) || !fits(other, day, forYou) { return }
        if groupOf[agent] == groupOf[other] {
            let change = wage(forMe) + wage(forYou) - wage(mine) - wage(yours)
            if change <= allowed {
                before(change)
                put(agent, day, forMe)
                put(other, day, forYou)
                after(change)
            }
        } else {
            tryTwo(agent, day, forMe, other, day, forYou, allowed)
        }
    }

    @inline(__always)
    private func wage(_ option: Int32) -> Int { option < 0 ? 0 : Int(options[Int(option)].cost) }

    /// As `swap`, and on a second day too, so that hours and days of both can stay.
    private func swapTwo(_ agent: Int, _ other: Int, _ day: Int, _ forMe: Int32, _ forYou: Int32, _ allowed: Int) {
        if days < 2 { return }
        var second = below(days - 1)
        if second >= day { second += 1 }
        let (mine, yours) = (chosen[agent * days + second], chosen[other * days + second])
        var (meThen, youThen) = (Int32(-1), Int32(-1))
        if yours >= 0 {
            meThen = option(agent, second, pattern: options[Int(yours)].pattern)
            if meThen < 0 { return }
        }
        if mine >= 0 {
            youThen = option(other, second, pattern: options[Int(mine)].pattern)
            if youThen < 0 { return }
        }
        if !fits(agent, day, forMe, second, meThen) || !fits(other, day, forYou, second, youThen) { return }
        let (mineNow, yoursNow) = (chosen[agent * days + day], chosen[other * days + day])
        if groupOf[agent] == groupOf[other] {
            let change =
                wage(forMe) + wage(forYou) + wage(meThen) + wage(youThen) - wage(mineNow) - wage(yoursNow)
                - wage(mine) - wage(yours)
            if change > allowed { return }
            before(change)
            put(agent, day, forMe)
            put(other, day, forYou)
            put(agent, second, meThen)
            put(other, second, youThen)
            after(change)
        } else {
            if unsaved { save() }
            let start = cost
            put(agent, day, forMe)
            put(other, day, forYou)
            put(agent, second, meThen)
            put(other, second, youThen)
            let change = cost - start
            if change <= allowed { return after(change) }
            put(agent, day, mineNow)
            put(other, day, yoursNow)
            put(agent, second, mine)
            put(other, second, yours)
        }
    }
}
