/// The figures of a set of contacts, computed from their records.
///
/// Inbound contacts only, except ``contacts``, ``recordings`` and the media figures, which count all. A contact is
/// *offered* when it entered a queue; every offered contact is *answered* (by an agent, at the moment of the answer),
/// *abandoned* (the customer left first) or *lost* (it ended in another way): the three always add up.
///
/// `serviceLevel = answered within the threshold / offered`: abandoned and lost contacts count against it. The wait
/// runs from the entry into the first queue to the first answer. There is no figure where there is nothing to divide by.
public struct CenterSummary: Hashable, Sendable {
    /// Answers up to and including this wait are in time.
    public let serviceLevelThreshold: Duration
    /// An abandoned contact that waited for at most this long is also ``shortAbandoned``.
    public let shortAbandonThreshold: Duration

    public private(set) var contacts = 0
    public private(set) var offered = 0
    public private(set) var answered = 0
    public private(set) var answeredInTime = 0
    public private(set) var abandoned = 0
    /// Abandoned within the threshold of the service level.
    public private(set) var abandonedInTime = 0
    public private(set) var shortAbandoned = 0
    public private(set) var lost = 0
    /// Inbound contacts that ended before they entered a queue and were refused.
    public private(set) var rejected = 0
    /// Inbound contacts that the centre served itself, without a queue.
    public private(set) var selfServed = 0
    /// The longest wait of an answered or abandoned contact.
    public private(set) var longestWait = Duration.zero
    public private(set) var recordings = 0
    public private(set) var media = MediaFigures(packetsExpected: 0, packetsLost: 0)
    /// How many contacts, inbound and outbound, ended for each reason.
    public private(set) var reasons: [TerminalReason: Int] = [:]

    private var speedOfAnswer = Duration.zero
    private var talk = Duration.zero
    private var hold = Duration.zero
    private var wrapUp = Duration.zero

    public init(
        of records: some Sequence<ContactRecord> = [], serviceLevelThreshold: Duration = .seconds(20),
        shortAbandonThreshold: Duration = .seconds(5)
    ) {
        self.serviceLevelThreshold = serviceLevelThreshold
        self.shortAbandonThreshold = shortAbandonThreshold
        for record in records { add(record) }
    }

    public mutating func add(_ record: ContactRecord) {
        contacts += 1
        reasons[record.terminalReason, default: 0] += 1
        recordings += record.recordings.count
        for figures in [record.media] + record.segments.map(\.media) {
            if let figures { media = media + figures }
        }
        guard record.contact.direction == .inbound else { return }
        guard record.queuedAt != nil else {
            if record.terminalReason.category == .rejected { rejected += 1 }
            if record.terminalReason.category == .completed { selfServed += 1 }
            return
        }
        offered += 1
        if let wait = record.speedOfAnswer {
            answered += 1
            longestWait = max(longestWait, wait)
            answeredInTime += wait <= serviceLevelThreshold ? 1 : 0
            speedOfAnswer += wait
            talk += record.talk
            hold += record.hold
            wrapUp += record.wrapUp
        } else if record.terminalReason.category == .abandoned {
            abandoned += 1
            longestWait = max(longestWait, record.queueWait)
            abandonedInTime += record.queueWait <= serviceLevelThreshold ? 1 : 0
            shortAbandoned += record.queueWait <= shortAbandonThreshold ? 1 : 0
        } else {
            lost += 1
        }
    }

    /// 0 to 1, by ``ServiceLevelFormula/ofOffered``.
    public var serviceLevel: Double? { serviceLevel(by: .ofOffered) }

    /// 0 to 1.
    public func serviceLevel(by formula: ServiceLevelFormula) -> Double? {
        formula.value(
            of: ServiceCounts(
                offered: Double(offered), answered: Double(answered), answeredInTime: Double(answeredInTime),
                abandoned: Double(abandoned), abandonedInTime: Double(abandonedInTime),
                shortAbandoned: Double(shortAbandoned)))
    }

