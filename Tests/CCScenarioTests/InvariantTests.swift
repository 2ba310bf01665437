import CCCore
import CCRouting
import CCScenario
import Foundation
import Testing

/// A hand-made stream of events, one second apart unless `wait` says otherwise.
private struct Stream {
    var events: [CenterEvent] = []
    var clock = Date(millisecondsSince1970: 1_700_000_000_000)

    mutating func tell(_ kinds: CenterEvent.Kind...) {
        for kind in kinds { events.append(CenterEvent(kind, at: clock)) }
    }
    mutating func wait(_ seconds: Double = 1) { clock += seconds }

    mutating func arrives(_ id: ContactID, in queue: QueueID = "q", channel: Channel = .voice) {
        tell(
            .contactArrived(
                Contact(id: id, channel: channel, dialledNumber: "1", callerNumber: "2", arrivedAt: clock)),
            .contactQueued(id, queue), .contactConnected(id))
        wait()
    }

    mutating func checksIn(_ agent: AgentID) {
        tell(.agentCheckedIn(agent), .agentStateChanged(agent, .idle, until: nil))
        wait()
    }

    mutating func checksOut(_ agent: AgentID) {
        tell(.agentStateChanged(agent, .checkedOut, until: nil), .agentCheckedOut(agent))
        wait()
    }

    mutating func offered(_ id: ContactID, _ agent: AgentID) {
        tell(
            .agentStateChanged(agent, .reserved, until: nil),
            .contactOffered(id, agent, ReservationID("r-\(id)-\(agent)")))
        wait()
    }

    mutating func answered(_ id: ContactID, _ agent: AgentID) {
        tell(.contactAnswered(id, agent), .agentStateChanged(agent, .talking, until: nil))
        wait()
    }

    mutating func ends(_ id: ContactID, _ agent: AgentID) {
        tell(
            .contactReleased(id, agent), .contactEnded(id, .completedByAgent),
            .agentStateChanged(agent, .wrapUp, until: nil))
        wait()
        tell(.wrapUpEnded(id, agent), .agentStateChanged(agent, .idle, until: nil))
        wait()
    }

    mutating func refused(_ id: ContactID, _ agent: AgentID) {
        tell(.offerEnded(id, agent, .declined), .agentStateChanged(agent, .notReady(.declined), until: nil))
        wait()
    }

    mutating func abandons(_ id: ContactID) {
        tell(.contactEnded(id, .abandonedInQueue))
        wait()
    }

    /// One contact, served.
    mutating func serves(_ id: ContactID, _ agent: AgentID) {
        arrives(id)
        offered(id, agent)
        answered(id, agent)
        ends(id, agent)
    }
}

/// A stream that breaks one rule.
struct BadStream: Sendable, CustomTestStringConvertible {
    let rule: String
    /// Other rules that it cannot but break.
    let also: Set<String>
    let testDescription: String
    let events: [CenterEvent]

    fileprivate init(_ rule: String, _ title: String, also: String..., build: (inout Stream) -> Void) {
        var stream = Stream()
        build(&stream)
        self.rule = rule
        self.also = Set(also)
        testDescription = "\(rule): \(title)"
        events = stream.events
    }
}

@Suite("What breaks a rule is found by its checker")
struct InvariantTests {
    static let queues = [
        Queue("q", waitingMax: 3), Queue("skilled", requires: ["french", "sales"]), Queue("none", waitingMax: 0),
        Queue(
            "wide", requires: ["french", "sales"],
            relaxation: [Relaxation(after: .seconds(10), to: ["french"]), Relaxation(after: .seconds(20), to: .anyone)]),
        Queue("all", ringing: .all(max: 2)),
        Queue("urgent", priority: 2, aging: .seconds(30)), Queue("slow", aging: .seconds(30)),
    ]
    static let agents = [
        Agent("a"), Agent("b", skills: ["french"]), Agent("c", skills: ["french", "sales"]),
        Agent("d", capacity: Capacity([.voice: 1, .chat: 2, .mail: 5], total: 3)),
    ]

