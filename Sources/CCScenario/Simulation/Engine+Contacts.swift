import CCCore
import CCRouting

extension Engine {
    mutating func findNextArrival() {
        var best: (time: Int64, queue: Int) = (.max, 0)
        for queue in queues.indices where queues[queue].next < best.time { best = (queues[queue].next, queue) }
        nextArrival = best.time < horizon ? best : (.max, 0)
    }

    /// The next arrival of all queues is due.
    mutating func arrive() {
        count.arrivals += 1
        let queue = nextArrival.queue
        let recorded = queues[queue].isRecorded ? queues[queue].arrivals.recorded : nil
        let patience: Int64
        if let recorded { patience = self.patience(of: recorded, queue) } else { patience = drawPatience(queue) }
        let talk = recorded?.talk.map(nanoseconds) ?? drawTalk(queue)
        let wrapUp = recorded?.wrapUp.map(nanoseconds) ?? drawWrapUp(queue)
        queues[queue].next = queues[queue].arrivals.nextNanoseconds()
        findNextArrival()
        enter(queue, patience: patience, talk: talk, wrapUp: wrapUp, tries: 0)
    }

    /// A customer tries again: patience and talk are drawn from the redials' own stream.
    mutating func redial(_ queue: Int, tries: UInt32) {
        guard now < horizon else { return }
        let rules = queues[queue].rules
        var patience = Int64.max
        if case .drawn(let distribution) = rules.patience {
            patience = nanoseconds(distribution.sample(using: &queues[queue].redials))
        }
        let talk = nanoseconds(rules.talk.sample(using: &queues[queue].redials))
        let wrapUp = rules.wrapUp.map { nanoseconds($0.sample(using: &queues[queue].redials)) } ?? .max
        enter(queue, patience: patience, talk: talk, wrapUp: wrapUp, tries: UInt16(truncatingIfNeeded: tries))
    }

    @inline(__always)
    private mutating func enter(_ queue: Int, patience: Int64, talk: Int64, wrapUp: Int64, tries: UInt16) {
        let number = contacts.add(
            SimulatedContact(
                arrived: now, patience: patience, talk: talk, wrapUp: wrapUp, queue: Int32(queue), line: Int32(queue),
                batch: book.batch,
                tries: tries))
        let id = ContactID(number: number)
        if isObserved { tellArrival(id, queue) }
        if book.batch >= 0 { book.arrived(queue, isRedial: tries > 0) }
        startWaiting(number, queue)
        router.contactArrived(id, queue: queues[queue].id, now: Instant(nanoseconds: now), into: &actions)
        settle()
        guard contacts.isLive(number), contacts[number].phase == .waiting || contacts[number].phase == .offered
        else { return }
        planPatience(number)
    }

    private mutating func planPatience(_ number: UInt32) {
        let patience = contacts[number].patience
        guard patience < .max else { return }
        heap.add(.patienceOver, at: now + patience, subject: number, mark: UInt32(contacts[number].waits))
    }

    private mutating func startWaiting(_ number: UInt32, _ queue: Int) {
        contacts[number].waits &+= 1
        contacts[number].phase = .waiting
        book.lengthChanged(queue, by: 1, now: now)
    }

    private mutating func tellArrival(_ id: ContactID, _ queue: Int) {
        let queueID = queues[queue].id
        tell(
            .contactArrived(
                Contact(
                    id: id, dialledNumber: PhoneNumber(queueID.rawValue), callerNumber: PhoneNumber(""),
                    arrivedAt: date(at: now))))
        tell(.contactConnected(id))
        tell(.contactQueued(id, queueID))
    }

    // MARK: Ends

