#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import CCRouting

/// Checks that an agent state store keeps what `AgentStateStore` promises.
///
/// - Parameter make: gives a fresh, empty store each time.
/// - Throws: ``ConformanceFailure`` with the name of the first rule that is broken.
public func checkAgentStateStore(_ make: @escaping () async throws -> any AgentStateStore) async throws {
    let check = StoreCheck(make: make)
    let start = Date(millisecondsSince1970: 1_763_763_600_123)
    func state(_ agent: AgentID, _ state: AgentState, _ seconds: Double = 0, tenant: TenantID = .main)
        -> AgentStateRecord
    {
        AgentStateRecord(tenant: tenant, agent: agent, state: state, since: start.addingTimeInterval(seconds))
    }

    try await check.rule("an empty store has no agents") { store in
        try expectEqual(try await store.states(of: .main), [])
    }
    try await check.rule("every state comes back as it was saved, by agent") { store in
        let all: [AgentState] = [
            .checkedOut, .idle, .notReady("lunch: half"), .reserved, .talking, .wrapUp,
            .notReady(.redirectedOnNoAnswer),
        ]
        let states = all.enumerated().map { state(AgentID("agent\($0.offset)"), $0.element) }
        try await store.save(states.reversed())
        try expectEqual(try await store.states(of: .main), states)
    }
    try await check.rule("a newer state replaces an older one, never the other way round") { store in
        try await store.save([state("ann", .talking, 5)])
        try await store.save([state("ann", .idle, 2)])
        try expectEqual(try await store.states(of: .main), [state("ann", .talking, 5)])
        try await store.save([state("ann", .wrapUp, 6), state("ann", .idle, 7)])
        try expectEqual(try await store.states(of: .main), [state("ann", .idle, 7)])
    }
    try await check.rule("of two states of one moment the later save counts") { store in
        try await store.save([state("ann", .idle)])
        try await store.save([state("ann", .reserved)])
        try expectEqual(try await store.states(of: .main), [state("ann", .reserved)])
    }
    try await check.rule("tenants do not see each other's agents") { store in
        try await store.save([state("ann", .idle), state("ann", .talking, tenant: "other")])
        try expectEqual(try await store.states(of: .main), [state("ann", .idle)])
        try expectEqual(try await store.states(of: "other"), [state("ann", .talking, tenant: "other")])
    }
}
