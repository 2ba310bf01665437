@_exported import CCCore
@_exported import CCMedia
@_exported import CCRecording
@_exported import CCRouting
@_exported import CCSip
@_exported import CCTelephony
import Logging
import ServiceLifecycle

/// A contact centre: phones, queues, agents, recordings and records, assembled from a plan and run as one service.
///
/// ```swift
/// let center = try ContactCenter {
///     Phones(host: "127.0.0.1", sipPort: 5060)
///     Queue("support", requires: ["support"])
///     Agent("agent1", skills: ["support"]).phone(password: "secret")
///     Number("support", queue: "support")
/// }
/// try await center.runService()
/// ```
public final class ContactCenter: Service, Sendable {
    /// The queue of calls that ask for one agent. Unless the plan has a queue of this name with rules of its own, nobody
    /// waits in it, and there is no wrap-up.
    public static let directQueue: QueueID = "direct"

    public let plan: CenterPlan
    /// The records of ended contacts.
    public var contacts: any ContactStore { stores.contacts }
    /// What is known of the recordings.
    public var recordings: any RecordingStore { stores.recordings }
    /// The SIP stack under the centre, for calls of your own.
    public let userAgent: UserAgent

    let desk: Desk
    let journal: Journal
    let stores: Stores
    let network: any Network
    let time: any TimeSource
    let entropy: Entropy
    let logger: Logger
    let seats: [AgentID: Seat]
    let broadcast = EventBroadcast<CenterEvent>()
    let stopRequest = OneShot<Bool>()
    let numbers: [String: Number]

    /// - Parameter plan: What the centre consists of.
    /// - Throws: ``CenterError`` `badPlan`, or the store's error when it cannot be opened.
    public convenience init(
        logger: Logger = Logger(label: "contactcenter", factory: { _ in SwiftLogNoOpLogHandler() }),
        @CenterBuilder _ plan: () throws -> CenterPlan
    ) throws {
        try self.init(plan: plan(), logger: logger)
    }

    /// - Parameters:
    ///   - network: Where bytes, timers and threads come from; the machine's by default.
    ///   - time: Where all time comes from; it must be the network's.
    public init(
        plan: CenterPlan, network: (any Network)? = nil, time: any TimeSource = SystemTime(),
        entropy: Entropy = Entropy(),
        logger: Logger = Logger(label: "contactcenter", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws {
        let problems = plan.problems
        guard problems.isEmpty, let host = IPAddress(plan.phones.host) else {
            throw CenterError(.badPlan, problems.joined(separator: "; "))
        }
        let network = network ?? NIONetwork(mediaLoops: plan.phones.mediaLoops)
        let stores = try Stores(plan.store, work: network)
        let journal = Journal(stores: stores, time: time, logger: logger)
        let direct = Queue(Self.directQueue, wrapUp: .zero, waitingMax: 0)
        let hasOwnDirect = plan.queues.contains { $0.id == Self.directQueue }
        let desk = Desk(
            router: Router(
                queues: hasOwnDirect ? plan.queues : plan.queues + [direct], agents: plan.seats.map(\.agent),
                reservationPrefix: entropy.token(bytes: 4) + "-"),
            loop: network.signalling, time: time, events: broadcast, journal: journal)
        let numbers = Dictionary(plan.numbers.map { ($0.name, $0) }) { first, _ in first }
        let seats = Dictionary(plan.seats.map { ($0.agent.id, $0) }) { first, _ in first }
        userAgent = UserAgent(
            configuration: UserAgentConfiguration(plan.phones, host: host), network: network, time: time,
            entropy: entropy,
            registrations: stores.registrations, logger: logger)
        self.plan = plan
        self.network = network
        self.stores = stores
        self.journal = journal
        self.desk = desk
        self.time = time
        self.entropy = entropy
        self.logger = logger
        self.numbers = numbers
        self.seats = seats
    }
}
