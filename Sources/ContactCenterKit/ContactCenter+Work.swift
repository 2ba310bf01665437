import CCCore
import CCRouting
import Foundation

/// A contact that is not a call, while it lasts: see ``ContactCenter/withContact(on:in:needs:customer:due:_:)``.
public struct WorkItem: Sendable {
    public let contact: ContactID
    let line: Line

    /// Waits until an agent has taken it.
    ///
    /// - Throws: ``CenterError`` `notServed` when it was turned away or a rule of its queue took it out of line;
    ///   `CancellationError`, also when the centre has stopped.
    public func answered() async throws -> AgentID {
        while let notice = await line.next() {
            switch notice {
            case .answered(let agent): return agent
            case .rejected(let reason):
                throw CenterError(.notServed, "not served: \(reason)", reason: TerminalReason(reason))
            case .treated(let treatment) where treatment.endsWaiting:
                throw CenterError(.notServed, "a rule of the queue took it out of line", reason: .rejectedByRule)
            default: continue
            }
        }
        throw CancellationError()
    }
}

extension ContactCenter {
    // MARK: Other channels

    /// Brings a contact that is not a call (a chat, a mail, a task) into a queue, by the same rules as calls, and keeps it
    /// while `body` runs: when it returns the contact is over, and its agent's wrap-up begins.
    ///
    /// Agents see it by the event `contactOffered`, or with ``offers(to:)``, and take it with ``accept(_:by:)``.
    ///
    /// ```swift
    /// try await center.withContact(on: .chat, in: "web") { chat in
    ///     let agent = try await chat.answered()
    ///     …
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - channel: Not voice.
    ///   - customer: Names the customer; empty when unknown.
    ///   - due: When it should be done, for queues and policies that go by it.
    /// - Throws: ``CenterError`` `badPlan` for voice, `notServed` when the centre does not run; what `body` throws. A
    ///   contact whose task is cancelled counts as left by the customer.
    public func withContact<Result: Sendable>(
        on channel: Channel, in queue: QueueID, needs: RoutingNeeds = .none, customer: PhoneNumber = PhoneNumber(""),
        due: Date? = nil, _ body: (WorkItem) async throws -> Result
    ) async throws -> Result {
        guard channel != .voice else { throw CenterError(.badPlan, "calls come by their numbers") }
        let contact = Contact(
            id: ContactID(entropy.token()), tenant: tenantID, channel: channel, dialledNumber: PhoneNumber(""),
            callerNumber: customer, arrivedAt: time.date)
        let wait = due.map { Duration.seconds($0.timeIntervalSince(time.date)) }
        let request = RoutingRequest(
            contact.id, queue: queue, channel: channel, needs: needs,
            customer: customer.rawValue.isEmpty ? nil : customer.rawValue,
            due: wait.map { time.now.advanced(by: $0) })
        guard let line = await desk.begin(contact, request) else {
            throw CenterError(.notServed, "the centre does not run")
        }
        do {
            let result = try await body(WorkItem(contact: contact.id, line: line))
            await desk.finish(contact.id, line)
            return result
        } catch {
            await desk.finish(contact.id, line, isLeft: error is CancellationError)
            throw error
        }
    }

    /// Contacts that are not calls and are offered to an agent now.
    public func offers(to agent: AgentID) async -> [ContactID] { await desk.offered(to: agent) }

    /// The agent takes a contact that is not a call.
    ///
    /// - Returns: False when it is not offered to the agent, or not any more.
    public func accept(_ contact: ContactID, by agent: AgentID) async -> Bool {
        await desk.accept(contact, by: agent)
    }

    /// The agent does not take a contact that is not a call.
    ///
    /// - Returns: False when it is not offered to the agent.
    public func decline(_ contact: ContactID, by agent: AgentID) async -> Bool {
        await desk.decline(contact, by: agent)
    }

    // MARK: After a contact

    /// The agent has finished the work on one contact before its time was over.
    @discardableResult
    public func wrapUpDone(_ agent: AgentID, _ contact: ContactID) async -> Router.WrapUpEnd {
        await desk.wrapUpDone(agent, contact: contact)
    }

    /// The agent needs longer for the work after a contact.
    ///
    /// - Returns: What is left in all, within the queue's `Queue.wrapUpMax`; nil when the agent is not in wrap-up.
    @discardableResult
    public func extendWrapUp(_ agent: AgentID, by duration: Duration) async -> Duration? {
        await desk.extendWrapUp(agent, by: duration)
    }

    /// The agent says what came of a contact, during the conversation or in wrap-up. The last word counts.
    ///
    /// - Returns: False when the agent does not have the contact, or its queue does not know one of the codes.
    @discardableResult
    public func dispose(_ contact: ContactID, by agent: AgentID, as codes: [DispositionCode]) async -> Bool {
        await desk.dispose(contact, by: agent, as: codes)
    }

    // MARK: Supervision

    /// A supervisor decides what an agent does. An offer is taken back at once and goes to somebody else; a conversation is
    /// not cut: the state holds when it is over.
    ///
    /// - Returns: False when there is no such agent, or nothing to change.
    @discardableResult
    public func force(_ agent: AgentID, _ state: Router.ForcedState) async -> Bool { await desk.force(agent, state) }
}
