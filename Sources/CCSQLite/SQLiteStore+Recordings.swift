import CCCore
import CCRecording
internal import GRDB

extension SQLiteStore: RecordingStore {
    public func save(_ recordings: [RecordingInfo]) async throws {
        guard !recordings.isEmpty else { return }
        try await write { db in
            for recording in recordings {
                try db.run("DELETE FROM recording WHERE id = ?", [recording.id.rawValue])
                try db.insert(
                    into: "recording",
                    [
                        "id": recording.id.rawValue, "contact": recording.contact.rawValue,
                        "tenant": recording.tenant.rawValue, "path": recording.path,
                        "startedAt": recording.startedAt.millisecondsSince1970, "sampleRate": recording.sampleRate,
                        "channels": recording.channels, "duration": recording.duration.roundedMilliseconds,
                        "marks": try json(recording.marks), "packetsLost": recording.packetsLost,
                        "state": recording.state.rawValue,
                    ])
            }
        }
    }

    public func recording(_ id: RecordingID) async throws -> RecordingInfo? {
        var conditions = Conditions()
        conditions.add("id = ?", id.rawValue)
        return try await fetch(conditions, limit: 1).first
    }

    public func recordings(_ filter: RecordingFilter) async throws -> [RecordingInfo] {
        var conditions = Conditions()
        if let tenant = filter.tenant { conditions.add("tenant = ?", tenant.rawValue) }
        if let contact = filter.contact { conditions.add("contact = ?", contact.rawValue) }
        if filter.onlyUnfinished { conditions.add("state = 'recording'") }
        return try await fetch(conditions, limit: filter.limit)
    }

    private func fetch(_ conditions: Conditions, limit: Int?) async throws -> [RecordingInfo] {
        let sql =
            "SELECT * FROM recording" + conditions.sql + " ORDER BY startedAt DESC, id DESC"
            + (limit.map { " LIMIT \(max(0, $0))" } ?? "")
        return try await read { db in
            try db.rows(sql, conditions.values).map { row in
                RecordingInfo(
                    id: try row.id("id"), contact: try row.id("contact"), tenant: try row.id("tenant"),
                    path: try row.text("path"), startedAt: try row.date("startedAt"),
                    sampleRate: try row.integer("sampleRate"), channels: try row.integer("channels"),
                    duration: try row.duration("duration"), marks: try row.json("marks"),
                    packetsLost: try row.integer("packetsLost"), state: try row.name("state"))
            }
        }
    }
}