    /// The customer's patience is over.
    mutating func abandon(_ number: UInt32, mark: UInt32) {
        guard contacts.isLive(number), contacts[number].waits == UInt16(truncatingIfNeeded: mark) else { return }
        let isOffered = contacts[number].phase == .offered
        guard isOffered || contacts[number].phase == .waiting else { return }
        let queue = Int(contacts[number].queue)
        let id = ContactID(number: number)
        if isObserved {
            if isOffered { tellWithdrawn(id) }
            tell(.contactEnded(id, isOffered ? .abandonedWhileRinging : .abandonedInQueue))
        }
        book.lengthChanged(Int(contacts[number].line), by: -1, now: now)
        if !contacts[number].isCounted {
            book.abandoned(queue, contacts[number], now: now, threshold: queues[queue].threshold)
        }
        planRedial(number)
        contacts.remove(number)
        router.contactEnded(id, now: Instant(nanoseconds: now), into: &actions)
        settle()
    }

    /// The router turned a contact away.
    mutating func rejected(_ id: ContactID, _ reason: Router.RejectionReason) {
        switch reason {
        case .duplicate: break
        case .queueFull: turnedAway(id, .rejectedQueueFull)
        case .noSuchQueue: turnedAway(id, .rejectedNoSuchNumber)
        case .noSuchAgent, .agentUnavailable, .agentRefused: turnedAway(id, .rejectedAgentUnavailable)
        }
    }

    /// A rule of the queue has decided. Whoever is sent to a number goes on there and does not try again here.
    mutating func treated(_ id: ContactID, _ treatment: QueueRule.Treatment) {
        guard let number = id.number, contacts.isLive(number) else { return }
        tell(.contactTreated(id, "\(treatment)"))
        switch treatment {
        case .number: turnedAway(id, .rejectedByRule, triesAgain: false)
        case .hangUp, .busy: turnedAway(id, .rejectedByRule)
        case .overflow, .move, .offerCallback, .message: break
        }
    }

    /// A rule has put the contact in another queue's line.
    mutating func requeued(_ id: ContactID, _ queue: QueueID) {
        guard let number = id.number, contacts.isLive(number), let place = queuePlaces[queue] else { return }
        if isObserved { tell(.contactQueued(id, queue)) }
        book.lengthChanged(Int(contacts[number].line), by: -1, now: now)
        contacts[number].line = Int32(place)
        book.lengthChanged(place, by: 1, now: now)
    }

    private mutating func turnedAway(_ id: ContactID, _ reason: TerminalReason, triesAgain: Bool = true) {
        guard let number = id.number, contacts.isLive(number) else { return }
        tell(.contactEnded(id, reason))
        book.lengthChanged(Int(contacts[number].line), by: -1, now: now)
        // Whoever was answered before counts as that.
        if !contacts[number].isCounted { book.rejected(Int(contacts[number].queue), contacts[number]) }
        if triesAgain { planRedial(number) }
        contacts.remove(number)
    }

    /// The offers of a contact that is over are taken back.
    private mutating func tellWithdrawn(_ id: ContactID) {
        switch router.position(of: id) {
        case .reserved(let offer): tell(.offerEnded(id, offer.agent, .withdrawn))
        case .ringing(let offers): for offer in offers { tell(.offerEnded(id, offer.agent, .withdrawn)) }
        case .waiting, .talking, .parked, nil: break
        }
    }

    private mutating func planRedial(_ number: UInt32) {
        let queue = Int(contacts[number].queue)
        guard let redials = queues[queue].rules.redials, Int(contacts[number].tries) < redials.triesMax,
            queues[queue].redials.unit() < redials.probability
        else { return }
        let delay = redials.delay.sample(using: &queues[queue].redials)
        heap.add(
            .redial, at: now.advanced(bySeconds: delay), subject: UInt32(queue),
            mark: UInt32(contacts[number].tries) + 1)
    }

