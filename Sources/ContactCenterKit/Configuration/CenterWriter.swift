import CCCore
import CCRouting
import CCSip
import CCYaml

extension CenterPlan {
    /// The plan as a configuration that reads back as the same plan. What stands for the usual is left out, and what is
    /// equal has the same text. Passwords that stand in the plan stand in the text.
    ///
    /// - Throws: ``CenterError`` `badPlan` that names what a file cannot say: code without a name, music that is not in a
    ///   file, secrets that are hashes.
    public func yaml() throws -> String {
        var fields: [(String, YamlNode)] = []
        let phones = try phones.fields()
        if !phones.isEmpty { fields.append(("phones", .fields(phones))) }
        switch store {
        case .memory: break
        case .sqlite(let path): fields.append(("store", .fields([("sqlite", .name(path))])))
        }
        if let recordings { fields.append(("recordings", .name(recordings.folder))) }
        if stopGrace != CenterPlan().stopGrace { fields.append(("stopWithin", .time(stopGrace))) }
        fields += try allTenants[0].fields()
        if !tenants.isEmpty {
            fields.append(
                ("tenants", .fields(try tenants.map { ($0.id.rawValue, YamlNode.fields(try $0.fields())) })))
        }
        return YamlNode.fields(fields).yaml
    }
}

extension Phones {
    fileprivate func fields() throws -> [(String, YamlNode)] {
        let usual = Phones()
        guard musicFile != nil || music == usual.music else {
            throw CenterError(.badPlan, "the music is not in a file")
        }
        var fields: [(String, YamlNode)] = []
        if host != usual.host { fields.append(("host", .name(host))) }
        if sipPort != usual.sipPort { fields.append(("sipPort", YamlNode("\(sipPort)"))) }
        if rtpPorts != usual.rtpPorts {
            fields.append(("rtpPorts", YamlNode("\(rtpPorts.lowerBound)-\(rtpPorts.upperBound)")))
        }
        if let advertised { fields.append(("advertised", .name(advertised))) }
        if callsMax != usual.callsMax { fields.append(("callsMax", YamlNode("\(callsMax)"))) }
        if mediaLoops != usual.mediaLoops { fields.append(("mediaLoops", YamlNode("\(mediaLoops)"))) }
        if let musicFile { fields.append(("music", .name(musicFile))) }
        if silenceTimeout != usual.silenceTimeout {
            fields.append(("silenceTimeout", silenceTimeout.map { .time($0) } ?? YamlNode("never")))
        }
        if codecs != usual.codecs {
            fields.append(("codecs", .list(codecs.map { YamlNode($0.name.lowercased()) })))
        }
        if realm != usual.realm { fields.append(("realm", .name(realm))) }
        if digestAlgorithms != usual.digestAlgorithms {
            fields.append(("digest", .list(digestAlgorithms.map { YamlNode($0.rawValue) })))
        }
        return fields
    }
}

extension Tenant {
    fileprivate func fields() throws -> [(String, YamlNode)] {
        var fields: [(String, YamlNode)] = []
        if let legal { fields.append(("legal", legal.node)) }
        if routing != Routing() { fields.append(("routing", routing.node)) }
        if !queues.isEmpty {
            fields.append(("queues", .fields(try queues.map { ($0.id.rawValue, try node(of: $0)) })))
        }
        if !seats.isEmpty {
            fields.append(("agents", .fields(try seats.map { ($0.agent.id.rawValue, try $0.node()) })))
        }
        if !numbers.isEmpty { fields.append(("numbers", .fields(try numbers.map { ($0.name, try $0.node()) }))) }
        if !messages.isEmpty { fields.append(("messages", .fields(try messages.map { ($0.name, try $0.node()) }))) }
        return fields
    }
}

extension Routing {
    fileprivate var node: YamlNode {
        let usual = Routing()
        var fields: [(String, YamlNode)] = []
        if policy != usual.policy { fields.append(("policy", .name(policy.text))) }
        if explains != usual.explains { fields.append(("explains", YamlNode("\(explains)"))) }
        return .fields(fields)
    }
}

