import CCCore
import CCMedia
import CCRouting
import CCSip
import CCTelephony

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
        /// This agent has given it away.
        case transferred(Transfer, by: AgentID)
    }

    private enum Step: Sendable {
        case notice(Line.Notice?)
        case offerOver(isServed: Bool)
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
                case .done: continue
                case .notice(nil):
                    isOver = true
                    if Task.isCancelled { await desk.endAssistances(of: contact.id) }
                case .notice(.rejected(let reason)?): return .rejected(reason)
                case .notice(.treated(.message(let name))?): announcer.say(.message(name))
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
