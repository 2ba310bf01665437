/// Days that cannot be true: the counter stood still or ran wild, on one day alone.
///
/// A day is odd when its level is more than a factor e, six robust standard deviations and six of counting away from the median
/// of its weekday in the four weeks before and after, and the open day before or after is not off in the same direction: two
/// such days in a row are taken for a level that moved. Special days are never odd.
enum OddDays {
    static func find(
        _ days: [Int], logs: [Double], counting: [Double], classes: [Int], isSpecial: (Int) -> Bool
    ) -> [Bool] {
        var rows = [[Int]](repeating: [], count: 7)
        for row in days.indices { rows[classes[row]].append(row) }
        var distances = [Double](repeating: 0, count: days.count)
        for own in rows {
            for (place, row) in own.enumerated() {
                let near = own[max(0, place - 4)..<min(own.count, place + 5)]
                    .filter { abs(days[$0] - days[row]) <= 28 }
                guard near.count >= 3 else { continue }
                distances[row] = logs[row] - median(near.map { logs[$0] })
            }
        }
        let spread = 1.4826 * median(distances.map(abs))
        let far = days.indices.map { row in
            abs(distances[row]) > max(1, 6 * spread, 6 * counting[row].squareRoot())
        }
        return days.indices.map { row in
            guard far[row], !isSpecial(days[row]) else { return false }
            for other in [row - 1, row + 1] where days.indices.contains(other) {
                if far[other], distances[other] * distances[row] > 0 { return false }
            }
            return true
        }
    }
}