extension LegalProfile {
    fileprivate var node: YamlNode {
        guard let queues else { return YamlNode(name.rawValue) }
        return .fields([
            ("profile", YamlNode(name.rawValue)), ("queues", .list(queues.map { .name($0.rawValue) })),
        ])
    }
}

extension Seat {
    fileprivate func node() throws -> YamlNode {
        let usual = Agent(agent.id)
        var fields: [(String, YamlNode)] = []
        if !agent.skills.isEmpty {
            fields.append(
                (
                    "skills",
                    .fields(agent.skills.entries.map { ($0.skill.rawValue, YamlNode("\($0.proficiency)")) })
                ))
        }
        let levels = agent.levels.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        if !levels.isEmpty {
            fields.append(("levels", .fields(levels.map { ($0.key.rawValue, YamlNode("\($0.value)")) })))
        }
        if let group = agent.group { fields.append(("group", .name(group.rawValue))) }
        if agent.capacity != usual.capacity { fields.append(("capacity", agent.capacity.node)) }
        if agent.weight != usual.weight { fields.append(("weight", .number(agent.weight))) }
        if !agent.leads.isEmpty { fields.append(("leads", .list(agent.leads.sorted().map { .name($0.rawValue) }))) }
        switch password {
        case .text(let text)?: fields.append(("password", .name(text)))
        case .environment(let name)?: fields.append(("password", .fields([("env", .name(name))])))
        case .file(let path)?: fields.append(("password", .fields([("file", .name(path))])))
        case nil:
            guard secret == nil else {
                throw CenterError(.badPlan, "agent \"\(agent.id)\" has a secret that is not a password")
            }
        }
        if let contact { fields.append(("contact", .name("\(contact)"))) }
        return .fields(fields)
    }
}

extension Capacity {
    fileprivate var node: YamlNode {
        let usual = Capacity()
        var fields: [(String, YamlNode)] = []
        if limits != usual.limits {
            let limits = limits.sorted { $0.key.rawValue < $1.key.rawValue }
            fields.append(("limits", .fields(limits.map { ($0.key.rawValue, YamlNode("\($0.value)")) })))
        }
        if let total { fields.append(("total", YamlNode("\(total)"))) }
        func channels(_ channels: Set<Channel>) -> YamlNode {
            .list(channels.map(\.rawValue).sorted().map { YamlNode($0) })
        }
        if exclusive != usual.exclusive { fields.append(("exclusive", channels(exclusive))) }
        if interruptible != usual.interruptible { fields.append(("interruptible", channels(interruptible))) }
        return .fields(fields)
    }
}

extension Number {
    fileprivate func node() throws -> YamlNode {
        let language = language.map { [("language", YamlNode($0.rawValue))] } ?? []
        switch (target, handlerName) {
        case (.queue(let queue, let needs), _):
            guard needs.preferredAgent == nil, needs.excluded.isEmpty else {
                throw CenterError(.badPlan, "number \"\(name)\" names agents, which a file cannot")
            }
            return .fields([("queue", .name(queue.rawValue))] + needs.fields + language)
        case (.agent(let agent), _): return .fields([("agent", .name(agent.rawValue))])
        case (.handler, let name?): return .fields([("handler", .name(name))] + language)
        case (.handler, nil): throw CenterError(.badPlan, "number \"\(name)\" leads to code without a name")
        }
    }
}

extension RoutingNeeds {
    fileprivate var fields: [(String, YamlNode)] {
        var fields: [(String, YamlNode)] = []
        if requires != .anyone { fields.append(("requires", .name(requires.description))) }
        if let prefers { fields.append(("prefers", .name(prefers.description))) }
        if let relaxation { fields.append(("relaxation", relaxation.node)) }
        if priority != 0 { fields.append(("priority", YamlNode("\(priority)"))) }
        if isEmergency { fields.append(("emergency", YamlNode("true"))) }
        return fields
    }
}
