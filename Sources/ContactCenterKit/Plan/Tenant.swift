import CCCore
import CCRouting

/// A client of the centre whose queues, agents, numbers, events and records nobody else sees.
///
/// ```swift
/// Tenant("acme") {
///     Queue("support")
///     Agent("alice").phone(password: "secret")
///     Number("+34910000001", queue: "support")
/// }
/// ```
///
/// Its names are its own: there may be another `support` or `alice` in another tenant. At the telephones' side, which all
/// share, a name carries the tenant's: the account is `acme/alice`, the number `acme/support`. A number that only one tenant
/// has can be called without it.
public struct Tenant: CenterPart {
    public let id: TenantID
    public var routing = Routing()
    public var queues: [Queue] = []
    public var seats: [Seat] = []
    public var numbers: [Number] = []
    public var comforts: [Comfort] = []
    public var messages: [Message] = []
    public var legal: LegalProfile?
    /// Parts that a tenant cannot have, for the plan's problems.
    var misplaced: [String] = []

    public init(_ id: TenantID) { self.id = id }

    /// - Parameter parts: queues, agents, numbers, comforts, messages, a legal profile; everything else belongs to the centre
    ///   as a whole.
    public init(_ id: TenantID, @CenterBuilder _ parts: () throws -> CenterPlan) rethrows {
        let plan = try parts()
        self.init(id, of: plan)
        if plan.store != .memory { misplaced.append("a store") }
        if plan.recordings != nil { misplaced.append("recordings") }
        if !plan.tenants.isEmpty { misplaced.append("tenants") }
        if !plan.handlers.isEmpty { misplaced.append("handlers") }
        if plan.hasPhones { misplaced.append("phones") }
    }

    /// What a plan has that can be a tenant's.
    init(_ id: TenantID, of plan: CenterPlan) {
        self.init(id)
        routing = plan.routing
        queues = plan.queues
        seats = plan.seats
        numbers = plan.numbers
        comforts = plan.comforts
        messages = plan.messages
        legal = plan.legal
    }

    public func add(to plan: inout CenterPlan) { plan.tenants.append(self) }

    /// A name as the telephones' side has it.
    static func outer(_ name: String, of tenant: TenantID) -> String {
        tenant == .main ? name : "\(tenant)/\(name)"
    }
}
