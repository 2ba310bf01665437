import CCCore
import CCRouting
import CCYaml

extension Queue {
    fileprivate func fields() -> [(String, YamlNode)] {
        let usual = Queue(id)
        var fields: [(String, YamlNode)] = []
        if requires != usual.requires { fields.append(("requires", .name(requires.description))) }
        if let prefers { fields.append(("prefers", .name(prefers.description))) }
        if !relaxation.isEmpty { fields.append(("relaxation", relaxation.node)) }
        if selection != usual.selection { fields.append(("selection", .name(selection.text))) }
        if case .all(let most) = ringing { fields.append(("ringing", .fields([("all", YamlNode("\(most)"))]))) }
        if ringTimeout != usual.ringTimeout { fields.append(("ringTimeout", .time(ringTimeout))) }
        if refusals != usual.refusals { fields.append(("refusals", refusals.node)) }
        if priority != 0 { fields.append(("priority", YamlNode("\(priority)"))) }
        if let aging { fields.append(("aging", .time(aging))) }
        if order != usual.order { fields.append(("order", YamlNode(order.rawValue))) }
        if weight != usual.weight { fields.append(("weight", .number(weight))) }
        if let hours { fields.append(("hours", hours.node)) }
        if waitingMax != usual.waitingMax { fields.append(("waitingMax", YamlNode("\(waitingMax)"))) }
        if !joining.isEmpty { fields.append(("joining", .list(joining.map(\.node)))) }
        if !leaving.isEmpty { fields.append(("leaving", .list(leaving.map(\.node)))) }
        if let blending { fields.append(("blending", blending.node)) }
        if keepsPlace != usual.keepsPlace { fields.append(("keepsPlace", .time(keepsPlace))) }
        if wrapUp != usual.wrapUp { fields.append(("wrapUp", .time(wrapUp))) }
        if wrapUpMax != usual.wrapUpMax { fields.append(("wrapUpMax", .time(wrapUpMax))) }
        if let dispositions { fields.append(("dispositions", dispositions.node)) }
        var target: [(String, YamlNode)] = []
        if serviceLevelThreshold != usual.serviceLevelThreshold {
            target.append(("threshold", .time(serviceLevelThreshold)))
        }
        if serviceLevelTarget != usual.serviceLevelTarget {
            target.append(("percentage", .percentage(serviceLevelTarget)))
        }
        if !target.isEmpty { fields.append(("target", .fields(target))) }
        return fields
    }
}

extension Tenant {
    /// A queue with what its callers hear.
    func node(of queue: Queue) throws -> YamlNode {
        var fields = queue.fields()
        if let comfort = comforts.first(where: { $0.queue == queue.id }) {
            fields.append(("comfort", try comfort.node()))
        }
        return .fields(fields)
    }
}

extension YamlNode {
    /// A share as the shortest number of per cent that reads back as it.
    fileprivate static func percentage(_ share: Double) -> YamlNode {
        let percent = share * 100
        for candidate in [
            percent.rounded(), (percent * 1_000).rounded() / 1_000, percent, percent.nextUp, percent.nextDown,
        ]
        where candidate / 100 == share {
            return .number(candidate)
        }
        return .number(percent)
    }
}

extension RefusalPolicy {
    fileprivate var node: YamlNode {
        let usual = RefusalPolicy()
        var fields: [(String, YamlNode)] = []
        for (name, path) in [
            ("noAnswer", \Self.noAnswer), ("busy", \.busy), ("declined", \.declined), ("unreachable", \.unreachable),
        ] where self[keyPath: path] != usual[keyPath: path] {
            switch self[keyPath: path] {
            case .notReady: fields.append((name, YamlNode("notReady")))
            case .pause(let duration): fields.append((name, .time(duration)))
            }
        }
        return .fields(fields)
    }
}

extension Blending {
    fileprivate var node: YamlNode {
        var fields: [(String, YamlNode)] = [("after", .list(after.map { .name($0.rawValue) }))]
        if let serviceLevelAtLeast { fields.append(("serviceLevelAtLeast", .percentage(serviceLevelAtLeast))) }
        if idleReserve != 0 { fields.append(("idleReserve", YamlNode("\(idleReserve)"))) }
        return .fields(fields)
    }
}

extension Dispositions {
    fileprivate var node: YamlNode {
        let codes = YamlNode.list(codes.map { .name($0.rawValue) })
        return isRequired ? .fields([("codes", codes), ("required", YamlNode("true"))]) : codes
    }
}

extension QueueRule {
    fileprivate var node: YamlNode {
        when == .always ? .fields([("then", then.node)]) : .fields([("when", when.node), ("then", then.node)])
    }
}

extension QueueRule.Condition {
    fileprivate var node: YamlNode {
        switch self {
        case .always: YamlNode("always")
        case .closed: YamlNode("closed")
        case .emergencyClosed: YamlNode("emergencyClosed")
        case .noAgentsCheckedIn: YamlNode("noAgentsCheckedIn")
        case .noAgentsReady: YamlNode("noAgentsReady")
        case .waiting(let count): .fields([("waiting", YamlNode("\(count)"))])
        case .longestWait(let time): .fields([("longestWait", .time(time))])
        case .estimatedWait(let time): .fields([("estimatedWait", .time(time))])
        case .waited(let time): .fields([("waited", .time(time))])
        case .not(let inner): .fields([("not", inner.node)])
        case .all(let parts): .fields([("all", .list(parts.map(\.node)))])
        case .any(let parts): .fields([("any", .list(parts.map(\.node)))])
        }
    }
}

extension QueueRule.Treatment {
    fileprivate var node: YamlNode {
        switch self {
        case .overflow(let queue): .fields([("overflow", .name(queue.rawValue))])
        case .move(let queue): .fields([("move", .name(queue.rawValue))])
        case .number(let number): .fields([("number", .name(number))])
        case .offerCallback: YamlNode("offerCallback")
        case .message(let name): .fields([("message", .name(name))])
        case .hangUp(let message): message.map { .fields([("hangUp", .name($0))]) } ?? YamlNode("hangUp")
        case .busy: YamlNode("busy")
        }
    }
}

extension OpeningHours {
    fileprivate var node: YamlNode {
        var fields: [(String, YamlNode)] = [("timeZone", .name(timeZone)), ("week", week.node)]
        if !days.isEmpty {
            let days = days.map { day in
                YamlNode.fields(
                    [("day", .name(day.rule.description))] + (day.hours.isClosed ? [] : [("hours", day.hours.node)]))
            }
            fields.append(("days", .list(days)))
        }
        return .fields(fields)
    }
}

extension WeekHours {
    fileprivate var node: YamlNode {
        if isClosed { return YamlNode("closed") }
        let lines = text
        if lines.count == 1, lines[0].days == "daily" { return .name(lines[0].spans) }
        return .fields(lines.map { ($0.days, .name($0.spans)) })
    }
}

extension [Relaxation] {
    var node: YamlNode {
        .list(map { YamlNode.fields([("after", .time($0.after)), ("to", .name($0.to.description))]) })
    }
}