    static func suite() -> InvariantSuite {
        InvariantSuite(queues: queues, agents: agents, policy: .longestWait, comparesRecords: true)
    }

    static func violations(
        of events: [CenterEvent], isCut: Bool = false, records: [ContactRecord]? = nil
    ) -> [InvariantViolation] {
        var suite = suite()
        for event in events { suite.observe(event) }
        suite.finish(isCut: isCut, records: records)
        return suite.violations
    }

    static func records(of events: [CenterEvent]) -> [ContactRecord] {
        var timelines: [ContactTimeline] = []
        for event in events {
            if case .contactArrived(let contact) = event.kind { timelines.append(ContactTimeline(contact)) }
            for index in timelines.indices { timelines[index].apply(event) }
        }
        return timelines.compactMap(\.record)
    }

    /// A day with everything that is allowed.
    private static func goodDay() -> Stream {
        var day = Stream()
        day.tell(.centerStarted)
        for agent in ["a", "b", "c"] as [AgentID] { day.checksIn(agent) }
        day.serves("c1", "a")
        // Refused by one, taken by the next; meanwhile a later one is served by somebody else.
        day.arrives("c2")
        day.offered("c2", "a")
        day.refused("c2", "a")
        day.arrives("c3")
        day.offered("c3", "b")
        day.answered("c3", "b")
        day.offered("c2", "c")
        day.answered("c2", "c")
        day.tell(
            .contactHeld("c2", by: .customer), .contactHeld("c2", by: .agent), .contactResumed("c2", by: .customer))
        // Lost by its agent, back in line, and gone.
        day.tell(.contactReleased("c3", "b"), .contactQueued("c3", "q"), .wrapUpEnded("c3", "b"))
        day.tell(.agentStateChanged("b", .notReady(.unreachable), until: nil))
        day.abandons("c3")
        day.ends("c2", "c")
        // Withdrawn while it rang.
        day.arrives("c4", in: "skilled")
        day.offered("c4", "c")
        day.tell(.offerEnded("c4", "c", .withdrawn), .contactEnded("c4", .abandonedWhileRinging))
        day.tell(.agentStateChanged("c", .idle, until: nil))
        // Turned away, and still there while others are served.
        day.arrives("c5", in: "none")
        day.arrives("c6", in: "none")
        day.offered("c6", "c")
        day.answered("c6", "c")
        day.abandons("c5")
        day.ends("c6", "c")
        for agent in ["a", "b"] as [AgentID] { day.tell(.agentStateChanged(agent, .idle, until: nil)) }
        // Asked for more and more widely.
        day.arrives("c7", in: "wide")
        day.wait(10)
        day.offered("c7", "b")
        day.answered("c7", "b")
        day.ends("c7", "b")
        // Two phones ring, one wins.
        day.arrives("c8", in: "all")
        day.tell(.agentStateChanged("a", .reserved, until: nil), .agentStateChanged("c", .reserved, until: nil))
        day.tell(.contactOffered("c8", "a", "r8"), .contactOffered("c8", "c", "r9"))
        day.tell(.contactAnswered("c8", "c"), .agentStateChanged("c", .talking, until: nil))
        day.tell(.offerEnded("c8", "a", .answeredElsewhere), .agentStateChanged("a", .idle, until: nil))
        // A second agent is asked and takes over.
        day.offered("c8", "a")
        day.answered("c8", "a")
        day.tell(.consultationStarted("c8", "c", with: "a"), .contactHandedOver("c8", from: "c", to: "a"))
        day.tell(.agentStateChanged("c", .wrapUp, until: nil), .wrapUpEnded("c8", "c"))
        day.tell(.agentStateChanged("c", .idle, until: nil))
        // The first one is free for the next, while the second still talks.
        day.serves("c9", "c")
        day.ends("c8", "a")
        // Priority passes, until it is outweighed by ageing.
        day.arrives("c10", in: "slow")
        day.arrives("c11", in: "urgent")
        day.offered("c11", "a")
        day.answered("c11", "a")
        day.ends("c11", "a")
        day.wait(60)
        day.arrives("c12", in: "urgent")
        day.offered("c10", "a")
        day.answered("c10", "a")
        day.ends("c10", "a")
        day.abandons("c12")
        // Several chats at a time.
        day.checksIn("d")
        for id in ["c13", "c14"] as [ContactID] { day.arrives(id, channel: .chat) }
        day.offered("c13", "d")
        day.answered("c13", "d")
        day.tell(.contactOffered("c14", "d", "r"), .contactAnswered("c14", "d"))
        for id in ["c13", "c14"] as [ContactID] {
            day.tell(.contactReleased(id, "d"), .contactEnded(id, .completedByAgent), .wrapUpEnded(id, "d"))
        }
        day.tell(.agentStateChanged("d", .idle, until: nil))
        day.checksOut("d")
        day.tell(.agentStateChanged("a", .notReady("lunch"), until: nil))
        for agent in ["a", "b", "c"] as [AgentID] { day.checksOut(agent) }
        day.tell(.centerStopping, .centerStopped)
        return day
    }

