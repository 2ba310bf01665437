import CCCore
import CCRouting

extension Engine {
    /// Shifts and breaks of all agents, as far as they begin before the horizon.
    mutating func planShifts() {
        var agent = 0
        for group in scenario.groups {
            for number in 0..<group.count {
                if group.shifts.isEmpty { heap.add(.shiftStart, at: 0, subject: UInt32(agent)) }
                for shift in group.shifts where shift.start.inNanoseconds < horizon {
                    heap.add(.shiftStart, at: shift.start.inNanoseconds, subject: UInt32(agent))
                    heap.add(.shiftEnd, at: shift.end.inNanoseconds, subject: UInt32(agent))
                }
                for (place, pause) in group.breaks.enumerated() {
                    let start = pause.start.inNanoseconds + Int64(number) * pause.stagger.inNanoseconds
                    guard start < horizon else { continue }
                    heap.add(.breakStart, at: start, subject: UInt32(agent), mark: UInt32(place))
                }
                agent += 1
            }
        }
    }

    mutating func perform(_ event: EventHeap.Event) {
        count.others += 1
        let instant = Instant(nanoseconds: now)
        let agent = Int(event.subject)
        switch event.kind {
        case .patienceOver: abandon(event.subject, mark: event.mark)
        case .talkOver: endTalk(event.subject, mark: event.mark, by: .customer)
        case .agentHangsUp: endTalk(event.subject, mark: event.mark, by: .agent)
        case .phoneDies: dieOnPhone(event.subject, mark: event.mark)
        case .redial: redial(Int(event.subject), tries: event.mark)
        case .answer:
            guard agents[agent].offerMark == event.mark, let offer = agents[agent].offer,
                let number = offer.contact.number
            else { return }
            answer(offer, number, by: agent)
            settle()
        case .refusal: refuse(agent, mark: event.mark)
        case .wrapUpDone:
            guard agents[agent].workMark == event.mark else { return }
            router.wrapUpDone(agents[agent].id, now: instant, into: &actions)
            settle()
        case .shiftStart:
            agents[agent].plannedBreak = nil
            router.checkIn(agents[agent].id, now: instant, into: &actions)
            settle()
        case .shiftEnd:
            agents[agent].plannedBreak = nil
            router.checkOut(agents[agent].id, now: instant, into: &actions)
            settle()
        case .breakStart: startBreak(agent, place: Int(event.mark))
        case .breakEnd, .agentReturns:
            guard agents[agent].absenceMark == event.mark else { return }
            router.resume(agents[agent].id, now: instant, into: &actions)
            settle()
        }
    }

    private mutating func startBreak(_ agent: Int, place: Int) {
        guard router.state(of: agents[agent].id) != .checkedOut else { return }
        let pause = scenario.groups[agents[agent].group].breaks[place]
        agents[agent].plannedBreak = pause
        router.pause(
            agents[agent].id, reason: pause.reason, now: Instant(nanoseconds: now), into: &actions)
        settle()
    }

    // MARK: Offers

    /// The agent's phone rings.
    @inline(__always)
    mutating func offered(_ offer: Reservation) {
        let known = offer.agentSlot
        guard let agent = known >= 0 ? known : agentPlaces[offer.agent], let number = offer.contact.number,
            contacts.isLive(number)
        else { return }
        contacts[number].ringing &+= 1
        // One of several phones may have been answered already.
        if contacts[number].phase != .talking {
            contacts[number].phase = .offered
            contacts[number].agent = Int32(agent)
        }
        if contacts[number].arrived == now { contacts[number].wasOfferedAtOnce = true }
        if isObserved {
            tell(.contactOffered(offer.contact, offer.agent, offer.id))
            tell(.agentRinging(offer.contact, offer.agent))
        }
        agents[agent].offerMark &+= 1
        if agents[agent].isSimple {
            answer(offer, number, by: agent)
        } else {
            consider(offer, number, by: agent)
        }
    }

    /// What the agent makes of an offer, by habit and by chance.
    private mutating func consider(_ offer: Reservation, _ number: UInt32, by agent: Int) {
        let group = scenario.groups[agents[agent].group]
        agents[agent].offer = offer
        agents[agent].intent = .serve
        var isDeclined = false
        var chance = agents[agent].stream.unit()
        let delay = nanoseconds(group.answerDelay.sample(using: &agents[agent].stream))
        func falls(in share: Double) -> Bool {
            defer { chance -= share }
            return chance >= 0 && chance < share
        }
        if falls(in: group.mistakes.noAnswer) { return }
        if falls(in: group.mistakes.declines) { isDeclined = true }
        if falls(in: group.mistakes.hangsUpEarly) { agents[agent].intent = .hangUp }
        if falls(in: group.mistakes.phoneDies) { agents[agent].intent = .die }
        guard delay > 0 || isDeclined else { return answer(offer, number, by: agent) }
        heap.add(
            isDeclined ? .refusal : .answer, at: now + delay, subject: UInt32(agent), mark: agents[agent].offerMark)
    }

