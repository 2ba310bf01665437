import CCCore
import CCRouting
import CCSip
import CCYaml

/// Reads a plan and gathers what is wrong with its parts, so that a file's mistakes are told together.
struct CenterReader {
    private(set) var problems: [FileError] = []
    /// What the numbers call the program's code.
    private(set) var handlerNames: [String] = []

    private mutating func attempt<Value>(_ read: () throws(FileError) -> Value) -> Value? {
        do { return try read() } catch {
            problems.append(error)
            return nil
        }
    }

    mutating func plan(_ place: NodeReader) -> CenterPlan {
        var plan = CenterPlan()
        guard let fields = attempt({ () throws(FileError) in try place.fields(CenterKeys.center) }) else { return plan }
        if let phones = fields["phones"] {
            plan.phones = attempt { () throws(FileError) in try phones.phones() } ?? Phones()
            plan.hasPhones = true
        }
        if let store = fields["store"] {
            plan.store = attempt { () throws(FileError) in try store.store() } ?? .memory
        }
        if let folder = fields["recordings"] {
            plan.recordings = attempt { () throws(FileError) in Recordings(try folder.text()) }
        }
        if let grace = fields["stopWithin"] {
            plan.stopGrace = attempt { () throws(FileError) in try grace.duration() } ?? plan.stopGrace
        }
        plan.takeOver(tenant(.main, fields))
        for (name, tenant) in entries(fields["tenants"], "a mapping of tenants by name") {
            guard let fields = attempt({ () throws(FileError) in try tenant.fields(CenterKeys.tenant) }) else {
                continue
            }
            plan.tenants.append(self.tenant(TenantID(name), fields))
        }
        return plan
    }

    private mutating func entries(_ place: NodeReader?, _ what: String) -> [(key: String, value: NodeReader)] {
        guard let place else { return [] }
        return attempt { () throws(FileError) in try place.entries(what) } ?? []
    }

    private mutating func tenant(_ id: TenantID, _ fields: NodeReader.Fields) -> Tenant {
        var tenant = Tenant(id)
        if let legal = fields["legal"] {
            tenant.legal = attempt { () throws(FileError) in try legal.legalProfile() }
        }
        if let routing = fields["routing"] {
            tenant.routing = attempt { () throws(FileError) in try routing.routing() } ?? Routing()
        }
        for (name, place) in entries(fields["queues"], "a mapping of queues by name") {
            guard let queue = attempt({ () throws(FileError) in try place.queue(QueueID(name)) }) else { continue }
            tenant.queues.append(queue)
            let comfort = attempt { () throws(FileError) in try place.comfort(of: queue.id) }
            if let comfort = comfort ?? nil { tenant.comforts.append(comfort) }
        }
        for (name, place) in entries(fields["messages"], "a mapping of messages by name") {
            guard let message = attempt({ () throws(FileError) in try place.message(name) }) else { continue }
            tenant.messages.append(message)
        }
        for (name, place) in entries(fields["agents"], "a mapping of agents by name") {
            guard let seat = attempt({ () throws(FileError) in try place.seat(AgentID(name)) }) else { continue }
            tenant.seats.append(seat)
        }
        for (name, place) in entries(fields["numbers"], "a mapping of numbers by name") {
            guard let number = attempt({ () throws(FileError) in try place.number(name) }) else { continue }
            tenant.numbers.append(number)
            if let name = number.handlerName { handlerNames.append(name) }
        }
        return tenant
    }
}

