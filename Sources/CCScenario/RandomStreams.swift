import CCCore

/// Independent streams of random numbers, one for each purpose, so that a change in one place (another agent, another
/// patience) leaves all other draws as they were: runs that are compared have common random numbers.
public struct RandomStreams: Hashable, Sendable {
    public enum Purpose: UInt64, Sendable {
        case arrivals = 1, patience, talk, wrapUp, redials, agents, routing
    }

    public let seed: UInt64

    /// - Parameter replication: 0 for the first; each has streams of its own.
    public init(seed: UInt64, replication: Int = 0) {
        self.seed = Self.mix(Self.mix(seed) &+ UInt64(replication))
    }

    /// The stream for one purpose and one queue or agent, by its place in the scenario.
    public func stream(_ purpose: Purpose, _ index: Int) -> SplitMix64 {
        SplitMix64(state: Self.mix(Self.mix(seed &+ purpose.rawValue) &+ UInt64(index)))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var generator = SplitMix64(state: value)
        return generator.next()
    }
}
