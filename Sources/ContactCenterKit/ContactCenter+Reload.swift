import CCCore
import CCRouting
import CCTelephony
import Synchronization

/// What became of a new plan: see ``ContactCenter/apply(_:)``.
public struct PlanChanges: Hashable, Sendable, CustomStringConvertible {
    /// Whether another policy is in force, or decisions are explained or not any more.
    public var routingSet = false
    /// Queues that are new, or whose rules are others now.
    public var queuesSet: [QueueID] = []
    public var queuesRemoved: [QueueID] = []
    /// Agents who are new, or who have other skills, capacities or phones now.
    public var agentsSet: [AgentID] = []
    public var agentsRemoved: [AgentID] = []
    public var numbersSet: [String] = []
    public var numbersRemoved: [String] = []
    /// What the new plan says otherwise and only a new start can change: `phones.sipPort`, `store`, a tenant that comes or
    /// goes. It stays as it was.
    public var needingRestart: [String] = []
    /// The changes of the other tenants that have any.
    public var tenants: [TenantID: PlanChanges] = [:]

    public init() {}

    public var isNothing: Bool { self == PlanChanges() }

    /// `queues +support −sales; agents +alice; restart for phones.sipPort`
    public var description: String {
        func part(_ kind: String, _ set: [String], _ removed: [String]) -> String? {
            let names = set.map { "+\($0)" } + removed.map { "−\($0)" }
            return names.isEmpty ? nil : "\(kind) \(names.joined(separator: " "))"
        }
        let parts = [
            routingSet ? "routing" : nil, part("queues", queuesSet.map(\.rawValue), queuesRemoved.map(\.rawValue)),
            part("agents", agentsSet.map(\.rawValue), agentsRemoved.map(\.rawValue)),
            part("numbers", numbersSet, numbersRemoved),
            needingRestart.isEmpty ? nil : "restart for \(needingRestart.joined(separator: ", "))",
        ].compactMap { $0 }
        let others = tenants.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let all = parts + others
        return all.isEmpty ? "nothing changed" : all.joined(separator: "; ")
    }
}

extension ContactCenter {
    /// Goes on by another plan, at once and without losing a contact: who waits keeps the place, who talks goes on talking,
    /// who rings goes on ringing. An agent who is taken out finishes the current contact and is checked out; a queue that is
    /// taken out gets no new contacts, and its last ones are served by its old rules. What the journal knows stays.
    ///
    /// - Returns: What has changed, and what would need a new start, which stays as it was.
    /// - Throws: ``CenterError`` `badPlan` with every problem, the error of a password or music file that cannot be read.
    ///   Nothing has changed then.
    @discardableResult
    public func apply(_ plan: CenterPlan) async throws -> PlanChanges {
        guard tenantID == .main else { throw CenterError(.badPlan, "a tenant's plan comes with the whole centre's") }
        // Everything is read before anything is changed.
        _ = try CenterSettings(plan)
        let main = try CenterSettings(plan.plan(of: plan.allTenants[0]))
        let others = try tenants.map { center in
            try plan.tenants.first { $0.id == center.tenantID }.map { try CenterSettings(plan.plan(of: $0)) }
        }
        var changes = await change(to: main)
        changes.needingRestart += differences(from: plan)
        for (center, settings) in zip(tenants, others) {
            guard let settings else { continue }
            let own = await center.change(to: settings)
            if !own.isNothing { changes.tenants[center.tenantID] = own }
        }
        return changes
    }

    /// What stays as it is until a new start.
    private func differences(from plan: CenterPlan) -> [String] {
        let old = self.plan
        var names = old.phones.fixedDifferences(from: plan.phones)
        if old.store != plan.store { names.append("store") }
        let (before, after) = (tenants.map(\.tenantID), plan.tenants.map(\.id).sorted())
        names += after.filter { !before.contains($0) }.map { "tenants.\($0)" }
        names += before.filter { !after.contains($0) }.map { "tenants.\($0)" }
        return names
    }

    /// Puts new settings in force: the router's part and this centre's at one moment of the desk.
    private func change(to new: CenterSettings) async -> PlanChanges {
        var registered: Set<AgentID> = []
        for seat in new.plan.seats where seats[seat.agent.id] == nil {
            let account = Tenant.outer(seat.agent.id.rawValue, of: tenantID)
            if await !userAgent.locations(of: account).isEmpty { registered.insert(seat.agent.id) }
        }
        return await desk.change { [self, registered] desk in
            let old = settings.withLock { $0 }
            var new = new
            new.plan.store = old.plan.store
            var phones = old.plan.phones
            phones.music = new.plan.phones.music
            phones.musicFile = new.plan.phones.musicFile
            new.plan.phones = phones
            settings.withLock { $0 = new }
            return desk.change(from: old, to: new, registered: registered)
        }
    }
}

extension Phones {
    /// The settings that sockets, codecs and limits were made by.
    fileprivate func fixedDifferences(from other: Phones) -> [String] {
        var names: [String] = []
        if host != other.host { names.append("phones.host") }
        if sipPort != other.sipPort { names.append("phones.sipPort") }
        if rtpPorts != other.rtpPorts { names.append("phones.rtpPorts") }
        if advertised != other.advertised { names.append("phones.advertised") }
        if callsMax != other.callsMax { names.append("phones.callsMax") }
        if mediaLoops != other.mediaLoops { names.append("phones.mediaLoops") }
        if silenceTimeout != other.silenceTimeout { names.append("phones.silenceTimeout") }
        if codecs != other.codecs { names.append("phones.codecs") }
        if realm != other.realm { names.append("phones.realm") }
        if digestAlgorithms != other.digestAlgorithms { names.append("phones.digest") }
        return names
    }
}