extension NodeReader {
    fileprivate func phones() throws(FileError) -> Phones {
        let fields = try fields(CenterKeys.phones)
        var phones = Phones()
        if let host = fields["host"] { phones.host = try host.text() }
        if let port = fields["sipPort"] {
            phones.sipPort = UInt16(try port.integer(0...65_535, "a port from 0 to 65535"))
        }
        if let ports = fields["rtpPorts"] { phones.rtpPorts = try ports.ports() }
        if let address = fields["advertised"] { phones.advertised = try address.text() }
        if let most = fields["callsMax"] { phones.callsMax = try most.integer(1...1_000_000, "a whole number from 1") }
        if let loops = fields["mediaLoops"] {
            phones.mediaLoops = try loops.integer(1...256, "a whole number from 1 to 256")
        }
        if let music = fields["music"] { phones.musicFile = try music.text() }
        if let silence = fields["silenceTimeout"] { phones.silenceTimeout = try silence.durationOrNever() }
        if let codecs = fields["codecs"] {
            phones.codecs = []
            for codec in try codecs.list("a list of codecs") {
                phones.codecs.append(try codec.choice(["opus": .opus, "pcmu": .pcmu, "pcma": .pcma]))
            }
            if phones.codecs.isEmpty { throw codecs.error("expected one codec or more") }
        }
        if let realm = fields["realm"] { phones.realm = try realm.text() }
        if let digest = fields["digest"] {
            phones.digestAlgorithms = []
            for algorithm in try digest.list("a list of digest algorithms") {
                phones.digestAlgorithms.append(try algorithm.choice(["MD5": .md5, "SHA-256": .sha256]))
            }
            if phones.digestAlgorithms.isEmpty { throw digest.error("expected one algorithm or more") }
        }
        return phones
    }

