import CCCore

/// What comes within one interval.
public struct IntervalDemand: Hashable, Sendable {
    /// The expected number of contacts.
    public var contacts: Double
    /// For how many to staff, such as a quantile of the forecast; nil: for as many as expected.
    public var contactsToStaff: Double?
    /// How many would bring the work that is at hand if the interval lasted for ever, where earlier intervals leave work to it or it
    /// leaves some itself; nil: as many as come. ``OfferedLoad/trailing(_:starts:interval:past:)`` sets it.
    public var contactsAtHand: Double?
    /// Mean seconds per contact.
    public var handleTime: Double
    /// Mean seconds; infinite: nobody gives up.
    public var patience: Double

    public init(contacts: Double, contactsToStaff: Double? = nil, handleTime: Double, patience: Double = .infinity) {
        self.contacts = contacts
        self.contactsToStaff = contactsToStaff
        self.handleTime = handleTime
        self.patience = patience
    }
}

/// How many agents each interval needs, and what service they will give.
public struct StaffingPlan: Hashable, Sendable {
    /// What agents do with contacts.
    public enum Channel: Hashable, Sendable {
        /// One at a time. Of those who give up this share calls again, each time: then shares are of all calls, the repeated ones included.
        case calls(retrials: Double = 0)
        /// Several at a time.
        case chats(ChatConcurrency)
    }

    public struct Interval: Hashable, Sendable {
        public let demand: IntervalDemand
        /// At work on contacts.
        public let agents: Int
        /// On the payroll: shrinkage added.
        public let scheduled: Int
        /// At the expected number of contacts, or at those at hand.
        public let figures: WaitingFigures
        /// The share of agents' time with a contact or more.
        public let occupancy: Double
    }

    public let intervals: [Interval]
    public let totals: StaffingTotals

    /// - Parameters:
    ///   - demand: one value per interval; none is allowed.
    ///   - interval: its length in seconds, 1 to 10⁶.
    ///   - minimum: as many agents at least, whatever comes; 0 to 10⁶.
    /// - Throws: `WorkforceError` at `demand[17].contacts` and the like, at a target or at `retrials`.
    public init(
        _ demand: [IntervalDemand], interval: Double, targets: StaffingTargets, channel: Channel = .calls(),
        shrinkage: Shrinkage = .none, minimum: Int = 0
    ) throws {
        try targets.check()
        if case .calls(let retrials) = channel { try Checked.number(retrials, in: 0...1, at: "retrials") }
        let seconds = try Checked.number(interval, in: 1...1e6, at: "interval")
        let minimum = try Checked.count(minimum, in: 0...1_000_000, at: "minimum")
        var rows: [Interval] = []
        rows.reserveCapacity(demand.count)
        var excess = 0.5
        for (index, one) in demand.enumerated() {
            do {
                let perHour = 3600 / seconds
                try Checked.number(one.contacts, in: 0...1e12, at: "contacts")
                let expected = try Workload(
                    contactsPerHour: Checked.number(
                        one.contactsAtHand ?? one.contacts, in: 0...1e12, at: "contactsAtHand") * perHour,
                    handleTime: one.handleTime, patience: one.patience)
                var needed = expected
                if let staffed = one.contactsToStaff {
                    let load =
                        try Checked.number(staffed, in: 0...1e12, at: "contactsToStaff") / seconds * one.handleTime
                    needed = expected.with(load: try Checked.number(load, in: 0...Workload.loadMax, at: "load"))
                }
                let root = needed.load.squareRoot()
                let agents: Int
                let figures: WaitingFigures
                var occupancy: Double?
                switch channel {
                case .calls(retrials: 0):
                    let found = try needed.agents(checked: targets, near: needed.load + excess * root)
                    if root > 0 { excess = (Double(found) - needed.load) / root }
                    agents = max(found, minimum)
                    figures = WaitingFigures(expected, count: agents, threshold: targets.threshold)
                case .calls(let retrials):
                    agents = max(try needed.agents(for: targets, retrials: retrials), minimum)
                    let all = try expected.withRetrials(probability: retrials, agents: agents)
                    figures = WaitingFigures(all, count: agents, threshold: targets.threshold)
                case .chats(let concurrency):
                    agents = max(try needed.agents(for: targets, concurrency: concurrency), minimum)
                    let chats = try ChatFigures(
                        expected, agents: agents, concurrency: concurrency, threshold: targets.threshold)
                    (figures, occupancy) = (chats.waiting, chats.occupancy)
                }
                rows.append(
                    Interval(
                        demand: one, agents: agents, scheduled: shrinkage.gross(agents), figures: figures,
                        occupancy: occupancy ?? figures.occupancy))
            } catch let error as WorkforceError {
                throw WorkforceError(error.code, at: "demand[\(index)].\(error.place)", error.message)
            }
        }
        intervals = rows
        totals = StaffingTotals(rows, hours: seconds / 3600)
    }
}

