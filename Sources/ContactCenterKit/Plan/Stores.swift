import CCCore
import CCRecording
import CCRouting
import CCSQLite
import CCSip

/// The stores of a centre, of one backend.
struct Stores: Sendable {
    let contacts: any ContactStore
    let agentStates: any AgentStateStore
    let registrations: any RegistrationStore
    let recordings: any RecordingStore

    init(_ store: Store) throws {
        switch store {
        case .memory:
            contacts = InMemoryContactStore()
            agentStates = InMemoryAgentStateStore()
            registrations = InMemoryRegistrationStore()
            recordings = InMemoryRecordingStore()
        case .sqlite(let path):
            let file = try SQLiteStore(path: path)
            contacts = file
            agentStates = file
            registrations = file
            recordings = file
        }
    }
}
