import ContactCenterKit
import Testing

@Suite("A plan")
struct PlanTests {
    @Test("that contradicts itself is refused, and every problem is named")
    func problems() throws {
        let error = #expect(throws: CenterError.self) {
            _ = try ContactCenter {
                Phones(host: "localhost", rtpPorts: 20_000...20_001, advertised: "example.com")
                Queue("support")
                Queue("support")
                Agent("agent1", skills: []).phone(password: "a")
                Agent("agent1", skills: []).phone(password: "b")
                Number("1", queue: "support")
                Number("1", queue: "sales")
                Number("2", agent: "nobody")
            }
        }
        let message = try #require(error?.message)
        #expect(error?.code == .badPlan)
        for part in [
            "queue \"support\" is defined 2 times", "agent \"agent1\" is defined 2 times",
            "number \"1\" is defined 2 times", "queue \"sales\", which is not defined", "agent \"nobody\"",
            "host \"localhost\"", "advertised address \"example.com\"", "20000",
        ] {
            #expect(message.contains(part), "\(message)")
        }
    }

    @Test("that is sound has no problems, and a store that cannot be opened is named")
    func store() {
        #expect(CenterPlan().problems == [])
        #expect(throws: (any Error).self) { _ = try ContactCenter { Store.sqlite("/dev/null/center.sqlite") } }
    }

    @Test("is made of parts, in conditions and loops too")
    func parts() {
        func build(@CenterBuilder _ plan: () -> CenterPlan) -> CenterPlan { plan() }
        let isLarge = true
        let plan = build {
            Phones(host: "::1", sipPort: 0)
            StopWithin(.seconds(3))
            Store.memory
            for index in 1...3 { Queue(QueueID("q\(index)")) }
            if isLarge { Recordings("folder") } else { Queue("small") }
            if !isLarge { Queue("none") }
        }
        #expect(plan.problems == [])
        #expect(plan.queues.map(\.id) == ["q1", "q2", "q3"])
        #expect(plan.recordings?.folder == "folder" && plan.stopGrace == .seconds(3))
    }
}
