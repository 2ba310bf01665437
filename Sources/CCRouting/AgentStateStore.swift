#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import Synchronization

/// What is kept of an agent between runs of the process: who was checked in, in which state, since when.
public struct AgentStateRecord: Hashable, Sendable, Codable {
    public let tenant: TenantID
    public let agent: AgentID
    public let state: AgentState
    public let since: Date

    /// - Parameter since: is kept to the millisecond.
    public init(tenant: TenantID = .main, agent: AgentID, state: AgentState, since: Date) {
        self.tenant = tenant
        self.agent = agent
        self.state = state
        self.since = since.roundedToMilliseconds
    }
}

/// Keeps the last state of every agent.
///
/// - A save replaces what was kept of the same agent of the same tenant; an older `since` does not replace a newer one,
///   so saves may come out of order.
/// - One call of ``save(_:)`` is one transaction. When it has returned, the states survive the death of the process.
public protocol AgentStateStore: Sendable {
    func save(_ states: [AgentStateRecord]) async throws
    /// All agents of a tenant, by id.
    func states(of tenant: TenantID) async throws -> [AgentStateRecord]
}

/// Keeps agents' states in memory.
public final class InMemoryAgentStateStore: AgentStateStore {
    private struct Key: Hashable {
        let tenant: TenantID
        let agent: AgentID
    }

    private let stored = Mutex<[Key: AgentStateRecord]>([:])

    public init() {}

    public func save(_ states: [AgentStateRecord]) async throws {
        stored.withLock { stored in
            for state in states {
                let key = Key(tenant: state.tenant, agent: state.agent)
                if let kept = stored[key], kept.since > state.since { continue }
                stored[key] = state
            }
        }
    }

    public func states(of tenant: TenantID) async throws -> [AgentStateRecord] {
        stored.withLock { $0.values.filter { $0.tenant == tenant } }.sorted { $0.agent < $1.agent }
    }
}
