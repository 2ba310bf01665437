import CCCore

/// What is counted of one queue in one batch or replication. Times are seconds.
struct Tally {
    var offered = 0.0
    var answered = 0.0
    var abandoned = 0.0
    var blocked = 0.0
    var lost = 0.0
    var redials = 0.0
    var delayed = 0.0
    var answeredInTime = 0.0
    var abandonedInTime = 0.0
    var abandonedShort = 0.0
    var wait = 0.0
    var waitAnswered = 0.0
    /// Seconds².
    var waitSquares = 0.0
    var talk = 0.0
    var wrapUp = 0.0
    /// Contacts × seconds in line.
    var length = 0.0
    /// Of the batch.
    var duration = 0.0

    var serviceCounts: ServiceCounts {
        ServiceCounts(
            offered: offered, answered: answered, answeredInTime: answeredInTime, abandoned: abandoned,
            abandonedInTime: abandonedInTime, shortAbandoned: abandonedShort)
    }

    static func += (lhs: inout Tally, rhs: Tally) {
        lhs.offered += rhs.offered
        lhs.answered += rhs.answered
        lhs.abandoned += rhs.abandoned
        lhs.blocked += rhs.blocked
        lhs.lost += rhs.lost
        lhs.redials += rhs.redials
        lhs.delayed += rhs.delayed
        lhs.answeredInTime += rhs.answeredInTime
        lhs.abandonedInTime += rhs.abandonedInTime
        lhs.abandonedShort += rhs.abandonedShort
        lhs.wait += rhs.wait
        lhs.waitAnswered += rhs.waitAnswered
        lhs.waitSquares += rhs.waitSquares
        lhs.talk += rhs.talk
        lhs.wrapUp += rhs.wrapUp
        lhs.length += rhs.length
        lhs.duration = max(lhs.duration, rhs.duration)
    }
}

/// How the agents of one group spent a batch or replication, in agent-seconds.
struct GroupTally {
    var idle = 0.0
    var reserved = 0.0
    var talking = 0.0
    var wrapUp = 0.0
    var notReady = 0.0

    mutating func add(_ seconds: Double, in state: AgentState) {
        switch state {
        case .idle: idle += seconds
        case .reserved: reserved += seconds
        case .talking: talking += seconds
        case .wrapUp: wrapUp += seconds
        case .notReady: notReady += seconds
        case .checkedOut: break
        }
    }

    var busy: Double { reserved + talking + wrapUp }
    var login: Double { idle + busy + notReady }

    static func += (lhs: inout GroupTally, rhs: GroupTally) {
        lhs.idle += rhs.idle
        lhs.reserved += rhs.reserved
        lhs.talking += rhs.talking
        lhs.wrapUp += rhs.wrapUp
        lhs.notReady += rhs.notReady
    }

    static func - (lhs: GroupTally, rhs: GroupTally) -> GroupTally {
        GroupTally(
            idle: lhs.idle - rhs.idle, reserved: lhs.reserved - rhs.reserved, talking: lhs.talking - rhs.talking,
            wrapUp: lhs.wrapUp - rhs.wrapUp, notReady: lhs.notReady - rhs.notReady)
    }
}

/// Waits by size, in classes that are 1/128 wide of the power of two below them: a percentile read from it is off by at
/// most 0.8 %. Zero has a class of its own.
struct WaitHistogram {
    private var zeros = 0
    /// From 2⁻¹⁰ s (about 1 ms) to 2²⁰ s (12 days).
    private var classes = [Int](repeating: 0, count: 30 * 128)
    private(set) var count = 0
    private(set) var longest = 0.0

    mutating func add(_ seconds: Double) {
        count += 1
        if seconds > longest { longest = seconds }
        guard seconds > 0 else {
            zeros += 1
            return
        }
        classes[Self.place(of: seconds)] += 1
    }

    private static let offset = Int((1023 - 10) << 7)

    private static func place(of seconds: Double) -> Int {
        min(max(Int(seconds.bitPattern >> 45) - offset, 0), 30 * 128 - 1)
    }

    /// The wait that a share `quantile` of all does not exceed; nil when there are none.
    func percentile(_ quantile: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((Double(count) * quantile).rounded(.up)))
        var seen = zeros
        if seen >= rank { return 0 }
        for (place, number) in classes.enumerated() where number > 0 {
            seen += number
            if seen >= rank { return min(longest, Double(bitPattern: UInt64(place + 1 + Self.offset) << 45)) }
        }
        return longest
    }

    static func += (lhs: inout WaitHistogram, rhs: WaitHistogram) {
        lhs.zeros += rhs.zeros
        lhs.count += rhs.count
        lhs.longest = max(lhs.longest, rhs.longest)
        for place in lhs.classes.indices { lhs.classes[place] += rhs.classes[place] }
    }
}
