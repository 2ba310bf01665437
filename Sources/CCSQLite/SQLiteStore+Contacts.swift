import CCCore
internal import GRDB

extension SQLiteStore: ContactStore {
    public func save(_ records: [ContactRecord]) async throws {
        guard !records.isEmpty else { return }
        try await write { db in for record in records { try Self.save(record, db) } }
    }

    public func record(_ id: ContactID) async throws -> ContactRecord? {
        var conditions = Conditions()
        conditions.add("id = ?", id.rawValue)
        return try await fetch(conditions, limit: 1).first
    }

    public func records(_ filter: ContactFilter) async throws -> [ContactRecord] {
        var conditions = Conditions()
        if let tenant = filter.tenant { conditions.add("tenant = ?", tenant.rawValue) }
        if let queue = filter.queue { conditions.add("queue = ?", queue.rawValue) }
        if let agent = filter.agent {
            conditions.add("id IN (SELECT contact FROM segment WHERE agent = ?)", agent.rawValue)
        }
        if let customer = filter.customer {
            // Two conditions, each with an index of its own.
            conditions.add(
                "(direction = 'inbound' AND callerNumber = ? OR direction = 'outbound' AND dialledNumber = ?)",
                customer.rawValue, customer.rawValue)
        }
        if let from = filter.from { conditions.add("arrivedAt >= ?", from.millisecondsSince1970) }
        if let until = filter.until { conditions.add("arrivedAt < ?", until.millisecondsSince1970) }
        if let reasons = filter.reasons { conditions.add("terminalReason", oneOf: reasons.map(\.rawValue).sorted()) }
        return try await fetch(conditions, limit: filter.limit)
    }

    static func save(_ record: ContactRecord, _ db: Database) throws {
        let contact = record.contact
        // Its segments go with it.
        try db.run("DELETE FROM contact WHERE id = ?", [record.id.rawValue])
        try db.insert(
            into: "contact",
            [
                "id": contact.id.rawValue, "tenant": contact.tenant.rawValue, "channel": contact.channel.rawValue,
                "direction": contact.direction.rawValue, "dialledNumber": contact.dialledNumber.rawValue,
                "callerNumber": contact.callerNumber.rawValue, "signallingID": contact.signallingID,
                "queue": record.queue?.rawValue, "arrivedAt": contact.arrivedAt.millisecondsSince1970,
                "connectedAt": record.connectedAt?.millisecondsSince1970,
                "queuedAt": record.queuedAt?.millisecondsSince1970,
                "answeredAt": record.answeredAt?.millisecondsSince1970,
                "endedAt": record.endedAt.millisecondsSince1970, "terminalReason": record.terminalReason.rawValue,
                "queueWait": record.queueWait.roundedMilliseconds, "digitCount": record.digitCount,
                "recordings": try json(record.recordings), "packetsExpected": record.media?.packetsExpected,
                "packetsLost": record.media?.packetsLost,
            ])
        for (position, segment) in record.segments.enumerated() {
            try db.insert(
                into: "segment",
                [
                    "contact": contact.id.rawValue, "position": position, "agent": segment.agent.rawValue,
                    "reservation": segment.reservation.rawValue, "offeredAt": segment.offeredAt.millisecondsSince1970,
                    "outcome": segment.outcome.rawValue, "answeredAt": segment.answeredAt?.millisecondsSince1970,
                    "releasedAt": segment.releasedAt?.millisecondsSince1970,
                    "ring": segment.ring.roundedMilliseconds, "talk": segment.talk.roundedMilliseconds,
                    "hold": segment.hold.roundedMilliseconds, "wrapUp": segment.wrapUp.roundedMilliseconds,
                    "packetsExpected": segment.media?.packetsExpected, "packetsLost": segment.media?.packetsLost,
                ])
        }
    }

    private func fetch(_ conditions: Conditions, limit: Int?) async throws -> [ContactRecord] {
        let chosen =
            "FROM contact" + conditions.sql + " ORDER BY arrivedAt DESC, id DESC"
            + (limit.map { " LIMIT \(max(0, $0))" } ?? "")
        return try await read { db in
            var segments: [String: [AgentSegment]] = [:]
            let segmentRows = "SELECT * FROM segment WHERE contact IN (SELECT id \(chosen)) ORDER BY contact, position"
            for row in try db.rows(segmentRows, conditions.values) {
                segments[try row.text("contact"), default: []].append(try AgentSegment(row))
            }
            return try db.rows("SELECT * " + chosen, conditions.values).map { row in
                try ContactRecord(row, segments: segments[try row.text("id")] ?? [])
            }
        }
    }
}

extension ContactRecord {
    fileprivate init(_ row: RowReader, segments: [AgentSegment]) throws {
        let contact = Contact(
            id: try row.id("id"), tenant: try row.id("tenant"), channel: try row.name("channel"),
            direction: try row.name("direction"), dialledNumber: PhoneNumber(try row.text("dialledNumber")),
            callerNumber: PhoneNumber(try row.text("callerNumber")), arrivedAt: try row.date("arrivedAt"),
            signallingID: row.row["signallingID"])
        self.init(
            contact: contact, queue: row.optionalID("queue"), connectedAt: row.optionalDate("connectedAt"),
            queuedAt: row.optionalDate("queuedAt"), answeredAt: row.optionalDate("answeredAt"),
            endedAt: try row.date("endedAt"), terminalReason: try row.name("terminalReason"),
            queueWait: try row.duration("queueWait"), digitCount: try row.integer("digitCount"),
            recordings: try row.json("recordings"), media: MediaFigures(row), segments: segments)
    }
}

extension AgentSegment {
    fileprivate init(_ row: RowReader) throws {
        self.init(
            agent: try row.id("agent"), reservation: try row.id("reservation"), offeredAt: try row.date("offeredAt"),
            outcome: try row.name("outcome"), answeredAt: row.optionalDate("answeredAt"),
            releasedAt: row.optionalDate("releasedAt"), ring: try row.duration("ring"),
            talk: try row.duration("talk"), hold: try row.duration("hold"), wrapUp: try row.duration("wrapUp"),
            media: MediaFigures(row))
    }
}

extension MediaFigures {
    fileprivate init?(_ row: RowReader) {
        guard let expected = row.optionalInteger("packetsExpected"), let lost = row.optionalInteger("packetsLost")
        else { return nil }
        self.init(packetsExpected: expected, packetsLost: lost)
    }
}
