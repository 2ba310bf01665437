import CCCore
import CCRouting
import CCTelephony

extension ContactCenter {
    // MARK: Transfer and consultation

    /// Gives a contact that an agent has to a queue, an agent or a number of the plan. The agent's phone is hung up and the
    /// wrap-up begins; the customer hears music and keeps the wait that was. When nobody can take it, because an agent who
    /// is asked for is not there or refuses, or the queue is full, the first agent's phone rings again.
    ///
    /// A phone does the same with REFER (RFC 3515) to the name of a number, an agent or a queue.
    ///
    /// - Throws: ``CenterError`` `notTalking` when no agent has the contact; `unknownTarget`.
    public func transfer(_ contact: ContactID, to target: TransferTarget) async throws {
        _ = try place(of: target)
        try await ask(contact) { .transfer(Transfer(target: target, reply: $0)) }
    }

    /// Puts the customer on hold with music and rings a second agent for the one who has the contact. Returns when the two
    /// agents talk: then ``completeConsult(_:)`` or ``cancelConsult(_:)`` decides. When an agent hangs up first, the
    /// customer is with the other one.
    ///
    /// - Throws: ``CenterError`` `notTalking`; `unknownTarget`, also for a number with a handler; `notServed` when nobody
    ///   came: the customer is back with the first agent.
    public func consult(_ contact: ContactID, with target: TransferTarget) async throws {
        guard let place = try place(of: target) else {
            throw CenterError(.unknownTarget, "\(target.name) has nobody to talk with")
        }
        try await assist(contact, .consult, queue: place.queue, agent: place.agent)
    }

    /// The second agent gets the customer; the first one's wrap-up begins.
    ///
    /// - Throws: ``CenterError`` `notTalking` when no second agent is on the line.
    public func completeConsult(_ contact: ContactID) async throws {
        try await ask(contact) { .decide(isHandedOver: true, $0) }
    }

    /// The second agent is hung up, also while the phone still rings, and the customer is back with the first.
    ///
    /// - Throws: ``CenterError`` `notTalking` when there is no consultation.
    public func cancelConsult(_ contact: ContactID) async throws {
        if await desk.withdrawAssistance(of: contact) { return }
        try await ask(contact) { .decide(isHandedOver: false, $0) }
    }

    // MARK: Help

    /// Tells that the contact's agent wants help: `helpRequested` is for who leads the agent's group.
    ///
    /// - Returns: The agents who lead the group.
    /// - Throws: ``CenterError`` `notTalking` when no agent has the contact.
    @discardableResult
    public func requestHelp(_ contact: ContactID) async throws -> [AgentID] {
        guard let agent = await desk.requestHelp(contact) else {
            throw CenterError(.notTalking, "no agent has the contact")
        }
        guard let group = seats[agent]?.agent.group else { return [] }
        return plan.seats.map(\.agent).filter { $0.leads.contains(group) }.map(\.id)
    }

    /// Rings an agent's phone who takes the contact over: the customer goes on talking with the first agent until the
    /// phone is answered, and from the next frame of audio on hears the second one and nobody else. Returns then.
    ///
    /// - Throws: ``CenterError`` `notTalking`; `unknownTarget`; `notServed` when the agent is not there or did not answer.
    public func takeOver(_ contact: ContactID, by agent: AgentID) async throws {
        guard let place = try place(of: .agent(agent)) else { return }
        try await assist(contact, .takeOver, queue: place.queue, agent: place.agent)
    }

    private func assist(
        _ contact: ContactID, _ purpose: Assistance.Purpose, queue: QueueID, agent: AgentID?
    ) async throws {
        let reply = OneShot<Result<Void, CenterError>>()
        await desk.assist(contact, purpose, queue: queue, agent: agent, reply: reply)
        guard let result = await reply.value() else { throw CancellationError() }
        try result.get()
    }

    private func ask(
        _ contact: ContactID, _ notice: @Sendable (OneShot<Result<Void, CenterError>>) -> Line.Notice
    ) async throws {
        let reply = OneShot<Result<Void, CenterError>>()
        guard await desk.agent(of: contact) != nil, let line = await desk.line(of: contact), line.say(notice(reply))
        else { throw CenterError(.notTalking, "no agent has the contact") }
        await line.over.interrupting { _ = await reply.value() }
        try Task.checkCancellation()
        guard let result = reply.current else {
            throw CenterError(.notTalking, "the contact was over before it could be done")
        }
        try result.get()
    }
}
