import CCCore
import CCRouting
import CCSip
import CCTelephony

/// The life of one call in the centre, as one task: contact, queue or handler, agent, conversation, end.
struct CallFlow: Sendable {
    let center: ContactCenter
    let call: Call
    let contact: Contact

    private var desk: Desk { center.desk }

    /// Runs until the call is over, and tells the desk how it ended.
    func run(_ target: Number.Target) async {
        await desk.arrived(contact, by: call.id)
        observe(call, as: .customer)
        var failure: TerminalReason?
        do {
            switch target {
            case .queue(let queue): failure = try await serve(queue: queue)
            case .agent(let agent): failure = try await serve(queue: ContactCenter.directQueue, agent: agent)
            case .handler(let handler): try await handler(call, center)
            }
        } catch is CancellationError {
            // The caller hung up, or the centre stops: `reason` says which.
        } catch {
            failure = refusal(for: error)
        }
        await finish(failure)
    }

    /// Puts a call in a queue from within a handler, until it is served.
    func enqueue(_ queue: QueueID) async throws {
        if let failure = try await serve(queue: queue) { throw CenterError(.notServed, "not served: \(failure)") }
    }

    // MARK: Waiting

    /// Waits in line and talks with agents until the call is over. Returns why it could not be served.
    private func serve(queue: QueueID, agent: AgentID? = nil) async throws -> TerminalReason? {
        if agent == nil {
            try await connect()
            try await call.setBackground(center.plan.phones.music)
        } else {
            try await call.ring()
        }
        let line = await desk.enqueue(contact.id, queue: queue, requiredAgent: agent)
        while let notice = await line.next() {
            switch notice {
            case .offer(let offer):
                if await take(offer) { return nil }
            case .rejected(let reason):
                return await reject(reason)
            }
        }
        return nil
    }

    private func connect() async throws {
        guard !call.isAnswered else { return }
        try await call.answer()
        await desk.tell(.contactConnected(contact.id))
    }

    private func reject(_ reason: Router.RejectionReason) async -> TerminalReason {
        switch reason {
        case .noSuchQueue, .duplicate: return .failedInternal
        case .queueFull:
            await call.reject(.serviceUnavailable)
            return .rejectedQueueFull
        case .noSuchAgent, .agentUnavailable, .agentRefused(.unreachable), .agentRefused(.noAnswer):
            await call.reject(.temporarilyUnavailable)
            return .rejectedAgentUnavailable
        case .agentRefused(.busy), .agentRefused(.declined):
            await call.reject(.busyHere)
            return .rejectedAgentUnavailable
        }
    }

    // MARK: An agent

    private enum Outcome { case served, withdrawn, refused(RefusalReason), lost }

