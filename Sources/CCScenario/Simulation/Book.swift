/// Counts what happens, by batch. Times are nanoseconds on the way in and seconds in the tallies.
struct Book {
    private let queueCount: Int
    private let groupCount: Int
    private let batchCount: Int
    private let from: Int64
    private let until: Int64
    /// By batch, then by queue.
    private(set) var tallies: [Tally]
    /// By batch, then by group.
    private(set) var groups: [GroupTally]
    /// By queue.
    private(set) var waits: [WaitHistogram]
    /// The batch that runs; -1 before the first and after the last.
    private(set) var batch: Int32 = -1
    private var boundary = 0
    /// When the batch that runs ends, or the warm-up; `Int64.max` after the last.
    private(set) var nextBoundary: Int64
    /// By queue: how many are in line, and since when.
    private var lines: [(count: Int, since: Int64)]
    private var lastGroups: [GroupTally]

    init(queues: Int, groups: Int, batches: Int, from: Int64, until: Int64) {
        queueCount = queues
        groupCount = groups
        batchCount = batches
        self.from = from
        self.until = until
        tallies = Array(repeating: Tally(), count: queues * batches)
        self.groups = Array(repeating: GroupTally(), count: groups * batches)
        waits = Array(repeating: WaitHistogram(), count: queues)
        lines = Array(repeating: (0, from), count: queues)
        lastGroups = Array(repeating: GroupTally(), count: groups)
        nextBoundary = from
    }

    private func time(ofBoundary boundary: Int) -> Int64 {
        guard boundary <= batchCount else { return .max }
        guard boundary < batchCount else { return until }
        return from + Int64(Double(until - from) / Double(batchCount) * Double(boundary))
    }

    /// - Parameter times: of all groups' agents since the start.
    mutating func crossBoundary(_ times: [GroupTally]) {
        if batch >= 0 {
            for queue in 0..<queueCount {
                lengthChanged(queue, by: 0, now: nextBoundary)
                tallies[Int(batch) * queueCount + queue].duration =
                    Double(nextBoundary - time(ofBoundary: boundary - 1)) / 1e9
            }
            for group in 0..<groupCount {
                groups[Int(batch) * groupCount + group] = times[group] - lastGroups[group]
            }
        } else {
            for queue in 0..<queueCount { lines[queue].since = nextBoundary }
        }
        lastGroups = times
        batch = boundary < batchCount ? Int32(boundary) : -1
        boundary += 1
        nextBoundary = time(ofBoundary: boundary)
    }

    @inline(__always)
    mutating func lengthChanged(_ queue: Int, by change: Int, now: Int64) {
        let line = lines[queue]
        if batch >= 0, line.count > 0, now > line.since {
            tallies[Int(batch) * queueCount + queue].length += Double(line.count) * Double(now - line.since) / 1e9
        }
        lines[queue] = (line.count + change, now)
    }

    mutating func arrived(_ queue: Int, isRedial: Bool) {
        tallies[Int(batch) * queueCount + queue].offered += 1
        if isRedial { tallies[Int(batch) * queueCount + queue].redials += 1 }
    }

    mutating func answered(_ queue: Int, _ contact: SimulatedContact, now: Int64, threshold: Int64) {
        guard contact.batch >= 0 else { return }
        let wait = now - contact.arrived
        let seconds = Double(wait) / 1e9
        let place = Int(contact.batch) * queueCount + queue
        tallies[place].answered += 1
        tallies[place].wait += seconds
        tallies[place].waitSquares += seconds * seconds
        tallies[place].waitAnswered += seconds
        if wait <= threshold { tallies[place].answeredInTime += 1 }
        if !contact.wasOfferedAtOnce { tallies[place].delayed += 1 }
        waits[queue].add(seconds)
    }

    mutating func abandoned(_ queue: Int, _ contact: SimulatedContact, now: Int64, threshold: Int64) {
        guard contact.batch >= 0 else { return }
        let wait = now - contact.arrived
        let seconds = Double(wait) / 1e9
        let place = Int(contact.batch) * queueCount + queue
        tallies[place].abandoned += 1
        tallies[place].wait += seconds
        tallies[place].waitSquares += seconds * seconds
        if wait <= threshold { tallies[place].abandonedInTime += 1 }
        if wait <= Self.shortAbandon { tallies[place].abandonedShort += 1 }
        if !contact.wasOfferedAtOnce { tallies[place].delayed += 1 }
        waits[queue].add(seconds)
    }

    /// Who leaves within 5 s has hardly waited.
    static let shortAbandon: Int64 = 5_000_000_000

    mutating func rejected(_ queue: Int, _ contact: SimulatedContact) {
        guard contact.batch >= 0 else { return }
        tallies[Int(contact.batch) * queueCount + queue].blocked += 1
    }

    mutating func stopped(_ queue: Int, _ contact: SimulatedContact) {
        guard contact.batch >= 0, !contact.isCounted else { return }
        tallies[Int(contact.batch) * queueCount + queue].lost += 1
    }

    /// A wait that did not come as changes of the length.
    mutating func addLength(_ queue: Int, seconds: Double) {
        tallies[queue].length += seconds
    }

    mutating func talked(_ queue: Int, _ contact: SimulatedContact, now: Int64, wrapUp: Int64) {
        guard contact.batch >= 0 else { return }
        let place = Int(contact.batch) * queueCount + queue
        tallies[place].talk += Double(now - contact.answered) / 1e9
        tallies[place].wrapUp += Double(wrapUp) / 1e9
    }
}
