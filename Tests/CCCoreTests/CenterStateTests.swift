import CCCore
import Foundation
import Testing

@Suite("The state of a centre")
struct CenterStateTests {
    private static let start = Date(millisecondsSince1970: 1_763_763_600_000)

    private func state(_ kinds: [CenterEvent.Kind]) -> CenterState {
        var state = CenterState()
        for (second, kind) in kinds.enumerated() { state.apply(event(second, kind)) }
        return state
    }

    private func event(_ second: Int, _ kind: CenterEvent.Kind) -> CenterEvent {
        CenterEvent(kind, at: Self.start.addingTimeInterval(Double(second)))
    }

    private func contact(_ id: ContactID) -> CenterEvent.Kind {
        .contactArrived(Contact(id: id, dialledNumber: "support", callerNumber: "", arrivedAt: Self.start))
    }

    @Test("follows a contact and its agent from the arrival to the end of the wrap-up")
    func story() {
        var state = CenterState()
        func tell(_ second: Int, _ kind: CenterEvent.Kind) -> ContactRecord? { state.apply(event(second, kind)) }
        #expect(tell(0, contact("c1")) == nil)
        #expect(state.standing(of: "c1") == .inHand)
        _ = tell(1, .contactQueued("c1", "support"))
        #expect(state.standing(of: "c1") == .waiting("support", since: Self.start.addingTimeInterval(1)))
        #expect(state.waitingCount(in: "support") == 1)
        _ = tell(2, .agentStateChanged("ann", .reserved, until: nil))
        _ = tell(2, .contactOffered("c1", "ann", "r1"))
        #expect(state.standing(of: "c1") == .offered("support", "ann", "r1"))
        #expect(state.agent("ann")?.contact == "c1")
        #expect(state.waitingCount(in: "support") == 0)
        _ = tell(3, .contactAnswered("c1", "ann"))
        _ = tell(3, .agentStateChanged("ann", .talking, until: nil))
        #expect(state.standing(of: "c1") == .talking("ann"))
        _ = tell(9, .contactReleased("c1", "ann"))
        #expect(tell(9, .contactEnded("c1", .completedByCustomer))?.terminalReason == .completedByCustomer)
        _ = tell(9, .agentStateChanged("ann", .wrapUp, until: nil))
        #expect(tell(10, .contactClosed("c1")) != nil)
        #expect(state.agent("ann")?.contact == "c1")
        #expect(tell(19, .wrapUpEnded("c1", "ann"))?.wrapUp == .seconds(10))
        #expect(state.contacts.isEmpty)
        _ = tell(19, .agentStateChanged("ann", .idle, until: nil))
        #expect(
            state.agent("ann") == AgentStanding(agent: "ann", state: .idle, since: Self.start.addingTimeInterval(19)))
    }

    @Test("knows that a contact has left its queue, and stops its wait")
    func dequeued() throws {
        var state = state([
            contact("c1"), .contactQueued("c1", "support"), .contactConnected("c1"), .contactDequeued("c1"),
        ])
        #expect(state.standing(of: "c1") == .inHand)
        #expect(state.contacts["c1"]?.reason(forHangUpBy: .customer) == .completedByCustomer)
        let ended = state.apply(event(60, .contactEnded("c1", .completedByCenter)))
        let record = try #require(ended)
        #expect(record.queueWait == .seconds(2))
    }

    @Test("after a death ends what was live, closes what had ended, and then has nothing more to say")
    func death() throws {
        var state = state([
            contact("inHand"), contact("waiting"), .contactQueued("waiting", "q"), contact("offered"),
            .contactQueued("offered", "q"), .agentStateChanged("bob", .reserved, until: nil),
            .contactOffered("offered", "bob", "r1"), contact("talking"), .contactQueued("talking", "q"),
            .contactOffered("talking", "ann", "r2"), .contactAnswered("talking", "ann"),
            .agentStateChanged("ann", .talking, until: nil), contact("ended"),
            .contactEnded("ended", .rejectedByHandler),
            contact("inWrapUp"), .contactQueued("inWrapUp", "q"), .contactOffered("inWrapUp", "eve", "r3"),
            .contactAnswered("inWrapUp", "eve"), .contactReleased("inWrapUp", "eve"),
            .contactEnded("inWrapUp", .completedByAgent), .contactClosed("inWrapUp"),
            .agentStateChanged("eve", .wrapUp, until: nil), .agentStateChanged("joe", .notReady("lunch"), until: nil),
            .agentStateChanged("kim", .notReady(.declined), until: nil), .agentStateChanged("leo", .idle, until: nil),
        ])
        var records: [ContactID: ContactRecord] = [:]
        for event in state.eventsAfterDeath() {
            #expect(event.date == Self.start.addingTimeInterval(24))
            if let record = state.apply(event) { records[record.id] = record }
        }
        #expect(state.contacts.isEmpty)
        #expect(state.eventsAfterDeath() == [])
        #expect(
            records.mapValues(\.terminalReason) == [
                "inHand": .crashed, "waiting": .crashed, "offered": .crashed, "talking": .crashed,
                "ended": .rejectedByHandler, "inWrapUp": .completedByAgent,
            ])
        #expect(records["talking"]?.talk == .seconds(14))
        #expect(records["offered"]?.segments.map(\.outcome) == [.withdrawn])
        #expect(records["inWrapUp"]?.wrapUp == .seconds(6))
        #expect(state.agents.allSatisfy { $0.state == .checkedOut })
        #expect(state.agents.compactMap(\.keptPause) == ["lunch"], "the event says which pause goes on")
        state.apply(event(100, .centerStarted))
        state.apply(event(101, .centerStarted))
        #expect(state.agents.allSatisfy { $0.state == .checkedOut })
        #expect(state.agents.compactMap(\.keptPause) == ["lunch"])
        state.apply(event(102, .agentStateChanged("joe", .notReady("lunch"), until: nil)))
        state.apply(event(103, .agentStateChanged("joe", .checkedOut, until: nil)))
        #expect(state.agents.compactMap(\.keptPause) == [], "who checks out has no pause any more")
    }

    @Test("lets an end stand that was recorded elsewhere")
    func recordedEnd() throws {
        var state = state([contact("c1"), contact("c2")])
        let known = ContactRecord(
            contact: try #require(state.contacts["c2"]).contact, endedAt: Self.start.addingTimeInterval(7),
            terminalReason: .completedByAgent)
        var reasons: [ContactID: TerminalReason] = [:]
        for event in state.eventsAfterDeath(ends: ["c2": known]) {
            if let record = state.apply(event) { reasons[record.id] = record.terminalReason }
        }
        #expect(reasons == ["c1": .crashed, "c2": .completedByAgent])
    }

    @Test("keeps tenants apart")
    func tenants() {
        var state = CenterState(tenant: "acme")
        state.apply(event(0, contact("c1")))
        #expect(state == CenterState(tenant: "acme"))
    }
}
