/// What the estimators say about one wait, in seconds from the entry into the queue to the answer.
public struct WaitEstimates: Hashable, Sendable, Codable {
    /// As long as the contact waited that was answered last (LES).
    public var lastServed: Float
    /// As long as the first in line has waited by now (HOL); 0 when nobody is ahead.
    public var headOfLine: Float
    /// Those ahead, and this one, at the rate at which contacts have left the line lately (QL).
    public var queueLength: Float
    /// What the one said that was best lately.
    public var combined: Float

    public init(lastServed: Float, headOfLine: Float, queueLength: Float, combined: Float) {
        self.lastServed = lastServed
        self.headOfLine = headOfLine
        self.queueLength = queueLength
        self.combined = combined
    }

    subscript(estimator: WaitEstimator) -> Float {
        switch estimator {
        case .lastServed: lastServed
        case .headOfLine: headOfLine
        case .queueLength: queueLength
        }
    }
}

/// A way to estimate a wait.
public enum WaitEstimator: String, Hashable, Sendable, Codable, CaseIterable {
    case lastServed, headOfLine, queueLength
}

/// How wrong an estimator was, over all contacts that waited and were answered.
///
/// Who left before the answer has no wait to compare with and does not count.
public struct EstimateError: Hashable, Sendable {
    /// How many estimates were compared.
    public private(set) var count = 0
    /// How many of them were within a quarter of the wait, or within 15 s of it.
    public private(set) var close = 0
    private var sum = 0.0
    private var absolute = 0.0
    private var squares = 0.0
    private var waits = 0.0

    public init() {}

    /// - Parameters: seconds.
    public mutating func add(estimate: Double, wait: Double) {
        let error = estimate - wait
        count += 1
        sum += error
        absolute += abs(error)
        squares += error * error
        waits += wait
        if abs(error) <= max(15, wait / 4) { close += 1 }
    }

    private func mean(_ sum: Double) -> Double? { count > 0 ? sum / Double(count) : nil }

    /// The mean of estimate − wait, in seconds: above 0 when the estimates are too long.
    public var bias: Double? { mean(sum) }
    /// The mean of |estimate − wait|, in seconds.
    public var meanAbsolute: Double? { mean(absolute) }
    /// √(mean of (estimate − wait)²), in seconds.
    public var rootMeanSquare: Double? { mean(squares).map { $0.squareRoot() } }
    /// The share of the estimates that were within a quarter of the wait, or within 15 s of it: 0 to 1.
    public var coverage: Double? { mean(Double(close)) }
    /// The mean wait of the contacts that were compared, in seconds.
    public var meanWait: Double? { mean(waits) }

    public static func += (lhs: inout Self, rhs: Self) {
        lhs.count += rhs.count
        lhs.close += rhs.close
        lhs.sum += rhs.sum
        lhs.absolute += rhs.absolute
        lhs.squares += rhs.squares
        lhs.waits += rhs.waits
    }
}

/// How wrong each estimator of a queue was.
public struct EstimateErrors: Hashable, Sendable {
    public internal(set) var lastServed = EstimateError()
    public internal(set) var headOfLine = EstimateError()
    public internal(set) var queueLength = EstimateError()
    public internal(set) var combined = EstimateError()

    public init() {}

    mutating func add(_ estimates: WaitEstimates, wait: Double) {
        lastServed.add(estimate: Double(estimates.lastServed), wait: wait)
        headOfLine.add(estimate: Double(estimates.headOfLine), wait: wait)
        queueLength.add(estimate: Double(estimates.queueLength), wait: wait)
        combined.add(estimate: Double(estimates.combined), wait: wait)
    }

    public static func += (lhs: inout Self, rhs: Self) {
        lhs.lastServed += rhs.lastServed
        lhs.headOfLine += rhs.headOfLine
        lhs.queueLength += rhs.queueLength
        lhs.combined += rhs.combined
    }
}

extension EstimateError: Encodable {
    enum CodingKeys: String, CodingKey {
        case count, bias, meanAbsolute, rootMeanSquare, coverage, meanWait
    }

    /// Seconds and shares; a figure that does not exist is null.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(count, forKey: .count)
        try fields.encode(bias, forKey: .bias)
        try fields.encode(meanAbsolute, forKey: .meanAbsolute)
        try fields.encode(rootMeanSquare, forKey: .rootMeanSquare)
        try fields.encode(coverage, forKey: .coverage)
        try fields.encode(meanWait, forKey: .meanWait)
    }
}

extension EstimateErrors: Encodable {}
