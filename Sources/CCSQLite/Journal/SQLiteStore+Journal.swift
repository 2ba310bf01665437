import CCCore
internal import GRDB
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The journal is kept in the table `event`, newest snapshots in `snapshot`. What was noted and is not committed stands
/// in a ``TailFile`` beside the database, `center.sqlite-tail`: it survives the death of the process, but not that of the
/// machine. What could not be believed when the journal was opened is put aside in the table `damaged`.
extension SQLiteStore: JournalStore {
    /// The newest is believed first; the older one is there for the case that it cannot be.
    private static let snapshotsKept = 2

    public func openJournal() async throws -> JournalOpening {
        let isOpen = tail.withLock { $0 != nil }
        if isOpen { throw SQLiteStoreError(.inUse, path: path, message: "the journal is open already") }
        let file = try TailFile(path: path + "-tail", bytes: tailBytes)
        let noted = TailLayout.halves(of: file.read(), halfBytes: tailBytes / 2)
        let (opening, end) = try await write { [path] db in
            var opener = JournalOpener(path: path)
            try opener.open(db, noted: noted)
            return (opener.opening, opener.end)
        }
        guard file.reset(position: end.position, checksum: end.checksum) else {
            throw SQLiteStoreError(.noSpace, path: path + "-tail", message: "there is no room for the journal's tail")
        }
        tail.withLock { $0 = file }
        return opening
    }

    @discardableResult
    public func note(_ entry: JournalEntry) -> Bool {
        guard work?.isDead != true else { return false }
        var body: [UInt8] = []
        body.reserveCapacity(400)
        entry.event.appendJSON(to: &body)
        let checksum = TailLayout.checksum(position: entry.position, body: body)
        return tail.withLock { $0?.append(position: entry.position, checksum: checksum, body: body) ?? false }
    }

    public func commit(_ batch: JournalBatch) async throws {
        let rows = batch.entries.map(JournalRow.init)
        let snapshot = try batch.snapshot.map { try JournalRow($0) }
        let last = try await write { [path] db in
            var last = try Self.lastPosition(db)
            for row in rows where row.position > last {
                guard row.position == last + 1 else {
                    throw JournalDamage(file: path, position: last + 1, reason: .missing)
                }
                try Self.insert(row, db)
                last = row.position
            }
            for record in batch.records { try Self.save(record, db) }
            if let snapshot {
                try db.run("DELETE FROM snapshot WHERE position = ?", [Int64(snapshot.position)])
                try Self.insert(snapshot, db)
                try db.run(
                    """
                    DELETE FROM snapshot WHERE position NOT IN
                        (SELECT position FROM snapshot ORDER BY position DESC LIMIT \(Self.snapshotsKept))
                    """, [])
            }
            return last
        }
        tail.withLock { $0?.committed(through: last) }
    }

    public func entries(after position: UInt64, limit: Int) async throws -> [JournalEntry] {
        let rows = try await read { [path] db in
            if let trimmed = try Self.trimmed(db), position < trimmed { throw JournalTrimmed(position: trimmed) }
            let sql = "SELECT position, version, body, checksum FROM event WHERE position > ? ORDER BY position LIMIT ?"
            var expected = position
            return try db.rows(sql, [Int64(clamping: position), max(0, limit)]).map { found in
                expected += 1
                guard let row = JournalRow(found), row.position == expected else {
                    throw JournalDamage(file: path, position: expected, reason: .missing)
                }
                return row
            }
        }
        return try rows.map { row in
            guard row.isWhole else { throw JournalDamage(file: path, position: row.position, reason: .checksum) }
            return JournalEntry(position: row.position, event: try row.decode(CenterEvent.self, path: path))
        }
    }

    public func lastPosition() async throws -> UInt64 { try await read { try Self.lastPosition($0) } }

    public func snapshot() async throws -> JournalSnapshot? {
        try await read { [path] db in
            for found in try db.rows("SELECT * FROM snapshot ORDER BY position DESC") {
                if let snapshot = try JournalSnapshot(found, path: path) { return snapshot }
            }
            return nil
        }
    }

    @discardableResult
    public func trim(through position: UInt64) async throws -> Int {
        var removed = 0
        while true {
            // In pieces: a centre that runs waits for each.
            let piece = try await write { db in
                // The last entry stays in any case: what comes next follows it.
                let sql = "SELECT min((SELECT min(position) FROM snapshot), (SELECT max(position) FROM event) - 1)"
                let limit = try Int64.fetchOne(db, sql: sql) ?? 0
                let first = try Int64.fetchOne(db, sql: "SELECT min(position) FROM event") ?? 0
                let end = min(Int64(clamping: position), limit, first + 9_999)
                guard first > 0, end >= first else { return 0 }
                try db.run("DELETE FROM event WHERE position <= ?", [end])
                let count = db.changesCount
                try db.run("UPDATE trimmed SET position = ?", [end])
                return count
            }
            guard piece > 0 else { return removed }
            removed += piece
        }
    }

    /// Closes what is noted beside the database; the database stays open.
    public func closeJournal() async throws { closeTail() }

    func closeTail() {
        let file = tail.withLock { tail in
            defer { tail = nil }
            return tail
        }
        file?.close()
    }

    // MARK: Rows

    static func lastPosition(_ db: Database) throws -> UInt64 {
        let sql = """
            SELECT max(ifnull((SELECT max(position) FROM event), 0), ifnull((SELECT max(position) FROM snapshot), 0))
            """
        return UInt64(try Int64.fetchOne(db.cachedStatement(sql: sql)) ?? 0)
    }

    static func trimmed(_ db: Database) throws -> UInt64? {
        try Int64.fetchOne(db, sql: "SELECT position FROM trimmed").map { UInt64(max(0, $0)) }
    }

    static func insert(_ row: JournalRow, _ db: Database) throws {
        guard let event = row.event else {
            return try db.insert(
                into: "snapshot",
                [
                    "position": Int64(clamping: row.position), "version": row.version, "body": row.body,
                    "checksum": Int64(row.checksum),
                ])
        }
        let sql =
            "INSERT INTO event (position, version, date, contact, type, body, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)"
        try db.run(
            sql,
            [
                Int64(clamping: row.position), row.version, event.date.millisecondsSince1970, event.contact?.rawValue,
                event.type, row.body, Int64(row.checksum),
            ])
    }
}

extension JournalSnapshot {
    /// Nil when the row is not as it was written.
    ///
    /// - Throws: ``SQLiteStoreError`` `newerVersion`.
    init?(_ found: RowReader, path: String) throws(SQLiteStoreError) {
        guard let row = JournalRow(found), row.isWhole else { return nil }
        self.init(position: row.position, state: try row.decode(CenterState.self, path: path))
    }
}
