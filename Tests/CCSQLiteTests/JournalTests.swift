import CCCore
import CCRecording
import Foundation
import GRDB
import Testing

@testable import CCSQLite

@Suite("A journal in SQLite")
struct JournalTests {
    @Test("has after a death what was noted and never committed")
    func recovered() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 5, noted: 12)
            let store = try SQLiteStore(path: path)
            #expect(try await store.openJournal() == JournalOpening(lastPosition: 12, recovered: 7))
            #expect(try await store.entries(after: 0, limit: 100) == entries(1...12))
            try store.close()
            let again = try SQLiteStore(path: path)
            #expect(try await again.openJournal() == JournalOpening(lastPosition: 12))
        }
    }

    @Test("has one owner, and readers beside it")
    func owner() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let store = try SQLiteStore(path: path)
            _ = try await store.openJournal()
            let other = try SQLiteStore(path: path)
            let error = await #expect(throws: SQLiteStoreError.self) { try await other.openJournal() }
            #expect(error?.code == .inUse)
            try await store.commit(JournalBatch(entries: entries(1...3)))
            #expect(try await other.entries(after: 1, limit: 9) == entries(2...3))
            try await store.closeJournal()
            #expect(try await other.openJournal().lastPosition == 3)
            #expect(!store.note(entries(4...4)[0]), "who is not the owner any more notes nothing")
        }
    }

    @Test("with a wrong octet in an entry is cut off there, says so, and keeps what it cut")
    func wrongOctet() async throws {
        try await damaged(.checksum, at: 7) {
            try $0.execute(sql: "UPDATE event SET body = replace(body, 'c6', 'c9') WHERE position = 7")
        }
        try await damaged(.checksum, at: 7) {
            try $0.execute(sql: "UPDATE event SET checksum = checksum + 1 WHERE position = 7")
        }
    }

    @Test("with an entry missing is cut off there")
    func missing() async throws {
        try await damaged(.missing, at: 7) { try $0.execute(sql: "DELETE FROM event WHERE position = 7") }
        try await damaged(.missing, at: 1) { try $0.execute(sql: "DELETE FROM event WHERE position = 1") }
    }

    @Test("with an entry of a newer version is refused and not touched")
    func newerEntry() async throws {
        try await refused { try $0.execute(sql: "UPDATE event SET version = 9 WHERE position = 8") }
    }

    @Test("with an entry, a snapshot or a note of a kind that is not known is refused and not touched")
    func unknownEntry() async throws {
        let body = #"{"date":"2025-11-21T22:20:00.000Z","type":"contactTransferred"}"#
        func checksum(_ position: UInt64) -> UInt32 { TailLayout.checksum(position: position, body: Array(body.utf8)) }
        let entry = checksum(8)
        try await refused {
            try $0.execute(
                sql: "UPDATE event SET body = ?, checksum = ? WHERE position = 8", arguments: [body, Int64(entry)])
        }
        try await refused {
            try $0.execute(
                sql: "INSERT INTO snapshot (position, version, body, checksum) VALUES (8, 1, ?, ?)",
                arguments: [body, Int64(entry)])
        }
        try await refused(noted: 10) { _ in
        } notes: { path in
            let tail = try TailFile(path: path + "-tail")
            let previous = try await DatabaseQueue(path: path).read {
                try Int64.fetchOne($0, sql: "SELECT checksum FROM event WHERE position = 10")
            }
            #expect(tail.reset(position: 10, checksum: UInt32(truncatingIfNeeded: try #require(previous))))
            #expect(tail.append(position: 11, checksum: checksum(11), body: Array(body.utf8)))
        }
    }

    private func refused(
        noted: UInt64 = 12, _ change: @escaping @Sendable (Database) throws -> Void,
        notes: (String) async throws -> Void = { _ in }
    ) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 10, noted: noted)
            let queue = try DatabaseQueue(path: path)
            try await queue.write(change)
            try await notes(path)
            let tail = try Data(contentsOf: URL(filePath: path + "-tail"))
            for _ in 0..<2 {
                let store = try SQLiteStore(path: path)
                let error = await #expect(throws: SQLiteStoreError.self) { try await store.openJournal() }
                #expect(error?.code == .newerVersion)
                try store.close()
            }
            let counts = try await queue.read { db in
                try ["event", "damaged"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
            }
            #expect(counts == [10, 0])
            #expect(try Data(contentsOf: URL(filePath: path + "-tail")) == tail)
        }
    }

    private func damaged(
        _ reason: JournalDamage.Reason, at position: UInt64, _ change: @escaping @Sendable (Database) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 10, noted: 10)
            // The notes would heal it.
            try FileManager.default.removeItem(atPath: path + "-tail")
            let queue = try DatabaseQueue(path: path)
            try await queue.write(change)
            let found = JournalDamage(file: path, position: position, reason: reason)
            let reader = try SQLiteStore(path: path, access: .readOnly)
            #expect(
                await #expect(throws: JournalDamage.self) { try await reader.entries(after: 0, limit: 100) } == found)

            let store = try SQLiteStore(path: path)
            let opening = try await store.openJournal()
            #expect(opening == JournalOpening(lastPosition: position - 1, damage: [found]))
            let kept = position > 1 ? entries(1...(position - 1)) : []
            #expect(try await store.entries(after: 0, limit: 100) == kept)
            let aside = try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM damaged") }
            #expect(aside == 10 - Int(position) + (reason == .missing ? 0 : 1))
            // The journal goes on from there.
            try await store.commit(JournalBatch(entries: entries(position...(position + 3))))
            try store.close()
            let again = try SQLiteStore(path: path)
            #expect(try await again.openJournal() == JournalOpening(lastPosition: position + 3))
        }
    }

    @Test("is healed by the notes where they still have what was damaged")
    func healed() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 10, noted: 12)
            try await DatabaseQueue(path: path).write { try $0.execute(sql: "DELETE FROM event WHERE position = 7") }
            let store = try SQLiteStore(path: path)
            let opening = try await store.openJournal()
            #expect(opening.damage == [JournalDamage(file: path, position: 7, reason: .missing)])
            #expect(opening.recovered == 6)
            #expect(try await store.entries(after: 0, limit: 100) == entries(1...12))
        }
    }

    @Test("whose newest snapshot is damaged goes on from the one before")
    func snapshots() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let first = try SQLiteStore(path: path)
            _ = try await first.openJournal()
            let all = entries(1...9)
            var state = CenterState()
            for entry in all {
                state.apply(entry.event)
                let snapshot = entry.position % 3 == 0 ? JournalSnapshot(position: entry.position, state: state) : nil
                try await first.commit(JournalBatch(entries: [entry], snapshot: snapshot))
            }
            try first.close()
            let queue = try DatabaseQueue(path: path)
            #expect(try await queue.read { try Int.fetchAll($0, sql: "SELECT position FROM snapshot") } == [6, 9])
            try await queue.write {
                try $0.execute(sql: "UPDATE snapshot SET body = replace(body, 'c', 'd') WHERE position = 9")
            }
            let store = try SQLiteStore(path: path)
            let opening = try await store.openJournal()
            #expect(opening.damage == [JournalDamage(file: path, position: 9, reason: .snapshot)])
            #expect(opening.snapshot?.position == 6)
            #expect(try await store.state() == JournalSnapshot(position: 9, state: state))
        }
    }

    @Test("does not take notes that belong to another database, or that begin too late")
    func foreignNotes() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let other = folder.file("other.sqlite")
            try await write(path, committed: 5, noted: 5)
            try await write(other, committed: 5, noted: 9, salt: "other")
            try FileManager.default.removeItem(atPath: path + "-tail")
            try FileManager.default.moveItem(atPath: other + "-tail", toPath: path + "-tail")
            let store = try SQLiteStore(path: path)
            let damage = JournalDamage(file: path, position: 6, reason: .foreignNote)
            #expect(try await store.openJournal() == JournalOpening(lastPosition: 5, damage: [damage]))
            #expect(try await store.entries(after: 0, limit: 100) == entries(1...5))
        }
    }

    @Test("with any octet of its notes wrong has a part of what was noted, from the beginning on")
    func wrongNotes() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 3, noted: 6)
            let notes = try Data(contentsOf: URL(filePath: path + "-tail"))
            let used = try #require(notes.lastIndex { $0 != 0 })
            for place in stride(from: 0, to: used + 4, by: 13) {
                let copy = folder.file("copy\(place).sqlite")
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                var wrong = notes
                wrong[place] ^= 0x10
                try wrong.write(to: URL(filePath: copy + "-tail"))
                let store = try SQLiteStore(path: copy)
                let opening = try await store.openJournal()
                #expect((3...6).contains(opening.lastPosition), "octet \(place)")
                #expect(opening.lastPosition == 6 || !opening.damage.isEmpty, "octet \(place)")
                #expect(try await store.entries(after: 0, limit: 100) == entries(1...opening.lastPosition))
                try store.close()
            }
        }
    }

    @Test("whose notes are garbage says so and has what is in the database", arguments: [1, 100, 5000, 5_000_000])
    func garbage(count: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 5, noted: 5)
            try Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 131 + 7) }).write(
                to: URL(filePath: path + "-tail"))
            let store = try SQLiteStore(path: path)
            let opening = try await store.openJournal()
            #expect(opening.lastPosition == 5)
            #expect(opening.damage.first == JournalDamage(file: path, position: 6, reason: .brokenNote))
            #expect(store.note(entries(6...6)[0]))
        }
    }

    @Test("with a log that breaks off anywhere has whole batches, and the notes bring the rest")
    func brokenLog() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let writer = try SQLiteStore(path: path)
            _ = try await writer.openJournal()
            let all = entries(1...40)
            for batch in 0..<10 {
                let part = Array(all[batch * 4..<batch * 4 + 4])
                for entry in part { writer.note(entry) }
                try await writer.commit(JournalBatch(entries: part))
            }
            let log = try Data(contentsOf: URL(filePath: path + "-wal"))
            for length in stride(from: 0, through: log.count, by: 4099) {
                for hasNotes in [true, false] {
                    let copy = folder.file("copy-\(length)-\(hasNotes).sqlite")
                    try FileManager.default.copyItem(atPath: path, toPath: copy)
                    if hasNotes { try FileManager.default.copyItem(atPath: path + "-tail", toPath: copy + "-tail") }
                    try log.prefix(length).write(to: URL(filePath: copy + "-wal"))
                    let store = try SQLiteStore(path: copy)
                    let opening = try await store.openJournal()
                    #expect(opening.damage == [], "cut at \(length)")
                    #expect(hasNotes ? opening.lastPosition == 40 : opening.lastPosition % 4 == 0, "cut at \(length)")
                    let found = try await store.entries(after: 0, limit: 100)
                    #expect(found == Array(all.prefix(Int(opening.lastPosition))), "cut at \(length)")
                    try store.close()
                }
            }
        }
    }

    @Test("in a database file that is cut short is an error that says so, at opening or at reading")
    func shortFile() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await write(path, committed: 400, noted: 400)
            // Closing has merged the log into the file.
            let whole = try Data(contentsOf: URL(filePath: path))
            for length in stride(from: 4096, to: whole.count - 1, by: 16_384) {
                let copy = folder.file("copy\(length).sqlite")
                try whole.prefix(length).write(to: URL(filePath: copy))
                let error = await #expect(throws: SQLiteStoreError.self, "cut at \(length)") {
                    let store = try SQLiteStore(path: copy)
                    _ = try await store.openJournal()
                    _ = try await store.entries(after: 0, limit: 1_000)
                    _ = try await store.records()
                    _ = try await store.recordings()
                }
                #expect(error.map { [.corrupt, .notADatabase, .cannotOpen, .failed].contains($0.code) } == true)
            }
        }
    }

    @Test("makes the stored records and figures again, and a check finds what differs")
    func check() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let store = try SQLiteStore(path: path)
            _ = try await store.openJournal()
            var state = CenterState()
            var batch = JournalBatch()
            for number in 0..<300 {
                let contact = ContactID("c\(number)")
                let start = Date(millisecondsSince1970: 1_763_763_600_000 + Int64(number) * 1_000)
                let kinds: [CenterEvent.Kind] = [
                    .contactArrived(
                        Contact(id: contact, dialledNumber: "support", callerNumber: "", arrivedAt: start)),
                    .contactQueued(contact, "support"), .contactOffered(contact, "ann", ReservationID("r\(number)")),
                    .contactAnswered(contact, "ann"), .contactEnded(contact, .completedByCustomer),
                    .contactClosed(contact), .wrapUpEnded(contact, "ann"),
                ]
                for (second, kind) in kinds.enumerated() {
                    let event = CenterEvent(kind, at: start.addingTimeInterval(Double(second * number % 50)))
                    batch.entries.append(JournalEntry(position: UInt64(batch.entries.count + 1), event: event))
                    if let record = state.apply(event) { batch.records.append(record) }
                }
            }
            batch.snapshot = JournalSnapshot(position: 2_100, state: state)
            try await store.commit(batch)
            var report = try await store.checkJournal()
            #expect(report.isInOrder && report.records == 300 && report.last == 2_100 && report.older == 0)
            #expect(report.figures == (try await store.summary()))
            #expect(report.figures.answered == 300)

            let queue = try DatabaseQueue(path: path)
            try await queue.write {
                try $0.execute(sql: "UPDATE contact SET queueWait = queueWait + 1000 WHERE id = 'c7'")
            }
            report = try await store.checkJournal()
            #expect(report.differing == ["c7"] && !report.isInOrder)
            try await queue.write { try $0.execute(sql: "DELETE FROM contact WHERE id = 'c7'") }
            report = try await store.checkJournal()
            #expect(report.differing == ["c7"] && report.figures != report.storedFigures)
            try await queue.write { try $0.execute(sql: "DELETE FROM event WHERE position = 2000") }
            #expect(try await store.checkJournal().damage?.contains("2000") == true)
        }
    }

    // MARK: Support

    /// Leaves files as a killed process does.
    private func write(_ path: String, committed: UInt64, noted: UInt64, salt: String = "") async throws {
        let store = try SQLiteStore(path: path)
        _ = try await store.openJournal()
        let all = entries(1...noted, salt: salt)
        for entry in all { #expect(store.note(entry)) }
        try await store.commit(JournalBatch(entries: Array(all.prefix(Int(committed)))))
        try store.close()
    }

    private func entries(_ positions: ClosedRange<UInt64>, salt: String = "") -> [JournalEntry] {
        positions.map { position in
            let contact = Contact(
                id: ContactID("c\(position - 1)\(salt)"), dialledNumber: "support", callerNumber: "+34911234567",
                arrivedAt: Date(millisecondsSince1970: 1_763_763_600_000))
            return JournalEntry(
                position: position, event: CenterEvent(.contactArrived(contact), at: contact.arrivedAt))
        }
    }
}
