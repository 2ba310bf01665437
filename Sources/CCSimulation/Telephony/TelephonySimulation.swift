import CCCore
import CCMedia
import CCRouting
import CCScenario
import CCSip
import CCTelephony
import ContactCenterKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A scenario run with the production centre, unchanged, and telephones around it: SIP and RTP bytes through a simulated
/// network, in virtual time, with every rule checked as it runs.
///
/// ```swift
/// let result = try await TelephonySimulation(scenario).run(seed: 7)
/// for violation in result.violations { print(violation) }
/// print(result.summary.serviceLevel ?? 0)
/// ```
///
/// The centre is on the host 10.0.0.1, agents' phones are on 10.1.x.y, callers on 10.2.0.y.
public struct TelephonySimulation: Sendable {
    public let scenario: Scenario
    public let options: TelephonyOptions

    /// How long it may take until everything is freed, beyond the longest wrap-up: a party without audio that is gone is
    /// noticed after five minutes, and transactions wait for 32 seconds.
    static let settlingMax = Duration.seconds(600)

    public init(_ scenario: Scenario, options: TelephonyOptions = TelephonyOptions()) {
        self.scenario = scenario
        self.options = options
    }

    /// Runs all replications of the scenario.
    ///
    /// - Returns: The figures in the form of contact depth, and each run with what it broke.
    /// - Throws: `ScenarioError` when the scenario makes no sense; what ``run(seed:replication:)`` throws.
    public func figures(seed: UInt64) async throws -> (figures: SimulationFigures, runs: [TelephonyResult]) {
        try scenario.validate()
        var runs: [TelephonyResult] = []
        for replication in 0..<scenario.replications {
            runs.append(try await run(seed: seed, replication: replication))
        }
        let figures = SimulationFigures(
            scenario, depth: "telephony", seed: seed, runs: runs.map { ($0.records, $0.agentTimes, $0.redials) },
            events: runs.reduce(0) { $0 + $1.eventCount })
        return (figures, runs)
    }

    /// Runs one replication. The first has the folders of the options, each further one its own in them: `replication-2`
    /// and so on.
    ///
    /// - Throws: `ScenarioError` when the scenario makes no sense; ``SimulationError`` when the run is stuck; what the centre throws when it cannot start.
    public func run(seed: UInt64, replication: Int = 0) async throws -> TelephonyResult {
        try scenario.validate()
        var options = options
        if replication > 0 {
            options.store = options.store.map { $0 + "/replication-\(replication + 1)" }
            options.recordings = options.recordings.map { $0 + "/replication-\(replication + 1)" }
        }
        if let store = options.store {
            try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
        }
        let limits = SimulationOptions(
            scheduling: options.scheduling, startDate: scenario.start,
            timeLimit: scenario.horizon + options.overtime + .seconds(86_400))
        return try await Simulation.run(seed: seed, options: limits) { [options] world in
            try await TelephonyRun(
                scenario: scenario, options: options, world: world,
                streams: RandomStreams(seed: seed, replication: replication)
            ).run()
        }
    }
}

/// One run: the centre, the people, and what is noted of them.
final class TelephonyRun: Sendable {
    static let centerAddress = "10.0.0.1"
    static let sipPort: UInt16 = 5060

    let scenario: Scenario
    let options: TelephonyOptions
    let world: World
    let streams: RandomStreams
    let conversations = Conversations()
    /// All callers are done: agents may go home.
    let dayOver = OneShot<Void>()
    let notes: Mutex<Notes>
    let phones: [SimulatedAgentPhone]
    /// What each agent is doing, for the person at the desk.
    let states: [AgentID: Mailbox<Standing>]

    /// What an agent is doing, and the queue of the contact that they answered last.
    struct Standing: Sendable {
        let state: AgentState
        let queue: QueueID?
    }

    struct Notes {
        var suite: InvariantSuite
        var result: TelephonyResult
        var lastCaller = 0
        var center: ContactCenter?
        /// The machine of the centre has died once.
        var isCrashed = false
    }

