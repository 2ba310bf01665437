import CCCore

@testable import CCRouting

/// A small centre in which everything is used at once: channels, rings, rules, moves, parks, changes of settings. It
/// does one random thing at a time and knows from outside what must hold.
struct DistributionWorld {
    struct Held {
        let request: RoutingRequest
        var queue: QueueID
        var since: Instant
        var offers: [ReservationID: Reservation] = [:]
        var agent: AgentID?
        var isParked = false
        /// Beaten offers of a contact that somebody has.
        var losing: [ReservationID: Reservation] = [:]
        var isWaiting: Bool { offers.isEmpty && agent == nil && !isParked }
    }

    struct Broken: Error, CustomStringConvertible { let description: String }

    var router: Router
    var queues: [QueueID: Queue] = [:]
    var agents: [AgentID: Agent] = [:]
    var held: [ContactID: Held] = [:]
    var states: [AgentID: AgentState] = [:]
    var chance: SplitMix64
    var now = Instant.zero
    var arrived = 0
    var over = 0
    var log: [String] = []
    let skills: [SkillID] = ["en", "es", "vip", "tech"]
    var actions: [Router.Action] = []

    let keepsLog: Bool

    init(seed: UInt64, keepsLog: Bool = false) {
        self.keepsLog = keepsLog
        chance = SplitMix64(state: seed)
        let texts = ["longestWait", "oldestFirst", "priority(aging: 60)", "serviceLevel", "earliestDue"]
        let policies = texts.compactMap { try? Policy($0) }
        router = Router(policy: policies[Int(seed % UInt64(policies.count))], seed: seed)
        for number in 0..<4 { set(randomQueue(QueueID("q\(number)"))) }
        for number in 0..<7 { set([randomAgent(AgentID("a\(number)"))]) }
    }

    // MARK: Chance