    @Test("a day in which all goes by the rules breaks none")
    func good() {
        let events = Self.goodDay().events
        #expect(Self.violations(of: events, records: Self.records(of: events)).map(\.description) == [])
    }

    static let badStreams: [BadStream] = [
        BadStream("no contact lost", "one never ends") { $0.arrives("c1") },
        BadStream("no contact lost", "one ends that never came", also: "figures add up") {
            $0.tell(.contactEnded("c1", .stopped))
        },
        BadStream("no contact lost", "one arrives twice") {
            $0.arrives("c1")
            $0.tell($0.events[0].kind)
            $0.abandons("c1")
        },
        BadStream("one terminal reason", "two", also: "figures add up") {
            $0.arrives("c1")
            $0.abandons("c1")
            $0.tell(.contactEnded("c1", .stopped))
        },
        BadStream("one terminal reason", "queued after its end") {
            $0.arrives("c1")
            $0.abandons("c1")
            $0.tell(.contactQueued("c1", "q"))
        },
        BadStream("one agent per contact", "offered to two") {
            $0.checksIn("a")
            $0.checksIn("b")
            $0.arrives("c1")
            $0.offered("c1", "a")
            $0.offered("c1", "b")
            $0.tell(.offerEnded("c1", "b", .withdrawn), .agentStateChanged("b", .idle, until: nil))
            $0.answered("c1", "a")
            $0.ends("c1", "a")
        },
        BadStream("one contact per agent", "two offers to one agent", also: "capacity kept") {
            $0.checksIn("a")
            $0.arrives("c1")
            $0.arrives("c2")
            $0.offered("c1", "a")
            $0.tell(.contactOffered("c2", "a", "r"))
            $0.tell(.offerEnded("c2", "a", .withdrawn))
            $0.abandons("c2")
            $0.answered("c1", "a")
            $0.ends("c1", "a")
        },
        BadStream("no offer after check-out", "offered to one who has left") {
            $0.checksIn("a")
            $0.checksOut("a")
            $0.arrives("c1")
            $0.tell(.contactOffered("c1", "a", "r"), .offerEnded("c1", "a", .unreachable))
            $0.abandons("c1")
        },
        BadStream("no skill violation", "one of two skills is missing") {
            $0.checksIn("b")
            $0.arrives("c1", in: "skilled")
            $0.offered("c1", "b")
            $0.refused("c1", "b")
            $0.abandons("c1")
        },
        BadStream("queue order kept", "a later one overtakes") {
            $0.checksIn("a")
            $0.arrives("c1")
            $0.arrives("c2")
            $0.offered("c2", "a")
            $0.answered("c2", "a")
            $0.ends("c2", "a")
            $0.abandons("c1")
        },
        BadStream("every offer ends", "one is open for ever") {
            $0.checksIn("a")
            $0.arrives("c1")
            $0.offered("c1", "a")
            $0.tell(.contactEnded("c1", .abandonedInQueue))
        },
        BadStream("every offer ends", "one ends that was not made") {
            $0.arrives("c1")
            $0.tell(.offerEnded("c1", "a", .busy))
            $0.abandons("c1")
        },
        BadStream("reserved means offered", "reserved for nothing") {
            $0.checksIn("a")
            $0.tell(.agentStateChanged("a", .reserved, until: nil))
            $0.wait(20)
            $0.tell(.agentStateChanged("a", .notReady(.redirectedOnNoAnswer), until: nil))
        },
        BadStream("reserved means offered", "offered while pausing") {
            $0.checksIn("a")
            $0.tell(.agentStateChanged("a", .notReady("lunch"), until: nil))
            $0.arrives("c1")
            $0.tell(.contactOffered("c1", "a", "r"), .offerEnded("c1", "a", .withdrawn))
            $0.abandons("c1")
        },
        BadStream("answered only after offered", "answered without an offer") {
            $0.arrives("c1")
            $0.tell(.contactAnswered("c1", "a"), .contactReleased("c1", "a"), .contactEnded("c1", .completedByAgent))
        },
        BadStream("answered only after offered", "a wrap-up of nothing") {
            $0.arrives("c1")
            $0.tell(.wrapUpEnded("c1", "a"))
            $0.abandons("c1")
        },
        BadStream("legal agent states", "from idle to talking") {
            $0.checksIn("a")
            $0.tell(.agentStateChanged("a", .talking, until: nil))
        },
        BadStream("legal agent states", "a wrap-up without a conversation") {
            $0.checksIn("a")
            $0.tell(.agentStateChanged("a", .wrapUp, until: nil))
        },
        BadStream("durations sum to login time", "time in no state") {
            $0.tell(.agentCheckedIn("a"))
            $0.wait(5)
            $0.tell(.agentStateChanged("a", .idle, until: nil))
            $0.checksOut("a")
        },
        BadStream("durations sum to login time", "checked in twice") {
            $0.checksIn("a")
            $0.tell(.agentCheckedIn("a"))
        },
        BadStream("durations sum to login time", "still checked in when the centre starts again") {
            $0.checksIn("a")
            $0.tell(.centerStarted, .agentCheckedIn("a"))
        },
        BadStream("durations sum to login time", "a date goes back") {
            $0.checksIn("a")
            $0.wait(-60)
            $0.tell(.agentStateChanged("a", .notReady("lunch"), until: nil))
        },
        BadStream("holds balanced", "held twice") {
            $0.arrives("c1")
            $0.tell(.contactHeld("c1", by: .customer), .contactHeld("c1", by: .customer))
            $0.abandons("c1")
        },
        BadStream("holds balanced", "resumed by the other party") {
            $0.arrives("c1")
            $0.tell(.contactHeld("c1", by: .customer), .contactResumed("c1", by: .agent))
            $0.abandons("c1")
        },
    ]

