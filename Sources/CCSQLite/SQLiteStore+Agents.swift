import CCCore
import CCRouting
internal import GRDB

extension SQLiteStore: AgentStateStore {
    public func save(_ states: [AgentStateRecord]) async throws {
        guard !states.isEmpty else { return }
        let upsert = """
            INSERT INTO agentState (tenant, agent, state, since) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET state = excluded.state, since = excluded.since WHERE excluded.since >= since
            """
        try await write { db in
            for state in states {
                try db.run(
                    upsert,
                    [
                        state.tenant.rawValue, state.agent.rawValue, state.state.rawValue,
                        state.since.millisecondsSince1970,
                    ])
            }
        }
    }

    public func states(of tenant: TenantID) async throws -> [AgentStateRecord] {
        try await read { db in
            try db.rows("SELECT * FROM agentState WHERE tenant = ? ORDER BY agent", [tenant.rawValue]).map { row in
                AgentStateRecord(
                    tenant: try row.id("tenant"), agent: try row.id("agent"), state: try row.name("state"),
                    since: try row.date("since"))
            }
        }
    }
}
