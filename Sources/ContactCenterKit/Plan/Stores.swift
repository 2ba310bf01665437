import CCCore
import CCRecording
import CCSQLite
import CCSip

/// The stores of a centre, of one backend.
struct Stores: Sendable {
    let contacts: any ContactStore
    let journal: any JournalStore
    let registrations: any RegistrationStore
    let recordings: any RecordingStore

    /// - Parameter work: Where a file is waited for.
    init(_ store: Store, work: any BlockingWork) throws {
        switch store {
        case .memory:
            contacts = InMemoryContactStore()
            journal = InMemoryJournalStore(contacts: contacts)
            registrations = InMemoryRegistrationStore()
            recordings = InMemoryRecordingStore()
        case .sqlite(let path):
            let file = try SQLiteStore(path: path, work: work)
            contacts = file
            journal = file
            registrations = file
            recordings = file
        }
    }

    init(
        contacts: any ContactStore, journal: any JournalStore, registrations: any RegistrationStore,
        recordings: any RecordingStore
    ) {
        self.contacts = contacts
        self.journal = journal
        self.registrations = registrations
        self.recordings = recordings
    }
}
