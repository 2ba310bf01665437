import CCCore
import CCRouting
import CCSip

extension Queue: CenterPart {
    public func add(to plan: inout CenterPlan) { plan.queues.append(self) }
}

extension Agent: CenterPart {
    public func add(to plan: inout CenterPlan) { plan.seats.append(Seat(agent: self)) }

    /// The agent works at a phone that registers with this password, under the agent's id. Registering checks in.
    public func phone(password: String) -> Seat { Seat(agent: self, secret: DigestSecret(password: password)) }

    /// The agent's calls always go to this address, and the agent is checked in from the start.
    public func phone(at contact: SipURI) -> Seat { Seat(agent: self, contact: contact) }
}

/// An agent and how the agent's phone is reached.
public struct Seat: CenterPart {
    public var agent: Agent
    /// What the phone proves itself with when it registers; nil when it may not register.
    public var secret: DigestSecret?
    /// Where calls go without a registration.
    public var contact: SipURI?

    public init(agent: Agent, secret: DigestSecret? = nil, contact: SipURI? = nil) {
        self.agent = agent
        self.secret = secret
        self.contact = contact
    }

    public func add(to plan: inout CenterPlan) { plan.seats.append(self) }
}

/// How long live calls may go on after a stop was asked for, before they are hung up.
public struct StopWithin: CenterPart {
    public var grace: Duration

    public init(_ grace: Duration) { self.grace = grace }

    public func add(to plan: inout CenterPlan) { plan.stopGrace = grace }
}
