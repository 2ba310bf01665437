import CCCore
import CCRouting
import CCSip
import CCTelephony

/// The life of a contact whose customer has hung up to be called back: it waits in the customer's place. When an agent has
/// answered, the customer is called, and the two are connected.
struct CallbackFlow: Sendable {
    /// How often the customer is called before the contact is given up.
    static let attemptsMax = 3
    /// How long after a call that nobody answered the next one is tried.
    static let retryAfter = Duration.seconds(300)
    /// How long the customer's phone rings.
    static let ringTimeout = Duration.seconds(30)

    let center: ContactCenter
    let contact: Contact
    let line: Line
    /// Where the customer called from.
    let customer: SipURI
    /// The number that the customer had called: that is who calls back.
    let number: String
    /// How often the customer was called before.
    var attempts = 0

    private var desk: Desk { center.desk }

    private enum Outcome: Sendable { case served, again, notReached, refused(RefusalReason) }
    private enum Step: Sendable {
        case notice(Line.Notice?)
        case offerOver(Outcome)
    }

    func run() async {
        let reason = await wait()
        await desk.callbackEnded(contact.id, reason)
    }

    /// Waits for agents and calls. Returns why it came to an end when the customer was not reached; nil when they were, or
    /// the centre stops.
    private func wait() async -> TerminalReason? {
        await withTaskGroup(of: Step.self) { group in
            var attempts = attempts
            group.addTask { .notice(await line.next()) }
            defer { group.cancelAll() }
            while let step = await group.next() {
                switch step {
                case .notice(nil): return nil
                case .notice(.offer(let offer)?):
                    group.addTask { .offerOver(await take(offer)) }
                    group.addTask { .notice(await line.next()) }
                case .notice(.rejected(let reason)?): return TerminalReason(reason)
                case .notice(.treated(let treatment)?) where treatment.endsWaiting: return .rejectedByRule
                case .notice: group.addTask { .notice(await line.next()) }
                case .offerOver(.served): return nil
                case .offerOver(.again), .offerOver(.refused): break
                case .offerOver(.notReached):
                    attempts += 1
                    if attempts >= Self.attemptsMax { return .notAnswered }
                }
            }
            return nil
        }
    }

    /// Rings the agent's phone, and calls the customer when it is answered.
    private func take(_ offer: Offer) async -> Outcome {
        let reservation = offer.reservation
        guard offer.withdrawn.current == nil else { return .again }
        guard let location = await center.location(of: reservation.agent) else {
            await desk.refused(reservation, .unreachable)
            return .again
        }
        let outcome = await offer.whileItStands { await dial(location, reservation) } ?? .again
        if case .refused(let reason) = outcome { await desk.refused(reservation, reason) }
        return outcome
    }

    private func dial(_ location: PhoneLocation, _ reservation: Reservation) async -> Outcome {
        var options = CallOptions()
        options.from = NameAddress(uri: center.presented(customer))
        options.flow = location.flow
        options.routes = location.routes
        options.ringTimeout = reservation.offeredAt.duration(to: reservation.deadline) + .seconds(5)
        options.headers = [("X-Contact-ID", contact.id.rawValue)]
        options.ringing = { [desk, contact] in
            desk.post { $0.tell(.agentRinging(contact.id, reservation.agent)) }
        }
        do {
            return try await center.userAgent.withCall(to: location.contact, options: options) { phone in
                guard await desk.accepted(reservation) else { return .again }
                return await callBack(for: phone, reservation.agent)
            }
        } catch let error as TelephonyError {
            return .refused(RefusalReason(error))
        } catch {
            return .again
        }
    }

    /// The agent hears ringing while the customer's phone does.
    private func callBack(for phone: Call, _ agent: AgentID) async -> Outcome {
        await desk.tell(.callbackAttempted(contact.id, agent))
        try? await phone.setBackground(ContactCenter.ringback)
        var options = CallOptions()
        options.from = NameAddress(uri: center.presented(SipURI(user: number, host: "centre.invalid")))
        options.near = phone
        options.ringTimeout = Self.ringTimeout
        let isReached = OneShot<Void>()
        do {
            try await center.userAgent.withCall(to: customer, options: options) { call in
                isReached.fulfil(())
                // The promise is kept.
                await desk.tell(.contactConnected(contact.id))
                _ = try await center.recorded(call, of: contact.id) {
                    try await call.connect(to: phone)
                    await desk.connected(contact.id)
                    await call.waitForEnd(or: phone)
                    // First of all: the agent's phone must be free when the desk offers the next contact.
                    let isByAgent = call.end == nil
                    await phone.hangUp()
                    await desk.ended(contact.id) { $0.reason(forHangUpBy: isByAgent ? .agent : .customer) }
                }
            }
        } catch let error as TelephonyError where error.code != .callEnded {
            await phone.hangUp()
            await desk.callbackFailed(contact.id, by: agent, retryAfter: Self.retryAfter)
            return .notReached
        } catch {
            // Either side has hung up.
        }
        await phone.hangUp()
        if isReached.current == nil {
            // The agent did not stay until the customer's phone was answered, or the centre stops: the customer is still to
            // be called.
            await desk.callbackFailed(contact.id, by: agent, retryAfter: Self.retryAfter)
            return .notReached
        }
        await desk.ended(contact.id) { $0.reason(forHangUpBy: phone.end == .remoteHangup ? .agent : .customer) }
        return .served
    }
}

extension RefusalReason {
    /// Why an agent's phone did not take an offer.
    init(_ error: TelephonyError) {
        self =
            switch error.code {
            case .rejected where [486, 600].contains(error.sipStatus): .busy
            case .rejected where [404, 408, 410, 480].contains(error.sipStatus): .unreachable
            case .rejected: .declined
            case .noAnswer: .noAnswer
            default: .unreachable
            }
    }
}
