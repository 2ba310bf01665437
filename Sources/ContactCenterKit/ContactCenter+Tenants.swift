import CCCore
import CCTelephony

extension ContactCenter {
    /// The same centre, seen by one of its tenants: agents, queues, events, records, recordings and journal are theirs, and
    /// names of others mean nothing there.
    ///
    /// It runs and stops with the whole: its ``run()`` throws, and its ``stop()`` has no effect.
    ///
    /// - Returns: This centre for `TenantID.main`; nil when the plan has no such ``Tenant``.
    public func tenant(_ id: TenantID) -> ContactCenter? {
        if id == tenantID { return self }
        return tenants.first { $0.tenantID == id }
    }

    /// The tenants besides main, by name.
    public var tenantIDs: [TenantID] { tenants.map(\.tenantID) }

    // MARK: Names at the telephones' side

    /// Whose number was dialled: main's own, one with its tenant's name (`acme/support`), or one that a single tenant has.
    func center(dialled: String) -> ContactCenter? {
        if numbers[dialled] != nil { return self }
        if let (center, name) = split(dialled) { return center.numbers[name] == nil ? nil : center }
        let owners = tenants.filter { $0.numbers[dialled] != nil }
        return owners.count == 1 ? owners.first : nil
    }

    /// The number of this tenant that a call is for.
    func number(of call: Call) -> Number? {
        let prefix = "\(tenantID)/"
        let name = call.dialled
        return numbers[name] ?? (name.hasPrefix(prefix) ? numbers[String(name.dropFirst(prefix.count))] : nil)
    }

    /// An account by the name that its phone registers with: `alice` of main, `acme/alice` of a tenant.
    func account(_ username: String) -> (center: ContactCenter, seat: Seat)? {
        if let seat = seats[AgentID(username)] { return (self, seat) }
        guard let (center, name) = split(username), let seat = center.seats[AgentID(name)] else { return nil }
        return (center, seat)
    }

    private func split(_ name: String) -> (center: ContactCenter, name: String)? {
        guard let slash = name.firstIndex(of: "/"),
            let center = tenants.first(where: { $0.tenantID.rawValue == name[..<slash] })
        else { return nil }
        return (center, String(name[name.index(after: slash)...]))
    }
}
