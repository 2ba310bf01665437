import CCCore
import CCRouting
import CCTestKit
import Testing

@Suite("Random sequences of events")
struct RouterPropertyTests {
    @Test("the router keeps every rule and does what the plain version does", arguments: 0..<200 as Range<UInt64>)
    func agreesWithTheNaiveRouter(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, changesSettings: false)
        var naive = NaiveRouter(queues: world.queues, agents: world.agents)
        for step in 0..<600 {
            let (event, now) = world.next()
            let actions = try world.perform(event, now, step: step)
            let expected = naive.apply(event, now: now)
            try #require(actions.map(\.withoutCause) == expected, "seed \(seed), step \(step): \(event)")
        }
        try world.drain()
    }

    @Test("the rules hold while skills and queues are changed in full run", arguments: 1000..<1100 as Range<UInt64>)
    func settingsChange(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, changesSettings: true)
        for step in 0..<600 {
            let (event, now) = world.next()
            _ = try world.perform(event, now, step: step)
        }
        try world.drain()
    }

    @Test("the same events at the same times give the same actions", arguments: [7, 8, 9] as [UInt64])
    func repeatable(seed: UInt64) throws {
        var first = RandomWorld(seed: seed, changesSettings: true)
        var second = RandomWorld(seed: seed, changesSettings: true)
        for step in 0..<2000 {
            let (event, now) = first.next()
            let (sameEvent, _) = second.next()
            #expect(event == sameEvent)
            #expect(try first.perform(event, now, step: step) == second.perform(event, now, step: step))
        }
    }
}

/// A small centre with everything that can go wrong in it.
struct RandomWorld {
    var checker: RoutingChecker
    let queues: [Queue]
    let agents: [Agent]
    private let entropy: Entropy
    private let seed: UInt64
    private let changesSettings: Bool
    private let skills: [SkillID] = ["en", "es", "sales", "tech"]
    private var now = Instant.zero
    private var arrivals = 0

    init(seed: UInt64, changesSettings: Bool) {
        self.seed = seed
        self.changesSettings = changesSettings
        let entropy = Entropy(seed: seed)
        self.entropy = entropy
        let skills = self.skills
        func some(_ share: Double) -> Set<SkillID> { Set(skills.filter { _ in entropy.unit() < share }) }
        queues = (0..<Int(1 + entropy.unit() * 5)).map { number in
            Queue(
                QueueID("q\(number)"), requires: SkillExpression(allOf: some(0.3)),
                ringTimeout: .seconds(Int(1 + entropy.unit() * 20)),
                wrapUp: entropy.unit() < 0.3 ? .zero : .seconds(Int(entropy.unit() * 20)),
                waitingMax: Int(entropy.unit() * 12),
                refusals: entropy.unit() < 0.5
                    ? RefusalPolicy() : RefusalPolicy(noAnswer: .pause(.seconds(3)), declined: .notReady),
                selection: entropy.unit() < 0.4 ? .mostIdleGroup : .longestIdle)
        }
        let prefer = entropy.unit() < 0.6
        agents = (0..<Int(1 + entropy.unit() * 8)).map { number in
            let skills = some(0.6)
            let levels = skills.sorted().map { ($0, prefer ? Int(entropy.unit() * 3) : 0) }
            return Agent(
                AgentID("a\(number)"), skills: SkillSet(skills), levels: Dictionary(uniqueKeysWithValues: levels),
                group: entropy.unit() < 0.2 ? nil : AgentGroupID("g\(Int(entropy.unit() * 3))"))
        }
        checker = RoutingChecker(queues: queues, agents: agents)
    }

    private func pick<T>(_ values: [T]) -> T? {
        values.isEmpty ? nil : values[Int(entropy.unit() * Double(values.count))]
    }

    mutating func next() -> (RoutingEvent, Instant) {
        now = now.advanced(by: .milliseconds(Int64(entropy.unit() * entropy.unit() * 4000)))
        return (draw(), now)
    }

    private mutating func draw() -> RoutingEvent {
        let agent = pick(agents)?.id ?? "a0"
        switch entropy.unit() {
        case ..<0.28:
            arrivals += 1
            let required = entropy.unit() < 0.15 ? agent : nil
            return .contactArrived(ContactID("c\(arrivals)"), pick(queues)?.id ?? "q0", requiredAgent: required)
        case ..<0.30:
            return pick(checker.liveContacts).map { .contactArrived($0, "q0", requiredAgent: nil) } ?? .advance
        case ..<0.44: return pick(checker.liveContacts).map { .contactEnded($0) } ?? .advance
        case ..<0.60: return pick(checker.openReservations).map { .offerAccepted($0.id) } ?? .advance
        case ..<0.69:
            return pick(checker.openReservations).map {
                .offerRefused($0.id, pick(RefusalReason.allCases) ?? .busy)
            } ?? .advance
        case ..<0.71: return .offerAccepted(ReservationID("r\(entropy.next() % 50)"))
        case ..<0.72: return .agentLost(agent)
        case ..<0.80: return .checkIn(agent, notReady: entropy.unit() < 0.2 ? "training" : nil)
        case ..<0.82: return .checkOut(agent)
        case ..<0.84: return .pause(agent, entropy.unit() < 0.5 ? "lunch" : "coffee")
        case ..<0.89: return .resume(agent)
        case ..<0.93: return .wrapUpDone(agent)
        case ..<0.95 where changesSettings: return changeOfSettings()
        default: return .advance
        }
    }

    private func changeOfSettings() -> RoutingEvent {
        let drawn = Set(skills.filter { _ in entropy.unit() < 0.5 })
        if entropy.unit() < 0.6 {
            let levels = drawn.sorted().map { ($0, Int(entropy.unit() * 2)) }
            return .setAgent(
                Agent(
                    pick(agents)?.id ?? "a0", skills: SkillSet(drawn), levels: Dictionary(uniqueKeysWithValues: levels),
                    group: AgentGroupID("g\(Int(entropy.unit() * 4))")))
        }
        guard var queue = pick(queues) else { return .advance }
        queue.requires = SkillExpression(allOf: drawn)
        queue.selection = entropy.unit() < 0.4 ? .mostIdleGroup : .longestIdle
        return .setQueue(queue)
    }

    mutating func perform(_ event: RoutingEvent, _ now: Instant, step: Int) throws -> [Router.Action] {
        do {
            return try checker.apply(event, now: now)
        } catch let failure as ConformanceFailure {
            throw ConformanceFailure(
                rule: failure.rule, detail: "\(failure.detail) (seed \(seed), step \(step): \(event))")
        }
    }

    /// Lets everybody hang up, leave, and all deadlines pass: nothing may be left over.
    mutating func drain() throws {
        for contact in checker.liveContacts { _ = try perform(.contactEnded(contact), now, step: -1) }
        for agent in agents { _ = try perform(.checkOut(agent.id), now, step: -2) }
        now = now.advanced(by: .seconds(3600))
        _ = try perform(.advance, now, step: -3)
        #expect(checker.openReservations.isEmpty)
        #expect(checker.router.contactCount == 0)
        #expect(checker.router.nextDeadline == nil)
        #expect(agents.allSatisfy { checker.router.state(of: $0.id) == .checkedOut })
    }
}
