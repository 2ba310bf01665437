import CCCore
import CCRecording
import CCSQLite
import Foundation
import GRDB
import Testing

@Suite("SQLite store")
struct SQLiteStoreTests {
    @Test("what was saved is there after closing and opening again")
    func reopened() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let first = try SQLiteStore(path: path)
            try await first.save([record(1), record(2)])
            try first.close()
            let second = try SQLiteStore(path: path)
            #expect(try await second.records().map(\.id) == ["c2", "c1"])
            let reader = try SQLiteStore(path: path, access: .readOnly)
            #expect(try await reader.records().count == 2)
        }
    }

    @Test("a file whose writer died without closing holds every saved record")
    func killed() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let writer = try SQLiteStore(path: path)
            for number in 0..<50 { try await writer.save([record(number), record(1000 + number)]) }
            // What lies on the disk now is what a killed process leaves: the log has not been merged.
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: folder.file("copy.sqlite") + suffix)
            }
            try await writer.save(record(51))
            let copy = try SQLiteStore(path: folder.file("copy.sqlite"), access: .readOnly)
            #expect(try await copy.records().count == 100)
        }
    }

    @Test("a log that breaks off anywhere costs whole transactions at its end and nothing else")
    func brokenLog() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let writer = try SQLiteStore(path: path)
            var sizes: [Int] = []
            func log() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "-wal")) }
            for number in 0..<10 {
                try await writer.save([record(number), record(1000 + number)])
                sizes.append(try log().count)
            }
            let whole = try log()
            for length in stride(from: sizes[3] - 3000, to: whole.count, by: 5003) {
                let copy = folder.file("copy\(length).sqlite")
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                try whole.prefix(length).write(to: URL(fileURLWithPath: copy + "-wal"))
                let committed = sizes.count { $0 <= length }
                let records = try await SQLiteStore(path: copy).records()
                #expect(records.count == committed * 2, "cut at \(length)")
            }
        }
    }

    @Test("two writers on one file both get through")
    func twoWriters() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        // Each opens, and perhaps creates, the file on its own.
                        let store = try SQLiteStore(path: path)
                        for number in 0..<25 { try await store.save(record(writer * 100 + number)) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await SQLiteStore(path: path).records().count == 100)
        }
    }

    @Test("a batch that cannot be saved leaves nothing of itself")
    func atomic() async throws {
        try await withTemporaryFolder { folder in
            let store = try folder.store()
            try await store.save(record(1))
            var bad = record(3)
            bad.queueWait = .seconds(-1)
            let batch = [record(1, .stopped), record(2), bad]
            await #expect(throws: SQLiteStoreError.self) { try await store.save(batch) }
            #expect(try await store.records() == [record(1)])
        }
    }

    @Test("opening something else is an error that names the file")
    func wrongFiles() async throws {
        try await withTemporaryFolder { folder in
            let text = folder.file("notes.txt")
            try String(repeating: "not a database. ", count: 100).write(toFile: text, atomically: true, encoding: .utf8)
            expectError(.notADatabase, text)
            #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("not a database"))
            expectError(.notFound, folder.file("missing.sqlite"), .readOnly)
            #expect(!FileManager.default.fileExists(atPath: folder.file("missing.sqlite")))
            expectError(.cannotOpen, folder.file("no/such/folder.sqlite"))
            expectError(.cannotOpen, folder.path)

            let foreign = folder.file("foreign.sqlite")
            let database = try DatabaseQueue(path: foreign)
            try await database.write { try $0.execute(sql: "CREATE TABLE song (title TEXT)") }
            try database.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: foreign))
            expectError(.otherApplication, foreign)
            #expect(try Data(contentsOf: URL(fileURLWithPath: foreign)) == before, "it was not touched")
        }
    }

    @Test("a file of a newer version is refused and not touched")
    func newerVersion() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try SQLiteStore(path: path).close()
            try await DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 1000") }
            expectError(.newerVersion, path)
            expectError(.newerVersion, path, .readOnly)
        }
    }

    @Test("an empty file becomes a store, but not for a reader")
    func emptyFile() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try Data().write(to: URL(fileURLWithPath: path))
            expectError(.otherApplication, path, .readOnly)
            let store = try SQLiteStore(path: path)
            #expect(try await store.records() == [])
        }
    }

    @Test("a store opened for reading cannot be written")
    func readOnly() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            try await SQLiteStore(path: path).save(record(1))
            let reader = try SQLiteStore(path: path, access: .readOnly)
            let error = await #expect(throws: SQLiteStoreError.self) { try await reader.save(record(2)) }
            #expect(error?.code == .readOnly)
            #expect(error?.path == path)
        }
    }

    @Test("a closed store says so")
    func closed() async throws {
        try await withTemporaryFolder { folder in
            let store = try folder.store()
            try store.close()
            await #expect(throws: SQLiteStoreError.self) { try await store.records() }
        }
    }

    @Test("a value that makes no sense is an error and no trap")
    func corruptValue() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let store = try SQLiteStore(path: path)
            try await store.save(record(1))
            try await DatabaseQueue(path: path).write { db in
                try db.execute(sql: "UPDATE contact SET terminalReason = 'fellAsleep'")
            }
            let error = await #expect(throws: SQLiteStoreError.self) { try await store.records() }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("terminalReason") == true)
        }
    }

    @Test("errors never show the values of a statement")
    func errorsAreRedacted() async throws {
        try await withTemporaryFolder { folder in
            let store = try folder.store()
            var bad = record(1)
            bad.queueWait = .seconds(-1)
            let error = await #expect(throws: SQLiteStoreError.self) { try await store.save(bad) }
            #expect(error.map { "\($0)".contains("911234567") } == false)
        }
    }

    private func expectError(
        _ code: SQLiteStoreError.Code, _ path: String, _ access: SQLiteStore.Access = .readWrite,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: SQLiteStoreError.self, sourceLocation: sourceLocation) {
            try SQLiteStore(path: path, access: access)
        }
        #expect(error?.code == code, "\(error?.description ?? "")", sourceLocation: sourceLocation)
        #expect(error?.path == path, sourceLocation: sourceLocation)
    }
}

private func record(_ number: Int, _ reason: TerminalReason = .completedByCustomer) -> ContactRecord {
    let arrival = Date(millisecondsSince1970: 1_763_763_600_000 + Int64(number) * 1000)
    return ContactRecord(
        contact: Contact(
            id: ContactID("c\(number)"), dialledNumber: "support", callerNumber: "+34911234567", arrivedAt: arrival),
        queue: "support", queuedAt: arrival, answeredAt: arrival.addingTimeInterval(5),
        endedAt: arrival.addingTimeInterval(65), terminalReason: reason, queueWait: .seconds(5),
        segments: [
            AgentSegment(
                agent: "ann", reservation: "r1", offeredAt: arrival, outcome: .answered,
                answeredAt: arrival.addingTimeInterval(5), releasedAt: arrival.addingTimeInterval(65),
                ring: .seconds(5), talk: .seconds(60))
        ])
}
