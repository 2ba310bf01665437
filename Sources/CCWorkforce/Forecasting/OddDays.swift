/// Days that cannot be true: the counter stood still or ran wild.
///
/// A day is odd when its level is more than a factor e, six robust standard deviations and six of counting away from the median
/// of its weekday in the four weeks before and after, and the open day before or after is not off in the same direction: two
/// such days in a row are taken for a level that moved. Days with hardly anything where others of their weekday have much are
/// odd also in a row, up to a week: a feed that is down. Special days are never odd.
enum OddDays {
    /// A longer time without contacts is believed, in days.
    static let silenceMax = 7
    /// Weekdays with fewer contacts than this may have a day without any.
    private static let much = 30.0
    /// The share of a usual day below which there is hardly anything.
    private static let hardly = 0.02

    /// - Parameters:
    ///   - logs: of the days' levels.
    ///   - counting: variances of the logarithms by counting.
    ///   - classes: the weekdays that the days are like.
    static func find(
        _ days: [Int], logs: [Double], counting: [Double], classes: [Int], isSpecial: (Int) -> Bool
    ) -> [Bool] {
        var rows = [[Int]](repeating: [], count: 7)
        for row in days.indices { rows[classes[row]].append(row) }
        var distances = [Double](repeating: 0, count: days.count)
        var isSilent = [Bool](repeating: false, count: days.count)
        for own in rows {
            for (place, row) in own.enumerated() {
                let near = own[max(0, place - 4)..<min(own.count, place + 5)]
                    .filter { abs(days[$0] - days[row]) <= 28 }
                guard near.count >= 3 else { continue }
                distances[row] = logs[row] - median(near.map { logs[$0] })
                // Levels count: a day of which little is known has few contacts in any case.
                let usual = exponential(median(near.filter { $0 != row }.map { logs[$0] }))
                isSilent[row] = usual >= much && exponential(logs[row]) < hardly * usual + 1
            }
        }
        let spread = 1.4826 * median(distances.map(abs))
        let far = days.indices.map { row in
            abs(distances[row]) > max(1, 6 * spread, 6 * counting[row].squareRoot())
        }
        var odd = days.indices.map { row in
            guard far[row], !isSpecial(days[row]) else { return false }
            for other in [row - 1, row + 1] where days.indices.contains(other) {
                if far[other], distances[other] * distances[row] > 0 { return false }
            }
            return true
        }
        var row = 0
        while row < days.count {
            var end = row
            while end < days.count, isSilent[end] { end += 1 }
            if end > row, days[end - 1] - days[row] < silenceMax {
                for silent in row..<end where !isSpecial(days[silent]) { odd[silent] = true }
            }
            row = end + 1
        }
        return odd
    }
}
