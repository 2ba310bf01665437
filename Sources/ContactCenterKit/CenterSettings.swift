import CCCore
import CCRouting
import CCTelephony
import Synchronization

/// What a centre goes by at a moment: its plan with everything looked up, which a reload replaces as a whole.
struct CenterSettings: Sendable {
    var plan: CenterPlan
    let seats: [AgentID: Seat]
    let numbers: [String: Number]
    let host: IPAddress

    /// - Throws: ``CenterError`` `badPlan` that names every problem; the error of a WAV file that cannot be read.
    init(_ plan: CenterPlan) throws {
        let problems = plan.problems
        guard problems.isEmpty, let host = IPAddress(plan.phones.host) else {
            throw CenterError(.badPlan, problems.joined(separator: "; "))
        }
        var plan = plan
        if let file = plan.phones.musicFile { plan.phones.music = try Prompt(wav: file) }
        for index in plan.comforts.indices {
            if let file = plan.comforts[index].musicFile { plan.comforts[index].music = try Prompt(wav: file) }
        }
        for index in plan.messages.indices { plan.messages[index] = try plan.messages[index].resolved() }
        for index in plan.seats.indices { plan.seats[index] = try plan.seats[index].resolved() }
        for index in plan.numbers.indices { plan.numbers[index] = plan.numbers[index].resolved(by: plan.handlers) }
        seats = Dictionary(plan.seats.map { ($0.agent.id, $0) }) { first, _ in first }
        numbers = Dictionary(plan.numbers.map { ($0.name, $0) }) { first, _ in first }
        self.plan = plan
        self.host = host
    }

    /// The plan's queues, and the one of calls for one agent.
    var queues: [Queue] {
        guard !plan.queues.contains(where: { $0.id == ContactCenter.directQueue }) else { return plan.queues }
        return plan.queues + [Queue(ContactCenter.directQueue, wrapUp: .zero, waitingMax: 0)]
    }
}

extension CenterPlan {
    /// The plan of one tenant, as if it were a centre of its own at the same phones.
    func plan(of tenant: Tenant) -> CenterPlan {
        var plan = self
        plan.tenants = []
        plan.takeOver(tenant)
        guard tenant.id != .main else { return plan }
        plan.recordings = recordings.map { Recordings("\($0.folder)/\(tenant.id)") }
        if case .sqlite(let path) = store { plan.store = .sqlite(Self.file(path, of: tenant.id)) }
        return plan
    }

    /// What a tenant has of its own takes the place of the plan's.
    mutating func takeOver(_ tenant: Tenant) {
        routing = tenant.routing
        queues = tenant.queues
        seats = tenant.seats
        numbers = tenant.numbers
        comforts = tenant.comforts
        messages = tenant.messages
        legal = tenant.legal
    }

    /// `center.sqlite` → `center.acme.sqlite`
    private static func file(_ path: String, of tenant: TenantID) -> String {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "\(path).\(tenant)" }
        return path.dropLast(name.count) + name[..<dot] + ".\(tenant)" + name[dot...]
    }
}
