import CCCore
import CCRouting

extension CenterPlan {
    /// What contradicts itself (names that are used twice, or that nobody has defined), what a law forbids, and what looks
    /// like a mistake. Empty for a sound plan.
    public var findings: [PlanFinding] {
        var findings = phones.findings
        for tenant in allTenants {
            let place = tenant.id == .main ? "" : "tenants.\(tenant.id)."
            var check = TenantCheck(tenant: tenant, handlers: Set(handlers.keys), place: place)
            findings += check.findings()
            findings += comfortFindings(of: tenant, at: place)
        }
        for (id, group) in Dictionary(grouping: tenants, by: \.id).sorted(by: { $0.key < $1.key }) {
            let place = "tenants.\(id)"
            if group.count > 1 {
                findings.append(.init(.error, at: place, "tenant \"\(id)\" is defined \(group.count) times"))
            }
            if id == .main { findings.append(.init(.error, at: place, "the tenant main is the rest of the plan")) }
            if !id.isPlain {
                findings.append(
                    .init(
                        .error, at: place,
                        "a tenant's name is made of letters, digits, - and _, as it stands in addresses"))
            }
        }
        // With tenants the telephones' side must not take one name for another.
        if !tenants.isEmpty {
            for name in (seats.map(\.agent.id.rawValue) + numbers.map(\.name)) where name.contains("/") {
                findings.append(.init(.error, at: "", "\"\(name)\" looks like a name of another tenant"))
            }
        }
        return findings
    }
}

extension CenterPlan {
    private func comfortFindings(of tenant: Tenant, at place: String) -> [PlanFinding] {
        var findings: [PlanFinding] = []
        for (index, comfort) in tenant.comforts.enumerated() {
            let path = "\(place)queues.\(comfort.queue).comfort"
            findings += comfort.problems(in: tenant).map { .init(.error, at: path, $0) }
            if tenant.comforts.prefix(index).contains(where: { $0.queue == comfort.queue }) {
                findings.append(.init(.error, at: path, "comfort of queue \"\(comfort.queue)\" is defined twice"))
            }
        }
        for (index, message) in tenant.messages.enumerated()
        where tenant.messages.prefix(index).contains(where: { $0.name == message.name }) {
            findings.append(
                .init(.error, at: "\(place)messages.\(message.name)", "message \"\(message.name)\" is defined twice"))
        }
        for queue in tenant.queues {
            for (name, rules) in [("joining", queue.joining), ("leaving", queue.leaving)] {
                for (index, rule) in rules.enumerated() {
                    switch rule.then {
                    case .message(let text) where !tenant.knows(message: text),
                        .hangUp(message: let text?) where !tenant.knows(message: text):
                        findings.append(
                            .init(
                                .error, at: "\(place)queues.\(queue.id).\(name)[\(index)].then",
                                "message \"\(text)\" is not defined"))
                    default: break
                    }
                }
            }
        }
        return findings
    }
}

extension TenantID {
    /// Whether it can stand in an address and in a file's name.
    fileprivate var isPlain: Bool {
        !rawValue.isEmpty && rawValue.utf8.count <= 64
            && rawValue.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
                    || $0 == 0x5F
            }
    }
}

extension Phones {
    fileprivate var findings: [PlanFinding] {
        var findings: [PlanFinding] = []
        if IPAddress(host) == nil {
            findings.append(.init(.error, at: "phones.host", "host \"\(host)\" is not an IP address"))
        }
        if let advertised, IPAddress(advertised) == nil {
            findings.append(
                .init(.error, at: "phones.advertised", "advertised address \"\(advertised)\" is not an IP address"))
        }
        if rtpPorts.count < 4 {
            findings.append(
                .init(.error, at: "phones.rtpPorts", "ports \(rtpPorts) are too few for a caller and an agent"))
        }
        return findings
    }
}

/// What is wrong within one tenant.
struct TenantCheck {
    let tenant: Tenant
    let handlers: Set<String>
    /// Begins all paths.
    let place: String
    var found: [PlanFinding] = []

    init(tenant: Tenant, handlers: Set<String>, place: String) {
        self.tenant = tenant
        self.handlers = handlers
        self.place = place
    }

    mutating func error(_ path: String, _ message: String) {
        found.append(PlanFinding(.error, at: place + path, message))
    }

    mutating func warning(_ path: String, _ message: String) {
        found.append(PlanFinding(.warning, at: place + path, message))
    }

    func has(_ queue: QueueID) -> Bool { tenant.queues.contains { $0.id == queue } }

