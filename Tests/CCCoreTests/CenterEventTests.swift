import CCCore
import Foundation
import Testing

@Suite("Centre event")
struct CenterEventTests {
    static let kinds: [CenterEvent.Kind] = [
        .contactArrived(
            Contact(
                id: "c1", dialledNumber: "+34900111222", callerNumber: "+34911234567",
                arrivedAt: Date(millisecondsSince1970: 5), signallingID: "x@y")),
        .contactConnected("c1"), .contactQueued("c1", "support"), .contactOffered("c1", "ann", "r1"),
        .agentRinging("c1", "ann"), .offerEnded("c1", "ann", .busy), .contactAnswered("c1", "ann"),
        .contactHeld("c1", by: .agent), .contactResumed("c1", by: .customer), .digitPressed("c1", by: .customer),
        .contactReleased("c1", "ann"), .contactDequeued("c1"), .contactEnded("c1", .completedByAgent),
        .contactClosed("c1"), .wrapUpEnded("c1", "ann"),
        .mediaMeasured("c1", nil, MediaFigures(packetsExpected: 7, packetsLost: 1)),
        .mediaMeasured("c1", "ann", MediaFigures(packetsExpected: 7, packetsLost: 0)),
        .recordingStarted("c1", "rec1"), .recordingPaused("c1", "rec1"), .recordingResumed("c1", "rec1"),
        .recordingFinished("c1", "rec1"), .recordingFailed("c1", "rec1", "noSpace"),
        .agentCheckedIn("ann"), .agentCheckedOut("ann"), .agentCheckedOut("ann", keeping: "lunch"),
        .agentStateChanged("ann", .notReady("lunch"), until: nil),
        .agentStateChanged("ann", .wrapUp, until: Date(millisecondsSince1970: 1_763_763_610_000)),
        .agentStateChanged("ann", .idle, until: nil, cause: .supervisor),
        .contactHandedOver("c1", from: "ann", to: "bob"), .contactTransferred("c1", "ann", to: "sales"),
        .consultationStarted("c1", "ann", with: "bob"), .consultationEnded("c1", "ann", with: "bob"),
        .helpRequested("c1", "ann"), .contactTreated("c1", "hangUp"), .contactDisposed("c1", "ann", ["sold", "vip"]),
        .routingDecided(
            RoutingDecision(
                contact: "c1", queue: "support", agent: "ann", occasion: .agentFree, requires: "es",
                policy: "longestWait",
                waited: .seconds(3),
                candidates: [.init(agent: "ann", idle: .seconds(1), proficiency: 2.5, load: 1)], candidateCount: 1,
                rejections: [.init(rule: .paused, count: 2, agents: ["bob", "eva"])],
                alternatives: [.init(contact: "c2", queue: "sales", waited: .milliseconds(1_500))], notLookedAt: 7)),
        .callbackRequested("c1", nil), .callbackAttempted("c1", "ann"),
        .callbackRequested(
            "c1", CallbackPromise(address: "sip:+34911234567@10.0.0.9", number: "+34900111222")),
        .phoneRegistered("ann"), .phoneUnregistered("ann"), .centerStarted, .centerStopping, .centerStopped,
    ]

    @Test("every kind of event comes back from its JSON", arguments: kinds)
    func roundTrip(kind: CenterEvent.Kind) throws {
        let event = CenterEvent(kind, at: Date(millisecondsSince1970: 1_763_763_600_123), tenant: "acme")
        let line = try CenterJSON.line(event)
        #expect(try CenterJSON.value(CenterEvent.self, from: line) == event)
        #expect(line.contains("\"type\":\"\(event.type)\""))
        #expect(line.contains("\"contact\":") == (event.contact != nil))
        #expect(line.contains(#""date":"2025-11-21T22:20:00.123Z""#))
    }

    @Test("no event prints a telephone number", arguments: kinds)
    func redacted(kind: CenterEvent.Kind) {
        let event = CenterEvent(kind, at: Date(millisecondsSince1970: 0))
        var dumped = ""
        dump(event, to: &dumped)
        for text in ["\(event)", String(reflecting: event), dumped, "\(kind)"] {
            #expect(!text.contains("911234567"))
            #expect(!text.contains("900111222"))
        }
    }

    @Test("an event's text names what it is about")
    func description() {
        let date = Date(millisecondsSince1970: 0)
        #expect("\(CenterEvent(.contactAnswered("c1", "ann"), at: date))" == "contactAnswered contact=c1 agent=ann")
        #expect(
            "\(CenterEvent(Self.kinds[0], at: date))"
                == "contactArrived contact=c1 direction=inbound caller=…67 dialled=…22")
        #expect(
            "\(CenterEvent(.agentStateChanged("ann", .notReady("lunch"), until: nil), at: date, tenant: "acme"))"
                == "agentStateChanged tenant=acme agent=ann state=notReady:lunch")
    }

    @Test("an event that lacks a field, or is of an unknown type, is an error and no trap")
    func malformed() {
        for line in [
            #"{"type":"contactAnswered","date":"2025-11-21T22:20:00.123Z","contact":"c1"}"#,
            #"{"type":"contactVanished","date":"2025-11-21T22:20:00.123Z","contact":"c1"}"#,
            #"{"type":"centerStarted"}"#, "{}", "",
        ] {
            #expect(throws: (any Error).self) { try CenterJSON.value(CenterEvent.self, from: line) }
        }
    }

    @Test(
        "agent states come back from their names",
        arguments: [AgentState.checkedOut, .idle, .reserved, .talking, .wrapUp, .notReady(""), .notReady("a:b")])
    func agentStates(state: AgentState) {
        #expect(AgentState(rawValue: state.rawValue) == state)
        #expect(AgentState(rawValue: "asleep") == nil)
    }
}