    init(scenario: Scenario, options: TelephonyOptions, world: World, streams: RandomStreams) throws {
        self.scenario = scenario
        self.options = options
        self.world = world
        self.streams = streams
        let conversations = self.conversations
        let center = NetworkAddress(ip: try world.host(Self.centerAddress).ip, port: Self.sipPort)
        let people = scenario.groups.flatMap { group in group.agents.map { (group, $0) } }
        phones = people.enumerated().map { place, person in
            SimulatedAgentPhone(
                id: person.1.id, address: Self.address(ofAgent: place), password: "secret-\(place)", habits: person.0,
                chance: streams.stream(.agents, place), world: world, center: center, conversations: conversations)
        }
        states = Dictionary(
            people.map { ($0.1.id, Mailbox<Standing>(limit: 10_000)) }, uniquingKeysWith: { first, _ in first })
        notes = Mutex(
            Notes(
                suite: InvariantSuite(queues: scenario.rules, agents: scenario.agents, comparesRecords: true),
                result: TelephonyResult(seed: world.seed, agentTimes: AgentTimes(scenario))))
        world.network.usualLink = options.link
    }

    static func address(ofAgent place: Int) -> String { "10.1.\(place / 250).\(place % 250 + 1)" }
    static func address(ofStreet place: Int) -> String { "10.2.\(place / 250).\(place % 250 + 1)" }

    var center: ContactCenter? { notes.withLock { $0.center } }

    /// The plan of the centre under test.
    func plan() -> CenterPlan {
        var plan = CenterPlan()
        plan.phones = Phones(
            host: Self.centerAddress, sipPort: Self.sipPort, rtpPorts: 10_000...59_999, callsMax: 20_000,
            codecs: [.pcmu])
        plan.queues = scenario.rules
        plan.seats = zip(scenario.agents, phones).map { $0.phone(password: $1.password) }
        plan.numbers = scenario.queues.enumerated().map { Number(Self.number(ofQueue: $0), queue: $1.id) }
        if let folder = options.store { plan.store = .sqlite(folder + "/center.sqlite") }
        plan.recordings = options.recordings.map { Recordings($0) }
        if case .stop(_, let grace) = options.centerFault { plan.stopGrace = grace }
        return plan
    }

    static func number(ofQueue place: Int) -> String { "\(1_000 + place)" }

    // MARK: The run

    func run() async throws -> TelephonyResult {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.runCenter() }
            group.addTask { await self.cause(self.options.faults) }
            group.addTask { await self.runPeople() }
            try await group.waitForAll()
        }
        return notes.withLock { notes in
            notes.result.network = world.network.figures
            notes.result.digest = world.network.digest
            notes.result.duration = Instant.zero.duration(to: world.time.now)
            notes.result.eventCount = notes.suite.eventCount
            notes.result.violations = notes.suite.violations
            return notes.result
        }
    }

    /// Callers come and go; then the agents leave, and the centre is stopped.
    private func runPeople() async {
        await withTaskGroup(of: Void.self) { group in
            for (place, phone) in phones.enumerated() {
                group.addTask { await self.atDesk(phone, place: place) }
                group.addTask { await self.workDay(phone, place: place) }
            }
            await self.runStreets()
            await self.settle()
            self.dayOver.fulfil(())
            for box in phones.compactMap({ self.states[$0.id] }) { box.finish() }
        }
        center?.stop()
    }

    private func cause(_ faults: [NetworkFault]) async {
        await withTaskGroup(of: Void.self) { group in
            for fault in faults {
                group.addTask { await self.cause(fault) }
            }
        }
    }

    private func cause(_ fault: NetworkFault) async {
        let address =
            switch fault.place {
            case .street(let place): Self.address(ofStreet: place % max(1, options.streets))
            case .agent(let place): Self.address(ofAgent: place % max(1, phones.count))
            }
        guard let other = IPAddress(address), let center = IPAddress(Self.centerAddress),
            (try? await world.time.sleep(until: .zero.advanced(by: fault.start), tolerance: nil)) != nil
        else { return }
        switch fault.kind {
        case .partition: world.network.partition(center, other)
        case .link(let link):
            world.network.setLink(link, from: center, to: other)
            world.network.setLink(link, from: other, to: center)
        }
        try? await world.time.sleep(for: fault.duration)
        switch fault.kind {
        case .partition: world.network.heal(center, other)
        case .link:
            world.network.setLink(nil, from: center, to: other)
            world.network.setLink(nil, from: other, to: center)
        }
    }

    func add(_ rule: String, expected: String, seen: String, contact: ContactID? = nil, agent: AgentID? = nil) {
        let violation = InvariantViolation(
            rule: rule, expected: expected, seen: seen, date: world.time.date, contact: contact, agent: agent)
        notes.withLock { $0.suite.add(violation) }
    }
}
