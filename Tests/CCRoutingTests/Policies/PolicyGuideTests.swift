import CCCore
import CCRouting
import Testing

/// The examples of `Docs/Policies.md`.
@Suite("The guide to policies")
struct PolicyGuideTests {
    /// Who is on the phone for the first time today comes first.
    struct FreshFirst: RoutingPolicy {
        var text: String { "freshFirst" }

        func rank(of agent: AgentView, in line: LineView, using random: inout SplitMix64) -> Double {
            agent.contacts == 0 ? 0 : 1
        }
    }

    @Test("a router with policies")
    func router() throws {
        let queue = Queue("support", requires: .skill("support"), selection: .specialistsFirst)
        let router = Router(
            queues: [queue], agents: [Agent("ann", skills: ["support"])],
            policy: try Policy("fixedQueueRatio(sales: 2, support: 1)"))
        #expect(router.policy.text == "fixedQueueRatio(sales: 2, support: 1)")
    }

    @Test("a policy of one's own decides")
    func own() throws {
        let desk = Desk(
            queues: [Queue("q", wrapUp: .zero, selection: Policy(FreshFirst()))], agents: ["ann", "ben"])
        desk.checkIn("ann")
        let first = try #require(desk.arrive("c1", in: "q"))
        desk.accept(first)
        desk.end("c1")
        desk.checkIn("ben")
        #expect(first.agent == "ann")
        #expect(desk.arrive("c2", in: "q")?.agent == "ben", "although ann has been idle longer")
    }
}
