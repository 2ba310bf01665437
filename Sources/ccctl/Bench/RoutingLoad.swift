import CCCore
import CCRouting
import CCScenario
import Foundation

/// A centre in steady state, in virtual time, that is driven as fast as the router goes: every call of the router is one
/// event, and takes the time that is measured.
///
/// Agents belong to teams of twenty, each with the skills of some queues. Contacts come to the queues that teams serve. With
/// a number of waiting contacts asked for, a tenth more come than can be served, and as many give up as keeps that number.
struct RoutingLoad {
    enum Kind: Int, CaseIterable {
        case arrival, answer, refusal, end, abandon, wrapUpDone, pause, resume, deadline
    }

    struct Setting {
        var agents: Int
        var queues: Int
        var waiting: Int
        var skills: Int
        var seed: UInt64
        var explains = false
        var clock = CLOCK_MONOTONIC
    }

    private struct Slot {
        var mark: UInt32 = 0
        var isWaiting = false
        var offer: Reservation?
    }

    static let ring = 4.0
    static let talk = 180.0
    static let wrapUp = 10.0

    let setting: Setting
    private(set) var router: Router
    private var random: SplitMix64
    private var heap = EventHeap()
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private let queues: [QueueID]
    private let agents: [AgentID]
    private let agentNumbers: [AgentID: UInt32]
    /// By agent: queues that the agent can serve, by place.
    private let served: [[Int]]
    private var paused: [Bool]
    private let interval: Double
    private let patience: Double
    private var nextArrival: Int64 = 0
    private var now: Int64 = 0
    private var actions: [Router.Action] = []

    private(set) var waiting = 0
    private(set) var decisions = 0

    /// Takes the time of a call, in nanoseconds.
    typealias Clock = (Kind, UInt64) -> Void

    init(_ setting: Setting) {
        var random = SplitMix64(state: setting.seed)
        let queues = Self.queues(setting, &random)
        let agents = Self.agents(setting, queues, &random)
        self.setting = setting
        self.queues = queues.map(\.id)
        self.agents = agents.map(\.agent.id)
        served = agents.map(\.queues)
        agentNumbers = Dictionary(uniqueKeysWithValues: agents.enumerated().map { ($1.agent.id, UInt32($0)) })
        paused = Array(repeating: false, count: agents.count)
        router = Router(queues: queues, agents: agents.map(\.agent))
        router.explains = setting.explains
        let capacity = Double(setting.agents) / (Self.ring + Self.talk + Self.wrapUp)
        interval = 1 / (capacity * (setting.waiting > 0 ? 1.1 : 0.85))
        patience = setting.waiting > 0 ? Double(setting.waiting) / (0.1 * capacity) : 60
        self.random = random
        fill()
    }

    /// Agents check in, contacts come until as many wait as there should be.
    private mutating func fill() {
        for (place, agent) in agents.enumerated() {
            router.checkIn(agent, now: Instant(nanoseconds: now), into: &actions)
            heap.add(.breakStart, at: time(in: 1800), subject: UInt32(place))
        }
        let busy = setting.waiting > 0 ? agents.count : agents.count * 85 / 100
        for _ in 0..<(busy + setting.waiting) { arrive { _, _ in } }
        nextArrival = time(in: interval)
    }

    /// The next event.
    mutating func step(_ clock: Clock) {
        while true {
            let deadline = router.nextDeadline?.nanoseconds ?? .max
            let next = min(nextArrival, heap.nextTime, deadline)
            now = max(now, next)
            if next == deadline {
                return measure(.deadline, clock) { $0.advance(now: $1, into: &$2) }
            }
            if next == nextArrival {
                nextArrival = time(in: interval)
                return arrive(clock)
            }
            guard let event = heap.removeFirst() else { return }
            if perform(event, clock) { return }
        }
    }

    private mutating func arrive(_ clock: Clock) {
        let choices = served[Int(random.next(upperBound: UInt64(served.count)))]
        let queue = queues[choices[Int(random.next(upperBound: UInt64(choices.count)))]]
        let slot = free.popLast() ?? UInt32(slots.count)
        if Int(slot) == slots.count { slots.append(Slot()) }
        slots[Int(slot)].mark &+= 1
        slots[Int(slot)].isWaiting = true
        waiting += 1
        heap.add(.patienceOver, at: time(in: patience), subject: slot, mark: slots[Int(slot)].mark)
        let id = Self.contact(slot, slots[Int(slot)].mark)
        measure(.arrival, clock) { $0.contactArrived(id, queue: queue, now: $1, into: &$2) }
    }

    /// - Returns: Whether the router was called.
    private mutating func perform(_ event: EventHeap.Event, _ clock: Clock) -> Bool {
        let place = Int(event.subject)
        switch event.kind {
        case .patienceOver:
            guard slots[place].mark == event.mark, slots[place].isWaiting else { return false }
            end(event.subject, .abandon, clock)
        case .talkOver:
            guard slots[place].mark == event.mark, !slots[place].isWaiting else { return false }
            end(event.subject, .end, clock)
        case .answer:
            guard slots[place].mark == event.mark, let offer = slots[place].offer else { return false }
            slots[place].offer = nil
            slots[place].isWaiting = false
            waiting -= 1
            heap.add(.talkOver, at: time(in: Self.talk), subject: event.subject, mark: event.mark)
            measure(.answer, clock) { _ = $0.offerAccepted(offer.id, now: $1, into: &$2) }
        case .refusal:
            guard slots[place].mark == event.mark, let offer = slots[place].offer else { return false }
            slots[place].offer = nil
            measure(.refusal, clock) { $0.offerRefused(offer.id, .declined, now: $1, into: &$2) }
        case .wrapUpDone:
            let agent = agents[place]
            measure(.wrapUpDone, clock) { $0.wrapUpDone(agent, now: $1, into: &$2) }
        case .breakStart:
            let agent = agents[place]
            paused[place].toggle()
            heap.add(.breakStart, at: time(in: paused[place] ? 300 : 1800), subject: event.subject)
            if paused[place] {
                measure(.pause, clock) { $0.pause(agent, reason: "break", now: $1, into: &$2) }
            } else {
                measure(.resume, clock) { $0.resume(agent, now: $1, into: &$2) }
            }
        default: return false
        }
        return true
    }

