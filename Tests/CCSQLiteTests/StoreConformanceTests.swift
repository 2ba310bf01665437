import CCCore
import CCRecording
import CCSQLite
import CCSip
import CCTestKit
import Testing

@Suite("Stores in memory")
struct InMemoryStoreTests {
    @Test("contacts") func contacts() async throws { try await checkContactStore { InMemoryContactStore() } }

    @Test("the journal") func journal() async throws {
        try await checkJournalStore {
            let contacts = InMemoryContactStore()
            return (InMemoryJournalStore(contacts: contacts), contacts)
        }
    }

    @Test("recordings") func recordings() async throws { try await checkRecordingStore { InMemoryRecordingStore() } }

    @Test("registrations") func registrations() async throws {
        try await checkRegistrationStore { InMemoryRegistrationStore() }
    }
}

@Suite("Stores in SQLite")
struct SQLiteStoreConformanceTests {
    @Test("contacts") func contacts() async throws {
        try await withTemporaryFolder { folder in try await checkContactStore { try folder.store() } }
    }

    @Test("the journal") func journal() async throws {
        try await withTemporaryFolder { folder in
            try await checkJournalStore {
                let store = try folder.store()
                return (store, store)
            }
        }
    }

    @Test("recordings") func recordings() async throws {
        try await withTemporaryFolder { folder in try await checkRecordingStore { try folder.store() } }
    }

    @Test("registrations") func registrations() async throws {
        try await withTemporaryFolder { folder in try await checkRegistrationStore { try folder.store() } }
    }
}

@Suite("The conformance suites themselves")
struct ConformanceSuiteTests {
    @Test("a store that breaks a rule is caught by the rule's name")
    func caught() async throws {
        struct Forgetful: ContactStore {
            func save(_ records: [ContactRecord]) async throws {}
            func record(_ id: ContactID) async throws -> ContactRecord? { nil }
            func records(_ filter: ContactFilter) async throws -> [ContactRecord] { [] }
        }
        let failure = await #expect(throws: ConformanceFailure.self) { try await checkContactStore { Forgetful() } }
        #expect(failure?.rule == "a record with everything in it comes back equal")
    }
}
