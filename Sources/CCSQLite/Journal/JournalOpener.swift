import CCCore
internal import GRDB

/// Puts a journal in order, in one transaction: finds the newest snapshot that can be believed, checks every entry after
/// it, cuts off what is missing or not as it was written, and takes in what was noted and never committed.
///
/// What is as it was written but not understood is the work of a newer version: it is refused, and nothing is changed.
struct JournalOpener {
    let path: String
    private(set) var opening = JournalOpening()
    /// The last entry's position and checksum.
    private(set) var end: (position: UInt64, checksum: UInt32) = (0, 0)

    init(path: String) { self.path = path }

    mutating func open(_ db: Database, noted: [TailLayout.Half]) throws {
        try findSnapshot(db)
        try checkEntries(db)
        try takeIn(noted, db)
        opening.lastPosition = end.position
    }

    private mutating func report(_ position: UInt64, _ reason: JournalDamage.Reason) {
        opening.damage.append(JournalDamage(file: path, position: position, reason: reason))
    }

    private mutating func findSnapshot(_ db: Database) throws {
        for found in try db.rows("SELECT * FROM snapshot ORDER BY position DESC") {
            if let snapshot = try JournalSnapshot(found, path: path) {
                opening.snapshot = snapshot
                break
            }
            let position = Int64(try found.integer("position"))
            report(UInt64(max(0, position)), .snapshot)
            try db.run(
                """
                INSERT INTO damaged (position, reason, version, body, checksum)
                SELECT position, 'snapshot', version, body, checksum FROM snapshot WHERE position = ?
                """, [position])
            try db.run("DELETE FROM snapshot WHERE position = ?", [position])
        }
        // Without any, the state begins empty where the journal does.
        if opening.snapshot == nil, let trimmed = try SQLiteStore.trimmed(db), trimmed > 0 {
            opening.snapshot = JournalSnapshot(position: trimmed, state: CenterState())
        }
        end.position = opening.snapshot?.position ?? 0
        let sql = "SELECT * FROM event WHERE position = ?"
        if let last = try db.rows(sql, [Int64(clamping: end.position)]).first.flatMap({ JournalRow($0) }) {
            end.checksum = last.checksum
        }
    }

    private mutating func checkEntries(_ db: Database) throws {
        while true {
            let sql = "SELECT * FROM event WHERE position > ? ORDER BY position LIMIT 1000"
            let found = try db.rows(sql, [Int64(clamping: end.position)])
            if found.isEmpty { return }
            for found in found {
                let row = JournalRow(found)
                guard let row, row.position == end.position + 1 else { return try cut(.missing, db) }
                guard row.isWhole else { return try cut(.checksum, db) }
                _ = try row.decode(CenterEvent.self, path: path)
                end = (row.position, row.checksum)
            }
        }
    }

    /// Puts everything after the end aside.
    private mutating func cut(_ reason: JournalDamage.Reason, _ db: Database) throws {
        report(end.position + 1, reason)
        let after = Int64(clamping: end.position)
        try db.run(
            """
            INSERT INTO damaged (position, reason, version, date, contact, type, body, checksum)
            SELECT position, ?, version, date, contact, type, body, checksum FROM event WHERE position > ?
            """, [reason.rawValue, after])
        try db.run("DELETE FROM event WHERE position > ?", [after])
    }

    private mutating func takeIn(_ noted: [TailLayout.Half], _ db: Database) throws {
        for half in noted.sorted(by: { $0.first < $1.first }) {
            let last = half.first + UInt64(half.entries.count)
            // It is used up when it ends before the database does.
            if half.first > 0, last > end.position + 1 {
                guard half.checksum(at: end.position) == end.checksum else {
                    report(end.position + 1, .foreignNote)
                    continue
                }
                for entry in half.entries where entry.position > end.position {
                    var row = JournalRow(entry)
                    row.event = try row.decode(CenterEvent.self, path: path)
                    try SQLiteStore.insert(row, db)
                    opening.recovered += 1
                    end = (row.position, row.checksum)
                }
            }
            // Whatever stood behind the broken entry, nobody knows.
            if half.isBroken { report(end.position + 1, .brokenNote) }
        }
    }
}