    private mutating func end(_ slot: UInt32, _ kind: Kind, _ clock: Clock) {
        let id = Self.contact(slot, slots[Int(slot)].mark)
        if slots[Int(slot)].isWaiting { waiting -= 1 }
        slots[Int(slot)].mark &+= 1
        slots[Int(slot)].isWaiting = false
        slots[Int(slot)].offer = nil
        free.append(slot)
        measure(kind, clock) { $0.contactEnded(id, now: $1, into: &$2) }
    }

    @inline(__always)
    private mutating func measure(
        _ kind: Kind, _ clock: Clock, _ call: (inout Router, Instant, inout [Router.Action]) -> Void
    ) {
        let instant = Instant(nanoseconds: now)
        let begin = nanoseconds(setting.clock)
        call(&router, instant, &actions)
        let end = nanoseconds(setting.clock)
        clock(kind, end - begin)
        perform()
    }

    /// What customers and agents do about the router's actions.
    private mutating func perform() {
        for action in actions {
            if case .offer(let offer) = action {
                decisions += 1
                guard let slot = Self.slot(of: offer.contact) else { continue }
                slots[Int(slot)].offer = offer
                let chance = random.unit()
                guard chance > 0.01 else { continue }
                heap.add(
                    chance < 0.04 ? .refusal : .answer, at: now + Int64(Self.ring * 1e9), subject: slot,
                    mark: slots[Int(slot)].mark)
            } else if case .cancelOffer(let offer, _) = action {
                if let slot = Self.slot(of: offer.contact), slots[Int(slot)].offer?.id == offer.id {
                    slots[Int(slot)].offer = nil
                }
            } else if case .wrapUpEnded = action {
            } else if case .rejected(let id, _) = action {
                guard let slot = Self.slot(of: id), slots[Int(slot)].isWaiting else { continue }
                waiting -= 1
                slots[Int(slot)].isWaiting = false
                slots[Int(slot)].mark &+= 1
                free.append(slot)
            }
        }
        actions.removeAll(keepingCapacity: true)
    }

    /// An exponential time from now.
    private mutating func time(in mean: Double) -> Int64 {
        now + Int64(-log(1 - random.unit()) * mean * 1e9) + 1
    }
}

extension RoutingLoad {
    /// Every queue has one of them, in turn.
    static let selections: [Policy] = [
        .longestIdle, .roundRobin, .leastTalkTime, .specialistsFirst, .random, .mostIdleGroup,
    ]

    /// Half of the queues ask for one skill, half for two.
    private static func queues(_ setting: Setting, _ random: inout SplitMix64) -> [Queue] {
        (0..<setting.queues).map { place in
            var skills: Set<SkillID> = []
            while skills.count < min(1 + place % 2, setting.skills) {
                skills.insert(SkillID("skill-\(random.next(upperBound: UInt64(setting.skills)))"))
            }
            let requires = skills.sorted().reduce(SkillExpression.anyone) { $0 && .skill($1) }
            return Queue(
                QueueID("queue-\(place)"), requires: requires, wrapUp: .seconds(wrapUp), waitingMax: .max,
                refusals: RefusalPolicy(noAnswer: .pause(.seconds(60))), selection: selections[place % selections.count]
            )
        }
    }

    /// A team has the skills of four queues, and of so many more that every queue has a team.
    private static func agents(
        _ setting: Setting, _ queues: [Queue], _ random: inout SplitMix64
    ) -> [(agent: Agent, queues: [Int])] {
        let size = min(20, max(1, setting.agents / 10))
        let teams = max(1, setting.agents / size)
        let share = min(queues.count, max(4, (queues.count + teams - 1) / teams + 2))
        var all: [(Agent, [Int])] = []
        for team in 0..<teams {
            var own = Set((0..<share - 2).map { (team * (share - 2) + $0) % queues.count })
            while own.count < share { own.insert(Int(random.next(upperBound: UInt64(queues.count)))) }
            let skills = own.sorted().reduce(into: Set<SkillID>()) { $0.formUnion(queues[$1].requires.skills) }
            let last = team == teams - 1 ? setting.agents : (team + 1) * size
            for number in (team * size)..<last {
                let agent = Agent(
                    AgentID("agent-\(number)"), skills: SkillSet(skills), group: AgentGroupID("team-\(team)"))
                all.append((agent, own.sorted()))
            }
        }
        return all
    }

    /// Sixteen characters, as the ids of a real centre.
    private static func contact(_ slot: UInt32, _ mark: UInt32) -> ContactID {
        let number = UInt64(slot) << 32 | UInt64(mark)
        return ContactID(
            String(unsafeUninitializedCapacity: 16) { text in
                for place in 0..<16 {
                    let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - place * 4)) & 15
                    text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
                }
                return 16
            })
    }

    private static func slot(of id: ContactID) -> UInt32? {
        var slot: UInt32 = 0
        for byte in id.rawValue.utf8.prefix(8) { slot = slot << 4 | UInt32(byte < 0x40 ? byte - 0x30 : byte - 0x57) }
        return slot
    }
}

/// Nanoseconds of a clock of the system.
@inline(__always)
func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
