#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import CCRouting

/// All rules at once, checked as the events come, in a simulation or beside a real centre.
///
/// ```swift
/// var suite = InvariantSuite(queues: center.plan.queues, agents: center.plan.seats.map(\.agent))
/// await suite.follow(center.events(bufferMax: 100_000))  // subscribed before the centre runs; returns when it ends
/// suite.finish()
/// for violation in suite.violations { print(violation) }
/// ```
///
/// A suite watches one tenant, from the start of the centre on. It needs memory for the live contacts and for the last
/// ``eventsKept`` events, which become the traces.
public struct InvariantSuite: Sendable {
    /// How many events are kept for traces.
    public static let eventsKept = 20_000
    /// How many events a trace shows at most.
    public static let traceMax = 40
    /// How many violations are kept; ``violationCount`` counts all.
    public static let violationsMax = 100

    public private(set) var violations: [InvariantViolation] = []
    public private(set) var violationCount = 0
    public private(set) var eventCount = 0
    /// Events that the suite did not get, because it was too slow. From the first one on it checks nothing more.
    public private(set) var missedCount = 0

    private var rules: [any Invariant]
    private var recent: [CenterEvent] = []
    private var next = 0
    private var breaches: [InvariantBreach] = []

    /// All rules of the house.
    ///
    /// - Parameters:
    ///   - queues: the centre's queues, for their skills and limits. A queue that is not listed asks for no skills.
    ///   - agents: the centre's agents, for their skills. Who is not listed is not judged by them.
    ///   - policy: the router's, when it has the queues' own rules alone to go by: then the order between queues is judged
    ///     too (``PriorityKept``, ``NoStarvation``). Nil: it is not, because a handler may have asked for something else.
    ///   - comparesRecords: also runs ``RecordsTellTheEvents``, which keeps the story of every contact until the end.
    public init(
        queues: [Queue] = [], agents: [Agent] = [], policy: Policy? = nil, comparesRecords: Bool = false
    ) {
        var rules: [any Invariant] = [
            NoContactLost(), OneTerminalReason(), OneAgentPerContact(queues: queues), OneContactPerAgent(),
            CapacityKept(agents: agents), NoOfferAfterCheckOut(), NoSkillViolation(queues: queues, agents: agents),
            QueueOrderKept(queues: queues), EveryOfferEnds(), ReservedMeansOffered(), AnsweredOnlyAfterOffered(),
            LegalAgentStates(), DurationsSumToLoginTime(), HoldsBalanced(), CountedAtAnswer(), FiguresAddUp(),
        ]
        if policy == .longestWait {
            rules.append(PriorityKept(queues: queues, agents: agents))
            rules.append(NoStarvation(queues: queues, agents: agents))
        }
        self.init(rules: comparesRecords ? rules + [RecordsTellTheEvents()] : rules)
    }

    /// The given rules only, your own among them.
    public init(rules: [any Invariant]) { self.rules = rules }

    /// The names of the rules.
    public var ruleNames: [String] { rules.map(\.rule) }

    /// Takes the next event.
    public mutating func observe(_ event: CenterEvent) {
        guard missedCount == 0 else { return }
        eventCount += 1
        keep(event)
        for index in rules.indices {
            rules[index].observe(event, into: &breaches)
            if !breaches.isEmpty { report(rules[index].rule, at: event.date) }
        }
    }

    /// Follows a centre's events until they end.
    public mutating func follow(_ events: EventBroadcast<CenterEvent>.Subscription) async {
        for await item in events {
            switch item {
            case .event(let event): observe(event)
            case .missed(let count):
                missedCount += count
                add(
                    InvariantViolation(
                        rule: "every event is seen", expected: "none missed", seen: "\(count) missed",
                        date: newest?.date ?? Date(millisecondsSince1970: 0)))
            }
        }
    }

    /// The stream is over: says what has not ended.
    ///
    /// - Parameters:
    ///   - isCut: The run was stopped in the middle, so that what is open may stay open.
    ///   - records: What the store has of the contacts of the stream, once each; nil when it was not asked.
    public mutating func finish(isCut: Bool = false, records: [ContactRecord]? = nil) {
        guard missedCount == 0 else { return }
        for index in rules.indices {
            rules[index].finish(isCut: isCut, records: records, into: &breaches)
            if !breaches.isEmpty { report(rules[index].rule, at: newest?.date ?? Date(millisecondsSince1970: 0)) }
        }
    }

    /// The last event that was seen.
    private var newest: CenterEvent? {
        recent.isEmpty ? nil : recent[(next + recent.count - 1) % recent.count]
    }

    /// Adds a violation that was found by other means, for example a port that was not freed.
    public mutating func add(_ violation: InvariantViolation) {
        violationCount += 1
        if violations.count < Self.violationsMax { violations.append(violation) }
    }

    private mutating func keep(_ event: CenterEvent) {
        guard recent.count == Self.eventsKept else { return recent.append(event) }
        recent[next] = event
        next = (next + 1) % recent.count
    }

    private mutating func report(_ rule: String, at date: Date) {
        let found = breaches
        breaches = []
        for breach in found {
            let isKept = violations.count < Self.violationsMax
            add(
                InvariantViolation(
                    rule: rule, expected: breach.expected, seen: breach.seen, date: date, contact: breach.contact,
                    agent: breach.agent, trace: isKept ? trace(of: breach) : []))
        }
    }

    private func trace(of breach: InvariantBreach) -> [CenterEvent] {
        let inOrder = recent[next...] + recent[..<next]
        return Array(
            inOrder.filter { event in
                breach.contact.map { event.contact == $0 } ?? false || breach.agent.map { event.agent == $0 } ?? false
            }.suffix(Self.traceMax))
    }
}