/// A plan as a whole. Shares of contacts are weighted with contacts, shares of time with time.
public struct StaffingTotals: Hashable, Sendable {
    /// Expected contacts.
    public let offered: Double
    public let answered: Double
    public let abandoned: Double
    public let answeredInTime: Double
    public let abandonedInTime: Double
    /// Agents' hours at work on contacts or ready for them.
    public let hours: Double
    /// Hours on the payroll.
    public let scheduledHours: Double
    /// Hours with contacts.
    public let busyHours: Double
    /// The mean wait of the answered. Seconds; infinite where there are contacts and none is answered.
    public let averageSpeedOfAnswer: Double
    /// The mean wait of all. Seconds.
    public let averageWait: Double
    /// The most agents at once.
    public let peakAgents: Int

    /// 0 to 1; 1 where nobody comes.
    public var abandonRate: Double { offered > 0 ? abandoned / offered : 0 }
    /// 0 to 1.
    public var occupancy: Double { hours > 0 ? busyHours / hours : 0 }

    /// 0 to 1; 1 where nobody comes.
    public func serviceLevel(_ formula: ServiceLevelFormula = .ofOffered) -> Double {
        let counts = ServiceCounts(
            offered: offered, answered: answered, answeredInTime: answeredInTime, abandoned: abandoned,
            abandonedInTime: abandonedInTime, shortAbandoned: abandonedInTime)
        return min(1, formula.value(of: counts) ?? 1)
    }

    init(_ rows: [StaffingPlan.Interval], hours length: Double) {
        var (offered, answered, abandoned, answeredInTime, abandonedInTime) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var (hours, scheduled, busy, waits, answeredWaits) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in rows {
            let (contacts, figures) = (row.demand.contacts, row.figures)
            offered += contacts
            answered += contacts * figures.answerRate
            abandoned += contacts * figures.abandonRate
            answeredInTime += contacts * figures.answeredInTime
            abandonedInTime += contacts * figures.abandonedInTime
            hours += Double(row.agents) * length
            scheduled += Double(row.scheduled) * length
            busy += Double(row.agents) * length * row.occupancy
            // Nobody's wait is no wait, even where it would be endless.
            if contacts > 0 { waits += contacts * figures.averageWait }
            if contacts * figures.answerRate > 0 {
                answeredWaits += contacts * figures.answerRate * figures.averageSpeedOfAnswer
            }
        }
        (self.offered, self.answered, self.abandoned) = (offered, answered, abandoned)
        (self.answeredInTime, self.abandonedInTime) = (answeredInTime, abandonedInTime)
        (self.hours, scheduledHours, busyHours) = (hours, scheduled, busy)
        averageWait = offered > 0 ? waits / offered : 0
        averageSpeedOfAnswer = answered > 0 ? answeredWaits / answered : offered > 0 ? .infinity : 0
        peakAgents = rows.map(\.agents).max() ?? 0
    }
}
