import CCCore

/// What a queue's service should be; nil where nothing is asked.
public struct StaffingTargets: Hashable, Sendable {
    /// A share of contacts within a wait.
    public struct ServiceLevel: Hashable, Sendable {
        /// 0 to 1.
        public var share: Double
        /// Seconds.
        public var threshold: Double
        public var formula: ServiceLevelFormula

        public init(_ share: Double, within threshold: Double, formula: ServiceLevelFormula = .ofOffered) {
            self.share = share
            self.threshold = threshold
            self.formula = formula
        }
    }

    public var serviceLevel: ServiceLevel?
    /// The share of an infinitely patient test customer's waits, 0 to 1, within the threshold of `serviceLevel`, or 20 s.
    public var virtualServiceLevel: Double?
    /// The mean wait of the served at most. Seconds; not met where nobody is served.
    public var speedOfAnswerMax: Double?
    /// The mean wait of all at most. Seconds.
    public var averageWaitMax: Double?
    /// 0 to 1.
    public var abandonRateMax: Double?
    /// The share of the offered that finds nobody free at most, 0 to 1.
    public var waitingProbabilityMax: Double?
    /// Above 0, to 1.
    public var occupancyMax: Double?

    public init(
        serviceLevel: ServiceLevel? = nil, virtualServiceLevel: Double? = nil, speedOfAnswerMax: Double? = nil,
        averageWaitMax: Double? = nil, abandonRateMax: Double? = nil, waitingProbabilityMax: Double? = nil,
        occupancyMax: Double? = nil
    ) {
        self.serviceLevel = serviceLevel
        self.virtualServiceLevel = virtualServiceLevel
        self.speedOfAnswerMax = speedOfAnswerMax
        self.averageWaitMax = averageWaitMax
        self.abandonRateMax = abandonRateMax
        self.waitingProbabilityMax = waitingProbabilityMax
        self.occupancyMax = occupancyMax
    }

    /// So many in so many seconds: `.service(0.8, within: 20)`.
    public static func service(_ share: Double, within threshold: Double) -> StaffingTargets {
        StaffingTargets(serviceLevel: ServiceLevel(share, within: threshold))
    }

    /// Seconds; 20 where no service level is asked.
    public var threshold: Double { serviceLevel?.threshold ?? 20 }

    public func met(by figures: WaitingFigures) -> Bool {
        guard figures.isStable else { return false }
        if let serviceLevel, figures.serviceLevel(serviceLevel.formula) < serviceLevel.share { return false }
        if let virtualServiceLevel, figures.virtualServiceLevel < virtualServiceLevel { return false }
        if let speedOfAnswerMax, figures.averageSpeedOfAnswer > speedOfAnswerMax { return false }
        if let averageWaitMax, figures.averageWait > averageWaitMax { return false }
        if let abandonRateMax, figures.abandonRate > abandonRateMax { return false }
        if let waitingProbabilityMax, figures.waitingProbability > waitingProbabilityMax { return false }
        if let occupancyMax, figures.occupancy > occupancyMax { return false }
        return true
    }

    /// - Throws: `WorkforceError` at the name of the target that its meaning does not allow.
    public func check() throws {
        let shares = 0.0...1.0
        if let serviceLevel {
            try Checked.number(serviceLevel.share, in: shares, at: "serviceLevel.share")
            try Checked.number(serviceLevel.threshold, in: 0...1e9, at: "serviceLevel.threshold")
        }
        for (value, place) in [
            (virtualServiceLevel, "virtualServiceLevel"), (abandonRateMax, "abandonRateMax"),
            (waitingProbabilityMax, "waitingProbabilityMax"),
        ] {
            if let value { try Checked.number(value, in: shares, at: place) }
        }
        for (value, place) in [(speedOfAnswerMax, "speedOfAnswerMax"), (averageWaitMax, "averageWaitMax")] {
            if let value { try Checked.number(value, in: 0...1e9, at: place) }
        }
        if let occupancyMax { try Checked.number(occupancyMax, in: 1e-3...1, at: "occupancyMax") }
    }
}
