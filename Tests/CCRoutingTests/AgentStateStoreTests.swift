import CCRouting
import CCTestKit
import Testing

@Suite("Agent state store in memory")
struct AgentStateStoreTests {
    @Test("the in-memory store keeps the rules of agent state stores")
    func conformance() async throws {
        try await checkAgentStateStore { InMemoryAgentStateStore() }
    }
}