    mutating func below(_ limit: Int) -> Int { Int(chance.next() >> 33) % max(1, limit) }
    mutating func happens(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    mutating func expression() -> SkillExpression {
        guard happens(70), let first = pick(skills) else { return .anyone }
        let one: SkillExpression = .skill(first, atLeast: 1 + below(3))
        guard happens(40), let second = pick(skills) else { return one }
        switch below(3) {
        case 0: return one && .skill(second)
        case 1: return one || .skill(second)
        default: return one && !.skill(second)
        }
    }

    mutating func randomQueue(_ id: QueueID) -> Queue {
        var queue = Queue(id, requires: expression(), ringTimeout: .seconds(5 + below(20)), wrapUp: .seconds(below(15)))
        if happens(30) { queue.prefers = expression() }
        if happens(30) {
            queue.relaxation = [Relaxation(after: .seconds(5 + below(20)), to: expression())]
            if happens(50) { queue.relaxation.append(Relaxation(after: .seconds(60), to: .anyone)) }
        }
        if happens(30) { queue.ringing = .all(max: 2 + below(3)) }
        queue.priority = happens(30) ? below(3) : 0
        if happens(30) { queue.aging = .seconds(10 + below(100)) }
        if happens(15) { queue.order = .lastInFirstOut }
        queue.waitingMax = happens(20) ? below(4) : 50
        let selections: [Policy] = [
            .mostIdleGroup, .roundRobin, .random, .leastLoaded, .bestProficiency, .fewestContacts, .specialistsFirst,
        ]
        if happens(60) { queue.selection = selections[below(selections.count)] }
        queue.refusals = RefusalPolicy(
            noAnswer: happens(50) ? .notReady : .pause(.seconds(3)), declined: .pause(.seconds(1 + below(9))))
        queue.keepsPlace = happens(30) ? .seconds(60) : .zero
        if happens(30) { queue.dispositions = Dispositions(["sold", "lost"], isRequired: happens(50)) }
        if happens(25) { queue.joining = [rule(leaving: false), rule(leaving: false)] }
        if happens(25) { queue.leaving = [rule(leaving: true), rule(leaving: true)] }
        if happens(20) { queue.blending = Blending(after: ["q0"], serviceLevelAtLeast: 0.5, idleReserve: below(2)) }
        return queue
    }

    private mutating func rule(leaving: Bool) -> QueueRule {
        let conditions: [QueueRule.Condition] = [
            .emergencyClosed, .closed, .noAgentsReady, .noAgentsCheckedIn, .waiting(atLeast: 1 + below(3)),
            .longestWait(atLeast: .seconds(20)), .estimatedWait(atLeast: .seconds(30)),
            leaving ? .waited(atLeast: .seconds(5 + below(60))) : .waiting(atLeast: 2),
            leaving ? .waited(atLeast: .seconds(30)) && .noAgentsReady : !.noAgentsReady && .waiting(atLeast: 1),
        ]
        let other = QueueID("q\(below(4))")
        let treatments: [QueueRule.Treatment] = [
            .overflow(to: other), .move(to: other), .number("0"), .offerCallback, .message("sorry"),
            .hangUp(message: nil), .busy,
        ]
        return QueueRule(when: conditions[below(conditions.count)], then: treatments[below(treatments.count)])
    }

    mutating func randomAgent(_ id: AgentID) -> Agent {
        var known = SkillSet()
        for skill in skills where happens(55) { known[skill] = 1 + below(4) }
        var agent = Agent(id, skills: known, group: AgentGroupID("g\(below(3))"))
        if happens(40) {
            agent.capacity = Capacity(
                [.voice: 1, .chat: 1 + below(3), .task: 1], total: happens(30) ? 3 : nil, interruptible: [.task])
        }
        if happens(20), let skill = pick(skills) { agent.levels = [skill: below(3)] }
        return agent
    }

    // MARK: One step

    mutating func step() throws {
        let next = now.advanced(by: .milliseconds(Int64(below(4_000))))
        while let due = router.nextDeadline, due <= next {
            now = max(now, due)
            actions = []
            note("advance") { $0.advance(now: $1, into: &$2) }
            if keepsLog { write("    \(actions)") }
            try check()
        }
        now = next
        actions = []
        let live = held.keys.sorted()
        let ringing = live.flatMap { held[$0].map { Array($0.offers.values) + Array($0.losing.values) } ?? [] }
            .sorted { $0.id < $1.id }
        let talking = live.filter { held[$0]?.agent != nil }
        let agent = AgentID("a\(below(7))")
        switch below(100) {
        case ..<26: arrive()
        case ..<44: if let offer = pick(ringing) { try accept(offer) }
        case ..<49: if let offer = pick(ringing) { refuse(offer) }
        case ..<58: if let contact = pick(live) { end(contact) }
        case ..<61:
            if let contact = pick(talking) {
                note("connected \(contact)") { $0.contactConnected(contact, now: $1, into: &$2) }
            }
        case ..<66: note("checkIn \(agent)") { $0.checkIn(agent, now: $1, into: &$2) }
        case ..<68: note("checkOut \(agent)") { $0.checkOut(agent, now: $1, into: &$2) }
        case ..<70: note("pause \(agent)") { $0.pause(agent, reason: "lunch", now: $1, into: &$2) }
        case ..<74: note("resume \(agent)") { $0.resume(agent, now: $1, into: &$2) }
        case ..<76:
            let states: [Router.ForcedState] = [.ready, .notReady("talk"), .checkedOut]
            let state = states[below(3)]
            note("force \(agent) \(state)") { $0.force(agent, state, now: $1, into: &$2) }
        case ..<79: note("wrapUpDone \(agent)") { $0.wrapUpDone(agent, now: $1, into: &$2) }
        case ..<80: note("extend \(agent)") { _ = $0.extendWrapUp(agent, by: .seconds(20), now: $1, into: &$2) }
        case ..<81: if let contact = pick(talking) { _ = router.dispose(contact, by: agent, as: ["sold"]) }
        case ..<82: lose(agent)
        case ..<84: if let contact = pick(live) { move(contact) }
        case ..<86: if let contact = pick(live) { park(contact) }
        case ..<88: if let contact = pick(live.filter { held[$0]?.isParked == true }) { unpark(contact) }
        case ..<89:
            if talking.count > 1, let first = pick(talking), let second = pick(talking) { handOver(first, second) }
        case ..<90: set([randomAgent(agent), randomAgent(AgentID("a\(below(7))"))])
        case ..<91: set(randomQueue(QueueID("q\(below(4))")))
        case ..<92: removeAgent(agent)
        case ..<93:
            let queue = QueueID("q\(below(4))")
            let closed = happens(50)
            note("close \(queue) \(closed)") { $0.close(queue, closed, now: $1, into: &$2) }
        default: note("advance") { $0.advance(now: $1, into: &$2) }
        }
        if keepsLog { write("    \(actions)") }
        try check()
    }

    /// Kept only when the run is repeated to tell what happened.
    mutating func write(_ text: String) {
        guard keepsLog else { return }
        log.append("\(now.nanoseconds / 1_000_000) " + text.replacing("CCRouting.Router.Action.", with: ""))
        if log.count > 40 { log.removeFirst() }
    }

    mutating func note(_ text: String, _ step: (inout Router, Instant, inout [Router.Action]) -> Void) {
        write(text)
        step(&router, now, &actions)
    }

    private mutating func arrive() {
        arrived += 1
        var request = RoutingRequest(ContactID("c\(arrived)"), queue: QueueID("q\(below(4))"))
        if happens(35) { request.channel = [.chat, .task][below(2)] }
        if happens(20) { request.requires = expression() }
        if happens(10) { request.requiredAgent = AgentID("a\(below(7))") }
        if happens(15) { request.preferredAgent = PreferredAgent(AgentID("a\(below(7))"), for: .seconds(below(30))) }
        if happens(15) { request.excluded = [AgentID("a\(below(7))"), AgentID("a\(below(7))")] }
        if happens(15) { request.priority = below(5) - 2 }
        if happens(5) { request.isEmergency = true }
        if happens(30) { request.customer = "n\(below(5))" }
        if keepsLog { write("arrive \(request)") }
        held[request.contact] = Held(request: request, queue: request.queue, since: now)
        router.contactArrived(request, now: now, into: &actions)
    }

    private mutating func accept(_ offer: Reservation) throws {
        if keepsLog { write("accept \(offer)") }
        let wins = router.offerAccepted(offer.id, now: now, into: &actions)
        guard var contact = held[offer.contact] else { throw Broken(description: "\(offer) of nobody") }
        if contact.losing[offer.id] != nil {
            if wins { throw Broken(description: "two winners: \(offer)") }
        } else {
            if !wins { throw Broken(description: "the first who accepts has it: \(offer)") }
            contact.offers[offer.id] = nil
            contact.losing = contact.offers
            contact.offers = [:]
            contact.agent = offer.agent
        }
        held[offer.contact] = contact
    }

    private mutating func refuse(_ offer: Reservation) {
        if keepsLog { write("refuse \(offer)") }
        held[offer.contact]?.offers[offer.id] = nil
        held[offer.contact]?.losing[offer.id] = nil
        router.offerRefused(offer.id, RefusalReason.allCases[below(4)], now: now, into: &actions)
    }

    private mutating func end(_ contact: ContactID) {
        if keepsLog { write("end \(contact)") }
        router.contactEnded(contact, now: now, into: &actions)
        held[contact]?.agent = nil
        ended(contact, keepingOffers: true)
    }

    private mutating func lose(_ agent: AgentID) {
        if keepsLog { write("lose \(agent)") }
        let work = router.agentSlots[agent].map { router.agents[$0].work.filter { $0.phase != .wrapUp } } ?? []
        let lost = (work.first { $0.channel == .voice } ?? work.first).map { router.contacts[$0.contact].id }
        if let contact = lost, held[contact]?.agent == agent {
            held[contact]?.agent = nil
            let others = held[contact]?.losing ?? [:]
            held[contact]?.offers = others
            held[contact]?.losing = [:]
        }
        router.agentLost(agent, now: now, into: &actions)
    }

    private mutating func move(_ contact: ContactID) {
        guard let old = held[contact] else { return }
        var request = old.request
        request.queue = QueueID("q\(below(4))")
        request.requiredAgent = nil
        if keepsLog { write("move \(contact) to \(request.queue)") }
        held[contact] = Held(
            request: request, queue: request.queue, since: old.since, offers: old.offers, losing: old.losing)
        router.contactMoved(request, now: now, into: &actions)
    }

    private mutating func park(_ contact: ContactID) {
        let until = happens(60) ? now.advanced(by: .seconds(below(60))) : nil
        if keepsLog { write("park \(contact)") }
        held[contact]?.agent = nil
        held[contact]?.isParked = true
        router.contactParked(contact, until: until, now: now, into: &actions)
    }

    private mutating func unpark(_ contact: ContactID) {
        if keepsLog { write("unpark \(contact)") }
        router.contactUnparked(contact, now: now, into: &actions)
    }

    private mutating func handOver(_ first: ContactID, _ second: ContactID) {
        if keepsLog { write("hand over \(first) from \(second)") }
        let from = held[first]?.agent
        let to = held[second]?.agent
        guard router.contactHandedOver(first, from: second, now: now, into: &actions) else { return }
        precondition(from != to)
        held[first]?.agent = to
        held[second]?.agent = nil
        ended(second, keepingOffers: true)
    }

    mutating func set(_ queue: Queue) {
        queues[queue.id] = queue
        note("set \(queue.id)") { $0.set(queue, now: $1, into: &$2) }
    }

    mutating func set(_ changed: [Agent]) {
        for agent in changed { agents[agent.id] = agent }
        note("set \(changed.map(\.id))") { $0.set(changed, now: $1, into: &$2) }
    }

    private mutating func removeAgent(_ agent: AgentID) {
        note("remove \(agent)") { $0.remove(agent, now: $1, into: &$2) }
    }

    private mutating func ended(_ contact: ContactID, keepingOffers: Bool = false) {
        guard let old = held[contact] else { return }
        if keepingOffers, !old.offers.isEmpty || !old.losing.isEmpty {
            dying[contact] = old
        }
        held[contact] = nil
        over += 1
    }

    /// Where those who waited stood after the last step, with what decides about it.
    var places: [ContactID: (place: Int, queue: Int, entry: OrderedLine.Entry)] = [:]

    /// Contacts that have ended and whose offers must be taken back in the same step.
    var dying: [ContactID: Held] = [:]

    /// Ends everything, and sees that nothing is left.
    mutating func drain() throws {
        for contact in held.keys.sorted() {
            actions = []
            end(contact)
            try check()
        }
        for agent in agents.keys.sorted() {
            actions = []
            note("out \(agent)") { $0.force(agent, .checkedOut, now: $1, into: &$2) }
            try check()
        }
        for _ in 0..<100 {
            guard let next = router.nextDeadline else { break }
            now = max(now, next)
            actions = []
            note("advance") { $0.advance(now: $1, into: &$2) }
            try check()
        }
        guard router.contactCount == 0, router.nextDeadline == nil else {
            throw Broken(
                description: "left over: \(router.contactCount) contacts, \(String(describing: router.nextDeadline))")
        }
        guard arrived == over else { throw Broken(description: "\(arrived) came and \(over) went") }
    }
}
