import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Router {
    /// How often rules of leaving are asked that go by figures of the queue, at most.
    static let askingInterval: Int64 = 5_000_000_000
    /// How often rules may send one contact to another queue.
    private static let movesMax = 8

    // MARK: Joining

    /// Asks the rules of joining of the contact's queue, and of those that it is sent to. Returns what else is to be done.
    mutating func askJoiningRules(_ contact: Int, _ actions: inout [Action]) -> QueueRule.Treatment? {
        for _ in 0...Self.movesMax {
            let queue = contacts[contact].queue
            guard !queues[queue].queue.joining.isEmpty else { return nil }
            choosePool(contact)
            guard let rule = queues[queue].queue.joining.first(where: { holds($0.when, contact) }) else { return nil }
            switch rule.then {
            case .overflow(let other):
                widen(contact, by: other)
                return nil
            case .move(let other):
                guard let target = queueSlots[other], target != queue else { return nil }
                contacts[contact].queue = target
                actions.append(.requeued(contacts[contact].id, other))
            case .number, .offerCallback, .message, .hangUp, .busy: return rule.then
            }
        }
        return nil
    }

    private mutating func widen(_ contact: Int, by other: QueueID) {
        guard let target = queueSlots[other] else { return }
        var special = contacts[contact].special ?? Special()
        let requires = queues[target].queue.requires
        special.widened = special.widened.map { $0 || requires } ?? requires
        contacts[contact].special = special
    }

    // MARK: Leaving

    /// The customer has hung up and was promised to be called back: rules may send the contact to other queues and agents,
    /// and do nothing else with it.
    ///
    /// - Returns: False when it does not wait.
    @discardableResult
    public mutating func contactPromised(_ id: ContactID) -> Bool {
        guard let slot = contactSlots[id], contacts[slot].isWaiting else { return false }
        var special = contacts[slot].special ?? Special()
        special.isPromised = true
        contacts[slot].special = special
        return true
    }

    /// Asks the rules of leaving for a contact in line, until none holds that has not been performed.
    mutating func askLeavingRules(_ contact: Int, _ actions: inout [Action]) {
        for _ in 0..<32 {
            guard contacts[contact].isWaiting, !contacts[contact].isEmergency else { return }
            let isPromised = contacts[contact].special?.isPromised ?? false
            let rules = queues[contacts[contact].queue].queue.leaving
            guard !rules.isEmpty else { return }
            let due = rules.prefix(Queue.stepsMax).indices.first { place in
                contacts[contact].rulesDone & (1 << UInt32(place)) == 0 && holds(rules[place].when, contact)
                    && (!isPromised || rules[place].then.onlyMoves)
            }
            guard let due else { return }
            contacts[contact].rulesDone |= 1 << UInt32(due)
            perform(rules[due].then, contact, &actions)
        }
    }

    private mutating func perform(_ treatment: QueueRule.Treatment, _ contact: Int, _ actions: inout [Action]) {
        switch treatment {
        case .overflow(let other):
            stopWaiting(contact)
            widen(contact, by: other)
            choosePool(contact)
            place(contact, &actions)
        case .move(let other): move(contact, to: other, &actions)
        case .number, .hangUp, .busy:
            stopWaiting(contact)
            actions.append(.treated(contacts[contact].id, treatment))
            remove(contact)
        case .offerCallback, .message: actions.append(.treated(contacts[contact].id, treatment))
        }
    }

    /// Puts a waiting contact in another queue's line, with the wait that it has.
    mutating func move(_ contact: Int, to other: QueueID, _ actions: inout [Action]) {
        guard let target = queueSlots[other], target != contacts[contact].queue,
            contacts[contact].moves < Self.movesMax
        else { return }
        stopWaiting(contact)
        contacts[contact].moves += 1
        if contacts[contact].estimates != nil {
            queues[contacts[contact].queue].estimators.left(now: clock)
            contacts[contact].estimates = nil
        }
        contacts[contact].queue = target
        contacts[contact].rulesDone = 0
        contacts[contact].steps = 0
        contacts[contact].tried = []
        contacts[contact].special?.widened = nil
        actions.append(.requeued(contacts[contact].id, other))
        placeByRules(contact, &actions)
    }

    // MARK: Appointments

    /// Notes when a contact in line has to be looked at next.
    mutating func makeAppointment(_ contact: Int) {
        let queue = contacts[contact].queue
        let special = contacts[contact].special
        guard
            special != nil || queues[queue].hasSteps || !queues[queue].thresholds.isEmpty || queues[queue].asksAgain
        else { return }
        // The longer the line, the more seldom: at most two hundred questions a second in a queue.
        let interval = max(Self.askingInterval, Int64(queues[queue].waiting) * 5_000_000)
        var next = queues[queue].asksAgain ? later(interval) : Int64.max
        let steps = special?.relaxation ?? queues[queue].queue.relaxation
        if contacts[contact].steps < min(steps.count, Queue.stepsMax) {
            next = min(next, contactTime(contact, steps[Int(contacts[contact].steps)].after.inNanoseconds))
        }
        if let special, special.direct != nil, !special.isRequired { next = min(next, special.preferredUntil) }
        if let threshold = queues[queue].thresholds.first(where: {
            contactTime(contact, $0) > contacts[contact].askedAt
        }) {
            next = min(next, contactTime(contact, threshold))
        }
        guard next < .max else { return }
        agenda.insert(
            .contact, at: max(next, clock.nanoseconds), slot: contact, mark: UInt64(contacts[contact].mark))
    }

    /// When the contact has waited so long.
    private func contactTime(_ contact: Int, _ wait: Int64) -> Int64 {
        let (sum, isBeyond) = contacts[contact].queuedAt.addingReportingOverflow(wait)
        return isBeyond ? .max : sum
    }

    mutating func keepAppointment(of contact: Int, _ actions: inout [Action]) {
        if case .parked = contacts[contact].position { return unpark(contact, &actions) }
        guard contacts[contact].isWaiting else { return }
        let queue = contacts[contact].queue
        var isChanged = false
        let steps = contacts[contact].special?.relaxation ?? queues[queue].queue.relaxation
        var taken = contacts[contact].steps
        while taken < min(steps.count, Queue.stepsMax),
            contactTime(contact, steps[Int(taken)].after.inNanoseconds) <= clock.nanoseconds
        {
            taken += 1
            isChanged = true
        }
        let isPreferenceOver =
            contacts[contact].special.map {
                $0.direct != nil && !$0.isRequired && $0.preferredUntil <= clock.nanoseconds
            } ?? false
        if isChanged || isPreferenceOver {
            stopWaiting(contact)
            contacts[contact].steps = taken
            if isPreferenceOver { contacts[contact].special?.direct = nil }
            placeByRules(contact, &actions)
        }
        guard contacts[contact].isWaiting else { return }
        contacts[contact].askedAt = clock.nanoseconds
        let mark = contacts[contact].mark
        let id = contacts[contact].id
        askLeavingRules(contact, &actions)
        // A contact that was placed again has made its appointment.
        guard contacts[contact].isWaiting, contacts[contact].id == id, contacts[contact].mark == mark, !isChanged,
            !isPreferenceOver
        else { return }
        makeAppointment(contact)
    }

    // MARK: Conditions

    private func holds(_ condition: QueueRule.Condition, _ contact: Int) -> Bool {
        let queue = contacts[contact].queue
        let pool = contacts[contact].pool
        return switch condition {
        case .always: true
        case .closed: !isOpen(queue)
        case .emergencyClosed: queues[queue].isClosedByHand
        case .noAgentsCheckedIn: pools[pool].checkedIn == 0
        case .noAgentsReady: pools[pool].available == 0
        case .waiting(let least): queues[queue].waiting >= least
        case .longestWait(let least): longestWait(in: queue) >= least.inNanoseconds
        case .estimatedWait(let least): Double(estimates(queue).combined) >= least.inSeconds
        case .waited(let least):
            contacts[contact].isWaiting && clock.nanoseconds >= contactTime(contact, least.inNanoseconds)
        case .not(let inner): !holds(inner, contact)
        case .all(let parts): parts.allSatisfy { holds($0, contact) }
        case .any(let parts): parts.contains { holds($0, contact) }
        }
    }

    // MARK: Hours

    /// Whether a queue is open by its hours; nobody may have closed it by hand either.
    func isOpen(_ queue: Int) -> Bool {
        guard let hours = queues[queue].queue.hours, queues[queue].hoursChangeAt <= clock.nanoseconds else {
            return queues[queue].isOpen && !queues[queue].isClosedByHand
        }
        return hours.status(at: date).isOpen && !queues[queue].isClosedByHand
    }

    private var date: Date { epoch.addingTimeInterval(Double(clock.nanoseconds) / 1e9) }

    /// A queue opens or closes by its hours: who waits is asked about.
    mutating func hoursChanged(_ queue: Int, _ actions: inout [Action]) {
        readHours(of: queue)
        askAll(in: queue, &actions)
    }

    mutating func readHours(of queue: Int) {
        guard let hours = queues[queue].queue.hours else {
            queues[queue].isOpen = true
            queues[queue].hoursChangeAt = .max
            return
        }
        let status = hours.status(at: date)
        queues[queue].isOpen = status.isOpen
        queues[queue].hoursChangeAt = .max
        guard let change = status.changesAt else { return }
        let seconds = change.timeIntervalSince(epoch)
        guard seconds < 9e9 else { return }
        queues[queue].hoursChangeAt = max(clock.nanoseconds + 1, Int64((seconds * 1e9).rounded(.up)))
        agenda.insert(.queue, at: queues[queue].hoursChangeAt, slot: queue, mark: 0)
    }

    /// Somebody closes a queue at once, or opens it again: its rules with the conditions `closed` and `emergencyClosed`
    /// say what becomes of who comes and who waits.
    ///
    /// - Returns: False when there is no such queue.
    @discardableResult
    public mutating func close(
        _ queue: QueueID, _ isClosed: Bool = true, now: Instant, into actions: inout [Action]
    ) -> Bool {
        begin(now)
        defer { finish(&actions) }
        guard let slot = queueSlots[queue] else { return false }
        queues[slot].isClosedByHand = isClosed
        if isClosed { askAll(in: slot, &actions) }
        return true
    }

    private mutating func askAll(in queue: Int, _ actions: inout [Action]) {
        guard !queues[queue].queue.leaving.isEmpty else { return }
        for entry in entries(of: queue) where contacts[Int(entry.slot)].isWaiting {
            askLeavingRules(Int(entry.slot), &actions)
        }
    }
}

extension QueueRule.Treatment {
    /// Whether the contact goes on waiting, and nobody has to hear anything.
    fileprivate var onlyMoves: Bool {
        switch self {
        case .overflow, .move: true
        case .number, .offerCallback, .message, .hangUp, .busy: false
        }
    }
}