    static let badRouting: [BadStream] = [
        BadStream("one agent per contact", "two winners of one ring") {
            $0.checksIn("a")
            $0.checksIn("b")
            $0.arrives("c1", in: "all")
            $0.offered("c1", "a")
            $0.offered("c1", "b")
            $0.answered("c1", "a")
            $0.answered("c1", "b")
            $0.tell(.contactReleased("c1", "b"), .agentStateChanged("b", .wrapUp, until: nil))
            $0.tell(.wrapUpEnded("c1", "b"))
            $0.ends("c1", "a")
        },
        BadStream("one agent per contact", "more phones ring than may") {
            for agent in ["a", "b", "c"] as [AgentID] { $0.checksIn(agent) }
            $0.arrives("c1", in: "all")
            for agent in ["a", "b", "c"] as [AgentID] { $0.offered("c1", agent) }
            for agent in ["a", "b", "c"] as [AgentID] { $0.refused("c1", agent) }
            $0.abandons("c1")
        },
        BadStream("every offer ends", "the loser's phone rings on") {
            $0.checksIn("a")
            $0.checksIn("b")
            $0.arrives("c1", in: "all")
            $0.offered("c1", "a")
            $0.offered("c1", "b")
            $0.answered("c1", "a")
            $0.ends("c1", "a")
        },
        BadStream("every offer ends", "offered twice before the first ended") {
            $0.checksIn("a")
            $0.arrives("c1")
            $0.offered("c1", "a")
            $0.tell(.contactOffered("c1", "a", "again"), .offerEnded("c1", "a", .busy))
            $0.refused("c1", "a")
            $0.abandons("c1")
        },
        BadStream("no skill violation", "a step of the relaxation too early") {
            $0.checksIn("b")
            $0.arrives("c1", in: "wide")
            $0.wait(8)
            $0.offered("c1", "b")
            $0.refused("c1", "b")
            $0.abandons("c1")
        },
        BadStream("capacity kept", "a third chat") {
            $0.checksIn("d")
            $0.tell(.agentStateChanged("d", .reserved, until: nil))
            for id in ["c1", "c2", "c3"] as [ContactID] {
                $0.arrives(id, channel: .chat)
                $0.tell(.contactOffered(id, "d", "r"))
            }
            for id in ["c1", "c2", "c3"] as [ContactID] {
                $0.tell(.offerEnded(id, "d", .withdrawn))
                $0.abandons(id)
            }
        },
        BadStream("capacity kept", "a mail beside a call") {
            $0.checksIn("d")
            $0.arrives("c1")
            $0.offered("c1", "d")
            $0.answered("c1", "d")
            $0.arrives("c2", channel: .mail)
            $0.tell(.contactOffered("c2", "d", "r"), .offerEnded("c2", "d", .withdrawn))
            $0.abandons("c2")
            $0.ends("c1", "d")
        },
        BadStream("capacity kept", "a channel that the agent does not have") {
            $0.checksIn("a")
            $0.arrives("c1", channel: .mail)
            $0.offered("c1", "a")
            $0.refused("c1", "a")
            $0.abandons("c1")
        },
        BadStream("priority and ageing kept", "the lower comes first", also: "no starvation with ageing") {
            $0.checksIn("a")
            $0.arrives("c1", in: "urgent")
            $0.arrives("c2", in: "slow")
            $0.offered("c2", "a")
            $0.refused("c2", "a")
            $0.abandons("c2")
            $0.abandons("c1")
        },
        BadStream("no starvation with ageing", "passed for ever", also: "priority and ageing kept") {
            $0.checksIn("a")
            $0.arrives("c1", in: "slow")
            $0.wait(61)
            $0.arrives("c2", in: "urgent")
            $0.offered("c2", "a")
            $0.refused("c2", "a")
            $0.abandons("c2")
            $0.abandons("c1")
        },
        BadStream("counted at answer", "an answered one counts as abandoned") {
            $0.checksIn("a")
            $0.arrives("c1")
            $0.offered("c1", "a")
            $0.answered("c1", "a")
            $0.tell(.contactReleased("c1", "a"), .contactEnded("c1", .abandonedInQueue))
        },
    ]

