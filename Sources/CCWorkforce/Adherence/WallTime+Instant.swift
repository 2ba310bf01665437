import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension WallTime {
    /// Milliseconds since 1 January 1970 at which the clocks of a zone first show it; when they leave it out, at which they jump.
    public func milliseconds(in zone: TimeZone) -> Int {
        let second = min(max(minuteNumber, -AgentPlan.limit / 60_000), AgentPlan.limit / 60_000) * 60
        return AgentPlan.clamped(Self.instant(of: second, in: zone) * 1_000)
    }

    /// What clocks of a zone show, to the minute.
    ///
    /// - Parameter milliseconds: since 1 January 1970.
    public init(milliseconds: Int, in zone: TimeZone) {
        let seconds = AgentPlan.clamped(milliseconds) / 1_000
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
        self.init(minuteNumber: Int((Double(seconds + offset) / 60).rounded(.down)))
    }

    /// Seconds since 1970 at which clocks on the wall first show a time, itself in seconds since their 1 January 1970; when
    /// they leave it out, at which they jump.
    static func instant(of wall: Int, in zone: TimeZone) -> Int {
        func offset(_ instant: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))) }
        let before = offset(wall - 86_400)
        let first = wall - before
        let after = offset(first)
        if after == before { return first }
        let second = wall - after
        if offset(second) == after { return second }
        let jump = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(second)))
        return jump.map { min(first, Int($0.timeIntervalSince1970.rounded())) } ?? first
    }
}
