import CCCore
import CCRouting
import CCSip
import CCTelephony

/// The life of one call in the centre, as one task: contact, queue or handler, agent, conversation, end.
struct CallFlow: Sendable {
    let center: ContactCenter
    let call: Call
    let contact: Contact
    /// Whether the call is over when the agent hangs up. A handler's call is not.
    var endsWithAgent = true
    let stage = Stage()
    /// How often a contact may be sent on, by rules and transfers.
    private static let placesMax = 100

    var desk: Desk { center.desk }

    /// Runs until the call is over, and tells the desk how it ended.
    func run(_ target: Number.Target) async {
        await desk.arrived(contact, by: call.id)
        observe(call, as: .customer)
        var failure: TerminalReason?
        do {
            switch target {
            case .queue(let queue, let needs): failure = try await serve(queue: queue, needs: needs)
            case .agent(let agent): failure = try await serve(queue: ContactCenter.directQueue, agent: agent)
            case .handler(let handler): try await handler(call, center)
            }
        } catch {
            // When the call has ended, or the centre stops, that is the reason, whatever it made the handler throw.
            if call.end == nil, !Task.isCancelled { failure = refusal(for: error) }
            if let failure { await refuse(failure) }
        }
        await finish(failure)
    }

    /// Puts a call in a queue from within a handler, until it is served. A full queue leaves the call as it is.
    func enqueue(_ queue: QueueID, needs: RoutingNeeds = .none) async throws {
        var flow = self
        flow.endsWithAgent = false
        let failure: TerminalReason?
        do {
            failure = try await flow.serve(queue: queue, needs: needs)
        } catch {
            await flow.leave()
            throw error
        }
        await flow.leave()
        if let failure { throw CenterError(.notServed, "not served: \(failure)", reason: failure) }
        try Task.checkCancellation()
    }

    /// Takes the contact out of line when its handler has changed its mind; an ended call is out of it already.
    private func leave() async {
        guard call.end == nil else { return }
        try? await call.setBackground(nil)
        await desk.left(contact.id)
    }

    // MARK: Waiting

    /// Waits in line and talks with agents until the call is over. Returns why it could not be served.
    private func serve(
        queue: QueueID, agent: AgentID? = nil, needs: RoutingNeeds = .none
    ) async throws -> TerminalReason? {
        var place: (queue: QueueID, agent: AgentID?) = (queue, agent)
        var line = await desk.enqueue(contact.id, queue: queue, requiredAgent: agent, needs: needs)
        /// Who has transferred the contact: they get it back when nobody takes it.
        var giver: AgentID?
        for _ in 0..<Self.placesMax {
            let comfort = place.agent == nil ? center.plan.comforts.first { $0.queue == place.queue } : nil
            if place.agent != nil, !call.isAnswered {
                try await call.ring()
            } else if !line.isRejected {
                // Only now: who is turned away is not made to pay for an answer.
                try await call.answer()
                try await call.setBackground(comfort?.music ?? center.plan.phones.music)
            }
            let language = center.number(of: call)?.language ?? comfort?.language ?? .english
            let announcer = Announcer(call, of: contact.id, comfort, language: language, in: center)
            switch await wait(on: line, announcer) {
            case .over: return nil
            case .rejected(let reason):
                if let back = giver {
                    giver = nil
                    place = (ContactCenter.directQueue, back)
                    line = await desk.giveBack(contact.id, to: back)
                    continue
                }
                let failure = terminalReason(for: reason, isDirect: place.agent != nil)
                if endsWithAgent { await refuse(failure, reason) }
                return failure
            case .callback(let line):
                await leaveForCallback(line, in: language)
                return nil
            case .treated(.number(let name)):
                var needs = RoutingNeeds.none
                switch center.numbers[name]?.target {
                case .queue(let next, let others): (place, needs) = ((next, nil), others)
                case .agent(let next): place = (ContactCenter.directQueue, next)
                case .handler(let handler):
                    try await handler(call, center)
                    return nil
                case nil: return await turnAway(.hangUp(message: nil), in: language)
                }
                line = await desk.enqueue(
                    desk.request(for: contact.id, in: place.queue, agent: place.agent, adding: needs))
            case .treated(let treatment): return await turnAway(treatment, in: language)
            case .transferred(let transfer, let first):
                guard let next = try center.place(of: transfer.target) else {
                    await desk.transfer(contact.id, to: transfer.target)
                    if case .handler(let handler)? = center.numbers[transfer.target.name]?.target {
                        try await handler(call, center)
                    }
                    return nil
                }
                let moved = await desk.transfer(
                    contact.id, to: transfer.target, queue: next.queue, agent: next.agent)
                guard let moved else { return nil }
                (place, line, giver) = (next, moved, first)
            }
        }
        // Numbers whose queues send the contact on to each other.
        await desk.left(contact.id)
        return .failedInternal
    }

