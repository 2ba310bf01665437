import CCCore
import CCRouting
import CCSip
import CCTelephony

/// The part of a call's life that it shares with an agent.
extension CallFlow {
    private enum Outcome { case served, withdrawn, refused(RefusalReason), lost }

    /// Rings the agent's phone and stays until the conversation is over. False when the contact has to go on waiting.
    func take(_ offer: Offer) async -> Bool {
        let reservation = offer.reservation
        guard offer.withdrawn.current == nil else { return false }
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
            default: return .refused(.unreachable)
            }
        } catch {
            return .withdrawn
        }
    }

    private func converse(_ phone: Call, _ reservation: Reservation) async -> Outcome {
        observe(phone, as: .agent)
        var failure: TerminalReason?
        do {
            try await call.answer()
            try await center.withRecording(of: call) {
                // It ends when either side is gone, or the centre stops.
                try? await call.connect(to: phone)
                await desk.connected(reservation)
                await call.waitForEnd(or: phone)
                await call.disconnect(from: phone)
                // Nobody stays on the line until the disk has taken the recording.
                _ = await part(phone, reservation)
            }
        } catch {
            failure = refusal(for: error)
        }
        let outcome = await part(phone, reservation, failure)
        await measure(phone, agent: reservation.agent)
        return outcome
    }

    /// Ends a conversation on both sides, or on the agent's alone when the call goes on. Doing it twice changes nothing.
    private func part(_ phone: Call, _ reservation: Reservation, _ failure: TerminalReason? = nil) async -> Outcome {
        if call.end == nil, phone.end == .vanished || phone.end == .failed { return .lost }
        let reason = phone.end == nil && call.end == nil ? failure ?? .stopped : nil
        // First of all: the agent's phone must be free when the desk offers the next contact.
        await phone.hangUp()
        if endsWithAgent || call.end != nil {
            await desk.ended(contact.id) { [call] in reason ?? call.reason(in: $0, hungUpBy: .agent) }
            await call.hangUp()
        } else {
            await desk.released(reservation)
        }
        return .served
    }
}