    /// Rings the agent's phone and stays until the conversation is over. False when the contact has to go on waiting.
    private func take(_ offer: Offer) async -> Bool {
        let reservation = offer.reservation
        guard let location = await center.location(of: reservation.agent) else {
            await desk.refused(reservation, .unreachable)
            return false
        }
        let outcome = await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await dial(location, reservation) }
            group.addTask {
                _ = await offer.withdrawn.value()
                return nil
            }
            var outcome = await group.next() ?? nil
            group.cancelAll()
            if outcome == nil { outcome = await group.next() ?? nil }
            return outcome ?? .withdrawn
        }
        switch outcome {
        case .served: return true
        case .withdrawn: return false
        case .refused(let reason):
            await desk.refused(reservation, reason)
            return false
        case .lost:
            await desk.lost(reservation)
            return false
        }
    }

    private func dial(_ location: PhoneLocation, _ reservation: Reservation) async -> Outcome {
        var options = CallOptions()
        options.from = NameAddress(displayName: call.from.displayName, uri: center.presented(call.from.uri))
        options.flow = location.flow
        options.routes = location.routes
        options.near = call
        // The desk's deadline decides; this one only outlives it.
        options.ringTimeout = reservation.offeredAt.duration(to: reservation.deadline) + .seconds(5)
        options.headers = [("X-Contact-ID", contact.id.rawValue)]
        options.ringing = { [desk, contact] in
            desk.post { $0.tell(.agentRinging(contact.id, reservation.agent)) }
        }
        do {
            return try await center.userAgent.withCall(to: location.contact, options: options) { phone in
                guard await desk.accepted(reservation) else { return .withdrawn }
                return await converse(phone, reservation)
            }
        } catch let error as TelephonyError {
            switch error.code {
            case .rejected where [486, 600].contains(error.sipStatus): return .refused(.busy)
            case .rejected where [404, 408, 410, 480].contains(error.sipStatus): return .refused(.unreachable)
            case .rejected: return .refused(.declined)
            case .noAnswer: return .refused(.noAnswer)
            // The agent hung up while the conversation was being set up or going on: it has been told of already.
            case .callEnded: return .served
            default: return .refused(.unreachable)
            }
        } catch {
            return .withdrawn
        }
    }

    private func converse(_ phone: Call, _ reservation: Reservation) async -> Outcome {
        observe(phone, as: .agent)
        do {
            try await connect()
            try await center.withRecording(of: call) { try await call.bridge(with: phone) }
        } catch {
            // Either side is gone, or the centre stops.
        }
        if call.end == nil, phone.end == .vanished || phone.end == .failed {
            await measure(phone, agent: reservation.agent)
            return .lost
        }
        await desk.ended(contact.id) { [call] in call.reason(in: $0, agentHungUp: call.end == nil) }
        await measure(phone, agent: reservation.agent)
        return .served
    }

    // MARK: The end

    private func finish(_ failure: TerminalReason?) async {
        await desk.ended(contact.id) { [call] in failure ?? call.reason(in: $0, agentHungUp: false) }
        await measure(call, agent: nil)
        await desk.closed(contact.id, by: call.id)
    }

    /// What came of the media of one side.
    private func measure(_ call: Call, agent: AgentID?) async {
        await call.hangUp()
        let media = await call.finalStatistics()
        guard media.packetsExpected > 0 else { return }
        let figures = MediaFigures(packetsExpected: media.packetsExpected, packetsLost: media.packetsLost)
        await desk.tell(.mediaMeasured(contact.id, agent, figures))
    }

    private func refusal(for error: any Error) -> TerminalReason? {
        guard let error = error as? TelephonyError else { return .failedInternal }
        switch error.code {
        case .callEnded: return nil
        case .noMediaPort, .overloaded: return .rejectedOverload
        case .notAcceptable: return .rejectedNotAcceptable
        default: return .failedInternal
        }
    }

    private func observe(_ call: Call, as party: Party) {
        call.observe { [desk, contact] event in
            let kind: CenterEvent.Kind? =
                switch event {
                case .digit: .digitPressed(contact.id, by: party)
                case .heldByRemote: .contactHeld(contact.id, by: party)
                case .resumedByRemote: .contactResumed(contact.id, by: party)
                case .ringing, .answered, .ended: nil
                }
            if let kind { desk.post { $0.tell(kind) } }
        }
    }
}

extension Call {
    /// The one reason for which the customer's contact ended.
    func reason(in timeline: ContactTimeline, agentHungUp: Bool) -> TerminalReason {
        switch end {
        case nil: timeline.reason(forHangUpBy: agentHungUp ? .agent : .center)
        case .remoteHangup, .cancelled: timeline.reason(forHangUpBy: .customer)
        case .localHangup: timeline.reason(forHangUpBy: .center)
        case .rejected: .rejectedByHandler
        case .noAnswer: .notAnswered
        case .unconfirmed: .failedNoAcknowledgement
        case .vanished: .failedMediaTimeout
        case .failed: .failedTransport
        case .shutdown: .stopped
        }
    }
}