    /// The service level in parts of what was aimed at: 1 or more when the target was met. It puts channels with different
    /// thresholds and targets on one scale.
    ///
    /// - Parameter target: the share aimed at, above 0.
    public func attainment(of target: Double, by formula: ServiceLevelFormula = .ofOffered) -> Double? {
        target > 0 ? serviceLevel(by: formula).map { $0 / target } : nil
    }

    /// Of the offered, 0 to 1.
    public var abandonRate: Double? { offered > 0 ? Double(abandoned) / Double(offered) : nil }
    /// The mean wait of the answered contacts (ASA).
    public var averageSpeedOfAnswer: Duration? { mean(speedOfAnswer) }
    /// Talk, hold and wrap-up of an answered contact in the mean (AHT).
    public var averageHandleTime: Duration? { mean(talk + hold + wrapUp) }
    public var averageTalk: Duration? { mean(talk) }
    public var averageHold: Duration? { mean(hold) }
    public var averageWrapUp: Duration? { mean(wrapUp) }

    private func mean(_ sum: Duration) -> Duration? { answered > 0 ? sum / answered : nil }
}

extension CenterSummary: Encodable {
    enum CodingKeys: String, CodingKey {
        case contacts, offered, answered, answeredInTime, abandoned, abandonedInTime, shortAbandoned, lost, rejected
        case selfServed, recordings, abandonRate, longestWaitSeconds
        case serviceLevel, serviceLevels, serviceLevelThresholdSeconds, averageSpeedOfAnswerSeconds,
            averageHandleTimeSeconds
        case averageTalkSeconds, averageHoldSeconds, averageWrapUpSeconds
        case packetsExpected, packetsLost, mediaLoss, reasons
    }

    /// Every name is always there; a figure that does not exist is null. Numbers of seconds are to the millisecond.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        func seconds(_ duration: Duration?) -> Seconds? { duration.map(Seconds.init(wrappedValue:)) }
        try fields.encode(contacts, forKey: .contacts)
        try fields.encode(offered, forKey: .offered)
        try fields.encode(answered, forKey: .answered)
        try fields.encode(answeredInTime, forKey: .answeredInTime)
        try fields.encode(abandoned, forKey: .abandoned)
        try fields.encode(abandonedInTime, forKey: .abandonedInTime)
        try fields.encode(shortAbandoned, forKey: .shortAbandoned)
        try fields.encode(abandonRate, forKey: .abandonRate)
        try fields.encode(seconds(longestWait), forKey: .longestWaitSeconds)
        try fields.encode(lost, forKey: .lost)
        try fields.encode(rejected, forKey: .rejected)
        try fields.encode(selfServed, forKey: .selfServed)
        try fields.encode(recordings, forKey: .recordings)
        try fields.encode(serviceLevel, forKey: .serviceLevel)
        let levels = ServiceLevelFormula.allCases.map { ($0.rawValue, serviceLevel(by: $0)) }
        try fields.encode(Dictionary(uniqueKeysWithValues: levels), forKey: .serviceLevels)
        try fields.encode(seconds(serviceLevelThreshold), forKey: .serviceLevelThresholdSeconds)
        try fields.encode(seconds(averageSpeedOfAnswer), forKey: .averageSpeedOfAnswerSeconds)
        try fields.encode(seconds(averageHandleTime), forKey: .averageHandleTimeSeconds)
        try fields.encode(seconds(averageTalk), forKey: .averageTalkSeconds)
        try fields.encode(seconds(averageHold), forKey: .averageHoldSeconds)
        try fields.encode(seconds(averageWrapUp), forKey: .averageWrapUpSeconds)
        try fields.encode(media.packetsExpected, forKey: .packetsExpected)
        try fields.encode(media.packetsLost, forKey: .packetsLost)
        try fields.encode(media.lossRatio, forKey: .mediaLoss)
        try fields.encode(
            Dictionary(uniqueKeysWithValues: reasons.map { ($0.key.rawValue, $0.value) }), forKey: .reasons)
    }
}