    mutating func findings() -> [PlanFinding] {
        for part in tenant.misplaced { error("", "\(part) cannot belong to one tenant") }
        unique("queue", "queues", tenant.queues.map(\.id.rawValue))
        unique("agent", "agents", tenant.seats.map(\.agent.id.rawValue))
        unique("number", "numbers", tenant.numbers.map(\.name))
        for number in tenant.numbers { check(number) }
        for queue in tenant.queues {
            checkSettings(of: queue)
            checkRules(of: queue)
            checkStaff(of: queue)
        }
        checkCircles()
        if let legal = tenant.legal { check(legal) }
        return found
    }

    private mutating func unique(_ kind: String, _ key: String, _ names: [String]) {
        for (name, group) in Dictionary(grouping: names, by: { $0 }).sorted(by: { $0.key < $1.key }) {
            if group.count > 1 { error("\(key).\(name)", "\(kind) \"\(name)\" is defined \(group.count) times") }
            if name.isEmpty { error(key, "\(kind) \"\" has no name") }
        }
    }

    private mutating func check(_ number: Number) {
        let path = "numbers.\(number.name)"
        switch number.target {
        case .queue(let queue, _) where !has(queue):
            error(path, "number \"\(number.name)\" leads to queue \"\(queue)\", which is not defined")
        case .agent(let agent) where !tenant.seats.contains { $0.agent.id == agent }:
            error(path, "number \"\(number.name)\" leads to agent \"\(agent)\", who is not defined")
        case .queue, .agent, .handler: break
        }
        if let name = number.handlerName, !number.isResolved, !handlers.contains(name) {
            error(path, "number \"\(number.name)\" leads to the handler \"\(name)\", which the program does not have")
        }
    }

    private mutating func checkSettings(of queue: Queue) {
        let path = "queues.\(queue.id)"
        if queue.ringTimeout <= .zero { error("\(path).ringTimeout", "phones have to ring for longer than no time") }
        if queue.waitingMax < 0 { error("\(path).waitingMax", "fewer than 0 cannot wait") }
        if !(queue.weight > 0 && queue.weight.isFinite) { error("\(path).weight", "a weight is more than 0") }
        if !(0...1).contains(queue.serviceLevelTarget) { error("\(path).target", "a share is from 0 to 1") }
        if queue.wrapUpMax < queue.wrapUp, queue.wrapUpMax != .seconds(300) {
            error("\(path).wrapUpMax", "a wrap-up lasts longer than it may become")
        }
        if let aging = queue.aging, aging <= .zero { error("\(path).aging", "aging takes longer than no time") }
        for (index, step) in queue.relaxation.enumerated() where index > 0 {
            guard step.after <= queue.relaxation[index - 1].after else { continue }
            error("\(path).relaxation[\(index)]", "the steps are not in order of time")
        }
        if let blending = queue.blending {
            for first in blending.after where !has(first) {
                error("\(path).blending", "there is no queue \"\(first)\"")
            }
            if blending.after.contains(queue.id) { error("\(path).blending", "the queue waits for itself") }
        }
    }

    private mutating func checkRules(of queue: Queue) {
        for (name, rules) in [("joining", queue.joining), ("leaving", queue.leaving)] {
            for (index, rule) in rules.enumerated() {
                let path = "queues.\(queue.id).\(name)[\(index)].then"
                switch rule.then {
                case .overflow(let other), .move(let other):
                    if other == queue.id { error(path, "the queue leads to itself") }
                    if !has(other) { error(path, "there is no queue \"\(other)\"") }
                case .number(let number) where !tenant.numbers.contains { $0.name == number }:
                    error(path, "there is no number \"\(number)\"")
                case .number, .offerCallback, .message, .hangUp, .busy: break
                }
                if queue.hours == nil, rule.when.asksForHours {
                    warning(
                        "queues.\(queue.id).\(name)[\(index)].when", "the queue has no hours, so it is never closed")
                }
            }
        }
    }

    /// A queue that no agent can ever serve.
    private mutating func checkStaff(of queue: Queue) {
        let able = [queue.requires] + queue.relaxation.map(\.to)
        guard
            !tenant.seats.contains(where: { seat in
                able.contains { $0.isFulfilled(by: seat.agent.skills) }
            })
        else { return }
        let overflows = (queue.joining + queue.leaving).contains {
            if case .overflow = $0.then { true } else { false }
        }
        guard !overflows else { return }
        warning("queues.\(queue.id).requires", "no agent can ever serve the queue: it asks for \(queue.requires)")
    }
}

extension QueueRule.Condition {
    fileprivate var asksForHours: Bool {
        switch self {
        case .closed: true
        case .not(let inner): inner.asksForHours
        case .all(let parts), .any(let parts): parts.contains(where: \.asksForHours)
        default: false
        }
    }
}
