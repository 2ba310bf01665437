import CCCore
import CCRouting
import CCYaml

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Scenario {
    /// The scenario as a file that reads back as the same value.
    public var yaml: String {
        node.yaml
    }

    private var node: YamlNode {
        var fields: [(String, YamlNode)] = [("name", YamlNode(name))]
        if start != Self.defaultStart { fields.append(("start", YamlNode(start.iso8601))) }
        fields.append(("horizon", .time(horizon)))
        if warmUp > .zero { fields.append(("warmUp", .time(warmUp))) }
        if replications != 1 { fields.append(("replications", YamlNode("\(replications)"))) }
        if policy != .longestWait { fields.append(("policy", .name(policy.text))) }
        fields.append(("queues", .fields(queues.map { ($0.id.rawValue, $0.node) })))
        fields.append(("agents", .fields(groups.map { ($0.id.rawValue, $0.node) })))
        return .fields(fields)
    }
}

extension ScenarioQueue {
    fileprivate var node: YamlNode {
        let standard = Queue(id, wrapUp: .zero)
        var fields: [(String, YamlNode)] = []
        if rules.requires == SkillExpression(allOf: rules.requires.skills) {
            if rules.requires != .anyone {
                fields.append(("skills", .list(rules.requires.skills.map { .name($0.rawValue) })))
            }
        } else {
            fields.append(("requires", .name(rules.requires.description)))
        }
        if let prefers = rules.prefers { fields.append(("prefers", .name(prefers.description))) }
        if !rules.relaxation.isEmpty {
            let steps = rules.relaxation.map {
                YamlNode.fields([("after", .time($0.after)), ("to", .name($0.to.description))])
            }
            fields.append(("relaxation", .list(steps)))
        }
        if rules.priority != 0 { fields.append(("priority", YamlNode("\(rules.priority)"))) }
        if let aging = rules.aging { fields.append(("aging", .time(aging))) }
        if rules.order != .firstInFirstOut { fields.append(("order", YamlNode(rules.order.rawValue))) }
        if rules.weight != 1 { fields.append(("weight", .number(rules.weight))) }
        fields.append(
            (
                "target",
                .fields([("threshold", .time(rules.serviceLevelThreshold)), ("percentage", .number(target * 100))])
            ))
        fields.append(("ringTimeout", .time(rules.ringTimeout)))
        if rules.waitingMax != standard.waitingMax { fields.append(("waitingMax", YamlNode("\(rules.waitingMax)"))) }
        if rules.selection != .longestIdle { fields.append(("selection", .name(rules.selection.text))) }
        if rules.refusals != standard.refusals {
            fields.append(
                (
                    "refusals",
                    .fields([
                        ("noAnswer", rules.refusals.noAnswer.node), ("busy", rules.refusals.busy.node),
                        ("declined", rules.refusals.declined.node),
                        ("unreachable", rules.refusals.unreachable.node),
                    ])
                ))
        }
        fields.append(("arrivals", arrivals.node))
        if case .drawn(let distribution) = patience { fields.append(("patience", distribution.node)) }
        fields.append(("talk", talk.node))
        if let wrapUp {
            fields.append(("wrapUp", wrapUp.node))
            fields.append(("wrapUpMax", .time(rules.wrapUp)))
        } else {
            fields.append(("wrapUp", .time(rules.wrapUp)))
        }
        if let redials {
            fields.append(
                (
                    "redials",
                    .fields([
                        ("probability", .number(redials.probability)), ("delay", redials.delay.node),
                        ("triesMax", YamlNode("\(redials.triesMax)")),
                    ])
                ))
        }
        return .fields(fields)
    }
}

extension RefusalPolicy.Consequence {
    fileprivate var node: YamlNode {
        switch self {
        case .notReady: YamlNode("notReady")
        case .pause(let duration): .time(duration)
        }
    }
}

