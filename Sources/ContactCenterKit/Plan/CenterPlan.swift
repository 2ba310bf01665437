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
    public var queues: [Queue] = []
    public var seats: [Seat] = []
    public var numbers: [Number] = []
    /// What callers hear while they wait, at most one for each queue.
    public var comforts: [Comfort] = []
    public var messages: [Message] = []
    /// How long live calls may go on after a stop was asked for.
    public var stopGrace = Duration.seconds(30)

    public init() {}

    /// What contradicts itself: names that are used twice, or that nobody has defined. Empty for a sound plan.
    public var problems: [String] {
        var problems: [String] = []
        func unique(_ kind: String, _ names: [String]) {
            for (name, group) in Dictionary(grouping: names, by: { $0 }).sorted(by: { $0.key < $1.key })
            where group.count > 1 {
                problems.append("\(kind) \"\(name)\" is defined \(group.count) times")
            }
        }
        unique("queue", queues.map(\.id.rawValue))
        unique("agent", seats.map(\.agent.id.rawValue))
        unique("number", numbers.map(\.name))
        unique("comfort of queue", comforts.map(\.queue.rawValue))
        unique("message", messages.map(\.name))
        for comfort in comforts { problems += comfort.problems(in: self) }
        for number in numbers {
            switch number.target {
            case .queue(let queue) where !queues.contains { $0.id == queue }:
                problems.append("number \"\(number.name)\" leads to queue \"\(queue)\", which is not defined")
            case .agent(let agent) where !seats.contains { $0.agent.id == agent }:
                problems.append("number \"\(number.name)\" leads to agent \"\(agent)\", who is not defined")
            case .queue, .agent, .handler: break
            }
        }
        for (kind, address) in [("host", phones.host), ("advertised address", phones.advertised ?? "::")]
        where IPAddress(address) == nil {
            problems.append("\(kind) \"\(address)\" is not an IP address")
        }
        if phones.rtpPorts.count < 4 {
            problems.append("ports \(phones.rtpPorts) are too few for a caller and an agent")
        }
        return problems
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