    @Test("a bad stream is caught by the rule that it breaks, and by no other", arguments: badStreams + badRouting)
    func bad(_ stream: BadStream) throws {
        let found = Self.violations(of: stream.events)
        #expect(
            Set(found.map(\.rule)) == stream.also.union([stream.rule]),
            "\(found.map(\.description).joined(separator: "\n"))")
        let first = try #require(found.first)
        #expect(first.trace.isEmpty == (first.contact == nil && first.agent == nil))
        #expect(first.trace.allSatisfy { $0.contact == first.contact || $0.agent == first.agent })
    }

    @Test("every rule has a bad stream, or a test of its own")
    func everyRuleIsTested() {
        let tested = Set((Self.badStreams + Self.badRouting).map(\.rule)).union([
            "records tell the events", "figures add up",
        ])
        #expect(Set(Self.suite().ruleNames) == tested)
    }

    @Test("a run that was cut may leave contacts, offers and reservations open")
    func cut() {
        var stream = Stream()
        stream.checksIn("a")
        stream.arrives("c1")
        stream.tell(.agentStateChanged("a", .reserved, until: nil), .contactOffered("c1", "a", "r"))
        #expect(Self.violations(of: stream.events, isCut: true).isEmpty)
        #expect(Self.violations(of: stream.events).map(\.rule) == ["no contact lost", "every offer ends"])
    }

    @Test("a record that says something else, is missing, is there twice or is of nobody is found")
    func records() {
        let events = Self.goodDay().events
        let records = Self.records(of: events)
        func rules(_ records: [ContactRecord]) -> Set<String> {
            Set(Self.violations(of: events, records: records).map(\.rule))
        }
        var changed = records
        changed[0].digitCount += 1
        #expect(rules(changed) == ["records tell the events"])
        #expect(rules(Array(records.dropLast())) == ["records tell the events", "figures add up"])
        #expect(rules(records + [records[0]]) == ["records tell the events", "figures add up"])
    }

    @Test("figures that do not add up are found without looking at single records")
    func figures() {
        let events = Self.goodDay().events
        var suite = InvariantSuite(rules: [FiguresAddUp()])
        for event in events { suite.observe(event) }
        var records = Self.records(of: events)
        suite.finish(records: records)
        #expect(suite.violations.isEmpty)
        records[0].answeredAt = nil
        suite.finish(records: records)
        #expect(suite.violations.map(\.expected) == ["11 answered contacts, by the events"])
    }

    @Test("a violation reads as a story: rule, what was expected and seen, and the events")
    func description() throws {
        var stream = Stream()
        stream.checksIn("a")
        stream.checksOut("a")
        stream.serves("other", "b")
        stream.arrives("c1")
        stream.tell(.contactOffered("c1", "a", "r7"))
        let violation = try #require(
            Self.violations(of: stream.events, isCut: true).first { $0.contact == "c1" })
        #expect(
            violation.description == """
                no offer after check-out: broken at 2023-11-14T22:13:28.000Z
                  expected: a is checked in
                  seen:     contactOffered contact=c1 agent=a reservation=r7
                  contact:  c1
                  agent:    a
                  2023-11-14T22:13:20.000Z agentCheckedIn agent=a
                  2023-11-14T22:13:20.000Z agentStateChanged agent=a state=idle
                  2023-11-14T22:13:21.000Z agentStateChanged agent=a state=checkedOut
                  2023-11-14T22:13:21.000Z agentCheckedOut agent=a
                  2023-11-14T22:13:27.000Z contactArrived contact=c1 direction=inbound caller=… dialled=…
                  2023-11-14T22:13:27.000Z contactQueued contact=c1 queue=q
                  2023-11-14T22:13:27.000Z contactConnected contact=c1
                  2023-11-14T22:13:28.000Z contactOffered contact=c1 agent=a reservation=r7
                """)
    }

    @Test("a suite follows the event stream of a centre, and says when it missed some")
    func follow() async {
        let centre = EventBroadcast<CenterEvent>()
        var stream = Stream()
        stream.arrives("c1")
        let (whole, short) = (centre.subscribe(), centre.subscribe(bufferMax: 2))
        for event in stream.events { centre.send(event) }
        centre.finish()
        var suite = Self.suite()
        await suite.follow(whole)
        suite.finish()
        #expect(suite.eventCount == 3 && suite.violations.map(\.rule) == ["no contact lost"])
        var slow = Self.suite()
        await slow.follow(short)
        slow.finish()
        #expect(slow.missedCount == 1)
        #expect(slow.violations.map(\.rule) == ["every event is seen"], "who has not seen all cannot tell more")
    }
}
