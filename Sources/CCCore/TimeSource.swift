#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where all time in a centre comes from: a monotonic clock that also knows the date.
///
/// ``SystemTime`` is the real one. A simulation hands in its own, and everything above it runs in virtual time.
public protocol TimeSource: Clock where Instant == CCCore.Instant {
    /// The date that belongs to an instant of this clock.
    func date(at instant: Instant) -> Date
}

extension TimeSource {
    /// The date now.
    public var date: Date { date(at: now) }
}

/// The machine's clocks: monotonic for measuring, the wall clock (read once, at start) for dates.
public struct SystemTime: TimeSource {
    public typealias Duration = Swift.Duration

    /// One origin for the whole process, so that instants of all its clocks compare.
    private static let origin = (instant: ContinuousClock.now, date: Date())

    public init() {}

    public var now: Instant { .zero.advanced(by: Self.origin.instant.duration(to: .now)) }
    public var minimumResolution: Duration { .nanoseconds(1) }

    public func date(at instant: Instant) -> Date {
        Self.origin.date.addingTimeInterval(Double(instant.nanoseconds) / 1e9)
    }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let target = Self.origin.instant.advanced(by: .nanoseconds(deadline.nanoseconds))
        try await Task.sleep(until: target, tolerance: tolerance, clock: .continuous)
    }
}
