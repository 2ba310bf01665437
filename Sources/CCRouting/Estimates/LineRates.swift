import CCCore

/// How fast a queue's line moves: answers per second of the time in which there is a line, and abandons per second and
/// contact in it.
///
/// Both are running means that forget: the time of the last 200 answers has most of the weight. Before there are any, a
/// line is believed to move every 30 s, and nobody to leave it.
struct LineRates: Sendable, Hashable {
    /// Contacts that have entered and neither been answered nor left.
    private(set) var waiting = 0
    private var since: Int64 = 0
    /// Seconds with a line, and the answers in them.
    private var busy = 60.0
    private var answers = 2.0
    /// Contacts × seconds in line, and the abandons in them.
    private var exposure = 0.0
    private var abandons = 0.0

    private static let memory = 1 - 1.0 / 200

    mutating func changed(by change: Int, now: Instant) {
        if waiting > 0, now.nanoseconds > since {
            let seconds = Double(now.nanoseconds - since) / 1e9
            busy += seconds
            exposure += seconds * Double(waiting)
        }
        since = max(since, now.nanoseconds)
        waiting = max(0, waiting + change)
    }

    mutating func answered(now: Instant) {
        changed(by: -1, now: now)
        busy *= Self.memory
        answers = (answers + 1) * Self.memory
        exposure *= Self.memory
        abandons *= Self.memory
    }

    mutating func abandoned(now: Instant) {
        changed(by: -1, now: now)
        abandons += 1
    }

    /// Per second with a line; above 0.
    var answerRate: Double { answers / max(busy, 0.001) }
    /// Per second and contact in line.
    var abandonRate: Double { exposure > 0 ? abandons / exposure : 0 }

    /// The mean time in seconds until a contact with so many ahead leaves the line at its front: with i ahead the line
    /// moves at the rate of answers and of i abandons. Beyond 16 ahead the sum is an integral (midpoint rule, off by less
    /// than 0.1 %).
    func delay(ahead: Int) -> Double {
        let (answer, abandon) = (answerRate, abandonRate)
        var sum = 0.0
        for place in 0...min(max(0, ahead), 16) { sum += 1 / (answer + Double(place) * abandon) }
        guard ahead > 16 else { return sum }
        guard abandon > answer * 1e-6 else { return sum + Double(ahead - 16) / answer }
        let (from, to) = (answer + 16.5 * abandon, answer + (Double(ahead) + 0.5) * abandon)
        return sum + logarithm(to / from) / abandon
    }
}
