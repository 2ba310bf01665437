import CCCore
import CCRouting
import CCSip
import CCTelephony

/// The part of a call's life that it shares with an agent.
extension CallFlow {
    private enum Outcome { case served, withdrawn, refused(RefusalReason), lost }

    /// How long the first audio of a phone that has answered is waited for.
    static let audioMax = Duration.seconds(1)
    /// How long a phone may take to hear that its transfer was done, before it is hung up.
    static let reportMax = Duration.seconds(2)

    /// Rings the agent's phone and stays until the conversation is over. False when the contact has to go on waiting, or is
    /// with another agent.
    func take(_ offer: Offer) async -> Bool {
        let reservation = offer.reservation
        guard offer.withdrawn.current == nil else { return false }
        guard let location = await center.location(of: reservation.agent) else {
            await desk.refused(reservation, .unreachable)
            return false
        }
        let outcome = await offer.whileItStands { await dial(location, offer) } ?? .withdrawn
        switch outcome {
        case .served: return true
        case .withdrawn: return false
        case .refused(let reason):
            await desk.refused(reservation, reason)
            return false
        case .lost:
            await desk.lost(contact.id, by: reservation.agent)
            return false
        }
    }

    private func dial(_ location: PhoneLocation, _ offer: Offer) async -> Outcome {
        let reservation = offer.reservation
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
                if offer.assistance?.purpose == .consult, await !consult(phone, reservation) { return .withdrawn }
                return await converse(phone, reservation, isSecond: offer.assistance != nil)
            }
        } catch let error as TelephonyError {
            return .refused(RefusalReason(error))
        } catch {
            return .withdrawn
        }
    }

    private func converse(_ phone: Call, _ reservation: Reservation, isSecond: Bool) async -> Outcome {
        observe(phone, as: .agent)
        let talk = Talk(phone, reservation.agent)
        var failure: TerminalReason?
        do {
            try await call.answer()
            try await center.withRecording(of: call) {
                if isSecond { await phone.waitForAudio(within: Self.audioMax) }
                // From this frame on the customer hears this agent, and nobody else.
                try? await call.connect(to: phone)
                let before = stage.enter(talk)
                if isSecond { await desk.handedOver(reservation.contact, to: reservation.agent) }
                before?.handedOver.fulfil(())
                await phone.waitForAudio(within: Self.audioMax)
                if phone.end == nil { await up(talk) }
                await talk.untilOver(with: call)
                if phone.end != nil, call.end == nil { await handOverIfAsked(talk) }
                await call.disconnect(from: phone)
                // Nobody stays on the line until the disk has taken the recording.
                _ = await part(talk)
            }
        } catch {
            failure = refusal(for: error)
        }
        let outcome = await part(talk, failure)
        stage.leave(talk)
        await measure(phone, agent: reservation.agent)
        return outcome
    }

    /// The phone broke off; or it is gone before a word could be said, and others ring for the customer still.
    private func isLost(_ talk: Talk) async -> Bool {
        switch talk.phone.end {
        case nil: false
        case .vanished, .failed: true
        default: talk.isUp ? false : await desk.isRinging(for: contact.id)
        }
    }

    /// Customer and agent hear each other.
    private func up(_ talk: Talk) async {
        talk.up.fulfil(())
        await desk.connected(contact.id)
    }

    /// Ends a conversation on both sides, or on the agent's alone when the call goes on. Doing it twice changes nothing.
    private func part(_ talk: Talk, _ failure: TerminalReason? = nil) async -> Outcome {
        let phone = talk.phone
        if talk.isHandedOver {
            if let referral = talk.referral.current {
                await center.time.atMost(Self.reportMax) { await phone.report(referral, .ok) }
            }
            await phone.hangUp()
            return .withdrawn
        }
        if call.end == nil, await isLost(talk) { return .lost }
        let reason = phone.end == nil && call.end == nil ? failure ?? .stopped : nil
        // First of all: the agent's phone must be free when the desk offers the next contact.
        await phone.hangUp()
        if endsWithAgent || call.end != nil {
            await desk.ended(contact.id) { [call] in reason ?? call.reason(in: $0, hungUpBy: .agent) }
            await call.hangUp()
        } else {
            await desk.released(contact.id, by: talk.agent)
        }
        return .served
    }

    // MARK: Consultation

    /// The agent has hung up while a second one was asked, or was about to take over: that one gets the customer.
    private func handOverIfAsked(_ talk: Talk) async {
        guard let assistance = await desk.assistance(of: contact.id) else { return }
        // The phone's hang-up has cancelled this task.
        if await assistance.outcome.valueWhateverHappens() { await talk.handedOver.valueWhateverHappens() }
    }

    /// The second agent talks with the first, until one of them hangs up, it is decided what becomes of the customer, or the
    /// customer is gone. True when the second one gets the customer.
    private func consult(_ phone: Call, _ reservation: Reservation) async -> Bool {
        guard let first = stage.talk else {
            await desk.assistanceEnded(reservation.contact, nil)
            return false
        }
        let decision = stage.beginConsultation()
        try? await first.phone.connect(to: phone)
        try? await first.phone.setBackground(nil)
        await desk.assistanceAnswered(reservation.contact, by: reservation.agent)
        let isHandedOver = await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await decision.value() }
            group.addTask {
                await phone.waitForEnd(or: call)
                return false
            }
            group.addTask {
                // Whoever hangs up after having asked leaves the customer to the other one.
                await first.phone.waitForEnd()
                return nil
            }
            let result = await group.next() ?? false
            group.cancelAll()
            return result ?? (phone.end == nil && call.end == nil && !Task.isCancelled)
        }
        stage.endConsultation()
        if !isHandedOver { await desk.assistanceEnded(reservation.contact, nil) }
        return isHandedOver
    }

    /// The customer hears music, and the agent that somebody else is called.
    func beginHold() async {
        guard let talk = stage.talk else { return }
        await call.disconnect(from: talk.phone)
        try? await call.setBackground(center.plan.phones.music)
        try? await talk.phone.setBackground(ContactCenter.ringback)
    }

    /// The customer is back with the agent.
    func endHold() async {
        guard let talk = stage.talk, !talk.isHandedOver else { return }
        try? await talk.phone.setBackground(nil)
        try? await call.connect(to: talk.phone)
    }
}
