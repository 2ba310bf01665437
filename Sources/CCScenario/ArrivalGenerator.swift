import CCCore

/// Makes the arrivals of one queue, one after the other.
public struct ArrivalGenerator: Sendable {
    private let process: ArrivalProcess
    private var stream: SplitMix64
    /// Nanoseconds since the scenario's start.
    private var clock: Int64 = 0
    /// The rate interval or the recorded arrival that is next.
    private var index = 0

    /// - Parameter stream: `RandomStreams.stream(.arrivals, place of the queue)`.
    public init(_ process: ArrivalProcess, stream: SplitMix64) {
        self.process = process
        self.stream = stream
    }

    /// The next arrival; nil when no more come. Offsets never go down.
    public mutating func next() -> RecordedArrival? {
        let offset = nextNanoseconds()
        guard offset < .max else { return nil }
        return recorded ?? RecordedArrival(offset: .nanoseconds(offset))
    }

    /// What is known of the arrival that was made last, when it was recorded.
    var recorded: RecordedArrival? {
        if case .recorded(let arrivals) = process, index > 0 { arrivals[index - 1] } else { nil }
    }

    /// The next arrival in nanoseconds since the start; `Int64.max` when no more come.
    @inline(__always)
    mutating func nextNanoseconds() -> Int64 {
        if case .poisson(let rate) = process {
            clock = clock.advanced(bySeconds: stream.exponential() / rate)
            return clock
        }
        return nextOfOthers()
    }

    private mutating func nextOfOthers() -> Int64 {
        switch process {
        case .none: return .max
        case .poisson: return nextNanoseconds()
        case .regular(let interval):
            clock = clock.advanced(bySeconds: interval)
            return clock
        case .recorded(let arrivals):
            guard index < arrivals.count else { return .max }
            clock = max(clock, arrivals[index].offset.inNanoseconds)
            index += 1
            return clock
        case .piecewise(let intervals): return nextPiecewise(intervals)
        }
    }

    /// An exponential amount of expected arrivals is used up along the rates: exact, without rejection.
    private mutating func nextPiecewise(_ intervals: [ArrivalProcess.RateInterval]) -> Int64 {
        var amount = stream.exponential()
        while index < intervals.count {
            let begin = max(clock, intervals[index].start.inNanoseconds)
            let end = index + 1 < intervals.count ? intervals[index + 1].start.inNanoseconds : .max
            let rate = intervals[index].rate
            let capacity = end == .max ? Double.infinity : Double(max(0, end - begin)) / 1e9 * rate
            if rate > 0, amount < capacity {
                clock = begin.advanced(bySeconds: amount / rate)
                return clock
            }
            if rate > 0 { amount -= capacity }
            clock = max(clock, end)
            index += 1
        }
        return .max
    }
}

extension Int64 {
    /// Nanoseconds after some seconds, saturating.
    @inline(__always)
    func advanced(bySeconds seconds: Double) -> Int64 {
        let sum = Double(self) + seconds * 1e9
        return sum < 9e18 ? self &+ Int64(seconds * 1e9 + 0.5) : .max
    }
}