    /// The agent takes the contact. The router may know better.
    private mutating func answer(_ offer: Reservation, _ number: UInt32, by agent: Int) {
        guard contacts.isLive(number) else { return }
        guard router.offerAccepted(offer, now: Instant(nanoseconds: now), into: &actions) else { return }
        if isObserved { tell(.contactAnswered(offer.contact, offer.agent)) }
        let queue = Int(contacts[number].queue)
        agents[agent].workMark &+= 1
        if agents[agent].offer != nil { agents[agent].offer = nil }
        contacts[number].phase = .talking
        contacts[number].ringing &-= 1
        contacts[number].agent = Int32(agent)
        contacts[number].answered = now
        contacts[number].talks &+= 1
        let line = Int(contacts[number].line)
        book.lengthChanged(line, by: -1, now: now)
        // The other phones stop once the two can talk, which here is at once.
        if queues[line].ringsAll {
            router.contactConnected(offer.contact, now: Instant(nanoseconds: now), into: &actions)
        }
        if !contacts[number].isCounted {
            book.answered(queue, contacts[number], now: now, threshold: queues[queue].threshold)
            contacts[number].isCounted = true
        }
        let talk = contacts[number].talk
        let mark = UInt32(contacts[number].talks)
        switch agents[agent].intent {
        case .serve: heap.add(.talkOver, at: now + talk, subject: number, mark: mark)
        case .hangUp:
            let part = nanoseconds(Double(talk) / 1e9 * agents[agent].stream.unit())
            heap.add(.agentHangsUp, at: now + part, subject: number, mark: mark)
        case .die:
            let part = nanoseconds(Double(talk) / 1e9 * agents[agent].stream.unit())
            heap.add(.phoneDies, at: now + part, subject: number, mark: mark)
        }
        agents[agent].intent = .serve
    }

    private mutating func refuse(_ agent: Int, mark: UInt32) {
        guard agents[agent].offerMark == mark, let offer = agents[agent].offer else { return }
        agents[agent].offer = nil
        agents[agent].offerMark &+= 1
        tell(.offerEnded(offer.contact, offer.agent, .declined))
        waitAgain(offer.contact)
        router.offerRefused(offer.id, .declined, now: Instant(nanoseconds: now), into: &actions)
        settle()
    }

    /// The router took an offer back.
    mutating func cancelled(_ offer: Reservation, _ reason: Router.CancelReason) {
        let known = offer.agentSlot
        guard let agent = known >= 0 ? known : agentPlaces[offer.agent] else { return }
        agents[agent].offer = nil
        agents[agent].offerMark &+= 1
        // A contact that ended has told so itself.
        guard reason != .contactEnded else { return }
        let outcome: OfferOutcome =
            switch reason {
            case .noAnswer: .noAnswer
            case .agentLost: .unreachable
            case .answeredElsewhere: .answeredElsewhere
            case .withdrawn, .contactEnded: .withdrawn
            }
        tell(.offerEnded(offer.contact, offer.agent, outcome))
        waitAgain(offer.contact)
    }

    private mutating func waitAgain(_ contact: ContactID) {
        guard let number = contact.number, contacts.isLive(number) else { return }
        if contacts[number].ringing > 0 { contacts[number].ringing -= 1 }
        guard contacts[number].phase == .offered, contacts[number].ringing == 0 else { return }
        contacts[number].phase = .waiting
        contacts[number].agent = -1
    }

    // MARK: States

    /// An agent's state changed; of interest are absences, and everything to an observer.
    mutating func changed(_ id: AgentID, _ state: AgentState, _ until: Instant?) {
        guard let agent = agentPlaces[id] else { return }
        if isObserved {
            let before = agents[agent].state
            agents[agent].state = state
            if before == .checkedOut, state != .checkedOut { tell(.agentCheckedIn(id)) }
            let end = until.map { date(at: $0.nanoseconds) }
            tell(.agentStateChanged(id, state, until: end))
            if state == .checkedOut, before != .checkedOut { tell(.agentCheckedOut(id)) }
        }
        guard case .notReady(let reason) = state else { return }
        agents[agent].absenceMark &+= 1
        guard until == nil else { return }
        if let pause = agents[agent].plannedBreak, pause.reason == reason {
            agents[agent].plannedBreak = nil
            heap.add(
                .breakEnd, at: now + pause.duration.inNanoseconds, subject: UInt32(agent),
                mark: agents[agent].absenceMark)
        } else {
            let away = scenario.groups[agents[agent].group].mistakes.returnsAfter
            let duration = nanoseconds(away.sample(using: &agents[agent].stream))
            heap.add(
                .agentReturns, at: now + duration, subject: UInt32(agent), mark: agents[agent].absenceMark)
        }
    }
}
