import CCCore
import CCMedia
import CCRouting
import CCSip
import CCTelephony
import Synchronization

/// What a call's task does while the call is in line or with an agent: it performs what the desk says.
extension CallFlow {
    /// Why the waiting and talking came to an end.
    enum Course: Sendable {
        /// An agent has served it, or it is over.
        case over
        /// It was put out of line.
        case rejected(Router.RejectionReason)
        /// A rule of its queue has put it out of line.
        case treated(QueueRule.Treatment)
        /// The customer wants to be called back.
        case callback(Line)
        /// This agent has given it away.
        case transferred(Transfer, by: AgentID)
    }

    private enum Step: Sendable {
        case notice(Line.Notice?)
        case offerOver(isServed: Bool)
        case callback(isWanted: Bool)
        case done
    }

    /// Performs what the desk says on the line, with as many phones ringing as it says, until an agent has served the
    /// call or given it away, the contact is over or the task is cancelled.
    func wait(on line: Line, _ announcer: Announcer) async -> Course {
        await withTaskGroup(of: Step.self) { group in
            var offers = 0
            var isOver = false
            var course: Course?
            group.addTask {
                await announcer.run()
                return .done
            }
            group.addTask { .notice(await line.next()) }
            defer { group.cancelAll() }
            while let step = await group.next() {
                if case .notice(_?) = step { group.addTask { .notice(await line.next()) } }
                switch step {
                case .done, .notice(.answered?): continue
                case .notice(nil):
                    isOver = true
                    if Task.isCancelled { await desk.endAssistances(of: contact.id) }
                case .notice(.rejected(let reason)?): return .rejected(reason)
                case .notice(.treated(.message(let name))?): announcer.say(.message(name))
                case .notice(.treated(.offerCallback)?):
                    // Who shows no number cannot be called.
                    guard !contact.callerNumber.rawValue.isEmpty, await !desk.hasCallback(contact.callerNumber) else {
                        break
                    }
                    group.addTask { .callback(isWanted: await offerCallback(announcer)) }
                case .callback(let isWanted):
                    // Who is offered to an agent at this moment needs no callback.
                    if isWanted, offers == 0, course == nil,
                        let line = await desk.requestCallback(
                            contact.id, customer: contact.callerNumber,
                            CallbackPromise(
                                address: PhoneNumber(call.from.uri.description), number: PhoneNumber(call.dialled)))
                    {
                        return .callback(line)
                    }
                case .notice(.treated(let treatment)?):
                    if treatment.endsWaiting { return .treated(treatment) }
                case .notice(.offer(let offer)?):
                    announcer.pause()
                    offers += 1
                    group.addTask { .offerOver(isServed: await take(offer)) }
                case .notice(.transfer(let transfer)?):
                    if let given = await give(transfer) { course = given }
                case .notice(.referral(let referral, let phone)?):
                    if let given = await give(referral, phone) { course = given }
                case .notice(.consultBegan?): await beginHold()
                case .notice(.consultFailed?): await endHold()
                case .notice(.decide(let isHandedOver, let reply)?):
                    let isHeard = stage.decide(isHandedOver: isHandedOver)
                    reply.fulfil(
                        isHeard ? .success(()) : .failure(CenterError(.notTalking, "no second agent is on the line")))
                case .offerOver(isServed: true): return .over
                case .offerOver(isServed: false):
                    offers -= 1
                    if offers == 0, course == nil { announcer.resume() }
                }
                if offers == 0, let course { return course }
                if offers == 0, isOver { return .over }
            }
            return .over
        }
    }

    /// Takes the customer from the agent who gives them away.
    private func give(_ transfer: Transfer) async -> Course? {
        guard let talk = stage.talk, !talk.isHandedOver, await desk.assistance(of: contact.id) == nil else {
            transfer.reply.fulfil(.failure(CenterError(.notTalking, "no agent can give the contact away now")))
            return nil
        }
        talk.handedOver.fulfil(())
        transfer.reply.fulfil(.success(()))
        return .transferred(transfer, by: talk.agent)
    }

    /// The same, by REFER. Only the agent who has the customer may.
    private func give(_ referral: Referral, _ phone: Call) async -> Course? {
        guard let talk = stage.talk, talk.phone === phone, referral.replaces == nil else {
            await phone.report(referral, SipStatus(603))
            return nil
        }
        guard let target = center.target(named: referral.target.user ?? "") else {
            await phone.report(referral, .notFound)
            return nil
        }
        talk.referral.fulfil(referral)
        let course = await give(Transfer(target: target, reply: OneShot()))
        if course == nil { await phone.report(referral, SipStatus(603)) }
        return course
    }

    // MARK: Rules

    /// How long a caller may think about being called back.
    private static let callbackTimeout = Duration.seconds(30)

    /// Offers to call back. True when the caller presses 1.
    private func offerCallback(_ announcer: Announcer) async -> Bool {
        call.clearDigits()
        announcer.say(.phrase(.fixed(.callbackOffer)))
        let wanted = Mutex(false)
        await center.time.atMost(Self.callbackTimeout) {
            for await key in call.digits where key == "1" {
                wanted.withLock { $0 = true }
                return
            }
        }
        return wanted.withLock { $0 }
    }

    /// The contact waits on without the call, which is ended with a word of thanks.
    func leaveForCallback(_ line: Line, in language: SpokenLanguage) async {
        let flow = CallbackFlow(
            center: center, contact: contact, line: line, customer: call.from.uri, number: call.dialled)
        // A centre that stops leaves the promise to the next one.
        if !center.callbacks.post(flow) { await desk.callbackEnded(contact.id, nil) }
        if let thanks = center.plan.prompt(of: .phrase(.fixed(.callbackAccepted)), in: language) {
            _ = try? await call.play(thanks)
        }
        await call.hangUp()
    }

    /// Turns the call away as a rule says: with a message that the caller hears first, or as busy.
    func turnAway(_ treatment: QueueRule.Treatment, in language: SpokenLanguage) async -> TerminalReason {
        if case .hangUp(let message?) = treatment,
            let prompt = center.plan.prompt(of: .message(message), in: language), (try? await call.answer()) != nil
        {
            _ = try? await call.play(prompt)
        }
        if endsWithAgent { await call.reject(treatment == .busy ? .busyHere : .temporarilyUnavailable) }
        return .rejectedByRule
    }
}
