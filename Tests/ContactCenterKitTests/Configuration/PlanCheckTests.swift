import ContactCenterKit
import Foundation
import Testing

@Suite("A plan is looked through")
struct PlanCheckTests {
    private func findings(_ yaml: String) -> [String] {
        CenterPlan.check(yaml: yaml, file: "c.yml").map { finding in
            "\(finding.severity == .warning ? "warning " : "")\(finding.problem)"
        }
    }

    private static let staff = "\nagents: {a: {skills: [x]}}\n"

    @Test("a sound plan has no findings")
    func sound() {
        #expect(findings(ConfigurationTests.everything).isEmpty)
    }

    @Test("a queue that no agent can ever serve is a warning, unless others serve it")
    func unserved() {
        let found = findings("queues:\n  q:\n    requires: y & x\n    relaxation: [{after: 10, to: y}]" + Self.staff)
        #expect(found == ["warning c.yml:3: queues.q.requires: no agent can ever serve the queue: it asks for y & x"])
        #expect(findings("queues:\n  q:\n    requires: y\n    relaxation: [{after: 10, to: x}]" + Self.staff).isEmpty)
        let overflow = "queues: {q: {requires: y, leaving: [{then: {overflow: r}}]}, r: {}}" + Self.staff
        #expect(findings(overflow).isEmpty)
    }

    @Test("under a profile that forbids it, waiting callers are not hung up on, refused or limited in number")
    func law() {
        func found(_ queue: String) -> [String] { findings("legal: spain\nqueues:\n  q: \(queue)" + Self.staff) }
        #expect(
            found("{leaving: [{when: {waited: 5m}, then: hangUp}]}") == [
                "c.yml:3: queues.q.leaving[0].then: callers are hung up on, which the legal profile \"spain\" forbids"
            ])
        #expect(
            found("{joining: [{when: {waiting: 50}, then: busy}]}") == [
                "c.yml:3: queues.q.joining[0].then: callers are refused as busy, which the legal profile \"spain\" forbids"
            ])
        #expect(
            found("{waitingMax: 20}") == [
                "c.yml:3: queues.q.waitingMax: callers beyond 20 are refused, which the legal profile \"spain\" forbids"
            ])
        // Outside hours it is allowed; a door that may be open does not count as closed.
        let hours = "hours: {timeZone: UTC, week: 09:00-17:00}"
        #expect(found("{\(hours), joining: [{when: closed, then: hangUp}]}").isEmpty)
        #expect(found("{\(hours), joining: [{when: {any: [closed, {waiting: 5}]}, then: hangUp}]}").count == 1)
        #expect(found("{\(hours), joining: [{when: {all: [closed, {waiting: 5}]}, then: hangUp}]}").isEmpty)
        #expect(found("{\(hours), joining: [{when: {not: closed}, then: hangUp}]}").count == 1)
        // Who waits when it closes came while it was open.
        #expect(found("{\(hours), leaving: [{when: closed, then: hangUp}]}").count == 1)
        #expect(found("{leaving: [{when: emergencyClosed, then: busy}]}").count == 1)
    }

    @Test("a way to a place that ejects callers is found too, over several steps and numbers")
    func lawOfOverflow() {
        let yaml = """
            legal: {profile: spain, queues: [q]}
            queues:
              q: {leaving: [{when: {waited: 60}, then: {move: second}}]}
              second: {leaving: [{when: noAgentsReady, then: {number: last}}]}
              third: {joining: [{when: {waiting: 5}, then: busy}]}
              other: {joining: [{when: {waiting: 5}, then: busy}]}
            numbers: {last: {queue: third}}
            agents: {a: {}}
            """
        #expect(
            findings(yaml) == [
                "c.yml:5: queues.third.joining[0].then: callers are refused as busy, which the legal profile \"spain\" forbids, and callers of \"q\" get there"
            ])
    }

    @Test("callers who go round are found: for sure, or perhaps")
    func circles() {
        let sure = """
            queues:
              a: {leaving: [{when: {waited: 60}, then: {move: b}}]}
              b: {leaving: [{then: {move: a}}]}
            agents: {x: {}}
            """
        #expect(findings(sure) == ["c.yml:3: queues.b.leaving[0].then: callers go round without end: a → b → a"])
        let perhaps = sure.replacing("{waited: 60}", with: "noAgentsReady")
        #expect(findings(perhaps) == ["warning c.yml:3: queues.b.leaving[0].then: callers may go round: a → b → a"])
        let overflow = sure.replacing("move", with: "overflow")
        #expect(findings(overflow).isEmpty)
    }

    @Test("a queue without hours that asks whether it is closed is a warning")
    func hours() {
        let found = findings("queues: {q: {joining: [{when: {not: closed}, then: offerCallback}]}}" + Self.staff)
        #expect(found == ["warning c.yml:1: queues.q.joining[0].when: the queue has no hours, so it is never closed"])
    }

    @Test("in Swift the same is found")
    func swift() {
        var plan = CenterPlan()
        plan.queues = [
            Queue("q", leaving: [QueueRule(when: .waited(atLeast: .seconds(60)), then: .hangUp(message: nil))]),
            Queue("r"),
        ]
        plan.seats = [Seat(agent: Agent("a"))]
        #expect(plan.findings.isEmpty)
        plan.legal = .spain
        #expect(plan.problems.count == 1)
        plan.legal = LegalProfile(.spain, queues: ["r"])
        #expect(plan.findings.isEmpty)
        plan.legal = LegalProfile(.spain, queues: ["s"])
        #expect(plan.problems == ["legal.queues: there is no queue \"s\""])
    }
}
