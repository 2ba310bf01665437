@_exported import CCCore
@_exported import CCMedia
@_exported import CCRecording
@_exported import CCRouting
@_exported import CCSip
@_exported import CCTelephony
import Logging
import ServiceLifecycle
import Synchronization

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

    /// How many customers may ask for a callback at one moment.
    static let callbacksMax = 10_000

    /// What the centre consists of now: ``apply(_:)`` changes it.
    public var plan: CenterPlan {
        var plan = settings.withLock { $0.plan }
        plan.tenants = tenants.map { Tenant($0.tenantID, of: $0.plan) }
        return plan
    }
    /// Whose centre this is: `TenantID.main`, unless it comes from ``tenant(_:)``.
    public let tenantID: TenantID
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
    let settings: Mutex<CenterSettings>
    /// The centres of the other tenants, by name; they share the telephones' side.
    let tenants: [ContactCenter]
    let broadcast = EventBroadcast<CenterEvent>()
    let stopRequest = OneShot<Bool>()
    var seats: [AgentID: Seat] { settings.withLock { $0.seats } }
    var numbers: [String: Number] { settings.withLock { $0.numbers } }
    /// Contacts that live on without a call.
    let callbacks = Mailbox<CallbackFlow>(limit: ContactCenter.callbacksMax)

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
    public convenience init(
        plan: CenterPlan, network: (any Network)? = nil, time: any TimeSource = SystemTime(),
        entropy: Entropy = Entropy(),
        logger: Logger = Logger(label: "contactcenter", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws {
        let network = network ?? NIONetwork(mediaLoops: plan.phones.mediaLoops)
        // The whole plan first: no store is made for one that is refused.
        _ = try CenterSettings(plan)
        let settings = try CenterSettings(plan.plan(of: plan.allTenants[0]))
        let stores = try Stores(settings.plan.store, work: network)
        let userAgent = UserAgent(
            configuration: UserAgentConfiguration(settings.plan.phones, host: settings.host), network: network,
            time: time, entropy: entropy, registrations: stores.registrations, logger: logger)
        let tenants = try plan.tenants.sorted { $0.id < $1.id }.map { tenant in
            let settings = try CenterSettings(plan.plan(of: tenant))
            return ContactCenter(
                settings, of: tenant.id, tenants: [], stores: try Stores(settings.plan.store, work: network),
                userAgent: userAgent, network: network, time: time, entropy: entropy, logger: logger)
        }
        self.init(
            settings, of: .main, tenants: tenants, stores: stores, userAgent: userAgent, network: network, time: time,
            entropy: entropy, logger: logger)
    }

    private init(
        _ settings: CenterSettings, of tenant: TenantID, tenants: [ContactCenter], stores: Stores,
        userAgent: UserAgent, network: any Network, time: any TimeSource, entropy: Entropy, logger: Logger
    ) {
        let journal = Journal(tenant: tenant, stores: stores, time: time, logger: logger)
        var router = Router(
            queues: settings.queues, agents: settings.plan.seats.map(\.agent), policy: settings.plan.routing.policy,
            reservationPrefix: entropy.token(bytes: 4) + "-", seed: entropy.next(), epoch: time.date(at: .zero))
        router.explains = settings.plan.routing.explains
        desk = Desk(
            tenant: tenant, router: router, loop: network.signalling, time: time, events: broadcast, journal: journal)
        tenantID = tenant
        self.tenants = tenants
        self.userAgent = userAgent
        self.network = network
        self.stores = stores
        self.journal = journal
        self.time = time
        self.entropy = entropy
        self.logger = logger
        self.settings = Mutex(settings)
    }
}
