import CCCore
import CCRouting
import CCTestKit

extension Router.Action {
    /// The naive router does not know causes.
    var withoutCause: Self {
        guard case .agentStateChanged(let agent, let state, let until, _) = self else { return self }
        return .agentStateChanged(agent, state, until: until, .agent)
    }
}

/// The router's rules once more, written for reading: lists and loops, no index. Whatever the router does, this must do.
struct NaiveRouter {
    struct Worker {
        var agent: Agent
        var state = AgentState.checkedOut
        var until: Instant?
        /// Of deadlines at one time, the one that was set first comes first.
        var untilOrder = 0
        var afterwards: AgentState = .idle
        var turn = 0
        var contact: ContactID?

        var isAvailable: Bool {
            if case .notReady = state { return until != nil && afterwards == .idle }
            return state != .checkedOut && afterwards == .idle
        }
    }

    struct Waiter {
        let id: ContactID
        let queue: QueueID
        let required: AgentID?
        let turn: Int
        var reservation: Reservation?
        var agent: AgentID?
        var tried: Set<AgentID> = []

        var isWaiting: Bool { reservation == nil && agent == nil }
    }

    var queues: [QueueID: Queue]
    var workers: [Worker]
    /// In the order of arrival.
    var waiters: [Waiter] = []
    var turns = 0
    var reservations = 0
    var deadlines = 0
    var now = Instant.zero
    var actions: [Router.Action] = []

    init(queues: [Queue], agents: [Agent]) {
        self.queues = Dictionary(uniqueKeysWithValues: queues.map { ($0.id, $0) })
        workers = agents.map { Worker(agent: $0) }
    }

    mutating func apply(_ event: RoutingEvent, now: Instant) -> [Router.Action] {
        self.now = now
        actions = []
        switch event {
        case .contactArrived(let id, let queue, let required): arrived(id, queue, required)
        case .contactEnded(let id): ended(id)
        case .offerAccepted(let id):
            guard let w = waiters.firstIndex(where: { $0.reservation?.id == id }), let r = waiters[w].reservation
            else { break }
            waiters[w].agent = r.agent
            waiters[w].reservation = nil
            waiters[w].tried = []
            change(r.agent, .talking)
        case .offerRefused(let id, let reason):
            guard let w = waiters.firstIndex(where: { $0.reservation?.id == id }) else { break }
            refused(w, reason)
        case .agentLost(let agent):
            guard let contact = worker(agent).contact, let w = waiters.firstIndex(where: { $0.id == contact })
            else { break }
            if let reservation = waiters[w].reservation {
                actions.append(.cancelOffer(reservation, .agentLost))
            } else {
                actions.append(.wrapUpEnded(contact, agent))
            }
            refused(w, .unreachable)
        case .checkIn(let agent, let reason):
            if worker(agent).state == .checkedOut {
                if let reason { change(agent, .notReady(reason)) } else { idle(agent) }
            } else if worker(agent).afterwards == .checkedOut {
                update(agent) { $0.afterwards = reason.map { .notReady($0) } ?? .idle }
            }
        case .checkOut(let agent): leave(agent, .checkedOut)
        case .pause(let agent, let reason): leave(agent, .notReady(reason))
        case .resume(let agent):
            if case .notReady = worker(agent).state {
                idle(agent)
            } else if case .notReady = worker(agent).afterwards {
                update(agent) { $0.afterwards = .idle }
            }
        case .wrapUpDone(let agent): if worker(agent).state == .wrapUp { finish(agent) }
        case .advance: advance()
        case .setAgent, .setQueue: break
        }
        forgive()
        return actions
    }

    private func worker(_ id: AgentID) -> Worker { workers[index(id)] }
    private func index(_ id: AgentID) -> Int { workers.firstIndex { $0.agent.id == id } ?? 0 }
    private mutating func update(_ id: AgentID, _ body: (inout Worker) -> Void) { body(&workers[index(id)]) }

    private func qualifies(_ worker: Worker, _ waiter: Waiter) -> Bool {
        (queues[waiter.queue]?.requires ?? .anyone).isFulfilled(by: worker.agent.skills)
            && (waiter.required ?? worker.agent.id) == worker.agent.id
    }

