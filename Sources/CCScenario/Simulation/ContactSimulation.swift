import CCCore
import CCRouting

/// A scenario at contact depth: the production `Router`, unchanged, with customers and agents in virtual time
/// and without a network.
///
/// The same scenario and seed give the same figures and the same events, in every process.
public struct ContactSimulation: Sendable {
    public let scenario: Scenario
    /// Into how many batches of time one long run is cut for confidence intervals; more replications need none.
    public static let batches = 20

    var tamper: Engine.Tamper?

    /// - Throws: `ScenarioError` when the scenario cannot be run.
    public init(_ scenario: Scenario) throws(ScenarioError) {
        try scenario.validate()
        self.scenario = scenario
    }

    /// Runs all replications.
    public func run(seed: UInt64) -> SimulationFigures {
        // Without an observer nothing can be thrown.
        (try? figures(seed: seed, observer: nil)) ?? SimulationFigures(scenario, seed: seed, runs: [])
    }

    /// Runs all replications and tells the observer what happens, as the centre's event stream would.
    ///
    /// - Throws: what the observer throws; the run ends there.
    public func run(seed: UInt64, observer: (CenterEvent) throws -> Void) throws -> SimulationFigures {
        try withoutActuallyEscaping(observer) { try figures(seed: seed, observer: $0) }
    }

    private func figures(seed: UInt64, observer: ((CenterEvent) throws -> Void)?) throws -> SimulationFigures {
        var runs: [ReplicationResult] = []
        for replication in 0..<scenario.replications {
            var engine = Engine(
                scenario, seed: seed, replication: replication,
                batches: scenario.replications == 1 ? Self.batches : 1, tamper: tamper, observer: observer)
            try engine.run()
            let estimates = engine.queues.map { engine.router.estimateErrors(of: $0.id) ?? EstimateErrors() }
            runs.append(ReplicationResult(engine.book, engine.count, estimates: estimates))
        }
        return SimulationFigures(scenario, seed: seed, runs: runs)
    }

    /// Lets a test stand between the router and what its actions do, to break the router on purpose: actions may be
    /// dropped, doubled or changed.
    @_spi(Tampering)
    public mutating func tamper(_ change: @escaping @Sendable (inout [Router.Action], Instant) -> Void) {
        tamper = change
    }
}

/// What one replication brought.
struct ReplicationResult {
    let tallies: [Tally]
    let groups: [GroupTally]
    let waits: [WaitHistogram]
    let count: EventCount
    /// By queue; empty when there was no router.
    let estimates: [EstimateErrors]

    init(_ book: Book, _ count: EventCount = EventCount(), estimates: [EstimateErrors] = []) {
        self.estimates = estimates
        tallies = book.tallies
        groups = book.groups
        waits = book.waits
        self.count = count
    }
}