    private func terminalReason(for reason: Router.RejectionReason, isDirect: Bool) -> TerminalReason {
        switch reason {
        // A queue of one agent is full when the agent is busy.
        case .queueFull where isDirect: .rejectedAgentUnavailable
        // It had been answered: the agent's phone was lost in the middle of the call.
        case .agentRefused where call.isAnswered: .failedTransport
        default: TerminalReason(reason)
        }
    }

    /// Refuses the call with the status that fits, or hangs up when it is answered already.
    private func refuse(_ failure: TerminalReason, _ reason: Router.RejectionReason? = nil) async {
        switch (failure, reason) {
        case (.rejectedAgentUnavailable, .queueFull), (_, .agentRefused(.busy)), (_, .agentRefused(.declined)):
            await call.reject(.busyHere)
        case (.rejectedAgentUnavailable, _): await call.reject(.temporarilyUnavailable)
        case (.rejectedQueueFull, _), (.rejectedOverload, _): await call.reject(.serviceUnavailable)
        case (.rejectedNotAcceptable, _): await call.reject(.notAcceptableHere)
        default: await call.reject(.serverInternalError)
        }
    }

    // MARK: The end

    private func finish(_ failure: TerminalReason?) async {
        let isCancelled = Task.isCancelled
        if await !desk.isToBeCalledBack(contact.id) { await end(failure, isCancelled: isCancelled) }
        await measure(call, agent: nil)
        await desk.closed(contact.id, by: call.id)
    }

    private func end(_ failure: TerminalReason?, isCancelled: Bool) async {
        await desk.ended(contact.id) { [call] timeline in
            if let failure { return failure }
            guard call.end == nil else { return call.reason(in: timeline, hungUpBy: .customer) }
            return isCancelled ? .stopped : timeline.isServed ? .completedByAgent : .completedByCenter
        }
    }

    /// What came of the media of one side.
    func measure(_ call: Call, agent: AgentID?) async {
        await call.hangUp()
        let media = await call.finalStatistics()
        guard media.packetsExpected > 0 else { return }
        let figures = MediaFigures(packetsExpected: media.packetsExpected, packetsLost: media.packetsLost)
        await desk.tell(.mediaMeasured(contact.id, agent, figures))
    }

    func refusal(for error: any Error) -> TerminalReason? {
        guard !(error is CancellationError) else { return nil }
        if let error = error as? CenterError { return error.reason ?? .failedInternal }
        guard let error = error as? TelephonyError else { return .failedInternal }
        switch error.code {
        case .callEnded: return nil
        case .noMediaPort, .overloaded: return .rejectedOverload
        case .notAcceptable: return .rejectedNotAcceptable
        default: return .failedInternal
        }
    }

    /// Tells of what a party does on its phone.
    func observe(_ call: Call, as party: Party) {
        call.observe { [desk, contact, weak call] event in
            if case .transferRequested(let referral) = event, let call {
                return desk.post { _ = $0.say(.referral(referral, call), to: contact.id) }
            }
            let kind: CenterEvent.Kind? =
                switch event {
                case .digit: .digitPressed(contact.id, by: party)
                case .heldByRemote: .contactHeld(contact.id, by: party)
                case .resumedByRemote: .contactResumed(contact.id, by: party)
                case .answered: party == .customer ? .contactConnected(contact.id) : nil
                case .ringing, .ended, .transferRequested: nil
                }
            if let kind { desk.post { $0.tell(kind) } }
        }
    }
}

extension Call {
    /// The one reason for which the customer's contact ended. `party` is who ends it while the call itself lives.
    func reason(in timeline: ContactTimeline, hungUpBy party: Party) -> TerminalReason {
        switch end {
        case nil: timeline.reason(forHangUpBy: party)
        case .remoteHangup, .cancelled: timeline.reason(forHangUpBy: .customer)
        case .localHangup: timeline.reason(forHangUpBy: .center)
        case .rejected(status: 488): .rejectedNotAcceptable
        case .rejected: .rejectedByHandler
        case .noAnswer: .notAnswered
        case .unconfirmed: .failedNoAcknowledgement
        case .vanished: .failedMediaTimeout
        case .failed: .failedTransport
        case .shutdown: .stopped
        }
    }
}