    private mutating func arrived(_ id: ContactID, _ queue: QueueID, _ required: AgentID?) {
        if waiters.contains(where: { $0.id == id }) { return actions.append(.rejected(id, .duplicate)) }
        guard let settings = queues[queue] else { return actions.append(.rejected(id, .noSuchQueue)) }
        let waiter = Waiter(id: id, queue: queue, required: required, turn: turns + 1)
        if let required {
            guard let known = workers.first(where: { $0.agent.id == required }), qualifies(known, waiter)
            else { return actions.append(.rejected(id, .noSuchAgent)) }
            guard known.isAvailable else { return actions.append(.rejected(id, .agentUnavailable)) }
        }
        let full = waiters.count { $0.queue == queue && $0.isWaiting } >= settings.waitingMax
        if best(for: waiter) == nil, full { return actions.append(.rejected(id, .queueFull)) }
        turns += 1
        waiters.append(waiter)
        offer(waiters.count - 1)
    }

    private func best(for waiter: Waiter) -> AgentID? {
        var able = workers.filter { $0.state == .idle && qualifies($0, waiter) && !waiter.tried.contains($0.agent.id) }
        if waiter.required == nil, queues[waiter.queue]?.selection == .mostIdleGroup {
            let sizes = workers.map { worker in able.count { $0.agent.group == worker.agent.group } }
            let first = sizes.indices.first { sizes[$0] == sizes.max() } ?? 0
            able = able.filter { $0.agent.group == workers[first].agent.group }
        }
        return able.min { $0.turn < $1.turn }?.agent.id
    }

    private func level(_ waiter: Waiter, for worker: Worker) -> Int {
        guard waiter.required == nil else { return 0 }
        return (queues[waiter.queue]?.requires ?? .anyone).skills.map { worker.agent.levels[$0] ?? 0 }.max() ?? 0
    }

    private mutating func offer(_ w: Int) {
        if everyoneTried(waiters[w]) { waiters[w].tried = [] }
        if let agent = best(for: waiters[w]) { reserve(w, agent) }
    }

    private func everyoneTried(_ waiter: Waiter) -> Bool {
        workers.allSatisfy { !$0.isAvailable || !qualifies($0, waiter) || waiter.tried.contains($0.agent.id) }
    }

    private mutating func reserve(_ w: Int, _ agent: AgentID) {
        guard let queue = queues[waiters[w].queue] else { return }
        reservations += 1
        let reservation = Reservation(
            id: ReservationID("r\(reservations)"), contact: waiters[w].id, agent: agent, queue: queue.id,
            offeredAt: now, deadline: now.advanced(by: queue.ringTimeout))
        waiters[w].reservation = reservation
        update(agent) { $0.contact = reservation.contact }
        change(agent, .reserved, until: reservation.deadline)
        actions.append(.offer(reservation))
    }

    private mutating func refused(_ w: Int, _ reason: RefusalReason) {
        guard let agent = waiters[w].reservation?.agent ?? waiters[w].agent, let queue = queues[waiters[w].queue]
        else { return }
        waiters[w].reservation = nil
        waiters[w].agent = nil
        let waiter = waiters[w]
        if waiter.required != nil {
            actions.append(.rejected(waiter.id, .agentRefused(reason)))
            waiters.remove(at: w)
        } else {
            waiters[w].tried.insert(agent)
        }
        update(agent) { $0.contact = nil }
        let (pauseReason, consequence): (NotReadyReason, RefusalPolicy.Consequence) =
            switch reason {
            case .busy: (.phoneBusy, queue.refusals.busy)
            case .declined: (.declined, queue.refusals.declined)
            case .unreachable: (.unreachable, queue.refusals.unreachable)
            case .noAnswer: (.redirectedOnNoAnswer, queue.refusals.noAnswer)
            }
        if worker(agent).afterwards != .idle {
            goOn(agent)
        } else if case .pause(let duration) = consequence {
            change(agent, .notReady(pauseReason), until: now.advanced(by: duration))
        } else {
            change(agent, .notReady(pauseReason))
        }
        if let w = waiters.firstIndex(where: { $0.id == waiter.id }) { offer(w) }
    }

