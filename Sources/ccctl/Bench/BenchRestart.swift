import ArgumentParser
import CCCore
import CCSQLite
import Foundation

extension Bench {
    /// `ccctl bench restart --contacts 1000000 --json`
    struct Restart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure a restart after a crash, with many past contacts in the store.",
            discussion: """
                Builds a store with that many contacts and their events, leaves it as a killed process does (contacts \
                live, the last events noted and never committed), and measures how long opening and recovery take. \
                Prints what was measured, with --json as one JSON object a line.
                """)

        @Option(help: "Contacts in the store.")
        var contacts = 1_000_000

        @Option(help: ArgumentHelp("Where to build the store; a new temporary folder without it.", valueName: "folder"))
        var folder: String?

        @Flag(help: "Print one JSON object a line.")
        var json = false

        /// Events between two snapshots, as a centre has them.
        private static let snapshotInterval: UInt64 = 5_000
        private static let contactsInBatch = 200
        private static let live = 200

        func validate() throws {
            guard contacts > 0 else { throw ValidationError("--contacts is not positive") }
        }

        func run() async throws {
            let name = "ccctl-bench-\(ProcessInfo.processInfo.processIdentifier)"
            let folder = self.folder ?? FileManager.default.temporaryDirectory.appending(path: name).path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { if self.folder == nil { try? FileManager.default.removeItem(atPath: folder) } }
            let path = folder + "/center.sqlite"
            try await build(path)
            let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            report("journal.file", Double(bytes) / 1e6, "MB")
            try await restart(path)
        }

        private func build(_ path: String) async throws {
            let time = SystemTime()
            let store = try SQLiteStore(path: path)
            _ = try await store.openJournal()
            var state = CenterState()
            var position: UInt64 = 0
            var noting = Duration.zero
            var snapshotAt: UInt64 = 0
            let start = time.now
            for first in stride(from: 0, to: contacts, by: Self.contactsInBatch) {
                var batch = JournalBatch()
                var records: [ContactID: ContactRecord] = [:]
                for number in first..<min(first + Self.contactsInBatch, contacts) {
                    for event in Self.story(number) {
                        position += 1
                        batch.entries.append(JournalEntry(position: position, event: event))
                        if let record = state.apply(event) { records[record.id] = record }
                    }
                }
                let before = time.now
                for entry in batch.entries { store.note(entry) }
                noting += before.duration(to: time.now)
                batch.records = records.values.sorted { $0.id < $1.id }
                if position >= snapshotAt + Self.snapshotInterval {
                    batch.snapshot = JournalSnapshot(position: position, state: state)
                    snapshotAt = position
                }
                try await store.commit(batch)
            }
            let seconds = start.duration(to: time.now).inSeconds
            report("journal.committed", Double(position) / seconds, "events/s")
            report("journal.noted", noting.inSeconds / Double(position) * 1e6, "us/event")
            // What a death leaves: entries after the snapshot, contacts in the middle, notes that nobody committed.
            for number in contacts..<contacts + Self.live {
                for event in Self.story(number).prefix(6) {
                    position += 1
                    store.note(JournalEntry(position: position, event: event))
                }
            }
            try store.close()
        }

        private func restart(_ path: String) async throws {
            let time = SystemTime()
            let start = time.now
            let store = try SQLiteStore(path: path)
            let opening = try await store.openJournal()
            let before = opening.snapshot ?? JournalSnapshot(position: 0, state: CenterState())
            let rebuilt = try await store.state(from: before)
            var state = rebuilt.state
            var batch = JournalBatch()
            for (number, event) in state.eventsAfterDeath().enumerated() {
                let position = rebuilt.position + UInt64(number) + 1
                batch.entries.append(JournalEntry(position: position, event: event))
                if let record = state.apply(event) { batch.records.append(record) }
            }
            let last = rebuilt.position + UInt64(batch.entries.count)
            batch.snapshot = JournalSnapshot(position: last, state: state)
            try await store.commit(batch)
            report("journal.restart", start.duration(to: time.now).inSeconds, "s")
            report("journal.restart.entriesRead", Double(rebuilt.position - before.position), "entries")
            report("journal.restart.entriesRecovered", Double(opening.recovered), "entries")
            report("journal.restart.contactsClosed", Double(Set(batch.records.map(\.id)).count), "contacts")
            try store.close()
        }

        private func report(_ benchmark: String, _ value: Double, _ unit: String) {
            let rounded = (value * 1000).rounded() / 1000
            print(
                json
                    ? "{\"benchmark\":\"\(benchmark)\",\"contacts\":\(contacts),\"unit\":\"\(unit)\",\"value\":\(rounded)}"
                    : "\(benchmark)  \(rounded) \(unit)")
        }

        /// A call that waits, is answered and ends.
        private static func story(_ number: Int) -> [CenterEvent] {
            let arrival = Date(millisecondsSince1970: 1_700_000_000_000 + Int64(number) * 1_000)
            let id = ContactID("contact-\(number)")
            let agent = AgentID("agent\(number % 500)")
            let contact = Contact(
                id: id, dialledNumber: "support", callerNumber: PhoneNumber("+3491\(1_000_000 + number % 9_000_000)"),
                arrivedAt: arrival, signallingID: "call-\(number)@192.0.2.1")
            let kinds: [(Double, CenterEvent.Kind)] = [
                (0, .contactArrived(contact)), (0, .contactQueued(id, "support")), (0.1, .contactConnected(id)),
                (8, .contactOffered(id, agent, ReservationID("r\(number)"))), (8.2, .agentRinging(id, agent)),
                (12, .contactAnswered(id, agent)), (200, .contactReleased(id, agent)),
                (200, .contactEnded(id, .completedByCustomer)),
                (200, .mediaMeasured(id, nil, MediaFigures(packetsExpected: 9_400, packetsLost: 3))),
                (200, .contactClosed(id)), (215, .wrapUpEnded(id, agent)),
            ]
            return kinds.map { CenterEvent($0.1, at: arrival.addingTimeInterval($0.0)) }
        }
    }
}