extension ArrivalProcess {
    fileprivate var node: YamlNode {
        switch self {
        case .none: return YamlNode("none")
        case .poisson(let rate): return .fields([("rate", .number(rate)), ("per", YamlNode("second"))])
        case .regular(let interval): return .fields([("every", .number(interval))])
        case .piecewise(let intervals):
            let rates = intervals.map { YamlNode.fields([("from", .time($0.start)), ("rate", .number($0.rate))]) }
            return .fields([("rates", .list(rates)), ("per", YamlNode("second"))])
        case .recorded(let arrivals):
            return .fields([("recorded", .list(arrivals.map(\.node)))])
        }
    }
}

extension RecordedArrival {
    fileprivate var node: YamlNode {
        var fields: [(String, YamlNode)] = [("at", .time(offset))]
        if let patience { fields.append(("patience", .number(patience))) }
        if let waited { fields.append(("waited", .number(waited))) }
        if let talk { fields.append(("talk", .number(talk))) }
        if let wrapUp { fields.append(("wrapUp", .number(wrapUp))) }
        return .fields(fields)
    }
}

extension Distribution {
    fileprivate var node: YamlNode {
        switch self {
        case .deterministic(let value): .number(value)
        case .exponential(let mean): .fields([("exponential", .number(mean))])
        case .logNormal(let mu, let sigma):
            .fields([("lognormal", .fields([("mu", .number(mu)), ("sigma", .number(sigma))]))])
        case .uniform(let low, let high): .fields([("uniform", .list([.number(low), .number(high)]))])
        case .gamma(let shape, let scale):
            .fields([("gamma", .fields([("shape", .number(shape)), ("scale", .number(scale))]))])
        case .empirical(let values): .fields([("empirical", .list(values.map { .number($0) }))])
        case .hyperexponential(let phases):
            .fields([
                (
                    "hyperexponential",
                    .list(phases.map { .fields([("weight", .number($0.weight)), ("mean", .number($0.mean))]) })
                )
            ])
        }
    }
}

extension AgentGroup {
    fileprivate var node: YamlNode {
        var fields: [(String, YamlNode)] = [("count", YamlNode("\(count)"))]
        if !skills.isEmpty {
            fields.append(
                (
                    "skills",
                    levels.isEmpty
                        ? .list(skills.names.map { .name($0.rawValue) })
                        : .fields(skills.names.map { ($0.rawValue, YamlNode("\(levels[$0, default: 0])")) })
                ))
        }
        let trained = skills.entries.filter { $0.proficiency != 1 }
        if !trained.isEmpty {
            fields.append(
                ("proficiencies", .fields(trained.map { ($0.skill.rawValue, YamlNode("\($0.proficiency)")) })))
        }
        if weight != 1 { fields.append(("weight", .number(weight))) }
        if !shifts.isEmpty {
            fields.append(
                ("shifts", .list(shifts.map { .fields([("start", .time($0.start)), ("end", .time($0.end))]) })))
        }
        if !breaks.isEmpty {
            let nodes = breaks.map { pause in
                YamlNode.fields([
                    ("start", .time(pause.start)), ("duration", .time(pause.duration)),
                    ("stagger", .time(pause.stagger)), ("reason", .name(pause.reason.rawValue)),
                ])
            }
            fields.append(("breaks", .list(nodes)))
        }
        if answerDelay != .deterministic(0) { fields.append(("answerDelay", answerDelay.node)) }
        if mistakes != Mistakes() {
            fields.append(
                (
                    "mistakes",
                    .fields([
                        ("noAnswer", .number(mistakes.noAnswer)), ("declines", .number(mistakes.declines)),
                        ("hangsUpEarly", .number(mistakes.hangsUpEarly)),
                        ("phoneDies", .number(mistakes.phoneDies)), ("returnsAfter", mistakes.returnsAfter.node),
                    ])
                ))
        }
        return .fields(fields)
    }
}
