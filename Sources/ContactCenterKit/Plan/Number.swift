import CCCore
import CCMedia
import CCTelephony

/// A number that can be called, and what happens then.
public struct Number: CenterPart {
    /// Your own handling of a call. When it returns, the call is hung up; when the caller hangs up, it is cancelled.
    public typealias Handler = @Sendable (_ call: Call, _ center: ContactCenter) async throws -> Void

    enum Target: Sendable {
        case queue(QueueID, RoutingNeeds)
        case agent(AgentID)
        case handler(Handler)
    }

    /// The user part of the called address: `support` in `sip:support@example.com`, or a telephone number.
    public let name: String
    private(set) var target: Target
    /// The name of the program's code that handles the calls; nil when they go elsewhere, or to code without a name.
    public private(set) var handlerName: String?
    private(set) var isResolved = true
    /// In which language its callers are spoken to; nil: in that of the queue's ``Comfort``.
    public let language: SpokenLanguage?

    /// Calls to this number wait in a queue for an agent.
    ///
    /// - Parameter needs: What its callers need beyond what the queue gives everybody: a priority, a skill.
    public init(_ name: String, queue: QueueID, needs: RoutingNeeds = .none, language: SpokenLanguage? = nil) {
        self.name = name
        self.language = language
        target = .queue(queue, needs)
    }

    /// Calls to this number go to one agent.
    public init(_ name: String, agent: AgentID) {
        self.name = name
        language = nil
        target = .agent(agent)
    }

    /// Calls to this number are handled by your own code.
    public init(_ name: String, language: SpokenLanguage? = nil, _ handler: @escaping Handler) {
        self.name = name
        self.language = language
        target = .handler(handler)
    }

    /// Calls to this number are handled by code of the program that stands in the plan under a name: ``Handler``.
    public init(_ name: String, handler: String, language: SpokenLanguage? = nil) {
        self.name = name
        self.language = language
        handlerName = handler
        isResolved = false
        target = .handler { call, _ in await call.reject(.notFound) }
    }

    /// The same with its handler's code.
    func resolved(by handlers: [String: Handler]) -> Number {
        guard let handlerName, let handler = handlers[handlerName] else { return self }
        var number = self
        number.target = .handler(handler)
        number.isResolved = true
        return number
    }

    public func add(to plan: inout CenterPlan) { plan.numbers.append(self) }
}