    private func ports() throws(FileError) -> ClosedRange<UInt16> {
        let ends = try text().split(separator: "-", maxSplits: 1).map { UInt16($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first <= last else {
            throw error("expected ports as 20000-29999")
        }
        return first...last
    }

    fileprivate func store() throws(FileError) -> Store {
        guard isMapping else { return try choice(["memory": .memory]) }
        return .sqlite(try fields(CenterKeys.store).required("sqlite").text())
    }

    fileprivate func legalProfile() throws(FileError) -> LegalProfile {
        guard isMapping else { return LegalProfile(try profileName()) }
        let fields = try fields(CenterKeys.legal)
        return LegalProfile(
            try fields.required("profile").profileName(),
            queues: try fields["queues"]?.names("a list of queues").map { QueueID($0) })
    }

    fileprivate func routing() throws(FileError) -> Routing {
        let fields = try fields(CenterKeys.routing)
        var routing = Routing()
        if let policy = fields["policy"] { routing.policy = try policy.policy() }
        if let explains = fields["explains"] { routing.explains = try explains.choice(["true": true, "false": false]) }
        return routing
    }

    private func profileName() throws(FileError) -> LegalProfile.Name {
        guard let name = LegalProfile.Name(rawValue: try text()) else {
            let known = LegalProfile.Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("expected a legal profile, one of \(known)")
        }
        return name
    }

    // MARK: Agents and numbers

    fileprivate func seat(_ id: AgentID) throws(FileError) -> Seat {
        let fields = try fields(CenterKeys.agent)
        var agent = Agent(id)
        if let skills = fields["skills"] { agent.skills = try skills.skillSet() }
        for (name, level) in try fields["levels"]?.entries("a mapping of skills to levels") ?? [] {
            let level = try level.integer(-1_000_000...1_000_000, "a whole number, the skill's level")
            if level != 0 { agent.levels[SkillID(name)] = level }
        }
        if let group = fields["group"] { agent.group = AgentGroupID(try group.text()) }
        if let capacity = fields["capacity"] { agent.capacity = try capacity.capacity() }
        if let weight = fields["weight"] { agent.weight = try weight.positiveNumber() }
        if let leads = fields["leads"] {
            agent.leads = Set(try leads.names("a list of groups").map { AgentGroupID($0) })
        }
        let contact = try fields["contact"]?.sipAddress()
        guard let password = fields["password"] else { return Seat(agent: agent, contact: contact) }
        return Seat(agent: agent, password: try password.secret(), contact: contact)
    }

    private func skillSet() throws(FileError) -> SkillSet {
        guard isMapping else { return SkillSet(try names("skills").map { SkillID($0) }) }
        var skills = SkillSet()
        for (name, proficiency) in try entries("skills") {
            skills[SkillID(name)] = try proficiency.integer(SkillSet.proficiencies, "a proficiency from 1 to 10")
        }
        return skills
    }

    private func capacity() throws(FileError) -> Capacity {
        let fields = try fields(CenterKeys.capacity)
        var capacity = Capacity()
        if let limits = fields["limits"] {
            capacity.limits = [:]
            for (name, limit) in try limits.entries("a mapping of channels to numbers") {
                guard let channel = Channel(rawValue: name) else {
                    throw limit.error("there is no channel \"\(name)\"")
                }
                capacity.limits[channel] = try limit.integer(0...255, "a whole number from 0 to 255")
            }
        }
        if let total = fields["total"] { capacity.total = try total.integer(0...255, "a whole number from 0 to 255") }
        if let channels = fields["exclusive"] { capacity.exclusive = try channels.channels() }
        if let channels = fields["interruptible"] { capacity.interruptible = try channels.channels() }
        return capacity
    }

    private func channels() throws(FileError) -> Set<Channel> {
        var channels: Set<Channel> = []
        for name in try list("a list of channels") {
            guard let channel = Channel(rawValue: try name.text()) else {
                let known = Channel.allCases.map(\.rawValue).joined(separator: ", ")
                throw name.error("expected a channel, one of \(known)")
            }
            channels.insert(channel)
        }
        return channels
    }

    private func secret() throws(FileError) -> Secret {
        guard isMapping else { return .text(try text()) }
        let fields = try fields(CenterKeys.secret)
        switch (fields["env"], fields["file"]) {
        case (let name?, nil): return .environment(try name.text())
        case (nil, let path?): return .file(try path.text())
        default: throw error("expected a password, or one of env and file")
        }
    }

    private func sipAddress() throws(FileError) -> SipURI {
        guard let address = SipURI(try text()) else {
            throw error("expected a SIP address such as sip:alice@192.0.2.7")
        }
        return address
    }

    fileprivate func number(_ name: String) throws(FileError) -> Number {
        let fields = try fields(CenterKeys.number)
        let language = try fields["language"]?.language()
        switch (fields["queue"], fields["agent"], fields["handler"]) {
        case (let queue?, nil, nil):
            return Number(name, queue: QueueID(try queue.text()), needs: try needs(fields), language: language)
        case _ where CenterKeys.needs.contains(where: { fields[$0] != nil }):
            throw error("\(CenterKeys.needs.joined(separator: ", ")) are for calls to a queue")
        case (nil, let agent?, nil):
            if let place = fields["language"] { throw place.error("calls to an agent are not spoken to") }
            return Number(name, agent: AgentID(try agent.text()))
        case (nil, nil, let handler?): return Number(name, handler: try handler.text(), language: language)
        default: throw error("expected where its calls go, one of queue, agent, handler")
        }
    }

    private func needs(_ fields: Fields) throws(FileError) -> RoutingNeeds {
        var needs = RoutingNeeds()
        if let value = fields["requires"] { needs.requires = try value.requirement() }
        if let value = fields["prefers"] { needs.prefers = try value.requirement() }
        if let value = fields["relaxation"] { needs.relaxation = try value.relaxation() }
        if let value = fields["priority"] { needs.priority = try value.integer(-1_000...1_000, "a whole number") }
        if let value = fields["emergency"] { needs.isEmergency = try value.choice(["true": true, "false": false]) }
        return needs
    }

    // MARK: Values

    /// One name, or a list of names.
    func names(_ what: String) throws(FileError) -> [String] {
        if isText { return [try text()] }
        var names: [String] = []
        for name in try list(what) { names.append(try name.text()) }
        return names
    }

    func positiveNumber() throws(FileError) -> Double {
        let value = try number(0...1e9, "a number above 0")
        guard value > 0 else { throw error("expected a number above 0") }
        return value
    }

    func durationOrNever() throws(FileError) -> Duration? {
        (try? text()) == "never" ? nil : try duration()
    }
}
