import CCCore
import CCRouting
import CCSip

extension Queue: CenterPart {
    public func add(to plan: inout CenterPlan) { plan.queues.append(self) }
}

extension Agent: CenterPart {
    public func add(to plan: inout CenterPlan) { plan.seats.append(Seat(agent: self)) }

    /// The agent works at a phone that registers with this password, under the agent's id. Registering checks in.
    public func phone(password: String) -> Seat { Seat(agent: self, password: .text(password)) }

    /// The same with a password that is kept elsewhere.
    public func phone(password: Secret) -> Seat { Seat(agent: self, password: password) }

    /// The agent's calls always go to this address, and the agent is checked in from the start.
    public func phone(at contact: SipURI) -> Seat { Seat(agent: self, contact: contact) }
}

/// An agent and how the agent's phone is reached.
public struct Seat: CenterPart {
    public var agent: Agent
    /// What the phone proves itself with when it registers; nil when it may not register.
    public var secret: DigestSecret?
    /// Where ``secret`` comes from, when it is a password.
    public private(set) var password: Secret?
    /// Where calls go without a registration.
    public var contact: SipURI?

    public init(agent: Agent, secret: DigestSecret? = nil, contact: SipURI? = nil) {
        self.agent = agent
        self.secret = secret
        self.contact = contact
    }

    public init(agent: Agent, password: Secret, contact: SipURI? = nil) {
        self.init(agent: agent, contact: contact)
        self.password = password
        if case .text(let text) = password { secret = DigestSecret(password: text) }
    }

    /// The same with its password read from where it is kept.
    func resolved() throws -> Seat {
        guard let password else { return self }
        var seat = self
        seat.secret = DigestSecret(password: try password.resolved())
        return seat
    }

    public func add(to plan: inout CenterPlan) { plan.seats.append(self) }
}

/// How long live calls may go on after a stop was asked for, before they are hung up.
public struct StopWithin: CenterPart {
    public var grace: Duration

    public init(_ grace: Duration) { self.grace = grace }

    public func add(to plan: inout CenterPlan) { plan.stopGrace = grace }
}
