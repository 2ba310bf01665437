/// Which share a service level is. There is no one definition in the field, so each has a name here and nobody has to
/// guess; `Docs/Definitions.md` works all of them out for ten contacts. With T the threshold:
public enum ServiceLevelFormula: String, Hashable, Sendable, Codable, CaseIterable {
    /// answered within T ÷ offered. The one that is meant where none is named: nobody who was offered is left out.
    case ofOffered
    /// answered within T ÷ answered: who gave up does not count at all.
    case ofAnswered
    /// answered within T ÷ (answered + abandoned): contacts that were turned away or lost do not count.
    case ofServable
    /// answered within T ÷ (offered − abandoned within T): who gave up within T could not have been late.
    case excludingAbandonedInTime
    /// answered within T ÷ (offered − short abandons).
    case excludingShortAbandoned
    /// (answered within T + abandoned within T) ÷ offered: all that was over within T.
    case includingAbandonedInTime

    /// Numerator and denominator.
    public func parts(of counts: ServiceCounts) -> (inTime: Double, base: Double) {
        switch self {
        case .ofOffered: (counts.answeredInTime, counts.offered)
        case .ofAnswered: (counts.answeredInTime, counts.answered)
        case .ofServable: (counts.answeredInTime, counts.answered + counts.abandoned)
        case .excludingAbandonedInTime: (counts.answeredInTime, counts.offered - counts.abandonedInTime)
        case .excludingShortAbandoned: (counts.answeredInTime, counts.offered - counts.shortAbandoned)
        case .includingAbandonedInTime: (counts.answeredInTime + counts.abandonedInTime, counts.offered)
        }
    }

    /// 0 to 1; nil where there is nothing to divide by.
    public func value(of counts: ServiceCounts) -> Double? {
        let (inTime, base) = parts(of: counts)
        return base > 0 ? inTime / base : nil
    }
}

/// What service levels are made of: numbers of contacts, or means of such numbers.
public struct ServiceCounts: Hashable, Sendable {
    /// Came to a queue.
    public var offered: Double
    /// Of those, answered by an agent; counted at the answer.
    public var answered: Double
    /// Of those, answered after at most the threshold.
    public var answeredInTime: Double
    /// Of the offered, given up by the customer before an answer.
    public var abandoned: Double
    /// Of those, given up after at most the threshold.
    public var abandonedInTime: Double
    /// Of the abandoned, given up after at most the threshold for short abandons.
    public var shortAbandoned: Double

    public init(
        offered: Double, answered: Double, answeredInTime: Double, abandoned: Double, abandonedInTime: Double,
        shortAbandoned: Double
    ) {
        self.offered = offered
        self.answered = answered
        self.answeredInTime = answeredInTime
        self.abandoned = abandoned
        self.abandonedInTime = abandonedInTime
        self.shortAbandoned = shortAbandoned
    }
}
