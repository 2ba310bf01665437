import CCCore
import CCRouting
import CCScenario

extension SwarmCase {
    private static let skills: [SkillID] = ["english", "french", "sales", "support"]

    /// The case of a seed: everything that can be varied is.
    ///
    /// - Parameter drawsRouting: Whether policies, requirements, priorities and rules of queues are drawn too, at contact
    ///   depth. Cases without them are smaller, and shrink further.
    public init(seed: UInt64, depth: Depth, drawsRouting: Bool = true) {
        var dice = Dice(seed: seed ^ (depth == .contact ? 0 : 0x7E1E_F000))
        let isSmall = depth == .telephony
        let horizon = Double(dice.number(isSmall ? 120...600 : 1_000...20_000))
        let groups = (0..<dice.number(1...3)).map { dice.group("group\($0 + 1)", horizon: horizon, isSmall: isSmall) }
        let known = Self.skills.filter { skill in groups.contains { $0.skills.contains(skill) } }
        let staff = groups.reduce(0) { $0 + $1.count }
        let count = dice.number(1...(isSmall ? 2 : 4))
        let queues = (0..<count).map {
            dice.queue("queue\($0 + 1)", skills: known, staff: Double(max(1, staff)) / Double(count))
        }
        var scenario = Scenario(
            name: "swarm \(seed)", horizon: .seconds(horizon), queues: queues, groups: groups)
        if depth == .contact, drawsRouting {
            var dice = RoutingDice(dice: Dice(seed: seed ^ 0xACD0_0000_0000), skills: known)
            dice.route(&scenario)
        }
        self.init(
            seed: seed, depth: depth, scenario: scenario,
            options: isSmall ? dice.options(horizon: horizon, agents: staff) : TelephonyOptions())
    }
}

/// Draws parts of cases.
struct Dice {
    var stream: SplitMix64

    init(seed: UInt64) { stream = SplitMix64(state: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(stream.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func happens(_ share: Double) -> Bool { stream.unit() < share }
    mutating func one<Element>(of choices: [Element]) -> Element { choices[number(0...(choices.count - 1))] }

    mutating func some<Element>(of choices: [Element], share: Double) -> [Element] {
        var chosen: [Element] = []
        for choice in choices where happens(share) { chosen.append(choice) }
        return chosen
    }

    mutating func time(mean: Double) -> Distribution {
        switch number(0...3) {
        case 0: .deterministic(mean)
        case 1: .exponential(mean: mean)
        case 2: .uniform(low: 0, high: 2 * mean)
        default: .logNormal(mean: mean, variation: 1)
        }
    }

    mutating func group(_ name: String, horizon: Double, isSmall: Bool) -> AgentGroup {
        var group = AgentGroup(
            AgentGroupID(name), count: number(1...(isSmall ? 3 : 8)),
            skills: SkillSet(some(of: ["english", "french", "sales", "support"], share: 0.5)))
        if happens(0.3) {
            let start = number(0...Int(horizon / 2))
            group.shifts = [Shift(start: .seconds(start), end: .seconds(start + number(30...Int(horizon))))]
        }
        if happens(0.3) {
            let hours = group.shifts.first ?? Shift(start: .zero, end: .seconds(horizon))
            let length = Int((hours.end - hours.start).components.seconds)
            group.breaks = [
                Break(
                    start: hours.start + .seconds(number(0...(length / 2))), duration: .seconds(number(1...300)),
                    stagger: .seconds(number(0...60)))
            ]
        }
        group.answerDelay = happens(0.3) ? .deterministic(0) : time(mean: Double(number(1...8)))
        if happens(0.6) {
            group.mistakes = Mistakes(
                noAnswer: happens(0.5) ? 0.15 : 0, declines: happens(0.5) ? 0.15 : 0,
                hangsUpEarly: happens(0.5) ? 0.15 : 0, phoneDies: happens(0.4) ? 0.1 : 0,
                returnsAfter: time(mean: Double(number(1...60))))
        }
        return group
    }

    mutating func queue(_ name: String, skills: [SkillID], staff: Double) -> ScenarioQueue {
        let talk = Double(number(5...90))
        let wrapUp = number(0...1) * number(1...30)
        let rules = Queue(
            QueueID(name), requires: SkillExpression(allOf: some(of: skills, share: 0.3)),
            ringTimeout: .seconds(number(3...20)),
            wrapUp: .seconds(wrapUp), waitingMax: one(of: [0, 1, 3, 10_000, 10_000, 10_000]),
            refusals: happens(0.3)
                ? RefusalPolicy(noAnswer: .pause(.seconds(number(1...20))), busy: .notReady) : RefusalPolicy(),
            selection: one(of: [.longestIdle, .mostIdleGroup]))
        let rate = staff / talk * one(of: [0.3, 0.8, 1, 1.3, 3])
        return ScenarioQueue(
            rules, arrivals: happens(0.8) ? .poisson(rate: rate) : .regular(interval: (1 / rate).rounded(.up)),
            patience: happens(0.3) ? .endless : .drawn(time(mean: Double(number(1...120)))), talk: time(mean: talk),
            wrapUp: wrapUp > 0 && happens(0.5) ? time(mean: Double(wrapUp) / 2) : nil,
            redials: happens(0.3)
                ? Redials(probability: 0.7, delay: time(mean: Double(number(1...60))), triesMax: number(1...3)) : nil)
    }

    mutating func options(horizon: Double, agents: Int) -> TelephonyOptions {
        var options = TelephonyOptions(
            scheduling: one(of: [.inOrder, .shuffled]), audioEvery: one(of: [0, 0, 0, 5]), streets: number(1...3),
            overtime: .seconds(600))
        options.link = one(of: [
            .lan, .poor, Link(latency: .milliseconds(number(0...200)), jitter: .milliseconds(number(0...100))),
            Link(loss: 0.1, duplication: 0.05, reordering: 0.1),
        ])
        for _ in 0..<number(0...3) {
            let place: NetworkFault.Place =
                happens(0.5) ? .street(number(0...2)) : .agent(number(0...max(0, agents - 1)))
            options.faults.append(
                NetworkFault(
                    happens(0.7) ? .partition : .link(Link(latency: .milliseconds(50), loss: 0.5)), at: place,
                    start: .seconds(number(0...Int(horizon))), duration: .seconds(number(1...150))))
        }
        let moment = Duration.milliseconds(number(1_000...Int(horizon) * 1_000))
        switch number(0...9) {
        case 0, 1: options.centerFault = .stop(at: moment, grace: .seconds(number(0...60)))
        case 2, 3: options.centerFault = .crash(at: moment, restartsAfter: .seconds(number(0...30)))
        default: break
        }
        return options
    }
}
