import CCCore

/// Estimates how long contacts of one queue will wait, in three ways at once, and follows the one that was best lately.
///
/// ```swift
/// var estimators = WaitEstimators()
/// let estimates = estimators.entered(ahead: 4, head: headSince, now: now)     // kept with the contact
/// estimators.served(wait: .seconds(95), predicted: estimates, now: later)
/// ```
///
/// * **Last to enter service** (LES): the wait of the contact that was answered last.
/// * **Head of line** (HOL): for how long the first in line has waited by now. Both follow a change of staff at once, since
///   they know nothing of agents and rates (R. Ibrahim and W. Whitt, Real-time delay estimation based on delay history,
///   Manufacturing & Service Operations Management 11 (2009) 397–415).
/// * **Queue length** (QL): the mean time until the line in front has gone, at the rate of answers lately, with those who
///   give up on the way: Σ 1 ÷ (answers per second + i × abandons per second and contact), i from 0 to the number
///   ahead (W. Whitt, Predicting queueing delays, Management Science 45 (1999) 870–888; with abandonment, as QLm, R. Ibrahim and W. Whitt,
///   Real-time delay estimation in overloaded multiserver queues with abandonments, Management Science 55 (2009)
///   1729–1742). The rate is measured while there is a line, so it is that of all agents who really serve the queue,
///   whatever else they serve.
///
/// The mean squared error of each is kept as a running mean over about the last 50 contacts that waited and were
/// answered; ``WaitEstimates/combined`` is the estimate of the one whose error is least.
///
/// A contact *enters* when no agent can be had at once; then exactly one of ``served(wait:predicted:now:)``,
/// ``abandoned(now:)`` and ``left(now:)`` follows. Each costs constant time, nothing is allocated.
public struct WaitEstimators: Sendable, Hashable {
    /// How wrong each was since the beginning.
    public private(set) var errors = EstimateErrors()
    private var rates = LineRates()
    private var lastServed: Float = 0
    /// Running means of squared errors.
    private var squares = WaitEstimates(lastServed: 0, headOfLine: 0, queueLength: 0, combined: 0)

    public init() {}

    /// Contacts that have entered and neither been answered nor left.
    public var waiting: Int { rates.waiting }

    /// The estimator that was best lately; before there is anything to compare, the queue length.
    public var best: WaitEstimator {
        let least = min(squares.lastServed, squares.headOfLine, squares.queueLength)
        if squares.queueLength <= least { return .queueLength }
        return squares.headOfLine <= least ? .headOfLine : .lastServed
    }

    /// A contact begins to wait.
    ///
    /// - Parameters:
    ///   - ahead: how many will be offered before it.
    ///   - head: since when the first of those waits; nil when there are none.
    public mutating func entered(ahead: Int, head: Instant?, now: Instant) -> WaitEstimates {
        let estimates = estimates(ahead: ahead, head: head, now: now)
        rates.changed(by: 1, now: now)
        return estimates
    }

    /// What a contact would be told that entered now. For one that is in line already, the time that is still to come.
    public func estimates(ahead: Int, head: Instant?, now: Instant) -> WaitEstimates {
        let waited = head.map { max(0, Float(now.nanoseconds - $0.nanoseconds) / 1e9) } ?? 0
        var estimates = WaitEstimates(
            lastServed: lastServed, headOfLine: waited, queueLength: Float(rates.delay(ahead: ahead)), combined: 0)
        estimates.combined = estimates[best]
        return estimates
    }

    /// A contact that had entered was answered.
    ///
    /// - Parameters:
    ///   - wait: from the entry to the answer.
    ///   - predicted: what ``entered(ahead:head:now:)`` returned for it; nil when that is not known any more.
    public mutating func served(wait: Duration, predicted: WaitEstimates?, now: Instant) {
        rates.answered(now: now)
        let seconds = Float(Double(wait.inNanoseconds) / 1e9)
        lastServed = seconds
        guard let predicted else { return }
        errors.add(predicted, wait: Double(seconds))
        let weight = 1 / Float(min(errors.combined.count, 50))
        func learn(_ mean: inout Float, _ estimate: Float) {
            let error = estimate - seconds
            mean += (error * error - mean) * weight
        }
        learn(&squares.lastServed, predicted.lastServed)
        learn(&squares.headOfLine, predicted.headOfLine)
        learn(&squares.queueLength, predicted.queueLength)
    }

    /// A contact that had entered was given up by the customer.
    public mutating func abandoned(now: Instant) { rates.abandoned(now: now) }

    /// A contact that had entered is no longer in this queue for another reason: moved, or ended by the centre.
    public mutating func left(now: Instant) { rates.changed(by: -1, now: now) }
}
