/// How a day's contacts spread over its intervals: one profile per weekday, shrunk towards the one they have in common.
///
/// Profiles are shares of the day: they sum to 1 over the intervals in which the centre is usually open on that weekday.
struct DayShape: Sendable {
    struct Hyper: Hashable, Sendable {
        /// What a day counts for after another one of its weekday.
        var memory = 0.97
        /// So many days' worth of the common profile is in a weekday's.
        var shrinkage = 2.0
        /// How often neighbouring intervals are averaged (weights ¼ ½ ¼).
        var smoothing = 0
    }

    let hyper: Hyper
    let slots: Int
    /// Usual opening by weekday.
    let masks: [[Bool]]
    private var sums: [Double]
    private var counts: [Double]
    private var classSums: [[Double]]
    private var classLevels: [[Double]]
    private var levelSum = [Double](repeating: 0, count: 7)
    private var levelCount = [Double](repeating: 0, count: 7)
    private var allLevelSum = 0.0
    private var allLevelCount = 0.0

    init(slots: Int, masks: [[Bool]], hyper: Hyper) {
        self.hyper = hyper
        self.slots = slots
        self.masks = masks
        sums = [Double](repeating: 0, count: slots)
        counts = sums
        classSums = [[Double]](repeating: sums, count: 7)
        classLevels = classSums
    }

    /// A weekday's profile as known so far.
    func profile(_ weekday: Int) -> [Double] {
        var common = [Double](repeating: 0, count: slots)
        var filled = false
        for slot in 0..<slots where counts[slot] > 0 {
            common[slot] = sums[slot] / counts[slot]
            filled = true
        }
        guard filled else {
            let open = max(1, masks[weekday].lazy.filter { $0 }.count)
            return [Double](repeating: 1 / Double(open), count: slots)
        }
        let mask = masks[weekday]
        let scale = 1 / max(1e-9, total(common, mask))
        let level = levelCount[weekday] > 0 ? levelSum[weekday] / levelCount[weekday] : 1
        let weight = hyper.shrinkage * max(level, 1e-9)
        var shape = [Double](repeating: 0, count: slots)
        for slot in 0..<slots {
            shape[slot] =
                (classSums[weekday][slot] + weight * common[slot] * scale) / (classLevels[weekday][slot] + weight)
        }
        for _ in 0..<hyper.smoothing { smooth(&shape, mask) }
        let sum = total(shape, mask)
        guard sum > 0 else { return [Double](repeating: 1 / Double(slots), count: slots) }
        // A floor: no interval in which the centre is open is quite without contacts.
        let floor = 1e-7
        for slot in 0..<slots { shape[slot] = max(shape[slot] / sum, floor) }
        return shape
    }

    private func total(_ values: [Double], _ mask: [Bool]) -> Double {
        var sum = 0.0
        for slot in 0..<slots where mask[slot] { sum += values[slot] }
        return sum
    }

    private func smooth(_ shape: inout [Double], _ mask: [Bool]) {
        guard slots > 2 else { return }
        let old = shape
        for slot in 0..<slots where mask[slot] {
            let left = slot > 0 && mask[slot - 1] ? old[slot - 1] : old[slot]
            let right = slot < slots - 1 && mask[slot + 1] ? old[slot + 1] : old[slot]
            shape[slot] = 0.25 * left + 0.5 * old[slot] + 0.25 * right
        }
    }

    /// Learns a day.
    ///
    /// - Parameters:
    ///   - values: its row, NaN where unknown.
    ///   - shape: its profile as it was expected.
    /// - Returns: the day's level: what it had, taken to a full day.
    static func level(_ values: ArraySlice<Double>, shape: [Double]) -> (sum: Double, share: Double) {
        var sum = 0.0
        var share = 0.0
        for (slot, value) in values.enumerated() where !value.isNaN {
            sum += value
            share += shape[slot]
        }
        return (sum, share)
    }

    mutating func learn(_ values: ArraySlice<Double>, weekday: Int, level: Double, shape: [Double]) {
        let seasoned = levelCount[weekday] > 2
        for slot in 0..<slots {
            classSums[weekday][slot] *= hyper.memory
            classLevels[weekday][slot] *= hyper.memory
        }
        for (slot, value) in values.enumerated() where !value.isNaN {
            var value = value
            if seasoned {
                let expected = level * shape[slot]
                let spread = 4 * (expected + 1 + 0.0225 * expected * expected).squareRoot()
                value = min(max(value, expected - spread), expected + spread)
            }
            sums[slot] += value
            counts[slot] += 1
            classSums[weekday][slot] += value
            classLevels[weekday][slot] += level
        }
        levelSum[weekday] = levelSum[weekday] * hyper.memory + level
        levelCount[weekday] = levelCount[weekday] * hyper.memory + 1
        let slow = 0.995
        for slot in 0..<slots {
            sums[slot] *= slow
            counts[slot] *= slow
        }
    }
}
