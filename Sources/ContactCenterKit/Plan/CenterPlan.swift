import CCCore
import CCMedia
import CCRouting
import CCSip
import CCTelephony

/// A part of a centre, as it stands in the braces of ``ContactCenter/init(logger:_:)``.
public protocol CenterPart: Sendable {
    /// Adds this part to the plan.
    func add(to plan: inout CenterPlan)
}

/// What a centre consists of: the plain value that the builder makes and ``ContactCenter`` runs.
public struct CenterPlan: Sendable {
    public var phones = Phones()
    public var store = Store.memory
    public var recordings: Recordings?
    public var routing = Routing()
    public var queues: [Queue] = []
    public var seats: [Seat] = []
    public var numbers: [Number] = []
    /// What callers hear while they wait, at most one for each queue.
    public var comforts: [Comfort] = []
    public var messages: [Message] = []
    /// What the law forbids to do to callers; nil: nothing.
    public var legal: LegalProfile?
    /// The centre's clients besides `TenantID.main`, whom the rest of the plan is about.
    public var tenants: [Tenant] = []
    /// Code of the program that numbers name.
    public var handlers: [String: Number.Handler] = [:]
    /// How long live calls may go on after a stop was asked for.
    public var stopGrace = Duration.seconds(30)

    var hasPhones = false

    public init() {}

    /// What contradicts itself, as text: see ``findings``. Empty for a sound plan.
    public var problems: [String] { findings.filter { $0.severity == .error }.map(\.text) }

    /// The tenants with main as the first.
    var allTenants: [Tenant] {
        [Tenant(.main, of: self)] + tenants
    }
}

/// Collects the parts of a centre in the order in which they are written.
@resultBuilder
public enum CenterBuilder {
    public static func buildExpression(_ part: some CenterPart) -> [any CenterPart] { [part] }
    public static func buildBlock(_ parts: [any CenterPart]...) -> [any CenterPart] { parts.flatMap { $0 } }
    public static func buildOptional(_ parts: [any CenterPart]?) -> [any CenterPart] { parts ?? [] }
    public static func buildEither(first parts: [any CenterPart]) -> [any CenterPart] { parts }
    public static func buildEither(second parts: [any CenterPart]) -> [any CenterPart] { parts }
    public static func buildArray(_ parts: [[any CenterPart]]) -> [any CenterPart] { parts.flatMap { $0 } }
    public static func buildFinalResult(_ parts: [any CenterPart]) -> CenterPlan {
        var plan = CenterPlan()
        for part in parts { part.add(to: &plan) }
        return plan
    }
}
