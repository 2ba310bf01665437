import CCCore

/// Hands out even RTP ports from a range, each with the odd port above it for RTCP (RFC 3550 §11), least recently used
/// first, so that late packets of an ended call do not reach the next one.
struct RtpPortRange {
    private let first: Int
    private let pairs: Int
    private var next = 0
    private var taken: Set<Int> = []

    /// - Parameter ports: At least two ports; an odd first one is skipped.
    init(_ ports: ClosedRange<UInt16>) {
        let first = (Int(ports.lowerBound) + 1) & ~1
        self.first = first
        pairs = max(0, (Int(ports.upperBound) + 1 - first) / 2)
    }

    var capacity: Int { pairs }
    var inUse: Int { taken.count }

    /// The next free even port, or nil when all are taken.
    mutating func take() -> UInt16? {
        guard taken.count < pairs else { return nil }
        while taken.contains(next) { next = (next + 1) % pairs }
        taken.insert(next)
        defer { next = (next + 1) % pairs }
        return UInt16(first + 2 * next)
    }

    mutating func release(_ port: UInt16) { taken.remove((Int(port) - first) / 2) }
}
