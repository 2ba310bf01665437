import CCCore

extension Instant {
    static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
}

/// The earliest of several optional instants.
func earliest(_ one: Instant?, _ other: Instant?, _ third: Instant? = nil) -> Instant? {
    let two = one.map { min($0, other ?? $0) } ?? other
    return two.map { min($0, third ?? $0) } ?? third
}
