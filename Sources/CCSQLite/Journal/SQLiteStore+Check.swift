import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a check of a whole journal has found: see ``SQLiteStore/checkJournal()``.
public struct JournalReport: Sendable, Encodable {
    /// The first position that is kept, and the last; 0 when there is none.
    public internal(set) var first: UInt64 = 0
    public internal(set) var last: UInt64 = 0
    /// Where the journal cannot be believed; what comes after it was not looked at.
    public internal(set) var damage: String?
    /// Contacts that have not ended.
    public internal(set) var live = 0
    /// Records made again from the events.
    public internal(set) var records = 0
    /// Those of them that the store has otherwise, or has not at all; at most 100 are named.
    public internal(set) var differing: [ContactID] = []
    /// Positions of snapshots that do not hold the live contacts that the events make; none after a trim.
    public internal(set) var wrongSnapshots: [UInt64] = []
    /// Stored records of contacts that ended before the journal begins.
    public internal(set) var older = 0
    /// The figures of the contacts whose records were made again, from the events; and from the store.
    public internal(set) var figures = CenterSummary()
    public internal(set) var storedFigures = CenterSummary()

    /// Whether journal, records, figures and snapshots say the same.
    public var isInOrder: Bool {
        damage == nil && differing.isEmpty && wrongSnapshots.isEmpty && figures == storedFigures
    }
}

extension SQLiteStore {
    /// Reads the whole journal: verifies every entry, makes every contact's record and the figures again, and compares
    /// them with what is stored. Best done while no centre writes.
    ///
    /// Of snapshots the live contacts are compared, not the agents, and only in a journal that was never trimmed. After a
    /// cut that was not healed, records that knew more than the journal does differ.
    ///
    /// - Throws: ``SQLiteStoreError``.
    public func checkJournal() async throws -> JournalReport {
        let (trimmed, snapshots) = try await read { [path] db in
            (
                try Self.trimmed(db) ?? 0,
                try db.rows("SELECT * FROM snapshot ORDER BY position").map { try JournalSnapshot($0, path: path) }
            )
        }
        var report = JournalReport()
        if snapshots.contains(where: { $0 == nil }) { report.damage = "a snapshot cannot be believed" }
        var state = CenterState()
        var position = trimmed
        do {
            while true {
                let entries = try await entries(after: position, limit: 2_000)
                guard let last = entries.last else { break }
                if report.first == 0 {
                    report.first = position + 1
                    // A file is one tenant's.
                    state = CenterState(tenant: entries[0].event.tenant)
                }
                var finished: [ContactRecord] = []
                for entry in entries {
                    if let record = state.apply(entry.event), state.contacts[record.id] == nil {
                        finished.append(record)
                    }
                    // Contacts that arrived before the journal begins are not known here.
                    guard trimmed == 0, let snapshot = snapshots.first(where: { $0?.position == entry.position })
                    else { continue }
                    if snapshot?.state.contacts != state.contacts { report.wrongSnapshots.append(entry.position) }
                }
                try await compare(finished, &report)
                position = last.position
            }
            try await compare(state.contacts.values.compactMap(\.record), &report)
        } catch let damage as JournalDamage {
            report.damage = damage.description
        }
        report.last = position
        report.live = state.contacts.values.count { $0.record == nil }
        report.older = try await count() - report.records
        return report
    }

    private func compare(_ records: [ContactRecord], _ report: inout JournalReport) async throws {
        for record in records {
            let stored = try await self.record(record.id)
            report.records += 1
            report.figures.add(record)
            if let stored { report.storedFigures.add(stored) }
            if stored != record, report.differing.count < 100 { report.differing.append(record.id) }
        }
    }

    private func count() async throws -> Int {
        try await read { try $0.rows("SELECT count(*) AS count FROM contact").first?.integer("count") ?? 0 }
    }

    /// The last position of the events before a date.
    public func lastPosition(before date: Date) async throws -> UInt64 {
        let next = try await read { db in
            try db.rows("SELECT min(position) AS next FROM event WHERE date >= ?", [date.millisecondsSince1970]).first?
                .optionalInteger("next")
        }
        guard let next else { return try await lastPosition() }
        return UInt64(max(0, next - 1))
    }
}
