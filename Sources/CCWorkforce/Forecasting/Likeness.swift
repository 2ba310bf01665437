/// Which weekday a day is like, by the hours in which it is open.
///
/// An eve on a Tuesday that closes at 14:00 where only Fridays do is like a Friday. Days that are open as their weekday
/// usually is are like their weekday.
struct Likeness: Sendable {
    /// By weekday (0 is Monday): the intervals that are usually open; all where the weekday was never open.
    let masks: [[Bool]]
    private let known: [Bool]

    init(_ matrix: DayMatrix) {
        let slots = matrix.slots
        var seen = [[Double]](repeating: [Double](repeating: 0, count: slots), count: 7)
        var days = [Double](repeating: 0, count: 7)
        for row in 0..<matrix.rows {
            let weekday = DayFeatures.weekday(matrix.dayNumbers[row])
            days[weekday] += 1
            for slot in 0..<slots where !matrix.values[row * slots + slot].isNaN { seen[weekday][slot] += 1 }
        }
        masks = (0..<7).map { weekday in
            let mask = seen[weekday].map { $0 > 0.4 * days[weekday] }
            return mask.contains(true) ? mask : [Bool](repeating: true, count: slots)
        }
        known = days.map { $0 >= 3 }
    }

    func callAsFunction(_ day: Int, open: [Bool]) -> Int {
        let own = DayFeatures.weekday(day)
        guard known[own] else { return own }
        let likeOwn = overlap(open, masks[own])
        guard likeOwn < 0.75 else { return own }
        var best = own
        var most = likeOwn + 0.2
        for weekday in 0..<7 where known[weekday] && overlap(open, masks[weekday]) > most {
            best = weekday
            most = overlap(open, masks[weekday])
        }
        return best
    }

    func callAsFunction(_ matrix: DayMatrix, row: Int) -> Int {
        let values = matrix.values[row * matrix.slots..<(row + 1) * matrix.slots]
        return self(matrix.dayNumbers[row], open: values.map { !$0.isNaN })
    }

    /// Intervals open on both by those open on either.
    private func overlap(_ first: [Bool], _ second: [Bool]) -> Double {
        var both = 0.0
        var either = 0.0
        for slot in first.indices {
            if first[slot] && second[slot] { both += 1 }
            if first[slot] || second[slot] { either += 1 }
        }
        return either > 0 ? both / either : 1
    }
}
