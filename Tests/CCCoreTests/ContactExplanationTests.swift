import CCCore
import Foundation
import Testing

@Suite("The explanation of a contact")
struct ContactExplanationTests {
    private static let decision = RoutingDecision(
        contact: "c1", queue: "support", agent: "alice", occasion: .contactCame, requires: "es>=3 & !trainee",
        policy: "longestIdle", waited: .milliseconds(1_500),
        candidates: [
            .init(agent: "alice", idle: .seconds(61), proficiency: 4.5, load: 0),
            .init(agent: "bob", idle: .seconds(9), proficiency: 3, load: 2),
        ], candidateCount: 3,
        rejections: [
            .init(rule: .skills, count: 12, agents: ["carol", "dave"]),
            .init(rule: .refused, count: 1, agents: ["erin"]),
        ],
        alternatives: [.init(contact: "c9", queue: "sales", waited: .seconds(30))])

    private func entries(_ kinds: [CenterEvent.Kind]) -> [JournalEntry] {
        kinds.enumerated().map { index, kind in
            let date = Date(millisecondsSince1970: 1_763_763_600_000 + Int64(index) * 1_000)
            return JournalEntry(position: UInt64(index + 1), event: CenterEvent(kind, at: date))
        }
    }

    private var story: [JournalEntry] {
        let contact = Contact(
            id: "c1", dialledNumber: "support", callerNumber: "+15550123", arrivedAt: Date(timeIntervalSince1970: 0),
            signallingID: "x")
        return entries([
            .contactArrived(contact), .contactQueued("c1", "support"), .routingDecided(Self.decision),
            .contactOffered("c1", "alice", "r1"), .offerEnded("c1", "alice", .noAnswer),
            .contactOffered("c1", "bob", "r2"), .contactAnswered("c1", "bob"), .contactReleased("c1", "bob"),
            .contactEnded("c1", .completedByCustomer),
        ])
    }

    @Test("tells people who was considered and who was not, and by which rule")
    func lines() {
        let lines = ContactExplanation(story).lines.map { line in
            line.hasPrefix(" ") ? line : String(line.dropFirst("2025-11-21T22:20:00.000Z  ".count))
        }
        #expect(
            lines == [
                "arrives from …23 for …rt", "waits in support", "is offered to alice",
                "    the contact came to support, and longestIdle chose among the agents",
                "    asked for es>=3 & !trainee, after 1.5 s of waiting",
                "    could have had it: alice (free for 61.0 s, proficiency 4.5), bob (free for 9.0 s, proficiency 3, 2 beside it), and 1 more",
                "    without what is required: carol, dave, and 10 more", "    refused it before: erin",
                "    the agent could have had instead: c9 of sales, waiting 30.0 s", "alice: noAnswer",
                "is offered to bob; why was not written down", "bob answers", "bob and the customer part",
                "ends: completedByCustomer",
            ])
        #expect(!ContactExplanation(story).lines.joined().contains("5550123"))
    }

    @Test("gives programs the decisions in a stable form")
    func json() throws {
        let lines = try ContactExplanation(story).jsonLines
        #expect(
            lines == [
                #"{"date":"2025-11-21T22:20:02.000Z","decision":{"agent":"alice","alternatives":[{"contact":"c9","queue":"sales","waited":30}],"candidateCount":3,"candidates":[{"agent":"alice","idle":61,"load":0,"proficiency":4.5},{"agent":"bob","idle":9,"load":2,"proficiency":3}],"contact":"c1","occasion":"contactCame","policy":"longestIdle","queue":"support","rejections":[{"agents":["carol","dave"],"count":12,"rule":"skills"},{"agents":["erin"],"count":1,"rule":"refused"}],"requires":"es>=3 & !trainee","waited":1.5},"position":3}"#
            ])
        #expect(ContactExplanation([]).lines.isEmpty)
        #expect(try ContactExplanation([]).jsonLines.isEmpty)
    }
}
