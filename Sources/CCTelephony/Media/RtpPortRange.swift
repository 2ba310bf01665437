import CCCore

/// Hands out even RTP ports from a range, each with the odd port above it for RTCP (RFC 3550 §11), least recently used
/// first, so that late packets of an ended call do not reach the next one.
struct RtpPortRange {
    private let first: Int
    private let pairs: Int
    private var next = 0
    private var taken: Set<Int> = []

    /// - Parameters:
    ///   - ports: At least two ports; an odd first one is skipped.
    ///   - share: Which part of the range this one hands out, 0 to `shares - 1`.
    ///   - shares: Into how many equal parts the range is split.
    init(_ ports: ClosedRange<UInt16>, share: Int = 0, of shares: Int = 1) {
        let start = (Int(ports.lowerBound) + 1) & ~1
        let all = max(0, (Int(ports.upperBound) + 1 - start) / 2)
        pairs = all / max(1, shares)
        first = start + 2 * pairs * share
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