    /// The talk is over. By the agent: hung up early.
    mutating func endTalk(_ number: UInt32, mark: UInt32, by party: Party) {
        guard contacts.isLive(number), contacts[number].phase == .talking,
            contacts[number].talks == UInt16(truncatingIfNeeded: mark)
        else { return }
        let agent = Int(contacts[number].agent)
        let queue = Int(contacts[number].queue)
        let wrapUpMax = queues[Int(contacts[number].line)].wrapUpMax
        let wrapUp = min(contacts[number].wrapUp, wrapUpMax)
        let id = ContactID(number: number)
        if isObserved {
            tell(.contactReleased(id, agents[agent].id))
            tell(.contactEnded(id, party == .agent ? .completedByAgent : .completedByCustomer))
        }
        book.talked(queue, contacts[number], now: now, wrapUp: wrapUp)
        contacts.remove(number)
        router.contactEnded(id, now: Instant(nanoseconds: now), into: &actions)
        if wrapUp < wrapUpMax {
            if wrapUp <= 0 {
                router.wrapUpDone(agents[agent].id, now: Instant(nanoseconds: now), into: &actions)
            } else {
                heap.add(.wrapUpDone, at: now + wrapUp, subject: UInt32(agent), mark: agents[agent].workMark)
            }
        }
        settle()
    }

    /// The agent's phone breaks off: the customer waits again, with the rest of the talk to come.
    mutating func dieOnPhone(_ number: UInt32, mark: UInt32) {
        guard contacts.isLive(number), contacts[number].phase == .talking,
            contacts[number].talks == UInt16(truncatingIfNeeded: mark)
        else { return }
        let agent = agents[Int(contacts[number].agent)].id
        let line = Int(contacts[number].line)
        let id = ContactID(number: number)
        tell(.contactReleased(id, agent))
        tell(.contactQueued(id, queues[line].id))
        book.talked(Int(contacts[number].queue), contacts[number], now: now, wrapUp: 0)
        contacts[number].talk -= now - contacts[number].answered
        contacts[number].agent = -1
        startWaiting(number, line)
        router.agentLost(agent, now: Instant(nanoseconds: now), into: &actions)
        settle()
        if contacts.isLive(number), contacts[number].phase != .talking { planPatience(number) }
    }

    /// The day is over, and these are still here: nobody will ever serve them. Who waits goes first, so that no agent who
    /// becomes idle is offered one of them.
    mutating func stopTheRest() {
        let rest = contacts.live
        for phase in [SimulatedContact.Phase.waiting, .offered, .talking] {
            for number in rest where contacts.isLive(number) && contacts[number].phase == phase { stop(number) }
        }
    }

    private mutating func stop(_ number: UInt32) {
        let queue = Int(contacts[number].queue)
        let id = ContactID(number: number)
        let agent = contacts[number].agent
        switch contacts[number].phase {
        case .talking: tell(.contactReleased(id, agents[Int(agent)].id))
        case .offered: if isObserved { tellWithdrawn(id) }
        case .waiting, .gone: break
        }
        tell(.contactEnded(id, .stopped))
        book.stopped(queue, contacts[number])
        contacts.remove(number)
        router.contactEnded(id, now: Instant(nanoseconds: now), into: &actions)
        settle()
    }

    // MARK: Draws

    @inline(__always)
    private mutating func drawPatience(_ queue: Int) -> Int64 {
        guard case .drawn(let distribution) = queues[queue].rules.patience else { return .max }
        return nanoseconds(distribution.sample(using: &queues[queue].patience))
    }

    @inline(__always)
    private mutating func drawTalk(_ queue: Int) -> Int64 {
        nanoseconds(queues[queue].rules.talk.sample(using: &queues[queue].talk))
    }

    @inline(__always)
    private mutating func drawWrapUp(_ queue: Int) -> Int64 {
        guard let distribution = queues[queue].rules.wrapUp else { return .max }
        return nanoseconds(distribution.sample(using: &queues[queue].wrapUp))
    }

    private mutating func patience(of recorded: RecordedArrival, _ queue: Int) -> Int64 {
        if let patience = recorded.patience { return nanoseconds(patience) }
        guard case .drawn(let distribution) = queues[queue].rules.patience else { return .max }
        guard let waited = recorded.waited else { return drawPatience(queue) }
        return nanoseconds(distribution.sample(above: waited, using: &queues[queue].patience))
    }
}

/// Nanoseconds of some seconds, from 0 to about 146 years.
@inline(__always)
func nanoseconds(_ seconds: Double) -> Int64 {
    seconds < 4.6e9 ? max(0, Int64(seconds * 1e9 + 0.5)) : 4_600_000_000_000_000_000
}