    private mutating func ended(_ id: ContactID) {
        guard let w = waiters.firstIndex(where: { $0.id == id }) else { return }
        let waiter = waiters.remove(at: w)
        if let reservation = waiter.reservation {
            actions.append(.cancelOffer(reservation, .contactEnded))
            update(reservation.agent) { $0.contact = nil }
            goOn(reservation.agent, keepingTurn: true)
        } else if let agent = waiter.agent {
            let wrapUp = queues[waiter.queue]?.wrapUp ?? .zero
            if wrapUp > .zero {
                change(agent, .wrapUp, until: now.advanced(by: wrapUp))
            } else {
                update(agent) { $0.contact = nil }
                actions.append(.wrapUpEnded(id, agent))
                goOn(agent)
            }
        }
    }

    private mutating func leave(_ agent: AgentID, _ next: AgentState) {
        guard worker(agent).state != .checkedOut else { return }
        if worker(agent).afterwards != .checkedOut { update(agent) { $0.afterwards = next } }
        rejectDirect(agent)
        switch worker(agent).state {
        case .idle, .notReady: goOn(agent)
        case .wrapUp: finish(agent)
        default: break
        }
    }

    private mutating func rejectDirect(_ agent: AgentID) {
        guard !worker(agent).isAvailable else { return }
        for waiter in waiters where waiter.required == agent && waiter.isWaiting {
            actions.append(.rejected(waiter.id, .agentUnavailable))
        }
        waiters.removeAll { $0.required == agent && $0.isWaiting }
    }

    private mutating func finish(_ agent: AgentID) {
        if let contact = worker(agent).contact { actions.append(.wrapUpEnded(contact, agent)) }
        update(agent) { $0.contact = nil }
        goOn(agent)
    }

    private mutating func goOn(_ agent: AgentID, keepingTurn: Bool = false) {
        let next = worker(agent).afterwards
        update(agent) { $0.afterwards = .idle }
        if next == .idle { idle(agent, keepingTurn: keepingTurn) } else { change(agent, next) }
    }

    private mutating func idle(_ agent: AgentID, keepingTurn: Bool = false) {
        if !keepingTurn {
            turns += 1
            let turn = turns
            update(agent) { $0.turn = turn }
        }
        change(agent, .idle)
        let worker = worker(agent)
        let w = waiters.indices
            .filter { waiters[$0].isWaiting && qualifies(worker, waiters[$0]) && !waiters[$0].tried.contains(agent) }
            .min {
                (level(waiters[$0], for: worker), waiters[$0].turn)
                    < (level(waiters[$1], for: worker), waiters[$1].turn)
            }
        if let w { reserve(w, agent) }
    }

    private mutating func change(_ agent: AgentID, _ state: AgentState, until: Instant? = nil) {
        let before = worker(agent)
        deadlines += 1
        let order = deadlines
        update(agent) {
            $0.state = state
            $0.until = until
            $0.untilOrder = order
        }
        if before.state != state || before.until != until {
            actions.append(.agentStateChanged(agent, state, until: until, .agent))
        }
        rejectDirect(agent)
    }

    private mutating func advance() {
        while true {
            let due = workers.indices.filter { workers[$0].until.map { $0 <= now } ?? false }
                .min {
                    (workers[$0].until ?? now, workers[$0].untilOrder) < (
                        workers[$1].until ?? now, workers[$1].untilOrder
                    )
                }
            guard let due else { return }
            let worker = workers[due]
            switch worker.state {
            case .reserved:
                guard let w = waiters.firstIndex(where: { $0.id == worker.contact }),
                    let reservation = waiters[w].reservation
                else { return }
                actions.append(.cancelOffer(reservation, .noAnswer))
                refused(w, .noAnswer)
            case .wrapUp: finish(worker.agent.id)
            default: idle(worker.agent.id)
            }
            forgive()
        }
    }

    /// Contacts that everybody available has refused may go to anyone again.
    private mutating func forgive() {
        for id in waiters.filter({ $0.isWaiting && !$0.tried.isEmpty }).map(\.id) {
            guard let w = waiters.firstIndex(where: { $0.id == id }), everyoneTried(waiters[w]) else { continue }
            waiters[w].tried = []
            offer(w)
        }
    }
}
